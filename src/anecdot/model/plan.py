"""How to train on the card at hand: the fastest that fits, decided before weights are loaded.

The memory of a plan is worked out from the model's configuration alone: the model is built without
memory (on PyTorch's meta device), one short row goes through its layers, and what autograd keeps
for the backward pass is counted. So every architecture is estimated by what it does, whatever its
MLP, norms and attention look like.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from importlib.util import find_spec
from typing import Any

import torch
from torch import nn
from transformers import AttentionInterface, AutoModelForCausalLM, PreTrainedConfig, PreTrainedModel
from transformers.pytorch_utils import Conv1D

from anecdot.common.params import Params
from anecdot.model.loss import FEW_LOGITS, LOGITS_AT_A_TIME, row_length, run_layers
from anecdot.model.memory import with_reserve

AUTO = "auto"
COUNTED = "counted"  # the attention that counts what flash attention keeps
PROBE = 64  # tokens of the row that is counted

# Tokens that half a pass must have, in the mean: with fewer a GPU waits for the weights to be read
# more than it computes (one of today computes 150 to 200 tokens with a 16-bit weight while it reads
# it; three times that, as the layers around wait, too).
ENOUGH = 500


@dataclass(frozen=True)
class Plan:
    """Ways to trade speed for memory, under the names that they have in params.yaml.

    A step has as many pairs by every plan: with fewer a pass it has more passes.
    """

    dequantize_once: bool
    gradient_checkpointing: bool
    per_device_train_batch_size: int

    @classmethod
    def of(cls, params: Params) -> "Plan":
        """The plan by which `params`, those of `planned`, train."""
        return cls(*(getattr(params, field.name) for field in fields(cls)))

    def __str__(self) -> str:
        weights = "dequantised once" if self.dequantize_once else "dequantised in each pass"
        checkpointing = "with" if self.gradient_checkpointing else "no"
        return (
            f"{weights}, {checkpointing} checkpointing, "
            f"{self.per_device_train_batch_size} pair(s) a pass"
        )

    def same_way(self, other: "Plan") -> bool:
        """Whether the two differ in the pairs a pass at most."""
        return replace(self, per_device_train_batch_size=other.per_device_train_batch_size) == other


# About fastest first: each with fewer and fewer pairs a pass before the next one.
WAYS = ((True, False), (True, True), (False, False), (False, True))


@dataclass(frozen=True)
class Estimate:
    """GPU memory in bytes that training takes at its peak."""

    weights: int
    adapter: int  # with gradients, 16-bit copies and the optimizer's moments
    activations: int  # kept for the backward pass
    working: int  # logits, gradients, or a dequantised layer, while they are used

    @property
    def total(self) -> int:
        """All together."""
        return self.weights + self.adapter + self.activations + self.working

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {size / 1e9:.2f}" for name, size in vars(self).items())
        return f"{self.total / 1e9:.2f} GB ({parts})"


def choose(
    config: PreTrainedConfig, params: Params, lengths: Sequence[int], memory: int | None
) -> tuple[list[Plan], str]:
    """The fastest plan that fits, those to try where memory runs out with it, and a line about it.

    Args:
        config: of the base model.
        params: those of stage train; what is not `auto` there is kept.
        lengths: tokens of each training pair.
        memory: bytes of the card; None = a CPU.
    """
    plans = allowed(params, lengths)
    if len(plans) == 1:
        return plans, f"plan: {plans[0]}, as params.yaml says"
    if params.shard_base:
        return plans[-1:], f"plan: {plans[-1]}, as the base is shared by several GPUs"
    if memory is None:
        return plans[:1], f"plan: {plans[0]}, on a CPU"
    counted = Counted.of(config, params)
    rows = {plan: longest_row(lengths, plan.per_device_train_batch_size) for plan in plans}
    estimates = {plan: counted.estimate(plan, params, rows[plan]) for plan in plans}
    totals = [estimate.total for estimate in estimates.values()]
    of = f"{memory / 1e9:.1f} GB"
    for at, plan in enumerate(plans):
        if with_reserve(totals[at]) <= memory:
            leaner = [plans[k] for k in range(at + 1, len(plans)) if totals[k] < min(totals[at:k])]
            why = f"plan: {plan}; the fastest that fits {of}: {estimates[plan]}"
            return [plan, *leaner], why
    plan = plans[totals.index(min(totals))]
    return [plan], f"plan: {plan}; the leanest, though {of} may not hold it: {estimates[plan]}"


def allowed(params: Params, lengths: Sequence[int]) -> list[Plan]:
    """The plans that `params` allow for pairs of these lengths in tokens, about fastest first."""
    size, mean = params.per_device_train_batch_size, sum(lengths) / max(len(lengths), 1)
    sizes = [size]
    # Processes that share a base take turns at it: their passes stay as params.yaml says.
    while not params.shard_base and size % 2 == 0 and size // 2 * mean >= ENOUGH:
        size //= 2
        sizes.append(size)
    return [Plan(*way, size) for way in WAYS if _agrees(way, params) for size in sizes]


def planned(params: Params, plan: Plan) -> Params:
    """The parameters with the plan's values, and as many pairs a step as before."""
    more = params.per_device_train_batch_size // plan.per_device_train_batch_size
    passes = {"gradient_accumulation_steps": params.gradient_accumulation_steps * more}
    return type(params)(**(params.as_dict() | vars(plan) | passes))


