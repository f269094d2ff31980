from abc import ABC, abstractmethod

class Instrument(ABC):
    @abstractmethod
    def play(self): ...

class Strings(Instrument):
    def play(self): return "bow"

class Brass(Instrument):
    def play(self): return "blow"

class Viola(Strings): ...
class Cello(Strings): ...
class Tuba(Brass): ...
