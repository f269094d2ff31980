"""The loss on completions: pairs packed in one row, logits at target tokens alone.

The output layer is never run on prompts.
"""

import math
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from itertools import accumulate
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import PreTrainedModel

from anecdot.common import processes
from anecdot.model import attention
from anecdot.model.memory import in_halves
from anecdot.prompting.examples import Example, Examples

Backbone = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]

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
        causal_lm: uses the packed attention of `anecdot.model.attention`.
        examples: the pairs.
        backbone: runs the layers; None = plainly.
        rows: target tokens whose logits exist at a time.
    """
    device = causal_lm.device
    lengths = [len(example.input_ids) for example in examples]
    ids = [token for example in examples for token in example.input_ids]
    if filler := row_length(len(ids)) - len(ids) if device.type == "cuda" else 0:
        lengths, ids = [*lengths, filler], ids + [0] * filler
    at = torch.cat([
        torch.arange(end - example.targets, end)
        for end, example in zip(accumulate(lengths), examples, strict=False)
    ])  # fmt: skip
    ids = torch.tensor(ids)
    positions = torch.cat([torch.arange(length) for length in lengths])
    hidden = (backbone or partial(run_layers, causal_lm))(
        ids[None].to(device), positions[None].to(device), attention.pack(lengths, device)
    )
    # The token at `p` is predicted from the hidden state at `p - 1`.
    states = hidden.index_select(0, (at - 1).to(device))
    head = causal_lm.get_output_embeddings()
    return ChunkedLoss.apply(states, ids[at].to(device), head, rows)


def row_length(tokens: int) -> int:
    """Tokens of the row that holds so many: one of eight lengths between 2ⁿ and 2ⁿ⁺¹.

    A GPU should see few shapes: the first row of each costs, and kernels compiled for multiples of
    16 would be compiled again for the first other number, in the middle of a run.
    """
    multiple = max(64, 1 << (tokens.bit_length() - 4))
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
    backbone = getattr(causal_lm, causal_lm.base_model_prefix)
    output = backbone(
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
        ctx: Any, states: torch.Tensor, targets: torch.Tensor, head: nn.Module, rows: int
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
    if logits.is_cuda and find_spec("triton"):
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
    causal_lm.set_attn_implementation(attention.PACKED)
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
