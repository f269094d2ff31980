from typing import NamedTuple, Optional

class Voice(NamedTuple):
    actor: str

class Sound(NamedTuple):
    path: str
    seconds: float

class Line(NamedTuple):
    voice: Voice
    text: str
    cue: Optional[Sound]

class Scene(NamedTuple):
    lines: list[Line]
    ambience: Sound
