"""Forms of notation: diagrams as text, nested formats, build files, routes, graph formats."""

from synthesis.notation import build, diagrams, graphs, nested, routes

# In this order a seed draws them; a new module goes to the end.
MODULES = (diagrams, build, graphs, routes, nested)
