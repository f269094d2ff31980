from statemachine import State, StateMachine

class Press(StateMachine):
    idle = State(initial=True)
    stamping = State()
    stopped = State()

    start = idle.to(stamping)
    done = stamping.to(idle)
    emergency = stopped.from_.any()
    release = stopped.to(idle)
