"""What every command shares: errors as one line, and the exit status."""

import errno
import logging
import os
import sys
from collections.abc import Callable

from anecdot.common.errors import UserError

# Threads of PyTorch that wait for each other give up their core meanwhile. Spinning, as is the
# default, made training ten times slower as soon as another program wanted the core.
# A few microseconds of it, though, make training a sixth faster where the core is free.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

# Said at import on every CPU with bfloat16: that optional kernels are not fetched from a hub.
logging.getLogger("bitsandbytes").setLevel(logging.ERROR)


def run(main: Callable[[], int | None]) -> None:
    """Run a command and exit: 0 or its return value; 1 and one line for what the user can mend."""
    try:
        code = main()
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
