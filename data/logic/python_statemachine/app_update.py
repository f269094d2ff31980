from statemachine import State, StateMachine

class Update(StateMachine):
    current = State(initial=True)
    downloading = State()
    staged = State()
    installing = State()

    found = current.to(downloading)
    complete = downloading.to(staged)
    network_lost = downloading.to(current)
    restart = staged.to(installing)
    succeed = installing.to(current)
    roll_back = installing.to(staged)
