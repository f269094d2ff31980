from transitions import Machine

class NightTrain:
    states = ["boarding", "rolling", "border", "arrived"]

    def __init__(self):
        self.papers = True
        self.machine = Machine(model=self, states=NightTrain.states, initial="boarding")
        self.machine.add_transition("whistle", "boarding", "rolling", before="lock_doors")
        self.machine.add_transition("reach_frontier", "rolling", "border")
        self.machine.add_transition("stamp", "border", "rolling", conditions=["papers_ok"])
        self.machine.add_transition("last_stop", "rolling", "arrived", after="unlock_doors")

    def lock_doors(self): ...
    def unlock_doors(self): ...
    def papers_ok(self): return self.papers

machine = NightTrain().machine
