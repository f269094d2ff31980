from enum import Enum, IntFlag
from typing import Protocol

class Paintable(Protocol):
    def paint(self): ...

class Colour(Enum):
    RED = 1

class Rights(IntFlag):
    READ = 1
    WRITE = 2

class Wall(Paintable):
    def paint(self): return Colour.RED
