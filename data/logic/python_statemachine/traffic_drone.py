from statemachine import State, StateMachine

class DroneBattery(StateMachine):
    full = State(initial=True)
    half = State()
    low = State()
    charging = State()

    drain = full.to(half) | half.to(low)
    dock = half.to(charging) | low.to(charging)
    charged = charging.to(full)
