from transitions import Machine

PHASES = ["stowed", "launch", "cruise", "trim", "sleep", "approach", "orbit", "survey", "relay", "lost"]
LOG = [
    ("ignite", "stowed", "launch"),
    ("separate", "launch", "cruise"),
    ("drift", "cruise", "trim"),
    ("on_course", "trim", "cruise"),
    ("hibernate", "cruise", "sleep"),
    ("alarm_clock", "sleep", "approach"),
    ("burn", "approach", "orbit"),
    ("open_camera", "orbit", "survey"),
    ("dish_to_earth", "survey", "relay"),
    ("buffer_empty", "relay", "survey"),
    ("no_signal", "sleep", "lost"),
    ("no_signal", "relay", "lost"),
]
probe = Machine(states=PHASES, initial="stowed", auto_transitions=False)
for trigger, source, dest in LOG:
    probe.add_transition(trigger, source, dest)
