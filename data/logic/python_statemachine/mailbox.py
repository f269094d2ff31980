from statemachine import State, StateMachine

class Mailbox(StateMachine):
    empty = State(initial=True)
    partly = State()
    stuffed = State()

    drop = empty.to(partly) | partly.to.itself() | partly.to(stuffed, cond="at_capacity")
    collect = empty.from_(partly, stuffed)

    def at_capacity(self):
        return False
