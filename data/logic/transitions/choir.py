from transitions import Machine

choir = Machine(states=["waiting", "warming", "singing", "bowing"], initial="waiting")
choir.add_ordered_transitions(["waiting", "warming", "singing", "bowing"], trigger="cue", loop=False)
choir.add_transition("encore", "bowing", "singing")
choir.add_transition("leave", "bowing", "waiting")
