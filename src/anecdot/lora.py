"""LoRA layers that compute in the base model's 16-bit dtype, forward and backward in one function.

peft runs an adapter as a handful of modules in fp32, each with a dropout of its own. Here a layer
is one autograd function over 16-bit copies of its fp32 weights, and layers that are given the same
input (q, k and v; gate and up) share one dropout of it. Names, files and merging stay peft's.
"""

from functools import partial
from typing import Any

import torch
from peft import PeftModel
from peft.tuners.lora import LoraLayer
from torch import nn
from torch.nn.functional import linear

# Layers of one module that are given the same input.
SIBLINGS = (("q_proj", "k_proj", "v_proj"), ("gate_proj", "up_proj"))


def fuse(model: PeftModel, together: bool | None = None) -> None:
    """Give every LoRA layer of `model` the fused forward pass.

    Args:
        model: its adapter is not yet merged.
        together: compute siblings with plain weights in one product; None = on a GPU, where each
            launch of a kernel costs.
    """
    dropout = SharedDropout()
    together = model.device.type == "cuda" if together is None else together
    for module in model.modules():
        if isinstance(module, LoraLayer):
            module.forward = partial(_forward, module, dropout)
        for names in SIBLINGS if together else ():
            layers = [getattr(module, name, None) for name in names]
            if all(isinstance(layer, LoraLayer) and _is_plain(layer) for layer in layers):
                siblings = Siblings(layers, dropout)
                for index, layer in enumerate(layers):
                    layer.together = partial(siblings, index)


def _is_plain(layer: LoraLayer) -> bool:
    return not hasattr(layer.get_base_layer().weight, "quant_state")


