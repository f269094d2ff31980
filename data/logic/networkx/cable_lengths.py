import networkx as nx

G = nx.Graph()
G.add_edge("router", "switch-a", weight=12)
G.add_edge("router", "switch-b", weight=30)
G.add_edge("switch-a", "printer", weight=4)
G.add_edge("switch-b", "camera", weight=7)
G.add_node("spare")
