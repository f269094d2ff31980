"""All code and notation forms: importing this module fills `FORMS`."""

from importlib import import_module

from anecdot.corpus.code_kit import FORMS
from anecdot.corpus.code_words import table

for _family in table(
    """
    code_machines_switch code_machines_tables code_machines_data code_machines_functional
    code_machines_plain code_flow code_calls code_classes code_data code_decisions
    notation_diagrams notation_build notation_graphs notation_routes notation_nested
    """
):
    import_module(f"anecdot.corpus.{_family}")

__all__ = ["FORMS"]
