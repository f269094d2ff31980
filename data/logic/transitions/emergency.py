from transitions import Machine

machine = Machine(states=["stop", "slow", "fast"], initial="stop", auto_transitions=False)
machine.add_transition("accelerate", "stop", "slow")
machine.add_transition("accelerate", "slow", "fast")
machine.add_transition("brake", "fast", "slow")
machine.add_transition("emergency", "*", "stop")