class SharedDropout:
    """Dropout that gives layers with the same input the same result, computed once."""

    def __init__(self) -> None:
        self.source: torch.Tensor | None = None

    def __call__(self, x: torch.Tensor, p: float) -> tuple[torch.Tensor, torch.Tensor | None]:
        """`x` with a share `p` of its values set to zero (none scaled up), and the 0/1 mask."""
        if p == 0:
            return x.detach(), None
        if self.source is not x:
            # Two random bytes a value: many times faster on a CPU than a float for each.
            noise = torch.empty(-(-x.numel() // 4), dtype=torch.int64, device=x.device)
            noise = noise.random_(-(2**63), None).view(torch.int16)[: x.numel()].view(x.shape)
            self.mask = (noise >= round(p * 2**16) - 2**15).to(x.dtype)
            self.result = x.detach() * self.mask
            self.source = x
        return self.result, self.mask


def _forward(layer: LoraLayer, dropout: SharedDropout, x: torch.Tensor) -> torch.Tensor:
    base = layer.get_base_layer()
    if layer.disable_adapters or layer.merged:
        return base(x)
    if hasattr(layer, "together"):
        return layer.together(x)
    a, b, p, scale = _parts(layer)
    return LoraLinear.apply(x, *dropout(x, p), base, a, b, scale)


def _parts(layer: LoraLayer) -> tuple[torch.Tensor, torch.Tensor, float, float]:
    """A, B, the share to drop, and the scale of the update."""
    [name] = layer.active_adapters
    p = getattr(layer.lora_dropout[name], "p", 0.0) if layer.training else 0.0
    a, b = layer.lora_A[name].weight, layer.lora_B[name].weight
    return a, b, p, layer.scaling[name] / (1 - p)


class Siblings:
    """Layers with one input, computed when the first is called.

    Their weights become parts of one matrix, in the memory of which they stay.
    """

    def __init__(self, layers: list[LoraLayer], dropout: SharedDropout) -> None:
        self.layers, self.dropout = layers, dropout
        bases = [layer.get_base_layer() for layer in layers]
        self.sizes = [base.out_features for base in bases]
        self.weight = torch.cat([base.weight.data for base in bases])
        for base, part in zip(bases, self.weight.split(self.sizes), strict=True):
            base.weight.data = part
        has_bias = bases[0].bias is not None
        self.bias = torch.cat([base.bias.data for base in bases]) if has_bias else None
        self.source: torch.Tensor | None = None
        self.outputs: dict[int, torch.Tensor] = {}

    def __call__(self, index: int, x: torch.Tensor) -> torch.Tensor:
        """What layer `index` makes of `x`."""
        if self.source is not x or index not in self.outputs:
            a, b, p, scale = zip(*map(_parts, self.layers), strict=True)
            outputs = LoraSiblings.apply(x, *self.dropout(x, p[0]), self, scale[0], *a, *b)
            self.source, self.outputs = x, dict(enumerate(outputs))
        output = self.outputs.pop(index)
        if not self.outputs:
            self.source = None  # let go of its memory
        return output


class LoraSiblings(torch.autograd.Function):
    """LoraLinear for layers with one input and one rank: the large products in one."""

    @staticmethod
    def forward(
        ctx: Any,
        x: torch.Tensor,
        dropped: torch.Tensor,
        mask: torch.Tensor | None,
        siblings: Siblings,
        scale: float,
        *weights: torch.Tensor,
    ) -> tuple[torch.Tensor, ...]:
        """x, dropped, mask: (..., in); weights: every A (rank, in), then every B (out, rank)."""
        count, rank = len(weights) // 2, weights[0].shape[0]
        a = torch.cat(weights[:count]).to(x.dtype)
        b = (torch.cat(weights[count:]) * scale).to(x.dtype)
        down = linear(dropped, a).flatten(0, -2)
        y = linear(x, siblings.weight, siblings.bias)
        rows = y.flatten(0, -2).split(siblings.sizes, 1)
        for part, low, up in zip(rows, down.split(rank, 1), b.split(siblings.sizes), strict=True):
            part.addmm_(low, up.T)
        ctx.save_for_backward(dropped, mask, down, a, b)
        ctx.siblings, ctx.scale, ctx.rank = siblings, scale, rank
        return y.split(siblings.sizes, -1)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        dropped, mask, down, a, b = ctx.saved_tensors
        sizes, rank = ctx.siblings.sizes, ctx.rank
        rows = [grad.flatten(0, -2) for grad in grads]
        ups, lows = b.split(sizes), down.split(rank, 1)
        grad_down = torch.cat([g @ up for g, up in zip(rows, ups, strict=True)], 1)
        grad_b = torch.cat([g.T @ low for g, low in zip(rows, lows, strict=True)])
        grad_a = grad_down.T @ dropped.flatten(0, -2)
        grad_x = None
        if ctx.needs_input_grad[0]:
            grad_x = (torch.cat(rows, 1) @ ctx.siblings.weight).view_as(dropped)
            through = (grad_down @ a).view_as(grad_x)
            grad_x.add_(through) if mask is None else grad_x.addcmul_(through, mask)
        grad_a, grad_b = grad_a.float().split(rank), (grad_b.float() * ctx.scale).split(sizes)
        return grad_x, None, None, None, None, *grad_a, *grad_b


class LoraLinear(torch.autograd.Function):
    """y = x Wᵀ + bias + scale · dropped Aᵀ Bᵀ, for a frozen W in 16 or 4 bit."""

    @staticmethod
    def forward(
        ctx: Any,
        x: torch.Tensor,
        dropped: torch.Tensor,
        mask: torch.Tensor | None,
        base: nn.Linear,
        a: torch.Tensor,
        b: torch.Tensor,
        scale: float,
    ) -> torch.Tensor:
        """x, dropped, mask: (..., in); a: (rank, in); b: (out, rank)."""
        a, b = a.to(x.dtype), (b * scale).to(x.dtype)
        down = linear(dropped, a)
        y = linear(x, weight_of(base, x.dtype), base.bias)
        y.flatten(0, -2).addmm_(down.flatten(0, -2), b.T)
        ctx.save_for_backward(dropped, mask, down, a, b)
        ctx.base, ctx.scale = base, scale
        return y

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        dropped, mask, down, a, b = ctx.saved_tensors
        rows = grad.flatten(0, -2)
        grad_down = rows @ b
        grad_b = (rows.T @ down.flatten(0, -2)).float() * ctx.scale
        grad_a = (grad_down.T @ dropped.flatten(0, -2)).float()
        grad_x = None
        if ctx.needs_input_grad[0]:
            grad_x = grad @ weight_of(ctx.base, grad.dtype)
            through = (grad_down @ a).view_as(grad_x)
            if mask is None:
                grad_x += through
            else:
                grad_x.addcmul_(through, mask)
        return grad_x, None, None, None, grad_a, grad_b, None


def weight_of(base: nn.Linear, dtype: torch.dtype) -> torch.Tensor:
    """The weight of a linear layer, (out, in); a 4-bit one is dequantised."""
    state = getattr(base.weight, "quant_state", None)
    if state is None:
        return base.weight
    from bitsandbytes.functional import dequantize_4bit

    return dequantize_4bit(base.weight.data, state).to(dtype)
