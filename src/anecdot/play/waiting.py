"""Where texts wait for the one model that answers them, first come, first served."""

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from anecdot.common.command import explain

MOST = 8
"""So many texts may wait; a further one is turned away at once."""

Event = dict[str, Any]
"""What is told of a text while it is worked on; see `server`."""


class Job:
    """A text that waits. `events` end with None; `left` is set once nobody listens any more."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self.left = threading.Event()


class Line:
    """The texts that wait; the first is the one being worked on."""

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()

    def join(self, text: str) -> Job | None:
        """Queue up at the end; None where too many wait already."""
        with self._changed:
            if len(self._jobs) >= MOST:
                return None
            self._jobs.append(Job(text))
            self._changed.notify()
            return self._jobs[-1]

    def ahead(self, job: Job) -> int:
        """How many are before a job; 0 for the one being worked on, and for one that is done."""
        with self._changed:
            return self._jobs.index(job) if job in self._jobs else 0

    def work(self, answer: Callable[[str], Iterable[Event]]) -> None:
        """Answer texts for ever, one after the other, in the thread that calls this.

        answer: given a text, tells events; between two of them a job that was left is dropped.
            What it raises is told as an error, and the next text is taken.
        """
        while True:
            with self._changed:
                while not self._jobs:
                    self._changed.wait()
                job = self._jobs[0]
            try:
                if not job.left.is_set():
                    for event in answer(job.text):
                        job.events.put(event)
                        if job.left.is_set():
                            break
            except Exception as error:
                job.events.put({"error": explain(error)})
            finally:
                with self._changed:
                    self._jobs.popleft()
                job.events.put(None)
