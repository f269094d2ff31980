"""Work spread over processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from conftest import ROOT

from anecdot.common.errors import UserError
from anecdot.common.workers import ordered_map


def square(number: int) -> tuple[int, int]:
    time.sleep(0.01 * (number % 3))
    return number * number, os.getpid()


def die(number: int) -> None:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)


def test_results_come_in_order_from_several_processes_with_bounded_look_ahead():
    taken = 0

    def numbers() -> Iterator[int]:
        nonlocal taken
        for number in range(40):
            taken += 1
            yield number

    results = []
    for result in ordered_map(square, numbers(), processes=3):
        results.append(result)
        assert taken <= len(results) + 7
    assert [value for value, _ in results] == [number**2 for number in range(40)]
    assert len({process for _, process in results} - {os.getpid()}) == 3


def test_a_lone_item_and_none_need_no_process():
    assert list(ordered_map(square, [4])) == [(16, os.getpid())]
    assert list(ordered_map(square, [])) == []


def test_a_killed_process_is_an_error_not_a_wait():
    with pytest.raises(UserError, match="a process was killed"):
        list(ordered_map(die, range(20), processes=2))


def test_processes_do_not_outlive_a_killed_parent():
    code = (
        "import time, os\nfrom anecdot.common.workers import ordered_map\n"
        "def work(n): print(os.getpid(), flush=True); time.sleep(60)\n"
        "list(ordered_map(work, range(4), 2))"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    parent.stdout.readline()
    parent.kill()
    # The pipe ends when the last process that holds it does; the work would take a minute.
    assert parent.communicate(timeout=20)[0].count("\n") <= 1
