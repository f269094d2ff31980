"""The processes that train together under torchrun, each with a device of its own."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import nn


@dataclass(frozen=True)
class Place:
    """This process among the others, and its device."""

    rank: int
    world: int
    device: torch.device

    @staticmethod
    def join() -> "Place":
        """Join the processes that torchrun started; alone without it."""
        rank, world = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
        gpu = torch.cuda.is_available()
        local = int(os.environ.get("LOCAL_RANK", "0"))
        device = torch.device("cuda", local) if gpu else torch.device("cpu")
        if gpu:
            torch.cuda.set_device(device)
        if "RANK" in os.environ:
            dist.init_process_group("nccl" if gpu else "gloo")
        return Place(rank, world, device)

    def average(self, parameters: Iterable[nn.Parameter]) -> None:
        """Average the gradients over all processes, as one flat message."""
        if self.world == 1:
            return
        gradients = [p.grad for p in parameters]
        flat = torch.cat([g.flatten() for g in gradients])
        dist.all_reduce(flat)
        flat /= self.world
        pieces = flat.split([g.numel() for g in gradients])
        torch._foreach_copy_(gradients, [f.view_as(g) for f, g in zip(pieces, gradients)])  # noqa: B905

    def agree(self, value: float) -> float:
        """The first process's value, for all (their clocks differ)."""
        if self.world == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64, device=self.device)
        dist.broadcast(shared, 0)
        return float(shared)
