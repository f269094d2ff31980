"""What every command shares: errors as one line, exit status, progress with time left."""

import errno
import logging
import os
import sys
import time
from collections.abc import Callable

from anecdot.common.errors import UserError

# Threads of PyTorch that wait for each other give up their core meanwhile. Spinning, as is the
# default, made training ten times slower as soon as another program wanted the core.
# A few microseconds of it, though, make training a sixth faster where the core is free.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

# Said at import on every CPU with bfloat16: that optional kernels are not fetched from a hub.
logging.getLogger("bitsandbytes").setLevel(logging.ERROR)


def main(command: Callable[[], int | None]) -> None:
    """Run a command and exit: 0 or its return value; 1 and one line for what the user can mend."""
    try:
        code = command()
        sys.stdout.flush()
    except UserError as error:
        code = _fail(str(error))
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = 1
        elif error.errno in (errno.ENOSPC, errno.EDQUOT):
            where = f" while writing {error.filename}" if error.filename else ""
            code = _fail(f"no space left on the device{where}; free some and run the command again")
        elif error.filename:
            code = _fail(f"{error.filename}: {error.strerror}; check the path and its permissions")
        else:
            raise
    except KeyboardInterrupt:
        code = 130
    sys.exit(code or 0)


def _fail(message: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    return 1


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
        self._shown = 0.0
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
