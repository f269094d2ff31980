"""Progress of long work, with the time left."""

import sys
import time


class Progress:
    """One line of progress: redrawn on a terminal, printed now and then into a log.

    Args:
        stage: what is being done, first on the line.
        total: number of units of work.
        done: units already done when starting (after a resume); they do not count for the speed.
    """

    def __init__(self, stage: str, total: int, done: int = 0) -> None:
        self.stage, self.total, self.done, self._first = stage, total, done, done
        self._start = time.monotonic()
        self._interval = 0.2 if sys.stderr.isatty() else 10.0
        self._shown = self._start  # before that nobody knows how long it takes
        self._ended = False

    def advance(self, count: int = 1, note: str = "") -> None:
        """Count `count` more units as done and show `note` behind them."""
        self.done += count
        now = time.monotonic()
        last = self.done >= self.total
        if not last and now - self._shown < self._interval:
            return
        self._shown = now
        speed = (self.done - self._first) / max(now - self._start, 1e-9)
        left = (self.total - self.done) / speed if speed else 0.0
        line = f"{self.stage}: {self.done}/{self.total}"
        line += f"  {note}" if note else ""
        line += f"  {now - self._start:.0f} s" if last else f"  {_clock(left)} left"
        if sys.stderr.isatty():
            print(f"\r\x1b[K{line}", end="\n" if last else "", file=sys.stderr, flush=True)
        elif not (last and self._ended):
            print(line, file=sys.stderr, flush=True)
        self._ended = last


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
