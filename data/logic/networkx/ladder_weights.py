import networkx as nx

G = nx.DiGraph()
stops = ["Pier", "Church", "School", "Park", "Quarry", "Farm", "Lake"]
for i, (a, b) in enumerate(zip(stops, stops[1:]), start=1):
    G.add_edge(a, b, weight=i)
for a, b in zip(stops[::2], stops[2::2]):
    G.add_edge(b, a, weight=10)
