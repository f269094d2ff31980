"""Versions and hardware of a run, recorded beside its metrics."""

import os
import platform
from importlib.metadata import version
from typing import Any

PACKAGES = (
    "torch", "transformers", "peft", "bitsandbytes", "accelerate", "datasets", "dvc", "dvclive",
    "pygraphviz", "llguidance",
)  # fmt: skip


def environment() -> dict[str, Any]:
    """Package versions, Python, processor and GPUs."""
    import torch

    gpus = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
    return {
        "versions": {"python": platform.python_version()} | {p: version(p) for p in PACKAGES},
        "hardware": {"cpu": _cpu(), "cores": os.cpu_count(), "gpus": gpus},
    }


def _cpu() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(x.split(":")[1].strip() for x in file if x.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
