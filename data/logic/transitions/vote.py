from transitions import Machine

GRAPH = """
nominated second debated
debated call_vote voting
voting ayes_have_it passed
voting noes_have_it rejected
debated table nominated
"""
rows = [line.split() for line in GRAPH.split("\n") if line]
names = dict.fromkeys(name for row in rows for name in (row[0], row[2]))
m = Machine(states=list(names), initial="nominated")
for source, trigger, dest in rows:
    m.add_transition(trigger, source, dest)
