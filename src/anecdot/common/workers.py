"""Work spread over all cores: an ordered map with bounded look-ahead."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import TypeVar

from anecdot.common.errors import UserError

Item = TypeVar("Item")
Result = TypeVar("Result")


def cores() -> int:
    """Number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def ordered_map(
    function: Callable[[Item], Result], items: Iterable[Item], processes: int | None = None
) -> Iterator[Result]:
    """Results in the order of the items; few items are under way at a time, however many there are.

    Args:
        function: what processes run; with its items and results it must be picklable.
        items: a lone one is worked on in this process, since starting others costs more.
        processes: how many; one a core where None.

    Raises:
        UserError: a process was killed from outside.
    """
    items = iter(items)
    first = list(islice(items, 2))
    processes = processes or cores()
    if len(first) < 2 or processes == 1:
        yield from map(function, chain(first, items))
        return
    # Forked, to start at once and share the memory of what was imported. What a library keeps in
    # threads does not survive that.
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), _begin)
    try:
        waiting = deque(pool.submit(function, item) for item in first)
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        message = "a process was killed, as systems do when memory is short; free some and rerun"
        raise UserError(message) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """Leave Ctrl-C to the parent, and do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
