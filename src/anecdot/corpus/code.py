"""All code and notation forms: importing this module fills `FORMS`."""

from importlib import import_module

from anecdot.corpus.code_kit import FORMS

for _family in (
    "code_machines_switch code_machines_tables code_machines_functional notation_diagrams"
).split():
    import_module(f"anecdot.corpus.{_family}")

__all__ = ["FORMS"]
