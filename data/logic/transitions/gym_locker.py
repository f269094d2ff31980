from transitions import Machine

LOCKER = dict(
    states=["free", "taken", "overstayed"],
    initial="free",
    transitions=[
        dict(trigger="close", source="free", dest="taken"),
        dict(trigger="open", source="taken", dest="free"),
        dict(trigger="midnight", source="taken", dest="overstayed"),
        dict(trigger="staff_open", source=["taken", "overstayed"], dest="free"),
    ],
)
locker = Machine(**LOCKER)
