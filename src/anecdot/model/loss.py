"""The loss on completions: pairs packed in one row, logits at target tokens alone.

The output layer is never run on prompts.
"""

import inspect
import math
from collections.abc import Callable
from functools import partial
from itertools import accumulate
from typing import Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from transformers import PreTrainedModel

from anecdot.common import processes
from anecdot.model import attention
from anecdot.model.device import by_triton, to_device
from anecdot.model.memory import in_halves
from anecdot.prompting.examples import Example, Examples

Backbone = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
Head = Callable[[torch.Tensor], torch.Tensor]

# Target tokens whose logits exist at a time, and how many where memory is short (with gradient
# checkpointing): 512 x 256,000 words x 4 bytes = 0.5 GB.
LOGITS_AT_A_TIME, FEW_LOGITS = 512, 64

# Of a probability whose logarithm is taken: the smallest normal number of fp32.
SMALLEST = torch.finfo(torch.float32).tiny


def completion_loss(
    causal_lm: PreTrainedModel,
    examples: list[Example],
    backbone: Backbone | None = None,
    rows: int = LOGITS_AT_A_TIME,
) -> torch.Tensor:
    """Sum of the cross-entropy (nats) over all target tokens of some pairs, as one packed row.

    Args:
        causal_lm: one whose attention is not `attention.PACKED` reads a pair at a time.
        examples: the pairs.
        backbone: runs the layers; None = plainly.
        rows: target tokens whose logits exist at a time.
    """
    if not attention.is_packed(causal_lm):
        return torch.stack([loss_alone(causal_lm, example) for example in examples]).sum()
    device, lengths = causal_lm.device, [len(example.input_ids) for example in examples]
    ids, *where = pack([example.input_ids for example in examples], device)
    at = torch.cat([
        torch.arange(end - example.targets, end)
        for end, example in zip(accumulate(lengths), examples, strict=True)
    ])  # fmt: skip
    at = to_device(at, device)
    hidden = (backbone or partial(run_layers, causal_lm))(ids, *where)
    # The token at `p` is predicted from the hidden state at `p - 1`.
    return ChunkedLoss.apply(hidden.index_select(0, at - 1), ids[0, at], head_of(causal_lm), rows)


