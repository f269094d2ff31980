import networkx as nx

G = nx.DiGraph()
for river, mouth in [("Inn", "Danube"), ("Isar", "Danube"), ("Amper", "Isar"), ("Danube", "Black Sea")]:
    G.add_edge(river, mouth, label="flows into")
