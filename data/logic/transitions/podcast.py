import enum
from transitions import Machine

class Episode(enum.Enum):
    IDEA = 1
    RECORDED = 2
    EDITED = 3
    LIVE = 4

m = Machine(states=Episode, initial=Episode.IDEA)
m.add_transition("record", Episode.IDEA, Episode.RECORDED)
m.add_transition("cut", Episode.RECORDED, Episode.EDITED)
m.add_transition("rerecord", Episode.EDITED, Episode.RECORDED)
m.add_transition("publish", Episode.EDITED, Episode.LIVE)
m.add_transition("pull", Episode.LIVE, Episode.EDITED)
