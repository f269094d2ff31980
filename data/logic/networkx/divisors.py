import networkx as nx

G = nx.DiGraph()
for n in range(2, 11):
    for d in range(2, n):
        if n % d == 0:
            G.add_edge(n, d)
