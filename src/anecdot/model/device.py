"""Where to compute, and in which dtype."""

import contextlib
import ctypes
import os
import sys
from functools import cache
from importlib.util import find_spec

import torch

from anecdot.common.errors import UserError
from anecdot.common.params import Params

# malloc.h: M_TRIM_THRESHOLD, M_TOP_PAD and M_MMAP_MAX, in bytes, bytes and number of mappings.
MALLOC_OPTIONS = {-1: 2**31 - 1, -2: 1 << 28, -4: 0}

# Values that no CPU can serve, with what to use instead.
GPU_ONLY = {
    ("bnb_4bit_compute_dtype", "float16"): "bfloat16 or float32",
    ("optim", "paged_adamw_8bit"): "adamw",
}


def pick_device() -> torch.device:
    """The GPU of this process if there is one, else the CPU."""
    if not torch.cuda.is_available():
        keep_freed_memory()
        return torch.device("cpu")
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    torch.cuda.set_device(device)
    return device


def keep_freed_memory() -> None:
    """Let glibc keep what tensors free instead of handing it back to the kernel.

    Otherwise every larger tensor costs a page fault for each 4 KB: on a virtual machine that was
    two thirds of a training step.
    """
    with contextlib.suppress(OSError, AttributeError):  # another C library
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in MALLOC_OPTIONS.items():
            mallopt(option, value)


def to_device(tensor: torch.Tensor, device: torch.device) -> torch.Tensor:
    """A CPU's tensor on `device`, and nobody waits: a GPU may have much to do before it.

    Out of pageable memory the copy would hold Python up until the GPU has come to it, and then the
    GPU would wait for what Python could have handed over meanwhile.
    """
    if device.type == "cuda":
        tensor = tensor.pin_memory()
    return tensor.to(device, non_blocking=True)


def by_triton(tensor: torch.Tensor) -> bool:
    """Whether kernels in Triton can compute with it."""
    return tensor.is_cuda and find_spec("triton") is not None


def check_device(params: Params) -> None:
    """Raises UserError for a parameter that needs a GPU where there is none."""
    for (name, value), instead in GPU_ONLY.items():
        if getattr(params, name, None) == value and not torch.cuda.is_available():
            raise UserError(f"params.yaml: {name} {value} needs a GPU; use {instead}")


def compute_dtype(params: Params) -> torch.dtype:
    """The dtype of matrix products and plain weights.

    In place of bfloat16 it is float32 on a CPU without instructions for the former, which would
    take fifty times as long.
    """
    dtype = getattr(torch, params.bnb_4bit_compute_dtype)
    slow = dtype == torch.bfloat16 and not torch.cuda.is_available() and not has_bf16_instructions()
    return torch.float32 if slow else dtype


@cache
def has_bf16_instructions() -> bool:
    """Whether this CPU multiplies in bfloat16; says once what follows where it does not."""
    can = torch.cpu.get_capabilities()
    if any(can.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16", "sve_bf16")):
        return True
    print("this CPU has no bfloat16 instructions: computing in float32", file=sys.stderr)
    return False
