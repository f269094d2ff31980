"""Proof, on the very model, that it is computed rightly: packed in training, cached in decoding.

What transformers computes for a sequence alone, in one plain pass, is the truth. A model whose
packed and cached logits are not that truth (a recurrent one, say, whose state would leak from pair
to pair) goes on by transformers' own means, one sequence at a time.
"""

import sys
from typing import Any

import torch
from torch.nn.functional import cross_entropy
from transformers import PreTrainedModel

from anecdot.common import processes
from anecdot.common.errors import UserError
from anecdot.model import attention, kernels
from anecdot.model.alone import greedy
from anecdot.model.batch import Batch
from anecdot.model.loss import head_of, logits_alone, pack, run_layers

SHORT, LONGER, STEPS = 9, 14, 4

# Windows beyond so many tokens are not tried: few pairs are longer, and the proof takes seconds.
REACH = 1024

SLOWER = "so it goes on as transformers does, one sequence at a time, slower and right"

# Whatever a stranger's code raises says that it cannot be computed so; but for short memory.
FAILURES = (ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError,
            RuntimeError, TypeError, ValueError)  # fmt: skip


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
    sequences, allowed = probes(model), tolerance(model)
    try:
        alone = [truth(model, ids) for ids in sequences]
        early = truth(model, sequences[0][: SHORT // 2])
        backward = apart(early, alone[0][: len(early)])
    except FAILURES as error:
        _reraise_out_of_memory(error)
        raise UserError(f"{_name(model)} cannot be computed here: {_reason(error)}") from None
    if backward > allowed:
        raise UserError(
            f"{_name(model)}: what it says of a token depends on those behind it; choose a causal "
            "language model"
        )
    take_off = kernels.speed_up(model)  # the truth was computed without
    line, right = _tried(model, own, sequences, alone, allowed)
    if not right and take_off:
        take_off()
        model.set_attn_implementation(own)
        line, right = _tried(model, own, sequences, alone, allowed)
        if right:
            line += "; without the kernels installed for it, which compute something else"
    model.set_attn_implementation(attention.PACKED if right else own)
    if not right:
        line += f"; {settle_decoding(model, sequences[0])}"
    return line


def prove(model: PreTrainedModel) -> None:
    """`settle`, and print the line (on standard error: standard output may be a graph's)."""
    line = settle(model)
    if processes.RANK == 0:
        print(f"proof: {line}", file=sys.stderr)


def _tried(model: PreTrainedModel, *given: Any) -> tuple[str, bool]:
    """`compare`, where whatever fails is not right."""
    try:
        return compare(model, *given)
    except FAILURES as error:
        _reraise_out_of_memory(error)
        return _reason(error), False


def compare(
    model: PreTrainedModel,
    own: str,
    sequences: list[list[int]],
    alone: list[torch.Tensor],
    allowed: float,
) -> tuple[str, bool]:
    """Packed and cached logits against those of each sequence alone.

    Args:
        model: any attention implementation is left behind.
        own: its own attention implementation.
        sequences: token ids.
        alone: their true logits, each (tokens, vocabulary).
        allowed: how far apart logits may be; see `apart`.

    Returns:
        The line to be shown, and whether both are right.
    """
    expected = torch.cat(alone)
    model.set_attn_implementation(attention.PACKED)
    ids, *where = pack(sequences, model.device)
    logits = head_of(model)(run_layers(model, ids, *where))[: len(expected)].float()
    packed = apart(logits, expected)
    losses = [cross_entropy(x[:-1], ids[0, 1 : len(expected)]).item() for x in (logits, expected)]

    model.set_attn_implementation(attention.CACHED)
    batch = Batch(model, sequences, sequences[0][0])
    tokens, steps = batch.run(STEPS, STEPS + 1, keep=True)
    written, steps = tokens(), torch.stack(steps, 1).float()  # (steps, rows), (rows, steps, words)
    model.set_attn_implementation(own)
    texts = [ids + [step[row] for step in written] for row, ids in enumerate(sequences)]
    cached = max(
        apart(step, truth(model, text, STEPS + 1)[:-1])
        for step, text in zip(steps, texts, strict=True)
    )
    right = max(packed, cached) <= allowed
    return (
        f"loss {losses[0]:.4f} packed, {losses[1]:.4f} alone; logits apart by {packed:.1e} packed, "
        f"{cached:.1e} cached, {allowed:.1e} allowed"
    ), right


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


def probes(model: PreTrainedModel) -> list[list[int]]:
    """Two sequences of random tokens; one reaches beyond the windows that pairs reach beyond."""
    config = model.config.get_text_config()
    windows = [
        value
        for name, value in config.to_dict().items()
        if ("window" in name or "chunk" in name) and isinstance(value, int) and value < REACH
    ]
    longer = max([LONGER, *(value + STEPS for value in windows)])
    ids = torch.randint(
        config.vocab_size // 4, config.vocab_size // 2, (SHORT + longer,),
        generator=torch.Generator().manual_seed(0),
    ).tolist()  # fmt: skip
    return [ids[:SHORT], ids[SHORT:]]


def truth(model: PreTrainedModel, ids: list[int], last: int | None = None) -> torch.Tensor:
    """Logits of the last tokens (None = of all), (tokens, vocabulary), of a sequence alone."""
    given = torch.tensor([ids], device=model.device)
    return logits_alone(model, given, last or len(ids)).float()


def apart(logits: torch.Tensor, expected: torch.Tensor) -> float:
    """How far logits are from others, (tokens, vocabulary): the largest distance of a token's.

    As a share of the length of the latter about their mean, which no softmax sees.
    """
    off = logits - expected
    off = off - off.mean(-1, keepdim=True)
    length = (expected - expected.mean(-1, keepdim=True)).norm(dim=-1)
    distance = (off.norm(dim=-1) / length).max().item()
    return distance if distance == distance else float("inf")


def tolerance(model: PreTrainedModel) -> float:
    """What rounding explains: each layer's errors add up like steps of a random walk."""
    layers = model.config.get_text_config().num_hidden_layers
    # The head's dtype: the first weight of a model with LoRA can be the adapter's, in fp32.
    dtype = model.get_output_embeddings().weight.dtype
    return max(1e-4, 8 * torch.finfo(dtype).eps * layers**0.5)


def _reraise_out_of_memory(error: Exception) -> None:
    if isinstance(error, torch.OutOfMemoryError):
        raise error


def _name(model: PreTrainedModel) -> str:
    return f"the base model ({model.config.model_type})"


def _reason(error: Exception) -> str:
    text = str(error).strip().split("\n")[0]
    return f"{type(error).__name__}: {text}"[:200]
