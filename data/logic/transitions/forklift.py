from transitions import Machine

class Forklift:
    def battery_ok(self):
        return True

    def overloaded(self):
        return False

fl = Forklift()
machine = Machine(fl, states=["parked", "driving", "lifting"], initial="parked", transitions=[
    {"trigger": "key", "source": "parked", "dest": "driving", "conditions": "battery_ok"},
    {"trigger": "raise_forks", "source": "driving", "dest": "lifting", "unless": "overloaded"},
    {"trigger": "lower", "source": "lifting", "dest": "driving"},
    {"trigger": "park", "source": "driving", "dest": "parked"},
])
