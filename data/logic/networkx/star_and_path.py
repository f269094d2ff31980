import networkx as nx

G = nx.Graph()
nx.add_star(G, ["hub", "n1", "n2", "n3"])
nx.add_path(G, ["n3", "n4", "n5"])
