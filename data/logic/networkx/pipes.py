import networkx as nx

G = nx.DiGraph()
G.add_weighted_edges_from([
    ("well", "pump", 9),
    ("pump", "tower", 8),
    ("tower", "north", 3),
    ("tower", "south", 5),
    ("south", "harbour", 2),
])
