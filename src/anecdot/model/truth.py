"""The true logits of a text, and how far others are from them.

A model in 16 bit computes them in float32, without a second copy of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import repeat
from typing import Any

import torch
from torch import nn
from torch.nn.functional import linear
from transformers import PreTrainedModel

from anecdot.model.loss import logits_alone

# Parameters of a head that are float32 at a time, 0.3 GB. All of 256,000 words would be 2 GB, for
# which a card that just holds the model has no room.
AT_A_TIME = 2**26


@contextmanager
def in_float32(model: nn.Module) -> Iterator[None]:
    """Within, `model` computes in float32, on the values that it has.

    Each module's own parameters and buffers are float32 while that module runs, so that memory
    grows by about one layer's; of the words' embedding it is those that are looked up, of the head
    some at a time. A 4-bit layer keeps its weight and computes in float32. Afterwards every tensor
    is the one that it was.
    """
    usual: dict[nn.Module, list[tuple[Any, str, Any]]] = {}
    embedding, head = _ends(model)

    def widen(module: nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...] | None:
        if module in usual or module is head:  # the first: it calls itself
            return None
        own = (*module.parameters(recurse=False), *module.buffers(recurse=False))
        narrow = [x for x in own if is_narrow(x)]
        usual[module] = [(x, "data", x.data) for x in narrow]
        if module is embedding and is_narrow(module.weight) and args:
            usual[module].append((module, "padding_idx", module.padding_idx))
            words, ids = args[0].unique(return_inverse=True)
            module.weight.data, module.padding_idx = module.weight.data[words], None
            args = (ids, *args[1:])
        for x in narrow:
            x.data = x.data.float()
        if isinstance(getattr(module, "compute_dtype", None), torch.dtype):  # bitsandbytes
            usual[module].append((module, "compute_dtype", module.compute_dtype))
            module.compute_dtype = torch.float32
        return args

    def restore(module: nn.Module, *_: Any) -> None:
        for owner, name, value in usual.pop(module, ()):
            setattr(owner, name, value)

    hooks = []
    for module in model.modules():
        hooks.append(module.register_forward_pre_hook(widen))
        hooks.append(module.register_forward_hook(restore, always_call=True))
    if head is not None:
        head.forward = partial(_in_parts, head)
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
        for module in list(usual):
            restore(module)
        if head is not None:
            del head.forward


def _ends(model: nn.Module) -> tuple[nn.Embedding | None, nn.Linear | None]:
    """The words' embedding and the head in 16 bit, where they are of the usual kind."""
    if not isinstance(model, PreTrainedModel):
        return None, None
    first, last = model.get_input_embeddings(), model.get_output_embeddings()
    return (
        first if isinstance(first, nn.Embedding) else None,
        last if type(last) is nn.Linear and "forward" not in vars(last) else None,
    )


def _in_parts(head: nn.Linear, x: torch.Tensor) -> torch.Tensor:
    """A linear layer in float32, some of its outputs at a time."""
    weights = head.weight.split(max(1, AT_A_TIME // head.in_features))
    sizes = [len(weight) for weight in weights]
    biases = repeat(None) if head.bias is None else head.bias.float().split(sizes)
    parts = zip(weights, biases, strict=False)
    return torch.cat([linear(x, weight.float(), bias) for weight, bias in parts], -1)


def is_narrow(x: torch.Tensor) -> bool:
    """Whether `x` holds 16-bit floating-point numbers, and not a 4-bit weight in their guise."""
    return x.is_floating_point() and x.element_size() == 2 and not hasattr(x, "quant_state")


def dtype_of(model: nn.Module) -> torch.dtype:
    """The 16-bit type that `model` computes in; else float32 (LoRA's, say, that is in it)."""
    tensors = (*model.parameters(), *model.buffers())
    return next((x.dtype for x in tensors if is_narrow(x)), torch.float32)


def truth(model: PreTrainedModel, ids: list[int], last: int) -> torch.Tensor:
    """Logits of the last tokens, (last or fewer, vocabulary), of a text alone."""
    given = torch.tensor([ids], device=model.device)
    return logits_alone(model, given, min(last, len(ids))).float()


def apart(logits: torch.Tensor, expected: torch.Tensor) -> torch.Tensor:
    """How far the logits of each token are from others, (tokens, vocabulary) -> (tokens,).

    As a share of the length of the latter about their mean, which no softmax sees.
    """
    off = logits - expected
    off = off - off.mean(-1, keepdim=True)
    length = (expected - expected.mean(-1, keepdim=True)).norm(dim=-1)
    return (off.norm(dim=-1) / length).nan_to_num(nan=torch.inf)


def typical(off: torch.Tensor) -> float:
    """The geometric mean of distances, to which no single one matters.

    In 16 bit a router now and then sends a token to another expert, rightly computed or not.
    """
    return off.clamp_min(1e-6).log().mean().exp().item()


def tolerance(model: PreTrainedModel) -> float:
    """What rounding explains: each layer's errors add up like steps of a random walk."""
    layers = model.config.get_text_config().num_hidden_layers
    return max(1e-4, 8 * torch.finfo(dtype_of(model)).eps * layers**0.5)
