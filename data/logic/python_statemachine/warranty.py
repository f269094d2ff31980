from statemachine import Event, State, StateMachine

class Warranty(StateMachine):
    registered = State(initial=True)
    claimed = State()
    repaired = State()
    expired = State(final=True)

    claim = Event(registered.to(claimed))
    repair = Event(claimed.to(repaired))
    give_back = Event(repaired.to(registered))
    lapse = Event(registered.to(expired) | repaired.to(expired))
