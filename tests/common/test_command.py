"""Whatever happens, a command ends with one line that says what to do."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from conftest import ROOT

from anecdot.common import command
from anecdot.common.errors import UserError


def fail(error: BaseException) -> int:
    """The exit status of a command that raises this."""

    def main() -> None:
        raise error

    with pytest.raises(SystemExit) as ended:
        command.run(main)
    return ended.value.code


def wrapped(cause: Exception) -> Exception:
    """As libraries raise it that say nothing of the cause themselves."""
    error = RuntimeError("An error occurred")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (UserError("a.jsonl:3: broken; mend it"), "a.jsonl:3: broken; mend it"),
        (OSError(errno.ENOSPC, "No space left on device", "a"), "a: no space left"),
        (OSError(errno.EROFS, "Read-only file system", "a"), "can only be read"),
        (PermissionError(errno.EACCES, "Permission denied", "a"), "check the permissions"),
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "a"), "a: No such file"),
        (ValueError("I/O error: No space left on device (os error 28)"), "no space left"),
        (wrapped(OSError(errno.ENOSPC, "No space left on device")), "no space left"),
        (OSError(errno.EFBIG, "File too large", "a"), "a: the file grows too large"),
        (ModuleNotFoundError("No module named 'torch'", name="torch"), ". .venv/bin/activate"),
        (EOFError("marshal data too short"), "-name '*.pyc' -delete"),
        (MemoryError(), "out of memory"),
        (torch.OutOfMemoryError("CUDA out of memory"), "lower per_device_train_batch_size"),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried"), "out of memory"),
        (KeyError("what\nnobody\nforesaw"), "KeyError: 'what\\nnobody\\nforesaw'; see "),
        (RecursionError(), "RecursionError: without a reason; see "),
    ],
)
def test_an_exception_is_one_line_with_a_remedy(error, words, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    assert fail(error) == 1
    said = capfd.readouterr().err
    assert said.startswith("error: ")
    assert words in said
    assert said.count("\n") == 1
    assert ";" in said
    assert "Traceback" not in said


def test_the_traceback_of_the_unforeseen_is_kept(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    fail(KeyError("unforeseen"))
    path = Path(capfd.readouterr().err.split("; see ")[1].split(" ")[0])
    assert "in main\n    raise error" in path.read_text(encoding="utf-8")
    # Where the project's folder cannot be written, another can.
    (tmp_path / "blocked").write_text("")
    monkeypatch.setattr(command, "LOGS", tmp_path / "blocked/logs")
    fail(KeyError("unforeseen"))
    assert Path(capfd.readouterr().err.split("; see ")[1].split(" ")[0]).exists()


def test_ctrl_c_and_a_closed_pipe_say_nothing(capfd, monkeypatch):
    assert fail(KeyboardInterrupt()) == 130
    assert fail(SystemExit(3)) == 3
    stdout = os.dup(1)
    try:
        with open(os.devnull, "w") as sink:
            monkeypatch.setattr("sys.stdout", sink)
            assert fail(BrokenPipeError()) == 1
    finally:
        os.dup2(stdout, 1)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("script", sorted((ROOT / "src").glob("*.py")), ids=lambda path: path.stem)
def test_every_script_ends_so_even_without_its_packages(script, tmp_path):
    assert script.read_text(encoding="utf-8").endswith(".run(main)\n")
    done = subprocess.run(
        [sys.executable, "-S", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    if "usage:" not in done.stderr:  # of one that needs no packages
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "is not installed" in done.stderr
