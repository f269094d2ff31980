from statemachine import State, StateMachine

class Kettle(StateMachine):
    cold = State(initial=True)
    mash = State()
    lauter = State()
    boil = State()
    hops = State()
    whirl = State()
    chill = State()
    dump = State()

    heat = cold.to(mash)
    drain = mash.to(lauter, cond="iodine_clear") | mash.to.itself()
    fire = lauter.to(boil)
    add = boil.to(hops) | hops.to(boil)
    spin = boil.to(whirl, unless="hops_left")
    cool = whirl.to(chill)
    infected = dump.from_(mash, lauter, chill)
    clean = cold.from_(dump, chill)

    def iodine_clear(self): return True
    def hops_left(self): return False
