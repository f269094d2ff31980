class Saveable:
    def save(self): ...

class Printable:
    def show(self): ...

class Note(Saveable, Printable):
    pass

class Sketch(Saveable):
    pass

class Stamp:
    pass
