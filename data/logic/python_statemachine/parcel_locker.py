from statemachine import State, StateMachine

class ParcelLocker(StateMachine):
    vacant = State(initial=True)
    holding = State()
    jammed = State()

    deposit = vacant.to(holding)
    pick_up = holding.to(vacant, cond="code_ok") | holding.to(holding, unless="code_ok")
    jam = vacant.to(jammed) | holding.to(jammed)
    fix = jammed.to(vacant)

    def code_ok(self, code=None):
        return code == "1234"
