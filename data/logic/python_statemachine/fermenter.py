from enum import Enum
from statemachine import StateMachine
from statemachine.states import States

class Stage(Enum):
    PITCHED = 1
    ACTIVE = 2
    STUCK = 3
    BOTTLED = 4

class Fermenter(StateMachine):
    s = States.from_enum(Stage, initial=Stage.PITCHED, final=Stage.BOTTLED)

    bubble = s.PITCHED.to(s.ACTIVE)
    stall = s.ACTIVE.to(s.STUCK)
    stir = s.STUCK.to(s.ACTIVE)
    bottle = s.ACTIVE.to(s.BOTTLED)
