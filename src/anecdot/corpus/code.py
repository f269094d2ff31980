"""All code and notation forms: importing this module fills `FORMS`."""

from anecdot.corpus import code_machines_switch  # noqa: F401
from anecdot.corpus.code_kit import FORMS

__all__ = ["FORMS"]
