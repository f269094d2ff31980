"""What every command shares: errors as one line, and the exit status."""

import errno
import logging
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from anecdot.common.errors import UserError

# Threads of PyTorch that wait for each other give up their core meanwhile. Spinning, as is the
# default, made training ten times slower as soon as another program wanted the core.
# A few microseconds of it, though, make training a sixth faster where the core is free.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

# Said at import on every CPU with bfloat16: that optional kernels are not fetched from a hub.
logging.getLogger("bitsandbytes").setLevel(logging.ERROR)

LOGS = Path(".checkpoints/logs")

REMEDIES = {
    errno.ENOSPC: "no space left on the device; free some and run the command again",
    errno.EDQUOT: "the disk quota is used up; free some and run the command again",
    errno.EFBIG: "the file grows too large for this system; raise the limit with `ulimit -f`",
    errno.EROFS: "the file system can only be read; work in a folder that can be written",
    errno.EACCES: "permission denied; check the permissions of file and folder",
    errno.EPERM: "not permitted; check the permissions of file and folder",
    errno.EMFILE: "too many open files; raise the limit with `ulimit -n`",
}


def _at_import(_: type[BaseException], error: BaseException, __: object) -> None:
    """Say what befell a command before it came to `run`: mostly that a package is missing."""
    if isinstance(error, Exception):
        print(f"error: {explain(error)}", file=sys.stderr)


sys.excepthook = _at_import


def run(main: Callable[[], int | None]) -> None:
    """Run a command and exit.

    The status is 0 or what `main` returns; 130 after Ctrl-C; 1 after any exception, with one line
    on standard error that says what to do. What nobody foresaw leaves its traceback in a file.
    """
    try:
        code = main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except Exception as error:  # SystemExit, of argparse, passes
        # Of several processes the first alone speaks for all; what befell another is its own.
        of_all = isinstance(error, UserError)
        print(f"error: {explain(error)}", file=sys.stderr if of_all else sys.__stderr__)
        code = 1
    sys.exit(code or 0)


def explain(error: BaseException) -> str:
    """What happened and what to do about it, on one line."""
    if isinstance(error, UserError):
        return str(error)
    kind, text = type(error).__name__, " ".join(str(error).split())
    reasons = list(_reasons(error))
    for reason in reasons:
        if isinstance(reason, OSError) and reason.errno in REMEDIES:
            return f"{f'{reason.filename}: ' if reason.filename else ''}{REMEDIES[reason.errno]}"
    # Libraries wrap what the system said: safetensors, Arrow.
    wrapped = {os.strerror(number): line for number, line in REMEDIES.items()}
    if remedy := next((line for words, line in wrapped.items() if words in text), None):
        return remedy
    if isinstance(error, ModuleNotFoundError) and not error.name.startswith("anecdot"):
        return (
            f"{error.name} is not installed for {sys.executable}; run `. .venv/bin/activate` "
            "first, or `pip install -r requirements.txt -e .`"
        )
    if kind == "OutOfMemoryError":  # torch's
        return (
            "out of memory on the GPU; in params.yaml lower per_device_train_batch_size (training) "
            "or eval_batch_size (answering), then max_seq_length, or set gradient_checkpointing: "
            "true"
        )
    short = any(isinstance(reason, MemoryError) for reason in reasons)
    if short or "not enough memory" in text:
        return (
            "out of memory; close other programs, or lower per_device_train_batch_size, "
            "eval_batch_size or max_seq_length in params.yaml"
        )
    if kind == "BrokenProcessPool":
        return "a process was killed, as systems do when memory is short; free some and run again"
    if isinstance(error, EOFError) and "marshal" in text:  # Python does not look whether it fitted
        return (
            "a file that Python compiled was cut off, as by a full disk; remove them with "
            "`find src .venv -name '*.pyc' -delete` and run again"
        )
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}; check the path"
    return f"{kind}: {text[:200] or 'without a reason'}; {_write_log(error)}"


def _reasons(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and what it came of: libraries stumble on while they clear up."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _write_log(error: BaseException) -> str:
    """Write the traceback where it can be written; the words that say where it is."""
    report = f"{' '.join(sys.argv)}\n\n{''.join(traceback.format_exception(error))}"
    for folder in (LOGS, Path(tempfile.gettempdir()) / "anecdot-logs"):
        path = folder / f"{time.strftime('%Y-%m-%dT%H-%M-%S')}-{os.getpid()}.log"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(report, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return f"see {path} for where, and report it with that file"
    print(report, file=sys.stderr)
    return "see above for where: no folder could be written"
