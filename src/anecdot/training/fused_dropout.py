"""Dropout without a mask: Triton kernels that draw the same bits again for the backward pass.

What is kept follows from a seed alone, so no mask of the input's size is written, kept until the
backward pass and read again, as by PyTorch's operations (draw, multiply; multiply and add).
"""

import torch
import triton
import triton.language as tl

PART = 1024  # values that share the position of their bits in the words drawn for them
PARTS = 8  # of a program: both halves of four words


@triton.jit
def _drop(x, out, seed, count, least, part: tl.constexpr):
    block = tl.program_id(0)
    lanes = tl.arange(0, part)
    words = tl.randint4x(tl.load(seed), block * part + lanes)
    at = block.to(tl.int64) * 8 * part + lanes
    for half in tl.static_range(8):
        keep = ((words[half // 2] >> (half % 2 * 16)) & 0xFFFF) >= least
        inside = at < count
        value = tl.load(x + at, mask=inside)
        tl.store(out + at, tl.where(keep, value, 0.0), mask=inside)
        at += part


@triton.jit
def _add_kept(total, x, seed, count, least, scale, part: tl.constexpr):
    block = tl.program_id(0)
    lanes = tl.arange(0, part)
    words = tl.randint4x(tl.load(seed), block * part + lanes)
    at = block.to(tl.int64) * 8 * part + lanes
    for half in tl.static_range(8):
        keep = ((words[half // 2] >> (half % 2 * 16)) & 0xFFFF) >= least
        inside = at < count
        value = tl.where(keep, scale * tl.load(x + at, mask=inside).to(tl.float32), 0.0)
        value += tl.load(total + at, mask=inside).to(tl.float32)
        tl.store(total + at, value.to(total.dtype.element_ty), mask=inside)
        at += part


def drop(x: torch.Tensor, p: float, seed: torch.Tensor) -> torch.Tensor:
    """`x` with a share `p` of its values set to zero; which ones follows from `seed`, (1,), int64.

    The kernel reads the seed where it lies: a CUDA graph takes the one that is there at its replay.
    """
    x = x.contiguous()
    out = torch.empty_like(x)
    _drop[_programs(x)](x, out, seed, x.numel(), _least(p), PART)
    return out


def add_kept_(
    total: torch.Tensor, x: torch.Tensor, seed: torch.Tensor, p: float, scale: float
) -> None:
    """total += scale · what `drop` keeps of x by this seed; both contiguous and of one size."""
    _add_kept[_programs(x)](total, x, seed, x.numel(), _least(p), scale, PART)


def _programs(x: torch.Tensor) -> tuple[int]:
    return (triton.cdiv(x.numel(), PARTS * PART),)


def _least(p: float) -> int:
    """The smallest number of 16 bits that means: kept."""
    return round(p * 2**16)
