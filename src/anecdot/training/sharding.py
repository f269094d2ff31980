"""A base model too large for one GPU: each process keeps a part of every 4-bit weight.

A layer's weight is put together from all processes when it is needed, dequantised, used and
forgotten, forward and backward; so is the embedding's. The adapter is whole everywhere.

PyTorch's FSDP2 does the like by whole layers. `benchmarks.fsdp_arm` holds it against this: by it a
step of a 7B shape took 1.1 to 1.2 times as long on two H200s.
"""

from typing import Any

import bitsandbytes as bnb
import torch
from peft import PeftModel
from torch import nn
from torch.nn.functional import embedding, linear

from anecdot.common import processes
from anecdot.common.params import Params
from anecdot.model.adapter import add_lora
from anecdot.model.base import load_base
from anecdot.model.proof import prove


def load_sharded(params: Params, device: torch.device) -> PeftModel:
    """The base with LoRA, of which this process keeps a part on `device`; proved as a whole."""
    cpu = torch.device("cpu")
    base = load_base(params, cpu, plain=False, quantize=False, prove=False)
    model = add_lora(base, params)
    shard(model, device, params)
    prove(base)
    return model


def shard(model: PeftModel, device: torch.device, params: Params) -> None:
    """Quantise each linear layer of the base, keep a part of it and move all to `device`, in place.

    Args:
        model: loaded in 16 bit on the CPU, so that no GPU ever holds all of it; LoRA is attached.
        device: of this process, where one weight at a time is quantised: a CPU would take minutes.
        params: bnb_4bit_*.
    """
    head = model.get_output_embeddings()
    for name, module in list(model.named_modules()):
        if type(module) is nn.Linear and module is not head and ".lora_" not in name:
            model.set_submodule(name, ShardedLinear(module, device, params))
        elif isinstance(module, nn.Embedding) and module.weight is not head.weight:
            model.set_submodule(name, ShardedEmbedding(module, device))
    model.get_base_model().is_shared = True
    model.to(device)


def part_of(whole: torch.Tensor, device: torch.device) -> torch.Tensor:
    """This process's part of the flattened tensor; parts are of one size, the last is padded."""
    size = -(-whole.numel() // processes.WORLD)
    part = whole.flatten()[processes.RANK * size : (processes.RANK + 1) * size]
    return torch.cat([part, part.new_zeros(size - part.numel())]).to(device)


class ShardedEmbedding(nn.Module):
    """A frozen embedding of whose weight this process holds one part of `WORLD`."""

    def __init__(self, whole: nn.Embedding, device: torch.device) -> None:
        super().__init__()
        self.shape = whole.weight.shape
        self.register_buffer("part", part_of(whole.weight.data, device), persistent=False)

    @property
    def weight(self) -> torch.Tensor:
        """The whole weight, (words, hidden size); all processes have to ask for it together."""
        return processes.all_gather(self.part)[: self.shape.numel()].view(self.shape)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """(...) -> (..., hidden size)."""
        return embedding(ids, self.weight)


class ShardedLinear(nn.Module):
    """A frozen 4-bit linear layer of whose packed weight this process holds one part of `WORLD`."""

    def __init__(self, whole: nn.Linear, device: torch.device, params: Params) -> None:
        super().__init__()
        self.in_features, self.out_features, self.bias = (
            whole.in_features, whole.out_features, whole.bias,
        )  # fmt: skip
        packed, self.state = bnb.functional.quantize_4bit(
            whole.weight.data.to(device),
            compress_statistics=params.bnb_4bit_use_double_quant,
            quant_type=params.bnb_4bit_quant_type,
        )
        self.bytes = packed.numel()
        self.register_buffer("part", part_of(packed, device), persistent=False)

    @property
    def weight(self) -> torch.Tensor:
        """The dequantised weight, (out, in); all processes have to ask for it together."""
        packed = processes.all_gather(self.part)[: self.bytes]
        return bnb.functional.dequantize_4bit(packed[:, None], self.state)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(..., in) -> (..., out)."""
        return _Linear.apply(x, self)


class _Linear(torch.autograd.Function):
    """The layer without its weight being kept for the backward pass."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, layer: ShardedLinear) -> torch.Tensor:
        ctx.layer = layer
        return linear(x, layer.weight.to(x.dtype), layer.bias)

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor, None]:
        return grad @ ctx.layer.weight.to(grad.dtype), None
