import networkx as nx

G = nx.DiGraph([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "d")])
G.remove_node("b")
G.add_edge("a", "d", label="detour")
