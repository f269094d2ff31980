"""AnecDOT: teaches small language models to turn text or code into Graphviz DOT graphs."""

from typing import Any

__all__ = ["evaluate_generation"]


def __getattr__(name: str) -> Any:
    """`from anecdot import evaluate_generation`, PyTorch only for who asks."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("anecdot.scoring.generation"), name)
