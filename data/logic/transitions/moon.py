from transitions import Machine

phases = ["new", "first_quarter", "full", "last_quarter"]
moon = Machine(states=phases, initial="new")
moon.add_ordered_transitions(trigger="week")
