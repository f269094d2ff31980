"""LoRA layers that compute in the base model's 16-bit dtype, forward and backward in one function.

peft runs an adapter as a handful of modules in fp32, each with a dropout of its own, and every
weight is a tensor of its own to copy, to sum and to step. Here all weights lie in one fp32 vector,
as do their gradients and their 16-bit copies, and layers that are given the same input (q, k and v;
gate and up) are one function, with one dropout of it. Names, files and merging stay peft's.
"""

from functools import partial
from itertools import accumulate, pairwise
from typing import Any

import torch
from peft import PeftModel
from peft.tuners.lora import LoraLayer
from peft.tuners.lora.layer import ParamWrapper
from torch import nn
from torch.nn.functional import linear
from transformers.pytorch_utils import Conv1D

from anecdot.model.device import by_triton

# Layers of one module that are given the same input.
SIBLINGS = (("q_proj", "k_proj", "v_proj"), ("gate_proj", "up_proj"))


class FusedLora:
    """All LoRA weights of a model as one vector, and the fused forward pass on its layers.

    Attributes:
        weights: (n,), fp32: the weights themselves; peft's are views of it. The backward pass
            adds to `weights.grad`, (n,), which stays where it is.

    Args:
        model: its adapter is not merged.
    """

    def __init__(self, model: PeftModel) -> None:
        found = _groups(model)
        # What mixtures of experts have in place of linear layers goes on by peft's own functions.
        others = [module for module in model.modules() if isinstance(module, ParamWrapper)]
        weights = [weight for layers in found for weight in _weights(layers)]
        weights += (rest := [weight for layer in others for weight in _weights([layer])])
        self.weights = nn.Parameter(torch.cat([w.detach().flatten() for w in weights]).float())
        self.weights.grad = torch.zeros_like(self.weights)
        dtype = model.get_base_model().get_output_embeddings().weight.dtype
        self._copies = self.weights.detach().to(dtype)
        ends = [0, *accumulate(weight.numel() for weight in weights)]
        for weight, (start, end) in zip(weights, pairwise(ends), strict=True):
            weight.data = self.weights.detach()[start:end].view_as(weight)
        for weight in rest:
            start = (weight.data_ptr() - self.weights.data_ptr()) // weight.element_size()
            weight.grad = self.weights.grad[start : start + weight.numel()].view_as(weight)
        self._seeds = torch.zeros(len(found), dtype=torch.int64, device=self.weights.device)
        self._groups, start = [], 0
        for layers, seed in zip(found, self._seeds.split(1), strict=True):
            end = start + sum(weight.numel() for weight in _weights(layers))
            group = Group(layers, self._copies[start:end], self.weights.grad[start:end], seed)
            self._groups.append(group)
            start = end
            for index, layer in enumerate(layers):
                layer.forward = partial(_forward, layer, group, index)

    def draw(self) -> None:
        """Draw the seeds of a pass's dropout, where its kernels take them; before each pass."""
        if by_triton(self._seeds):
            self._seeds.random_()

    def forget(self) -> None:
        """Let go of a forward pass that did not get to its end."""
        for group in self._groups:
            group.source, group.outputs = None, {}

    def refresh(self) -> None:
        """Renew the 16-bit copies; to be called when the weights have changed."""
        self._copies.copy_(self.weights.detach())


def _groups(model: PeftModel) -> list[list[LoraLayer]]:
    """All LoRA layers, those that are given the same input together."""
    groups = []
    for module in model.modules():
        layers = {
            name: child
            for name, child in module.named_children()
            if isinstance(child, LoraLayer) and not isinstance(child, ParamWrapper)
        }
        for names in SIBLINGS:
            if siblings := [layers.pop(name) for name in names if name in layers]:
                groups.append(siblings)
        groups += [[layer] for layer in layers.values()]
    return groups


def _weights(layers: list[LoraLayer]) -> list[torch.Tensor]:
    """Every A (rank, in), then every B (out, rank)."""
    [name] = layers[0].active_adapters
    return [getattr(layer, kind)[name].weight for kind in ("lora_A", "lora_B") for layer in layers]


def _forward(layer: LoraLayer, group: "Group", index: int, x: torch.Tensor) -> torch.Tensor:
    if layer.disable_adapters or layer.merged:
        return layer.get_base_layer()(x)
    return group(index, x)


