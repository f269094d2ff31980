import networkx as nx

G = nx.Graph()
nx.add_cycle(G, ["Vik", "Mos", "Tarn", "Ness", "Holm"])
G.add_edge("Vik", "Tarn")