def longest_row(lengths: Sequence[int], pairs: int) -> int:
    """Tokens of about the longest packed row that so many pairs make, by chance, in training."""
    count, total = len(lengths), sum(lengths)
    mean = total / count
    spread = math.sqrt(sum((length - mean) ** 2 for length in lengths) / count)
    likely = pairs * mean + 3 * spread * math.sqrt(pairs)
    return row_length(math.ceil(min(likely, pairs * max(lengths))))


def _agrees(way: tuple[bool, bool], params: Params) -> bool:
    once, checkpointing = way
    if not params.load_in_4bit:  # there is nothing to dequantise
        return once and params.gradient_checkpointing in (AUTO, checkpointing)
    wanted = params.dequantize_once, params.gradient_checkpointing
    return all(value in (AUTO, each) for value, each in zip(wanted, way, strict=True))


@dataclass(frozen=True)
class Counted:
    """What a model's weights take, and what its layers keep for each token.

    Attributes:
        linear, other: parameters in linear layers (quantised in 4 bit) and elsewhere.
        adapter: LoRA's parameters.
        kept: bytes a token that all layers keep for the backward pass.
        hidden, words: width of the hidden states, size of the vocabulary.
        layers: how many.
        widest: values a token in the widest layer's output.
        largest: parameters of the largest linear layer.
    """

    linear: int
    other: int
    adapter: int
    kept: float
    hidden: int
    words: int
    layers: int
    widest: int
    largest: int

    @classmethod
    def of(cls, config: PreTrainedConfig, params: Params, fused: bool | None = None) -> "Counted":
        """Count a model by its configuration.

        Args:
            config: of the base model.
            params: lora_r, lora_dropout, lora_target_modules, bnb_4bit_compute_dtype.
            fused: whether Liger's kernels will run; None = where they are installed.
        """
        dtype = getattr(torch, params.bnb_4bit_compute_dtype)
        text = config.get_text_config()
        with torch.device("meta"):
            model = AutoModelForCausalLM.from_config(text, dtype=dtype)
        model.requires_grad_(False)
        head = model.get_output_embeddings()
        linear = {
            name: module
            for name, module in model.named_modules()
            if isinstance(module, (nn.Linear, Conv1D)) and module is not head
        }
        wanted = params.lora_target_modules
        targets = [
            module for name, module in linear.items()
            if wanted == "all-linear" or name.rpartition(".")[2] in wanted
        ]  # fmt: skip
        sizes = [module.weight.numel() for module in linear.values()]
        total = sum(parameter.numel() for parameter in model.parameters())
        try:
            fused = liger_serves(text) if fused is None else fused
            kept = _kept(model, targets, params, fused)
        except Exception:  # layers that do not run without memory: what goes in and out of each
            kept = sum(sum(_widths(m)) for m in (*linear.values(), *targets)) * dtype.itemsize
        return cls(
            linear=sum(sizes),
            other=total - sum(sizes),
            adapter=sum(params.lora_r * sum(_widths(module)) for module in targets),
            kept=kept,
            hidden=text.hidden_size,
            words=text.vocab_size,
            layers=text.num_hidden_layers,
            widest=max(_widths(module)[1] for module in linear.values()),
            largest=max(sizes),
        )

    def estimate(self, plan: Plan, params: Params, tokens: int) -> Estimate:
        """Memory of training by `plan` with rows of so many tokens.

        An NF4 value takes half a byte and its share of the constants of a block of 64 values.
        """
        size = getattr(torch, params.bnb_4bit_compute_dtype).itemsize
        quantised = params.load_in_4bit and not plan.dequantize_once
        constants = 1 / 64 + 4 / (64 * 256) if params.bnb_4bit_use_double_quant else 4 / 64
        each = 0.5 + constants if quantised else size
        moments = 8 if params.optim == "adamw" else 0  # paged ones lie in the host's memory
        rows = FEW_LOGITS if plan.gradient_checkpointing else LOGITS_AT_A_TIME
        logits = rows * self.words * size
        backward = tokens * (3 * self.widest + 2 * self.hidden) * size
        kept = tokens * self.kept
        if plan.gradient_checkpointing:
            kept = tokens * self.hidden * self.layers * size + kept / self.layers
        return Estimate(
            weights=int(self.linear * each + self.other * size),
            adapter=self.adapter * (4 + 4 + size + moments),
            activations=int(kept),
            working=max(logits, backward) + (self.largest * size if quantised else 0),
        )


