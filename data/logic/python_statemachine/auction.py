from statemachine import State, StateMachine

class Auction(StateMachine):
    open = State(initial=True)
    going_once = State()
    going_twice = State()
    sold = State(final=True)

    wait = open.to(going_once) | going_once.to(going_twice) | going_twice.to(sold)
    bid = going_once.to(open) | going_twice.to(open) | open.to.itself(internal=True)
