"""The QLoRA training loop, with exact resuming.

Everything random in a step (its pairs, dropout) follows from the seed and the step's number alone,
so a run that was killed and continued ends with the same bytes as one that was not (unless memory
ran out, which changes the passes: those of the first GPU are continued with).
"""

import gc
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

import torch
from peft import PeftModel, get_peft_model_state_dict, set_peft_model_state_dict
from torch import nn

from anecdot.common import processes
from anecdot.common.checkpoints import Checkpoints
from anecdot.common.errors import UserError
from anecdot.common.params import Params
from anecdot.common.progress import Progress
from anecdot.model import attention
from anecdot.model.loss import (
    FEW_LOGITS,
    LOGITS_AT_A_TIME,
    completion_loss,
    mean_loss,
    pack,
    run_layers,
)
from anecdot.model.memory import roomy
from anecdot.model.plan import Plan, longest_row
from anecdot.prompting.examples import Example, Examples
from anecdot.training import fused_lora
from anecdot.training.cuda_graphs import GraphedBackbone
from anecdot.training.schedule import (
    batch_of_step,
    effective_batch_size,
    learning_rate_at,
    steps_per_epoch,
)

# So many times the pairs are taken in a pass of which nothing is kept for a backward pass, on a GPU
# with as much memory to spare as is held (the activations of a recorded pass do not make way).
WITHOUT_GRADIENT = 4


@dataclass
class State:
    """Where a run stands; with adapter and optimizer all that is needed to continue it."""

    step: int = 0
    best_loss: float = math.inf
    best_step: int = 0
    evaluations_without_gain: int = 0
    stopped: bool = False
    plan: dict[str, Any] = field(default_factory=dict)
    micro_batch_size: int = 0  # pairs a pass by that plan, fewer where memory ran out
    history: list[dict[str, float]] = field(default_factory=list)
    samples: list[dict[str, Any]] = field(default_factory=list)


Log = Callable[[dict[str, float]], None]


