from transitions import Machine

states = ["engaged", "releasing", "free", "faulted"]
transitions = [
    {"trigger": "power_on", "source": "engaged", "dest": "releasing"},
    {"trigger": "coil_ok", "source": "releasing", "dest": "free"},
    {"trigger": "coil_bad", "source": "releasing", "dest": "faulted"},
    {"trigger": "overspeed", "source": "free", "dest": "engaged"},
    {"trigger": "service", "source": "faulted", "dest": "engaged"},
]
brake = Machine(states=states, transitions=transitions, initial="engaged")
