from statemachine import State, StateMachine

class Jury(StateMachine):
    selected = State(initial=True)
    hearing = State()
    deliberating = State()
    hung = State()
    verdict = State(final=True)

    swear_in = selected.to(hearing)
    retire = hearing.to(deliberating)
    vote = (
        deliberating.to(verdict, cond="unanimous")
        | deliberating.to(hung, cond="third_vote")
        | deliberating.to.itself()
    )
    retry = hung.to(selected)

    def unanimous(self): return False
    def third_vote(self): return False
