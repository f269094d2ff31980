"""All code and notation forms: importing this module fills `FORMS`."""

from importlib import import_module

from synthesis.code.kit import FORMS
from synthesis.code.words import table

for _family in table(
    """
    code.machines_switch code.machines_tables code.machines_data code.machines_functional
    code.machines_plain code.flow code.calls code.classes code.data code.decisions
    notation.diagrams notation.build notation.graphs notation.routes notation.nested
    """
):
    import_module(f"synthesis.{_family}")

__all__ = ["FORMS"]
