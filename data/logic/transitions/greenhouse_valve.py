from transitions import Machine

rules = [
    ("open_valve", "closed", "opening"),
    ("limit_hit", "opening", "opened"),
    ("close_valve", "opened", "closing"),
    ("close_valve", "opening", "closing"),
    ("limit_hit", "closing", "closed"),
]
valve = Machine(states=["closed", "opening", "opened", "closing"], initial="closed")
for rule in rules:
    valve.add_transition(*rule)
