from statemachine import State, StateMachine

class Sculpture(StateMachine):
    block = State(initial=True)
    rough = State()
    fine = State()
    polished = State(final=True)

    chisel = block.to(rough) | rough.to(fine)
    polish = fine.to(polished)
    crack = rough.to(block) | fine.to(rough)