def dropout(
    x: torch.Tensor, p: float, seed: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """`x` with a share `p` of its values set to zero, and what says which, for `add_kept_`.

    None is scaled up. What says which is the 0/1 mask, or on a GPU with Triton `seed`, (1,), int64.
    """
    x = x.detach()
    if p == 0:
        return x, None
    if by_triton(x):
        from anecdot.training import fused_dropout

        return fused_dropout.drop(x, p, seed), seed
    if x.is_cuda:
        mask = torch.empty_like(x).bernoulli_(1 - p)
    else:  # two random bytes a value: many times faster on a CPU than a float for each
        noise = torch.empty(-(-x.numel() // 4), dtype=torch.int64).random_(-(2**63), None)
        noise = noise.view(torch.int16)[: x.numel()].view(x.shape)
        mask = (noise >= round(p * 2**16) - 2**15).to(x.dtype)
    return x * mask, mask


def add_kept_(
    total: torch.Tensor, x: torch.Tensor, kept: torch.Tensor, p: float, scale: float
) -> None:
    """total += scale · what `dropout` with share `p` keeps of x; (tokens, in) both, contiguous."""
    if by_triton(x):
        from anecdot.training import fused_dropout

        fused_dropout.add_kept_(total, x, kept, p, scale)
    else:
        total.addcmul_(x, kept.flatten(0, -2), value=scale)


class Group:
    """Layers with one input, computed when the first is called.

    Args:
        layers: of one rank, scale and dropout.
        copies, grads: this group's part of the vector's 16-bit copy and of its gradient.
        seed: of its dropout, see `dropout`.
    """

    def __init__(
        self,
        layers: list[LoraLayer],
        copies: torch.Tensor,
        grads: torch.Tensor,
        seed: torch.Tensor,
    ) -> None:
        [name] = layers[0].active_adapters
        self.layers, self.seed = layers, seed
        self.bases = [layer.get_base_layer() for layer in layers]
        self.rank, self.scaling = layers[0].r[name], layers[0].scaling[name]
        self.p = getattr(layers[0].lora_dropout[name], "p", 0.0)
        self.sizes = [layer.out_features for layer in layers]
        a = len(layers) * self.rank, layers[0].in_features
        self.a, self.grad_a = (v[: a[0] * a[1]].view(a) for v in (copies, grads))
        self.b, self.grad_b = (v[a[0] * a[1] :].view(-1, self.rank) for v in (copies, grads))
        self.source: torch.Tensor | None = None
        self.outputs: dict[int, torch.Tensor] = {}

    def __call__(self, index: int, x: torch.Tensor) -> torch.Tensor:
        """What layer `index` makes of `x`."""
        if self.source is not x or index not in self.outputs:
            p = self.p if self.layers[0].training else 0.0
            # New each time: a CUDA graph must not record a node that an earlier pass made.
            anchor = x.new_empty(0).requires_grad_()
            outputs = LoraLinears.apply(x, *dropout(x, p, self.seed), self, p, anchor)
            self.source, self.outputs = x, dict(enumerate(outputs))
        output = self.outputs.pop(index)
        if not self.outputs:
            self.source = None  # let go of its memory
        return output


class LoraLinears(torch.autograd.Function):
    """y = x Wᵀ + bias + scale · dropped Aᵀ Bᵀ for each layer of a group, W frozen in 16 or 4 bit.

    The gradients of A and B are added to the group's part of the vector.
    """

    @staticmethod
    def forward(
        ctx: Any,
        x: torch.Tensor,
        dropped: torch.Tensor,
        kept: torch.Tensor | None,
        group: Group,
        p: float,
        anchor: torch.Tensor,
    ) -> tuple[torch.Tensor, ...]:
        """x: (..., in); dropped, kept: of `dropout`; anchor: makes the result need a gradient."""
        scale = group.scaling / (1 - p)
        down = linear(dropped.flatten(0, -2), group.a)
        parts = group.bases, down.split(group.rank, 1), group.b.split(group.sizes)
        outputs = []
        for base, low, b in zip(*parts, strict=True):
            y = linear(x, weight_of(base, x.dtype), base.bias)
            y.flatten(0, -2).addmm_(low, b.T, alpha=scale)
            outputs.append(y)
        ctx.save_for_backward(dropped, kept, down)
        ctx.group, ctx.p, ctx.scale = group, p, scale
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        dropped, kept, down = ctx.saved_tensors
        group, scale, rank = ctx.group, ctx.scale, ctx.group.rank
        grad_down, grad_b = torch.empty_like(down), torch.empty_like(group.b)
        parts = (
            [grad.flatten(0, -2) for grad in grads], group.bases, group.b.split(group.sizes),
            down.split(rank, 1), grad_down.split(rank, 1), grad_b.split(group.sizes),
        )  # fmt: skip
        grad_x = None
        for rows, base, b, low, to_down, to_b in zip(*parts, strict=True):
            torch.mm(rows, b, out=to_down)
            torch.mm(rows.T, low, out=to_b)
            if ctx.needs_input_grad[0]:
                weight = weight_of(base, rows.dtype)
                grad_x = rows @ weight if grad_x is None else grad_x.addmm_(rows, weight)
        group.grad_a.add_(grad_down.T @ dropped.flatten(0, -2), alpha=scale)
        group.grad_b.add_(grad_b, alpha=scale)
        if grad_x is not None:
            if kept is None:
                grad_x.addmm_(grad_down, group.a, alpha=scale)
            else:
                add_kept_(grad_x, grad_down @ group.a, kept, ctx.p, scale)
            grad_x = grad_x.view_as(dropped)
        return grad_x, None, None, None, None, None


def weight_of(base: nn.Module, dtype: torch.dtype) -> torch.Tensor:
    """The weight of a linear layer, (out, in); a 4-bit one is dequantised."""
    weight = base.weight.T if isinstance(base, Conv1D) else base.weight
    state = getattr(weight, "quant_state", None)
    if state is None:
        return weight.to(dtype)
    from bitsandbytes.functional import dequantize_4bit

    return dequantize_4bit(weight.data, state).to(dtype)
