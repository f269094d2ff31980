"""A base too large for one card by FSDP2, the rival of the project's own `shard_base`.

transformers' model in 4 bit by bitsandbytes, stored as 16-bit numbers so that it can be shared;
peft's LoRA; PyTorch's `fully_shard` through accelerate's plugin. At its best: packed pairs through
flash attention, Liger's kernels and its loss where installed, logits at target tokens alone, each
layer checkpointed within its shard so that backward gathers it once, the next layer gathered ahead,
fused AdamW. The steps, their pairs and which process has which are those of the arm `large`.

Each process first loads the whole base in 4 bit on its own card and then keeps a part of it:
accelerate's `cpu_ram_efficient_loading` leaves weights of bitsandbytes out, and 7B are 4 GB.
"""

import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from importlib.util import find_spec
from itertools import accumulate, pairwise
from typing import Any
from unittest.mock import patch

import torch
from peft import PeftModel
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, BitsAndBytesConfig, PreTrainedModel

from anecdot.common import processes
from anecdot.common.params import Params
from anecdot.model import attention, kernels
from anecdot.model import base as models
from anecdot.model.adapter import add_lora
from anecdot.model.device import compute_dtype, pick_device
from anecdot.model.loss import pack
from anecdot.prompting.examples import Example
from anecdot.training import schedule
from benchmarks import gpu, shapes, work

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def measure(bench: gpu.Bench, name: str, per_pass: int, passes: int) -> dict[str, Any]:
    """As `gpu.large`, of this model.

    Raises RuntimeError where there is one process: nothing could be shared.
    """
    if processes.WORLD == 1:
        raise RuntimeError("FSDP2 wants several processes: accelerate launch --num_processes 2")
    pairs, settings = bench.job(name), gpu.large_settings(per_pass, passes) | {"optim": "adamw"}
    params = work.parameters(bench.model(name), shapes.lora_targets(name), **settings)
    gpu.release()
    with accelerating(params) as accelerator:
        start = time.perf_counter()
        rival = Rival(accelerator, load(params), pairs, params)
        work.synchronize()
        facts = {"load_s": time.perf_counter() - start, "peak_gb_loading": gpu.peak_gb()}
        gpu.release()
        facts["loaded_gb"] = gpu.allocated_gb()
        for step in gpu.halves(bench.steps(gpu.LARGE_STEPS)):
            batch = schedule.batch_of_step(step, len(pairs), params)
            rival.step(step, [pairs[i] for i in batch])
        entry = gpu.speeds(rival.times(), rival.tokens, shapes.PARAMETERS[name])
    return entry | facts | gpu.large_facts(params, [loss.item() for loss in rival.losses])


@contextmanager
def accelerating(params: Params) -> Iterator[Any]:
    """An Accelerator with FSDP2; what it sets for all of the program is undone at the end."""
    from accelerate import Accelerator, FullyShardedDataParallelPlugin, PartialState
    from accelerate.state import AcceleratorState, GradientState
    from accelerate.utils import DistributedType
    from torch.distributed.fsdp import MixedPrecisionPolicy

    dtype = compute_dtype(params)
    plugin = FullyShardedDataParallelPlugin(
        fsdp_version=2, auto_wrap_policy="transformer_based_wrap", reshard_after_forward=True,
        cpu_ram_efficient_loading=False,
        # The adapter is fp32, as in ours, is computed with in 16 bit and its gradient summed in 32.
        mixed_precision_policy=MixedPrecisionPolicy(param_dtype=dtype, reduce_dtype=torch.float32),
    )  # fmt: skip
    # accelerate has FSDP on accelerators alone; on a CPU, to try this arm, it is told of some.
    told = {} if gpu.GPU else {"distributed_type": DistributedType.MULTI_GPU}
    with patch.dict(os.environ), patch.dict(PartialState._shared_state, told):
        AcceleratorState._reset_state()
        try:
            accelerator = Accelerator(fsdp_plugin=plugin, mixed_precision="no", cpu=not gpu.GPU)
            if not accelerator.is_fsdp2:
                raise RuntimeError(f"accelerate has no FSDP2 here: {accelerator.distributed_type}")
            yield accelerator
        finally:
            AcceleratorState._reset_state()
            GradientState._reset_state()


def load(params: Params) -> PreTrainedModel:
    """The base in 4 bit, whole on this process's device, with packed attention."""
    dtype = compute_dtype(params)
    base = AutoModelForCausalLM.from_pretrained(
        params.model_name, dtype=dtype, device_map={"": pick_device()}, use_safetensors=True,
        quantization_config=BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type=params.bnb_4bit_quant_type,
            bnb_4bit_compute_dtype=dtype, bnb_4bit_quant_storage=dtype,
            bnb_4bit_use_double_quant=params.bnb_4bit_use_double_quant,
        ),
    )  # fmt: skip
    models.keep_quantised(base, params.model_name)
    base.config.use_cache = False
    base.set_attn_implementation(attention.PACKED)
    kernels.speed_up(base)
    return base


