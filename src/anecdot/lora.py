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


def fuse(model: PeftModel) -> None:
    """Give every LoRA layer of `model` the fused forward pass."""
    dropout = SharedDropout()
    for module in model.modules():
        if isinstance(module, LoraLayer):
            module.forward = partial(_forward, module, dropout)


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
    [name] = layer.active_adapters
    p = getattr(layer.lora_dropout[name], "p", 0.0) if layer.training else 0.0
    a, b = layer.lora_A[name].weight, layer.lora_B[name].weight
    return LoraLinear.apply(x, *dropout(x, p), base, a, b, layer.scaling[name] / (1 - p))


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
