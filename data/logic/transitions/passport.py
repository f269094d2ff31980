from transitions import Machine

steps = "requested photographed printed posted collected".split()
m = Machine(states=steps, initial="requested")
for a, b, verb in zip(steps, steps[1:], ["photo", "print_it", "post", "collect"]):
    m.add_transition(verb, a, b)
m.add_transition("bounce", "posted", "printed")