def pack(
    sequences: list[list[int]], device: torch.device
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Sequences as one packed row: ids and positions, (1, tokens), and its mask.

    On a GPU the row is filled up to one of few lengths.
    """
    lengths = [len(sequence) for sequence in sequences]
    ids = [token for sequence in sequences for token in sequence]
    if filler := row_length(len(ids)) - len(ids) if device.type == "cuda" else 0:
        lengths, ids = [*lengths, filler], ids + [0] * filler
    positions = torch.cat([torch.arange(length) for length in lengths])
    both = to_device(torch.stack([torch.tensor(ids), positions]), device)
    return both[:1], both[1:], attention.mask_of(lengths, device)


def loss_alone(causal_lm: PreTrainedModel, example: Example) -> torch.Tensor:
    """The loss of one pair as `completion_loss` defines it, by the model's own forward pass."""
    ids = torch.tensor([example.input_ids], device=causal_lm.device)
    logits = logits_alone(causal_lm, ids, example.targets + 1)[:-1]
    return cross_entropy(logits.float(), ids[0, -example.targets :], reduction="sum")


def logits_alone(causal_lm: PreTrainedModel, ids: torch.Tensor, last: int) -> torch.Tensor:
    """Logits of the last tokens, (last, vocabulary), by the model's own forward pass of (1, n)."""
    takes = inspect.signature(causal_lm.forward).parameters
    kwargs = {"logits_to_keep": last} if "logits_to_keep" in takes else {}
    return causal_lm(input_ids=ids, use_cache=False, **kwargs).logits[0, -last:]


def head_of(causal_lm: PreTrainedModel) -> Head:
    """Hidden states -> logits, with what some configurations do to these."""
    config, layer = causal_lm.config.get_text_config(), causal_lm.get_output_embeddings()
    factor = getattr(config, "logit_scale", None) or 1.0
    factor /= getattr(config, "logits_scaling", None) or 1.0
    softcap = getattr(config, "final_logit_softcapping", None)

    def head(states: torch.Tensor) -> torch.Tensor:
        logits = layer(states) if factor == 1 else layer(states) * factor
        return attention.capped(logits, softcap) if softcap else logits

    return head


def row_length(tokens: int) -> int:
    """Tokens of the row that holds so many: one of eight lengths between 2ⁿ and 2ⁿ⁺¹.

    A GPU should see few shapes: the first row of each costs, and kernels compiled for multiples of
    16 would be compiled again for the first other number, in the middle of a run.
    """
    multiple = max(64, (1 << tokens.bit_length()) >> 4)
    return -(-tokens // multiple) * multiple


def run_layers(
    causal_lm: PreTrainedModel, ids: torch.Tensor, positions: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    """Hidden states, (tokens, hidden size), of a packed row.

    Args:
        causal_lm: see `completion_loss`.
        ids, positions: (1, tokens).
        mask: of `attention.packed_mask`.
    """
    output = causal_lm.get_decoder()(
        input_ids=ids, position_ids=positions, attention_mask=mask, use_cache=False
    )  # fmt: skip
    return output.last_hidden_state[0]


class ChunkedLoss(torch.autograd.Function):
    """The sum of the cross-entropy (nats) over chunks of rows; each chunk's gradient is taken at
    once.

    So the logits of one chunk alone exist at a time, and none is computed twice.
    """

    @staticmethod
    def forward(
        ctx: Any, states: torch.Tensor, targets: torch.Tensor, head: Head, rows: int
    ) -> torch.Tensor:
        """states: (n, hidden size); targets: (n,); head: states -> logits."""
        total, grads = torch.zeros((), device=states.device), []
        differentiate = ctx.needs_input_grad[0]
        for part, wanted in zip(states.split(rows), targets.split(rows), strict=True):
            with torch.set_grad_enabled(differentiate):
                leaf = part.detach().requires_grad_(differentiate)
                logits = head(leaf)
            grad = logits.detach()
            total += cross_entropy_(grad, wanted).sum()
            if differentiate:
                grads += torch.autograd.grad(logits, leaf, grad)
        if grads:
            ctx.save_for_backward(torch.cat(grads))
        return total

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor, None, None, None]:
        return ctx.saved_tensors[0] * grad, None, None, None


def cross_entropy_(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Cross-entropy (nats) of each row, in fp32, (n,).

    With p the softmax of the logits and t the target, the loss is -log p_t, its gradient p - 1_t.

    Args:
        logits: (n, vocabulary); the gradient takes their place.
        targets: (n,).
    """
    if by_triton(logits):
        from anecdot.model import fused_loss

        return fused_loss.cross_entropy_(logits, targets)
    p = logits.softmax(-1, dtype=torch.float32)
    right = p.gather(1, targets[:, None])
    logits.copy_(p.scatter_(1, targets[:, None], right - 1))
    return -right[:, 0].clamp_min(SMALLEST).log()


@torch.no_grad()
def mean_loss(
    causal_lm: PreTrainedModel, examples: Examples, size: int, rows: int = LOGITS_AT_A_TIME
) -> float:
    """Cross-entropy per target token (nats) over `examples`, `size` pairs a forward pass.

    The processes share the passes; each is given the result.
    """
    measure = partial(completion_loss, causal_lm, rows=rows)
    if processes.WORLD == 1:  # else others may need its part of a base as often as it theirs
        measure = partial(in_halves, measure)
    order = np.argsort(examples.lengths, kind="stable")  # similar lengths together
    passes = [order[start : start + size] for start in range(0, len(order), size)]
    mine = processes.deal(passes, processes.WORLD)[processes.RANK]
    total = torch.zeros((), dtype=torch.float64, device=causal_lm.device)
    for turn in range(math.ceil(len(passes) / processes.WORLD)):
        part = [examples[i] for i in mine[turn]] if turn < len(mine) else []
        # A process without pairs left takes part for nothing: others may need its part of a base.
        total += measure(part or [examples[0]]) * bool(part)
    processes.all_reduce([total])
    return total.item() / examples.targets