class Trainer:
    """Trains the LoRA weights of `model` and keeps those of the lowest validation loss.

    Args:
        model: base with LoRA attached; left holding the best weights.
        training, validation: tokenised pairs.
        params: those of stage train.
        checkpoints: where to save and from where to continue.
        leaner: the plan that the caller tries next where torch.OutOfMemoryError reaches it;
            None = there is none, so passes too large for the memory are halved here.
        log: called with {"step": ..., name: value} for each report; also for those of a resumed
            run's past, so that its logs are whole.
        log_speed: the same for what differs from run to run: speed and memory.
        sample: called with the step at each evaluation; gives sample generations, if any.
    """

    def __init__(
        self,
        model: PeftModel,
        training: Examples,
        validation: Examples,
        params: Params,
        checkpoints: Checkpoints,
        leaner: Plan | None = None,
        log: Log = lambda _: None,
        log_speed: Log = lambda _: None,
        sample: Callable[[int], list[dict[str, Any]]] = lambda _: [],
    ) -> None:
        self.model, self.params, self.checkpoints = model, params, checkpoints
        self.training, self.validation, self.leaner = training, validation, leaner
        self.log, self.log_speed, self.sample = log, log_speed, sample
        self.causal_lm = model.get_base_model()
        self.device = self.causal_lm.device
        self.pairs = len(training), params, training.synthesized  # as `batch_of_step` takes them
        self.total = steps_per_epoch(*self.pairs) * params.num_train_epochs
        self.lora = fused_lora.FusedLora(model.train())
        self.optimizer = make_optimizer(self.lora.weights, params)
        self.plan, size = Plan.of(params), params.per_device_train_batch_size
        self.state = State(plan=vars(self.plan), micro_batch_size=size)
        self.rows, self.backbone = LOGITS_AT_A_TIME, None
        records = self._records()
        if params.gradient_checkpointing:
            # Else the generators' state is kept for what is computed again: no graph can hold that.
            records = records and not self._draws()
            kept = {"use_reentrant": False, "preserve_rng_state": not records}
            model.gradient_checkpointing_enable(kept)
            self.rows = FEW_LOGITS
        if records:
            layers = partial(run_layers, self.causal_lm)
            share = math.ceil(effective_batch_size(params) / processes.WORLD)
            size = min(params.per_device_train_batch_size, share)
            longest = longest_row(training.lengths, size)
            self.backbone = GraphedBackbone(layers, self.lora.weights, size + 1, longest)

    def _records(self) -> bool:
        """Whether CUDA graphs can hold the passes."""
        packed = attention.is_packed(self.causal_lm) and not self.params.shard_base
        return packed and attention.has_kernel(self.device, self.causal_lm.dtype)

    @torch.no_grad()
    def _draws(self) -> bool:
        """Whether the layers draw random numbers beside LoRA's dropout, by PyTorch's generators."""
        before = generators(self.device)
        ids, *where = pack([[0, 0]], self.device)
        run_layers(self.causal_lm, ids, *where)
        return not all(map(torch.equal, before, generators(self.device)))

    def run(self) -> State:
        """Train to the end, or to where early stopping ends it, and load the best weights."""
        self._resume()
        gc.collect()
        gc.freeze()  # the garbage collector need not look through model and libraries each time
        progress = Progress("train", self.total, self.state.step)
        if self.state.step == 0:
            self._evaluate(progress)
        clock, tokens, note = time.perf_counter(), 0, ""
        while self.state.step < self.total and not self.state.stopped:
            batch = [self.training[i] for i in batch_of_step(self.state.step, *self.pairs)]
            loss, norm, rate = self.step(batch)
            self.state.step += 1
            step = self.state.step
            tokens += sum(len(example.input_ids) for example in batch)
            if step % self.params.logging_steps == 0 or step == self.total:
                # Only here does this process wait for the GPU.
                self._report(step, loss=loss.item(), learning_rate=rate, gradient_norm=norm.item())
                note = f"loss {loss:.3f}  "
                seconds = time.perf_counter() - clock
                self.log_speed({"step": step, "tokens_per_second": tokens / seconds} | memory())
            if step % self.params.eval_steps == 0 or step == self.total:
                self._evaluate(progress)
                clock, tokens = time.perf_counter(), 0
            # Beside `best`: a run that goes on from before might not find it so good again.
            due = step % self.params.save_steps == 0 or step == self.state.best_step
            if due and step < self.total:
                self._save(f"step-{step:08}")
            progress.advance(1, f"{note}best validation loss {self.state.best_loss:.3f}")
        if self.state.best_step != self.state.step:
            self._load_weights(self.checkpoints.load("best")[0])
        processes.gather_object(None)  # all have read before one may remove
        return self.state

    def summary(self) -> dict[str, Any]:
        """What the run came to: steps, the best one, validation losses (nats a token)."""
        losses = [h["validation_loss"] for h in self.state.history if "validation_loss" in h]
        return {
            "steps": self.state.step,
            "best_step": self.state.best_step,
            "validation_loss": {"first": losses[0], "best": min(losses), "last": losses[-1]},
            "trained_parameters": self.lora.weights.numel(),
        }

    def step(self, batch: list[Example]) -> tuple[torch.Tensor, torch.Tensor, float]:
        """One optimizer step on some pairs, which the processes share.

        Returns loss per target token (nats), gradient norm and learning rate.
        """
        rate = learning_rate_at(self.state.step, self.total, self.params)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        targets = sum(example.targets for example in batch)
        ordered = sorted(batch, key=lambda example: -len(example.input_ids))
        seed = (self.params.seed * 1_000_003 + self.state.step) * processes.WORLD + processes.RANK
        self.lora.refresh()
        while True:
            torch.manual_seed(seed)  # of dropout
            self.lora.weights.grad.zero_()
            total = torch.zeros((), device=self.device)
            most = math.ceil(len(batch) / processes.WORLD)  # pairs that a process has
            passes = math.ceil(most / self.params.per_device_train_batch_size)
            hands = processes.deal(ordered, processes.WORLD * passes)
            try:
                for hand in hands[processes.RANK :: processes.WORLD]:
                    # A smaller pass is this process's own affair: the hands stay the same.
                    parts = math.ceil(len(hand) / self.state.micro_batch_size)
                    for part in processes.deal(hand, parts) or [[]]:
                        pairs = part or batch[:1]  # for nothing, as in mean_loss
                        self.lora.draw()
                        loss = completion_loss(self.causal_lm, pairs, self.backbone, self.rows)
                        loss = loss * (bool(part) / targets)
                        loss.backward()
                        total += loss.detach()
                break
            except torch.OutOfMemoryError:
                remedy = self._needs_less()
                if remedy is None:
                    raise
            # Behind the handler, which holds on to the failed pass, as these do.
            loss = None
            self.lora.forget()
            torch.cuda.empty_cache()
            print(f"train: out of memory; going on {remedy}")
        processes.all_reduce([total, self.lora.weights.grad])
        norm = nn.utils.clip_grad_norm_(self.lora.weights, self.params.max_grad_norm)
        self.optimizer.step()
        return total, norm, rate

    def _needs_less(self) -> str | None:
        """Take less memory, and say how; None where that cannot be."""
        # Fewer pairs a pass cost less than doing without recordings, another way costs more. (The
        # last plan's own recordings hold its longest rows, so halving alone would free nothing.)
        fewer_pairs = self.leaner and self.leaner.same_way(self.plan)
        if not fewer_pairs and self.backbone and self.backbone.forget():
            return "without CUDA graphs"
        # Sharing a base, the other processes would wait for this one.
        if self.leaner or self.state.micro_batch_size == 1 or self.params.shard_base:
            return None
        self.state.micro_batch_size //= 2
        return f"with {self.state.micro_batch_size} pair(s) a pass"

    @torch.no_grad()
    def _evaluate(self, progress: Progress) -> None:
        """Measure the validation loss; keep the weights if it is the lowest so far."""
        self.model.eval()
        self.lora.refresh()
        size = self.params.per_device_train_batch_size
        # Of several processes one could not take smaller passes alone (see `mean_loss`).
        if processes.WORLD == 1 and not self.params.gradient_checkpointing and roomy(self.device):
            size *= WITHOUT_GRADIENT
        loss = mean_loss(self.causal_lm, self.validation, size, self.rows)
        step, state = self.state.step, self.state
        if not math.isfinite(loss):
            raise UserError(
                f"train: validation loss {loss} at step {step}; lower learning_rate, or set "
                "bnb_4bit_compute_dtype: bfloat16 in params.yaml"
            )
        if loss < state.best_loss:
            state.best_loss, state.best_step, state.evaluations_without_gain = loss, step, 0
            self._write("best", self._weights(), {"step": step})
        else:
            state.evaluations_without_gain += 1
            patience = self.params.early_stopping_patience
            state.stopped = 0 < patience <= state.evaluations_without_gain
        self._report(step, validation_loss=loss)
        state.samples += self.sample(step)
        self.model.train()
        progress.advance(0, f"validation loss {loss:.3f}")

    def _report(self, step: int, **values: float) -> None:
        entry = {"step": step, **values}
        self.state.history.append(entry)
        self.log(entry)

    def _weights(self) -> dict[str, torch.Tensor]:
        return get_peft_model_state_dict(self.model)

    def _load_weights(self, weights: dict[str, torch.Tensor]) -> None:
        set_peft_model_state_dict(self.model, weights)

    def _save(self, name: str) -> None:
        moments = {
            f"optimizer/{key}": torch.as_tensor(value)  # AdamW8bit counts its steps in an int
            for key, value in self.optimizer.state[self.lora.weights].items()
        }
        self._write(name, self._weights() | moments, asdict(self.state))
        if processes.RANK == 0:
            self.checkpoints.keep_last(self.params.save_total_limit)

    def _write(self, name: str, tensors: dict[str, torch.Tensor], state: dict[str, Any]) -> None:
        if processes.RANK == 0:
            self.checkpoints.save(name, tensors, state)

    def _resume(self) -> None:
        saved = self.checkpoints.last()
        if not saved:
            return
        tensors, state = saved
        for name in [name for name in tensors if name.startswith("optimizer/")]:
            moment = tensors.pop(name)
            whole = moment.dtype == torch.int64
            self.optimizer.state[self.lora.weights][name.removeprefix("optimizer/")] = (
                moment.item() if whole else moment.to(self.device)
            )
        self._load_weights(tensors)
        self.state = State(**state)
        size = self.params.per_device_train_batch_size
        if self.state.plan != vars(self.plan):
            self.state.plan, self.state.micro_batch_size = vars(self.plan), size
        if self.backbone and self.state.micro_batch_size < size:
            self.backbone.forget()  # memory ran out with it
        print(f"train: continuing at step {self.state.step} of {self.total}")
        for entry in self.state.history:
            self.log(entry)


def make_optimizer(weights: torch.Tensor, params: Params) -> torch.optim.Optimizer:
    """AdamW, or its paged 8-bit form for cards short of memory."""
    kwargs = {"lr": params.learning_rate, "weight_decay": params.weight_decay}
    if params.optim == "adamw":
        return torch.optim.AdamW([weights], fused=True, **kwargs)
    import bitsandbytes as bnb

    return bnb.optim.PagedAdamW8bit([weights], **kwargs)


def generators(device: torch.device) -> list[torch.Tensor]:
    """The states of PyTorch's generators that layers on `device` may draw from."""
    states = [torch.get_rng_state()]
    return [*states, torch.cuda.get_rng_state(device)] if device.type == "cuda" else states


def memory() -> dict[str, float]:
    """Peak memory so far in GB: of the GPU where one is used, else of the process."""
    if torch.cuda.is_available():
        return {"peak_memory_gb": torch.cuda.max_memory_allocated() / 1e9}
    import resource

    return {"peak_memory_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9}
