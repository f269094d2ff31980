from statemachine import State, StateMachine

class Snowman(StateMachine):
    pile = State("Snow pile", initial=True)
    body = State("Three balls")
    complete = State("With carrot and hat")
    puddle = State("Puddle", final=True)

    roll = pile.to(body)
    decorate = body.to(complete)
    thaw = pile.to(puddle) | body.to(puddle) | complete.to(puddle)
