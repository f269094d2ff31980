"""Proof, on the very model, that it is computed rightly: packed in training, cached in decoding.

What transformers computes for a text alone, in one plain pass in float32, is the truth. In 16 bit
rounding takes transformers' own attention some way from it, and the fast ways about as far. A model
whose packed or cached logits are farther off (a recurrent one, say, whose state would leak from
pair to pair) goes on by transformers' own means, one sequence at a time.
"""

import sys
from typing import NamedTuple

import torch
from transformers import PreTrainedModel

from anecdot.common import processes
from anecdot.common.errors import UserError, first_line
from anecdot.model import attention, kernels
from anecdot.model.alone import greedy
from anecdot.model.batch import Batch
from anecdot.model.loss import head_of, pack, run_layers
from anecdot.model.truth import apart, dtype_of, in_float32, tolerance, truth, typical

# Tokens of the shorter text; of each, those whose logits are looked at (all would be gigabytes),
# and those of them that are read over the cache.
SHORT, LAST, STEPS = 20, 32, 8

# Windows beyond so many tokens are not tried: few pairs are longer, and the proof takes seconds.
REACH = 1024

# How far off a fast way may be in 16 bit, by transformers' plain attention (eager; it rounds scores
# as the fast ways do on a CPU: thrice the error of SDPA where biases are large). Measured on 54
# tiny architectures in three draws each: right ways are off at most 1.15 times as far, but once
# 1.5, by a router that sent a token elsewhere, which other texts do not repeat; with scores 10%
# off it is 2 to 10 times, and 2.5 of SmolLM2-135M.
FACTOR, TRIES = 1.5, 2

SLOWER = "so it goes on as transformers does, one sequence at a time, slower and right"

# Whatever a stranger's code raises says that it cannot be computed so; but for short memory.
FAILURES = (ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError,
            RuntimeError, TypeError, ValueError)  # fmt: skip


class Expected(NamedTuple):
    """Texts, and the true logits of the last tokens of each."""

    texts: list[list[int]]
    logits: list[torch.Tensor]  # (LAST or fewer, vocabulary)
    rounding: list[torch.Tensor] | None  # (LAST or fewer,), how far plain 16 bit is off


@torch.no_grad()
def settle(model: PreTrainedModel) -> str:
    """Let `model` compute in the fastest way that is shown to be right; returns a line on it.

    Its attention implementation becomes `attention.PACKED`, or stays; it is given the kernels that
    are installed for it (see `anecdot.model.kernels`) unless these are what is wrong. Takes about
    ten short forward passes, in which every process that shares the base has to take part.

    Raises:
        UserError: neither way is right.
    """
    own = model.config.get_text_config()._attn_implementation
    for seed in range(TRIES):
        expected = expect(model, own, seed)
        take_off = kernels.speed_up(model)  # the truth was computed without
        line, right = _tried(model, own, expected)
        if not right and take_off:
            take_off()
            line, right = _tried(model, own, expected)
            if right:
                line += "; without the kernels installed for it, which compute something else"
        if right or expected.rounding is None:
            break
    if right:
        model.set_attn_implementation(attention.PACKED)
        return line
    return f"{line}; {settle_decoding(model, expected.texts[-1])}"


def prove(model: PreTrainedModel) -> None:
    """`settle`, and print the line (on standard error: standard output may be a graph's)."""
    line = settle(model)
    if processes.RANK == 0:
        print(f"proof: {line}", file=sys.stderr)


