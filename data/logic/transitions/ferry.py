from transitions import Machine

ferry = Machine(
    states=["docked_north", "crossing_south", "docked_south", "crossing_north", "drydock"],
    initial="docked_north",
)
ferry.add_transitions([
    ["depart", "docked_north", "crossing_south"],
    ["arrive", "crossing_south", "docked_south"],
    ["depart", "docked_south", "crossing_north"],
    ["arrive", "crossing_north", "docked_north"],
    ["inspect", ["docked_north", "docked_south"], "drydock"],
    ["relaunch", "drydock", "docked_north"],
])