class Rival:
    """The model shared by the processes, its optimizer, and a clock as `gpu.TimedTrainer` has it.

    Args:
        accelerator: of `accelerating`.
        base: of `load`.
        pairs: all pairs of the job.
        params: of the job.
    """

    def __init__(
        self, accelerator: Any, base: PreTrainedModel, pairs: work.Pairs, params: Params
    ) -> None:
        self.accelerator, self.params = accelerator, params
        self.total = schedule.steps_per_epoch(len(pairs), params) * params.num_train_epochs
        self.device, self.loss = base.device, best_loss()
        model = add_lora(base, params).train()
        if params.gradient_checkpointing:
            checkpoint_layers(base)
        weights = [weight for weight in model.parameters() if weight.requires_grad]
        optimizer = torch.optim.AdamW(
            weights, lr=params.learning_rate, weight_decay=params.weight_decay, fused=True
        )
        self.model, self.optimizer = accelerator.prepare(model, optimizer)
        check_sharded(self.model)
        for layer, following in pairwise(base.get_decoder().layers):
            layer.set_modules_to_forward_prefetch([following])
        self.marks: list[float] = []
        self.tokens: list[int] = []
        self.losses: list[torch.Tensor] = []

    def step(self, number: int, batch: list[Example]) -> None:
        """`Trainer.step` on the same pairs, which the processes share in the same way."""
        self.marks.append(time.perf_counter())
        rate = schedule.learning_rate_at(number, self.total, self.params)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        targets = sum(example.targets for example in batch)
        ordered = sorted(batch, key=lambda example: -len(example.input_ids))
        torch.manual_seed(
            (self.params.seed * 1_000_003 + number) * processes.WORLD + processes.RANK
        )
        most = math.ceil(len(batch) / processes.WORLD)
        passes = math.ceil(most / self.params.per_device_train_batch_size)
        hands = processes.deal(ordered, processes.WORLD * passes)
        hands = hands[processes.RANK :: processes.WORLD]
        total = torch.zeros((), device=self.device)
        for at, hand in enumerate(hands):
            last = at == len(hands) - 1
            with nullcontext() if last else self.accelerator.no_sync(self.model):
                loss = self.sum_of(hand) / targets
                # FSDP takes the mean over the processes.
                self.accelerator.backward(loss * processes.WORLD)
            total += loss.detach()
        self.accelerator.clip_grad_norm_(self.model.parameters(), self.params.max_grad_norm)
        self.optimizer.step()
        self.optimizer.zero_grad()
        processes.all_reduce([total])
        self.tokens.append(sum(len(example.input_ids) for example in batch))
        self.losses.append(total)

    def sum_of(self, examples: list[Example]) -> torch.Tensor:
        """Sum of the cross-entropy (nats) over the target tokens of some pairs, one packed row."""
        ids, positions, mask = pack([example.input_ids for example in examples], self.device)
        ends = accumulate(len(example.input_ids) for example in examples)
        at = torch.cat([
            torch.arange(end - example.targets, end)
            for end, example in zip(ends, examples, strict=True)
        ]).to(self.device)  # fmt: skip
        logits = self.model(
            input_ids=ids, position_ids=positions, attention_mask=mask, use_cache=False,
            logits_to_keep=at - 1,
        ).logits[0]  # fmt: skip
        return self.loss(logits, ids[0, at])

    def times(self) -> list[float]:
        """Seconds of each step; waits for the GPU."""
        work.synchronize()
        return [after - before for before, after in pairwise([*self.marks, time.perf_counter()])]


def best_loss() -> Loss:
    """The sum of the cross-entropy: by Liger's kernel, where that can run."""
    if gpu.GPU and find_spec("liger_kernel"):
        from liger_kernel.transformers import LigerCrossEntropyLoss

        return LigerCrossEntropyLoss(reduction="sum")
    plain = partial(cross_entropy, reduction="sum")
    return lambda logits, wanted: plain(logits.float(), wanted)


def checkpoint_layers(base: PreTrainedModel) -> None:
    """Wrap each layer, in place, so that its activations are computed again.

    accelerate's `activation_checkpointing` does the same but for dropout, which it draws anew.
    """
    from torch.distributed.algorithms._checkpoint.checkpoint_wrapper import checkpoint_wrapper

    layers = base.get_decoder().layers
    for at, layer in enumerate(layers):
        layers[at] = checkpoint_wrapper(layer)


def check_sharded(model: PeftModel) -> None:
    """Raises RuntimeError where a weight is still whole."""
    from torch.distributed.tensor import DTensor

    whole = [name for name, weight in model.named_parameters() if not isinstance(weight, DTensor)]
    if whole:
        raise RuntimeError(f"{len(whole)} weights are not shared, {whole[0]} first")
