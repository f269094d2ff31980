from statemachine import State, StateMachine

class NightGuard(StateMachine):
    desk = State(initial=True)
    east_wing = State()
    west_wing = State()
    chasing = State()

    patrol = desk.to(east_wing) | east_wing.to(west_wing) | west_wing.to(desk)
    noise = chasing.from_(desk, east_wing, west_wing)
    all_clear = chasing.to(desk)
