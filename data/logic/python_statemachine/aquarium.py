from statemachine import State, StateMachine

class AquariumLight(StateMachine):
    moonlight = State("Moonlight", initial=True)
    dawn = State("Dawn")
    daylight = State("Daylight")
    dusk = State("Dusk")

    tick = (
        moonlight.to(dawn, cond="after_seven")
        | dawn.to(daylight)
        | daylight.to(dusk, cond="after_twenty")
        | dusk.to(moonlight)
    )
    feed = daylight.to.itself(internal=True)

    def after_seven(self): return True
    def after_twenty(self): return True
