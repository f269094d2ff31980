from statemachine import State, StateMachine

class Scooter(StateMachine):
    parked = State(initial=True)
    rented = State()
    dead = State()

    @parked.to(rented, cond="has_credit", unless="curfew")
    def unlock(self):
        print("beep")

    @rented.to(parked)
    def end_ride(self):
        print("bye")

    @rented.to(dead, cond="battery_empty")
    def check(self):
        pass

    swap_battery = dead.to(parked)

    def has_credit(self): return True
    def curfew(self): return False
    def battery_empty(self): return False
