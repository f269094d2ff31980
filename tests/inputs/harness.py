"""Runs commands of the project on damaged input, in this process, and judges how they end.

A case damages one file of a small project, runs a command and mends the file again. A command may
refuse what it is given: status 1 and one line that says what to do. It may not leave a traceback,
fall through to the last resort of `command.run`, or change anything of an earlier result.
"""

import importlib
import io
import os
import re
import resource
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from anecdot.common import command

GOES_ON = re.compile(r"\.checkpoints/|\.graphs\.jsonl\.\w+\.partial$")
REMEDY = re.compile(
    r"[;:,] .*\b(mend|run|use|try|set|give|add|remove|restore|check|save|convert|lower|raise|"
    r"change|free|did you mean|fill|shorten|train|name|move|put|describe|write|"
    r"known|none of|begin|cut|download)\b"
)

# What may stand below the first bad row's line.
ROW = re.compile(r"$|\S+:\d+: |\.\.\. and \d+ more bad rows$")

Damage = bytes | Callable[[Path], None] | None


@dataclass(frozen=True)
class Case:
    """One bad input.

    Attributes:
        name: of the case, unlike any other.
        argv: command and arguments.
        file: what is damaged, relative to the project; "" for nothing.
        damage: new content, None to remove it, or a function that does something to it.
        statuses: exit statuses allowed.
        words: what the error has to contain.
        stdin: standard input.
        seconds: how long the command may take.
        room: bytes that a file may grow to, as on a disk that is nearly full; None = any.
    """

    name: str
    argv: tuple[str, ...]
    file: str = ""
    damage: Damage = None
    statuses: tuple[int, ...] = (1,)
    words: str = ""
    stdin: bytes = b""
    seconds: float = 60.0
    room: int | None = None


class Hung(BaseException):
    """A command that did not end in time."""


def _hang(*_: object) -> None:
    raise Hung


def judge(case: Case, project: Path) -> list[str]:
    """What is wrong with the way a command ends in `project` (the current folder); [] is good."""
    target = project / case.file if case.file else None
    kept = project.with_name("kept")
    if target:
        _remove(kept)
        if target.exists():
            target.rename(kept)
        if isinstance(case.damage, bytes):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(case.damage)
        elif case.damage is not None:
            if kept.exists():
                (shutil.copytree if kept.is_dir() else shutil.copy)(kept, target)
            case.damage(target)
    before = _snapshot(project)
    signal.signal(signal.SIGALRM, _hang)
    signal.setitimer(signal.ITIMER_REAL, case.seconds)
    try:
        with _files_up_to(case.room):
            status, said = run(case.argv, case.stdin)
        problems = _problems(case, status, said)
        if status and _snapshot(project) != before:
            problems.append("files were changed, or left behind")
    except Hung:
        problems = [f"not over after {case.seconds} s"]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        if target:
            _remove(target)
            if kept.exists():
                kept.rename(target)
    return problems


@contextmanager
def _files_up_to(room: int | None) -> Iterator[None]:
    """Let no file of this process grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft if room is None else room, hard))
    unwritten = {"PYTHONDONTWRITEBYTECODE": "1"} if room is not None else {}
    try:
        # Python does not look whether the files that it compiles were written whole.
        with (
            patch.object(sys, "dont_write_bytecode", sys.dont_write_bytecode or bool(unwritten)),
            patch.dict(os.environ, unwritten),
        ):
            yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def run(argv: tuple[str, ...], stdin: bytes = b"") -> tuple[int, str]:
    """Exit status and standard error of a command of src/, run in this process."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="replace") for _ in "12"]
    given = io.TextIOWrapper(io.BytesIO(stdin))
    module = importlib.import_module(argv[0])
    status = 0
    with (
        patch.multiple(sys, argv=[f"src/{argv[0]}.py", *argv[1:]], stdin=given),
        patch.multiple(sys, stdout=streams[0], stderr=streams[1], __stderr__=streams[1]),
    ):
        try:
            command.run(module.main)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 0
    streams[1].flush()
    return status, streams[1].buffer.getvalue().decode(errors="replace")


def _problems(case: Case, status: int, said: str) -> list[str]:
    problems = []
    lines = said.replace("\r", "\n").split("\n")
    errors = [line for line in lines if "error: " in line]
    if status not in case.statuses:
        problems.append(f"status {status}, not {case.statuses}")
    if "Traceback" in said:
        problems.append("a traceback")
    if "for where" in said:
        problems.append("nobody foresaw it")
    if status == 2:  # argparse's own, behind the usage
        errors = errors[:1]
    elif status and (len(errors) != 1 or not all(map(ROW.match, _behind(lines, errors[0])))):
        problems.append("not one line")
    if status == 1 and errors and not REMEDY.search(errors[0].split("error: ", 1)[1]):
        problems.append("no remedy")
    if case.words not in said:
        problems.append(f"nothing of {case.words!r}")
    return [*problems, said[-600:]] if problems else []


def _behind(lines: list[str], line: str) -> list[str]:
    return lines[lines.index(line) + 1 :]


def _snapshot(project: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file but those with which a run goes on."""
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(project.rglob("*"))
        if path.is_file() and not GOES_ON.match(str(path.relative_to(project)))
    }


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif path.exists() or path.is_symlink():
        os.remove(path)
