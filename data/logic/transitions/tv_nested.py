from transitions.extensions import HierarchicalMachine as HSM

states = ["standby", {"name": "watching", "children": ["live", "replay"]}, "menu"]
tv = HSM(states=states, initial="standby", auto_transitions=False)
tv.add_transition("remote", "standby", "watching_live")
tv.add_transition("rewind", "watching_live", "watching_replay")
tv.add_transition("jump", "watching_replay", "watching_live")
tv.add_transition("settings", "watching", "menu")
tv.add_transition("exit", "menu", "watching_live")
