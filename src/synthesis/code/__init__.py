"""Forms of program code: a graph as the code that walks, declares or computes it."""

from synthesis.code import (
    calls,
    classes,
    data,
    decisions,
    flow,
    machines_data,
    machines_enums,
    machines_functional,
    machines_plain,
    machines_switch,
    machines_tables,
    settings,
    structures,
)

# In this order a seed draws them; a new module goes to the end.
MODULES = (
    machines_switch,
    machines_enums,
    machines_tables,
    machines_data,
    machines_functional,
    machines_plain,
    flow,
    settings,
    calls,
    classes,
    data,
    structures,
    decisions,
)
