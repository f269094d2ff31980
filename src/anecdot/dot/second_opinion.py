"""What pydot, the parser most Python programs use, says of a text; Graphviz stays the judge."""

import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor

SECONDS = 5
"""A text that takes pydot more processor time counts as refused, however busy the machine."""


def pydot_all(texts: list[str]) -> list[bool]:
    """For each text, whether pydot reads it. In processes: its parser is not thread-safe."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), context, initializer=_quiet) as pool:
        return list(pool.map(_reads, texts, chunksize=8))


def _quiet() -> None:
    """pydot prints its syntax errors."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _reads(text: str) -> bool:
    import pydot  # before the clock starts

    def give_up(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        return bool(pydot.graph_from_dot_data(text))
    except Exception:  # whatever a parser does on hostile text, it did not read it
        return False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