def _widths(module: nn.Module) -> tuple[int, int]:
    """Values that a linear layer takes and gives."""
    given, taken = module.weight.shape
    return (given, taken) if isinstance(module, Conv1D) else (taken, given)


def liger_serves(config: PreTrainedConfig) -> bool:
    """Whether Liger's kernels are installed, can run here and are made for this architecture."""
    if not torch.cuda.is_available() or find_spec("liger_kernel") is None:
        return False
    from liger_kernel.transformers.monkey_patch import MODEL_TYPE_TO_APPLY_LIGER_FN

    return config.model_type in MODEL_TYPE_TO_APPLY_LIGER_FN


class Keep(torch.autograd.Function):
    """Stands for an operation that keeps its inputs for the backward pass."""

    @staticmethod
    def forward(ctx: Any, like: torch.Tensor, *kept: torch.Tensor) -> torch.Tensor:
        """A new tensor like the first; the others are kept."""
        result = torch.empty_like(like)
        ctx.save_for_backward(*kept)
        return result


def _counted_attention(
    module: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    *_: Any,
    **__: Any,
) -> tuple[torch.Tensor, None]:
    """Keeps query, key, value and output, as flash attention does; shapes as in attention.py."""
    like = query.new_empty(*query.shape[:-1], value.shape[-1]).transpose(1, 2).contiguous()
    return Keep.apply(like, query, key, value, torch.empty_like(like)), None


AttentionInterface.register(COUNTED, _counted_attention)


def _kept(model: PreTrainedModel, targets: list[nn.Module], params: Params, fused: bool) -> float:
    """Bytes a token that autograd keeps of the layers' forward pass, LoRA's included."""
    storages: dict[int, int] = {}
    alive = []  # else another tensor could get the identity of one that is gone
    constant = {p.untyped_storage()._cdata for p in (*model.parameters(), *model.buffers())}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage._cdata not in constant:
            alive.append(storage)
            storages[storage._cdata] = storage.nbytes()
        return tensor

    lora, last = 0, None
    masked = params.lora_dropout > 0 and find_spec("triton") is None

    def adapter(module: nn.Linear, args: tuple[torch.Tensor, ...]) -> None:
        # Layers that are given the same input share what dropout makes of it, and its mask.
        nonlocal lora, last
        x = args[0]
        if x is not last:
            lora += x.numel() * x.element_size() * (2 if masked else 1)
        lora += x.numel() // x.shape[-1] * params.lora_r * x.element_size()
        last = x

    hooks = [module.register_forward_pre_hook(adapter) for module in targets]
    ids = torch.zeros(1, PROBE, dtype=torch.int64, device="meta")
    model.set_attn_implementation(COUNTED)
    model.config.use_cache = False
    embedded = model.get_input_embeddings()
    hooks.append(embedded.register_forward_hook(lambda _, __, output: output.requires_grad_()))
    if fused:
        _fuse(model)
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda x: x):
        run_layers(model.train(), ids, ids, torch.zeros(1, 1, 1, 2, device="meta"))
    for hook in hooks:
        hook.remove()
    return (sum(storages.values()) + lora) / PROBE


def _fuse(model: nn.Module) -> None:
    """Let norms and gated layers keep what Liger's kernels keep: their 16-bit inputs."""
    for module in model.modules():
        name = type(module).__name__
        if name.endswith("RMSNorm"):
            module.forward = lambda x: Keep.apply(x, x)
        elif name.endswith("MLP") and hasattr(module, "gate_proj"):
            module.forward = partial(_gated, module)


def _gated(mlp: nn.Module, x: torch.Tensor) -> torch.Tensor:
    gate, up = mlp.gate_proj(x), mlp.up_proj(x)
    return mlp.down_proj(Keep.apply(gate, gate, up))
