"""Forms of notation: diagrams as text, nested formats, build files, routes, graph formats."""

from synthesis.notation import (
    build,
    diagrams,
    graphs,
    keyed,
    mermaid,
    nested,
    resources,
    routes,
)

# In this order a seed draws them; a new module goes to the end.
MODULES = (mermaid, diagrams, build, resources, graphs, routes, nested, keyed)
