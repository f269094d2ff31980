import networkx as nx

trust = {"Ada": ["Bo", "Cy"], "Bo": ["Cy"], "Cy": ["Ada"], "Di": []}
G = nx.from_dict_of_lists(trust, create_using=nx.DiGraph)
