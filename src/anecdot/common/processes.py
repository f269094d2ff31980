"""Several processes, one a GPU: who this one is, and what they do together.

A launcher (accelerate, torchrun) starts the same command once a process and says so in the
environment. Started plainly, there is one process and nothing here does anything. The processes
share the project's folder.
"""

import os
import shlex
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import torch

T = TypeVar("T")

RANK = int(os.environ.get("RANK", "0"))
WORLD = int(os.environ.get("WORLD_SIZE", "1"))

_LAUNCHED = "ANECDOT_LAUNCHED"

# accelerate's own defaults: it prints five lines about those that it is not given.
DEFAULTS = ["--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no"]


def relaunch(launch: str) -> None:
    """Start this command again under the launcher that `launch` names, once.

    Args:
        launch: python (go on as one process), or accelerate launch with its options.
    """
    if launch == "python" or "LOCAL_RANK" in os.environ:
        return
    if _LAUNCHED in os.environ:  # accelerate starts one process where it finds too few GPUs
        print(f"launch: going on as one process; {launch!r} finds no further GPU")
        return
    os.environ[_LAUNCHED] = "1"
    _, command, *options = shlex.split(launch)
    launcher = ["-m", "accelerate.commands.accelerate_cli", command, *DEFAULTS, *options]
    os.execv(sys.executable, [sys.executable, *launcher, *sys.argv])


def join() -> None:
    """Meet the other processes; to be called once, before anything else here.

    From then on the first process alone speaks, but for what befalls another (`command.run`).
    """
    if WORLD == 1:
        return
    import torch
    from accelerate import PartialState

    if RANK > 0:
        sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    # One for the whole program: libraries that ask for it later are given this one.
    PartialState(cpu=not torch.cuda.is_available())


def main_process_first(work: Callable[[], T]) -> T:
    """What `work` gives, done by the first process before the others, which find its files."""
    if WORLD == 1:
        return work()
    from accelerate import PartialState

    with PartialState().main_process_first():
        return work()


def deal(items: Sequence[T], hands: int) -> list[list[T]]:
    """Share out items in so many parts, to and fro: sorted by size they make parts of about one."""
    dealt: list[list[T]] = [[] for _ in range(hands)]
    for at, item in enumerate(items):
        turn, place = divmod(at, hands)
        dealt[-1 - place if turn % 2 else place].append(item)
    return dealt


def all_reduce(tensors: list["torch.Tensor"]) -> None:
    """Replace tensors of one device and dtype by their sums over the processes.

    In one message and in place, where accelerate's `reduce` sends each tensor and copies it.
    """
    if WORLD == 1:
        return
    import torch

    flat = torch.cat([tensor.flatten() for tensor in tensors])
    torch.distributed.all_reduce(flat)
    sizes = [tensor.numel() for tensor in tensors]
    for tensor, total in zip(tensors, flat.split(sizes), strict=True):
        tensor.copy_(total.view_as(tensor))


def all_gather(part: "torch.Tensor") -> "torch.Tensor":
    """The parts of all processes, (n,) each, one behind the other: (processes * n,)."""
    if WORLD == 1:
        return part
    from accelerate.utils import gather

    return gather(part)


def gather_object(value: T) -> list[T]:
    """The value of every process, in order of rank."""
    if WORLD == 1:
        return [value]
    from accelerate.utils import gather_object

    return gather_object([value])
