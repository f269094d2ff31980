from transitions import Machine

class File:
    def clean(self): ...
    def trusted(self): ...

f = File()
m = Machine(f, states=["new", "scanning", "safe", "jailed"], initial="new")
m.add_transition("scan", "new", "scanning", unless=["trusted"])
m.add_transition("scan", "new", "safe", conditions=["trusted"])
m.add_transition("verdict", "scanning", "safe", conditions=["clean"])
m.add_transition("verdict", "scanning", "jailed", unless=["clean"])
m.add_transition("restore", "jailed", "scanning")