def expect(model: PreTrainedModel, own: str, seed: int) -> Expected:
    """The truth on texts of random tokens, by the model's own attention implementation.

    Raises:
        UserError: there is none.
    """
    texts = probes(model, seed)
    try:
        whole, half = (truth(model, texts[-1][:end], LAST) for end in (SHORT, SHORT // 2))
        backward = apart(half, whole[: len(half)]).max()
        expected = expect_in_float32(model, own, texts)
        expected = expected or Expected(texts, [truth(model, text, LAST) for text in texts], None)
    except FAILURES as error:
        _reraise_out_of_memory(error)
        raise UserError(f"{_name(model)} cannot be computed here: {_reason(error)}") from None
    if backward > tolerance(model):
        raise UserError(
            f"{_name(model)}: what it says of a token depends on those behind it; choose a causal "
            "language model"
        )
    return expected


def expect_in_float32(model: PreTrainedModel, own: str, texts: list[list[int]]) -> Expected | None:
    """The truth for a model in 16 bit; None for another, or one whose code insists on its type."""
    if dtype_of(model) == torch.float32:
        return None
    try:
        with in_float32(model):
            exact = [truth(model, text, LAST) for text in texts]
        model.set_attn_implementation("eager")
        plain = [truth(model, text, LAST) for text in texts]
    except FAILURES as error:
        _reraise_out_of_memory(error)
        return None
    finally:
        model.set_attn_implementation(own)
    return Expected(texts, exact, [apart(x, y) for x, y in zip(plain, exact, strict=True)])


def _tried(model: PreTrainedModel, own: str, expected: Expected) -> tuple[str, bool]:
    """`compare`, where whatever fails is not right; the model's own attention is left behind."""
    try:
        return compare(model, expected)
    except FAILURES as error:
        _reraise_out_of_memory(error)
        return _reason(error), False
    finally:
        model.set_attn_implementation(own)


def compare(model: PreTrainedModel, expected: Expected) -> tuple[str, bool]:
    """The line on packed and cached logits, and whether both are right."""
    ways = (packed_logits(model, expected.texts), cached_logits(model, expected.texts))
    found = [measure(model, expected, logits) for logits in ways]
    right = all(off <= allowed for off, allowed in found)
    (packed, allowed), (cached, other) = found
    if expected.rounding is None:
        line = f"logits apart by {packed:.1e} packed, {cached:.1e} cached, {allowed:.1e} allowed"
        return line, right
    own = f"{allowed / FACTOR:.2g}% and {other / FACTOR:.2g}% in plain 16 bit"
    return f"logits {packed:.2g}% from float32 packed, {cached:.2g}% cached; {own}", right


def measure(
    model: PreTrainedModel, expected: Expected, logits: list[torch.Tensor]
) -> tuple[float, float]:
    """How far logits of each text's last tokens, (tokens, vocabulary), are off, and may be.

    As `apart` says, the largest distance; in 16 bit the typical one, in per cent.
    """

    def last(known: list[torch.Tensor]) -> list[torch.Tensor]:
        return [x[-len(y) :] for x, y in zip(known, logits, strict=True)]

    off = torch.cat([apart(x, y) for x, y in zip(logits, last(expected.logits), strict=True)])
    if expected.rounding is None:
        return off.max().item(), tolerance(model)
    return 100 * typical(off), 100 * FACTOR * typical(torch.cat(last(expected.rounding)))


def packed_logits(model: PreTrainedModel, texts: list[list[int]]) -> list[torch.Tensor]:
    """Logits of each text's last tokens, (LAST or fewer, vocabulary), all texts in one row."""
    model.set_attn_implementation(attention.PACKED)
    ids, *where = pack(texts, model.device)
    lengths, head = [len(text) for text in texts], head_of(model)
    states = run_layers(model, ids, *where)[: sum(lengths)].split(lengths)
    return [head(part[-LAST:]).float() for part in states]


def cached_logits(model: PreTrainedModel, texts: list[list[int]]) -> list[torch.Tensor]:
    """Logits of each text's last tokens, (STEPS, vocabulary), read one by one over the cache."""
    model.set_attn_implementation(attention.CACHED)
    batch = Batch(model, [text[: 1 - STEPS] for text in texts], texts[0][0])
    rows, logits = list(range(len(texts))), []
    for step in range(STEPS):
        batch.place(rows, [step] * len(rows), [text[step - STEPS] for text in texts])
        logits += batch.run(1, keep=True)[1]
    return list(torch.stack(logits, 1).float())


def settle_decoding(model: PreTrainedModel, prompt: list[int]) -> str:
    """Choose between the model's own cache and none, by transformers' own `generate`."""
    reason = "its own generate writes other tokens than plain forward passes"
    for cache, line in ((True, SLOWER), (False, f"{SLOWER}, and without a cache")):
        model.generation_config.use_cache = cache
        try:
            written = torch.tensor(greedy(model, prompt, STEPS, [], prompt[0]))
            logits = truth(model, prompt + written.tolist(), STEPS + 1)[:-1]
        except FAILURES as error:
            _reraise_out_of_memory(error)
            reason = _reason(error)
            continue
        short = logits.amax(-1) - logits.gather(1, written.to(logits.device)[:, None])[:, 0]
        if (short <= 4 * tolerance(model) * logits.std(-1)).all():
            return line
    raise UserError(f"{_name(model)} cannot be decoded here: {reason}")


def probes(model: PreTrainedModel, seed: int) -> list[list[int]]:
    """Two texts of random tokens; the last of the first see twice as many where no window holds."""
    config = model.config.get_text_config()
    windows = [
        value
        for name, value in config.to_dict().items()
        if ("window" in name or "chunk" in name) and isinstance(value, int) and value < REACH
    ]
    longer = 2 * max(windows, default=0) + LAST
    ids = torch.randint(
        config.vocab_size // 4, config.vocab_size // 2, (longer + SHORT,),
        generator=torch.Generator().manual_seed(seed),
    ).tolist()  # fmt: skip
    return [ids[:longer], ids[longer:]]


def _reraise_out_of_memory(error: Exception) -> None:
    if isinstance(error, torch.OutOfMemoryError):
        raise error


def _name(model: PreTrainedModel) -> str:
    return f"the base model ({model.config.model_type})"


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {first_line(error)}"[:200]
