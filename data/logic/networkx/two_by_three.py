import networkx as nx

G = nx.Graph()
for row in "AB":
    for column in (1, 2, 3):
        if column < 3:
            G.add_edge(f"{row}{column}", f"{row}{column + 1}")
        if row == "A":
            G.add_edge(f"A{column}", f"B{column}")
