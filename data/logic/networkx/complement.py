import networkx as nx

G = nx.complement(nx.path_graph(5))
