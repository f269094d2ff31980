"""The values that weights have in 4 bit (NF4), computed without bitsandbytes.

Importing that library takes longer than all of one answer by the embedded base; on a CPU its values
are these, bit for bit (`tests/model/test_light.py`).

A block of 64 weights is scaled by its largest magnitude, and each weight rounded to the nearest of
16 levels, quantiles of a normal distribution (Dettmers et al. 2023, "QLoRA", appendix E). Double
quantisation rounds the scales in turn, in blocks of 256 and less their mean, to an 8-bit data type
with a dynamic exponent (Dettmers 2016, "8-Bit Approximations for Parallelism in Deep Learning").
"""

from functools import cache

import torch

LEVELS = torch.tensor([
    -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
    -0.18477343022823334, -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725,
    0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
    0.7229568362236023, 1.0,
])  # fmt: skip
BLOCK, SCALES_BLOCK = 64, 256
PART = 1 << 18  # values rounded at a time: they and what is made of them fit a CPU's cache
BINS = 32  # on either side of 0
SMALLEST = 1e-38  # a block of zeros is divided by it
# On a CPU the library looks its 8-bit numbers up in a table of 2^16 places between -1 and 1.
HALF_TABLE = 32767.5


def rounded(weight: torch.Tensor, double: bool) -> torch.Tensor:
    """The NF4 values of a weight, in its shape and dtype.

    Args:
        weight: any shape; float32, bfloat16 or float16.
        double: whether the blocks' scales are quantised, too.
    """
    flat = weight.flatten().float()
    parts = [nearest(part, LEVELS, BLOCK) for part in flat.split(PART)]
    levels, scales = (torch.cat(x) for x in zip(*parts, strict=True))
    if double:
        mean = scales.mean()
        codes, largest = nearest(scales - mean, dynamic_levels(), SCALES_BLOCK, HALF_TABLE)
        scales = in_blocks(codes, SCALES_BLOCK).mul_(largest[:, None]).flatten()[: len(scales)]
        scales += mean
    values = in_blocks(levels, BLOCK).mul_(scales[:, None]).flatten()[: weight.numel()]
    return values.view(weight.shape).to(weight.dtype)


def nearest(
    values: torch.Tensor, levels: torch.Tensor, size: int, half_table: float | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """The level nearest to each value as a share of the largest magnitude in its block.

    Args:
        values: (n,), float32.
        levels: between -1 and 1, rising.
        size: of a block; the last one may be shorter.
        half_table: the shares are first rounded to so many places on either side of 0.

    Returns:
        The levels, (n,), and the largest magnitudes, (blocks,).
    """
    blocks = in_blocks(values, size)
    largest = blocks.abs().amax(1)
    shares = blocks * (1 / largest.clamp(min=SMALLEST))[:, None]
    if half_table:
        shares = ((shares + 1) * half_table + 0.5).floor() / half_table - 1
    found = nearest_16(shares) if levels is LEVELS else searched(shares, levels)
    return found.flatten()[: len(values)], largest


def searched(shares: torch.Tensor, levels: torch.Tensor) -> torch.Tensor:
    """The level nearest to each share; the shares' shape."""
    chosen = torch.bucketize(shares, (levels[:-1] + levels[1:]) / 2, out_int32=True)
    return levels.index_select(0, chosen.flatten()).view(shares.shape)


def nearest_16(shares: torch.Tensor) -> torch.Tensor:
    """`searched` among LEVELS, several times as fast: by a table instead of a search.

    The range from -1 to 1 is cut into so many equal bins that none has two middles between levels:
    a share is compared with its bin's alone.
    """
    middle, level = _bins()
    at = shares.mul(BINS).add_(BINS).int().clamp_(0, 2 * BINS).flatten()
    above = torch.gt(shares.flatten(), middle.index_select(0, at), out=torch.empty_like(at))
    return level.index_select(0, at.mul_(2).add_(above)).view(shares.shape)


@cache
def _bins() -> tuple[torch.Tensor, torch.Tensor]:
    """Of each bin its middle (or what no share is above), and the levels below and above that."""
    middles = (LEVELS[:-1] + LEVELS[1:]) / 2
    bins = (middles.double() * BINS + BINS).int()
    if bins.unique().numel() < len(middles):
        raise ValueError("two middles lie in one bin")
    middle = torch.full((2 * BINS + 1,), torch.inf).index_put((bins,), middles)
    below = torch.bucketize(torch.arange(2 * BINS + 1), bins)  # middles in the bins before
    above = below + middle.isfinite()
    return middle, LEVELS[torch.stack([below, above], 1)].flatten()


def in_blocks(values: torch.Tensor, size: int) -> torch.Tensor:
    """(n,) as (blocks, size), the last block filled up with zeros."""
    return torch.nn.functional.pad(values, (0, -len(values) % size)).view(-1, size)


def dynamic_levels() -> torch.Tensor:
    """The 256 numbers of the 8-bit type, rising: sign, exponent of ten, and a fraction.

    The fewer of the seven bits the exponent takes, the more are left for the fraction.
    """
    positive = []
    for bits in range(7):
        edges = torch.linspace(0.1, 1, 2**bits + 1)
        positive.append(10.0 ** (bits - 6) * ((edges[:-1] + edges[1:]) / 2))
    positive = torch.cat(positive)
    return torch.cat([-positive, torch.tensor([0.0, 1.0]), positive]).sort().values
