"""The QLoRA training loop: packed sequences, completion-only loss, exact resuming.

Everything random in a step (its pairs, dropout) follows from the seed and the step's number alone,
so a run that was killed and continued ends with the same bytes as one that was not. The
loss needs logits only where a target token stands: the output layer is never run on prompts.
"""

import gc
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache, partial
from importlib.util import find_spec
from inspect import getsource
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import torch
from peft import PeftModel, get_peft_model_state_dict, set_peft_model_state_dict
from torch import nn
from transformers import PreTrainedModel

from anecdot import attention, kernels, lora, parallel, prompt
from anecdot.checkpoints import ROOT, Checkpoints
from anecdot.cli import Progress
from anecdot.errors import UserError
from anecdot.files import digest
from anecdot.graphs import GraphedBackbone
from anecdot.params import Params
from anecdot.prompt import encode_pair
from anecdot.workers import cores

Backbone = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]

# Target tokens whose logits exist at a time, and how many where memory is short (with gradient
# checkpointing): 512 x 256,000 words x 4 bytes = 0.5 GB.
LOGITS_AT_A_TIME, FEW_LOGITS = 512, 64

# Of a probability whose logarithm is taken: the smallest normal number of fp32.
SMALLEST = torch.finfo(torch.float32).tiny

# Up to so many pairs, starting processes takes longer than tokenising.
TOKENISED_ALONE = 20_000


@dataclass(frozen=True)
class Example:
    """A tokenised pair: ids of prompt and completion, and how many of them are prompt."""

    input_ids: list[int]
    prompt_length: int

    @property
    def targets(self) -> int:
        """Number of tokens trained on; at least the terminator."""
        return len(self.input_ids) - self.prompt_length


class Examples(Sequence):
    """Tokenised pairs, memory-mapped by `datasets`: of a million, memory holds the lengths alone.

    Args:
        rows: a Dataset with columns input_ids, prompt_length and length.
        longest: leave out what has more tokens.
    """

    def __init__(self, rows: Any, longest: float = math.inf) -> None:
        lengths, prompts = (rows.data.column(n).to_numpy() for n in ("length", "prompt_length"))
        self._rows = rows
        self._kept = np.flatnonzero(lengths <= longest)
        self.lengths = lengths[self._kept]
        self.targets = int(self.lengths.sum() - prompts[self._kept].sum())

    def __len__(self) -> int:
        return len(self._kept)

    def __getitem__(self, index: int) -> Example:
        row = self._rows[int(self._kept[index])]
        return Example(row["input_ids"], row["prompt_length"])


def load_examples(
    path: Path, tokenizer: Any, max_length: int | None = None
) -> tuple[Examples, int]:
    """Tokenise prepared pairs; leave out those of more than `max_length` tokens.

    Returns:
        The examples, and how many pairs were left out.

    Raises:
        UserError: no pair is short enough.
    """
    from datasets import Dataset

    def encode(row: dict[str, Any]) -> dict[str, Any]:
        encoded = encode_pair(tokenizer, row)
        return encoded | {"length": len(encoded["input_ids"])}

    rows = Dataset.from_json(str(path), cache_dir=str(ROOT / "datasets"))
    # A fingerprint of our own: the library would pickle the tokenizer to make one.
    key = digest(path, tokenizer.backend_tokenizer.to_str(), getsource(prompt))
    encoded = rows.map(
        encode,
        remove_columns=rows.column_names,
        new_fingerprint=key[:32],
        num_proc=cores() if len(rows) > TOKENISED_ALONE else None,
        desc=f"tokenise {path}",
    )
    examples = Examples(encoded, max_length or math.inf)
    if len(examples) == 0:
        raise UserError(
            f"{path}: none of its {len(rows)} pairs fits max_seq_length {max_length}; "
            "raise it in params.yaml"
        )
    return examples, len(rows) - len(examples)


@dataclass
class State:
    """Where a run stands; with adapter and optimizer all that is needed to continue it."""

    step: int = 0
    best_loss: float = math.inf
    best_step: int = 0
    evaluations_without_gain: int = 0
    stopped: bool = False
    history: list[dict[str, float]] = field(default_factory=list)


Log = Callable[[dict[str, float]], None]


def learning_rate_at(step: int, total: int, params: Params) -> float:
    """Learning rate of step `step` (from 0): linear warm-up, then the schedule down to zero."""
    warmup = math.ceil(params.warmup_ratio * total)
    if step < warmup:
        return params.learning_rate * (step + 1) / warmup
    done = (step - warmup) / max(total - warmup, 1)
    shape = {
        "cosine": 0.5 * (1 + math.cos(math.pi * done)),
        "linear": 1 - done,
        "constant": 1.0,
    }
    return params.learning_rate * shape[params.lr_scheduler_type]


def steps_per_epoch(examples: int, params: Params) -> int:
    """Optimizer steps in an epoch; the last one may have fewer pairs."""
    return math.ceil(examples / effective_batch_size(params))


def effective_batch_size(params: Params) -> int:
    """Pairs in one optimizer step, however many GPUs share them."""
    return params.per_device_train_batch_size * params.gradient_accumulation_steps


def batch_of_step(step: int, examples: int, params: Params) -> list[int]:
    """Indices of the pairs of optimizer step `step` (from 0)."""
    size = effective_batch_size(params)
    epoch, position = divmod(step, steps_per_epoch(examples, params))
    order = order_of_epoch(epoch, examples, params.seed)
    return order[position * size : (position + 1) * size].tolist()


@lru_cache(maxsize=1)
def order_of_epoch(epoch: int, examples: int, seed: int) -> torch.Tensor:
    """Indices of all pairs in the order in which epoch `epoch` (from 0) takes them."""
    generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
    return torch.randperm(examples, generator=generator)


def deal(batch: list[Example], hands: int) -> list[list[Example]]:
    """Share out pairs in so many parts of about as many tokens: the longest first, to and fro."""
    dealt: list[list[Example]] = [[] for _ in range(hands)]
    ordered = sorted(batch, key=lambda example: -len(example.input_ids))
    for at, example in enumerate(ordered):
        turn, place = divmod(at, hands)
        dealt[-1 - place if turn % 2 else place].append(example)
    return dealt


def completion_loss(
    causal_lm: PreTrainedModel,
    examples: list[Example],
    backbone: Backbone | None = None,
    rows: int = LOGITS_AT_A_TIME,
) -> torch.Tensor:
    """Sum of the cross-entropy (nats) over all target tokens of some pairs, as one packed row.

    Args:
        causal_lm: uses the packed attention of `anecdot.attention`.
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
        ids[None].to(device), positions[None].to(device), attention.ends_of(lengths, device)
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
    causal_lm: PreTrainedModel, ids: torch.Tensor, positions: torch.Tensor, ends: torch.Tensor
) -> torch.Tensor:
    """Hidden states, (tokens, hidden size), of a packed row: ids and positions are (1, tokens)."""
    backbone = getattr(causal_lm, causal_lm.base_model_prefix)
    output = backbone(
        input_ids=ids, position_ids=positions, attention_mask=ends, use_cache=False
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
            total += cross_entropy_(grad, wanted, differentiate).sum()
            if differentiate:
                grads += torch.autograd.grad(logits, leaf, grad)
        if grads:
            ctx.save_for_backward(torch.cat(grads))
        return total

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor, None, None, None]:
        return ctx.saved_tensors[0] * grad, None, None, None


def cross_entropy_(
    logits: torch.Tensor, targets: torch.Tensor, differentiate: bool
) -> torch.Tensor:
    """Cross-entropy (nats) of each row, in fp32, (n,).

    With p the softmax of the logits and t the target, the loss is -log p_t, its gradient p - 1_t.

    Args:
        logits: (n, vocabulary); with `differentiate` the gradient takes their place.
        targets: (n,).
        differentiate: whether the gradient is wanted.
    """
    if logits.is_cuda and find_spec("triton"):
        from anecdot import fused_loss

        return fused_loss.cross_entropy_(logits, targets, differentiate)
    p = logits.softmax(-1, dtype=torch.float32)
    right = p.gather(1, targets[:, None])
    if differentiate:
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
    order = np.argsort(examples.lengths, kind="stable")  # similar lengths together
    total = torch.zeros((), dtype=torch.float64, device=causal_lm.device)
    for start in range(0, len(order), parallel.WORLD * size):
        part = [examples[i] for i in order[start + parallel.RANK * size :][:size]]
        # A process without pairs left takes part for nothing: others may need its part of a base.
        loss = completion_loss(causal_lm, part or [examples[0]], rows=rows)
        total += loss * bool(part)
    parallel.add_up([total])
    return total.item() / examples.targets


class Trainer:
    """Trains the LoRA weights of `model` and keeps those of the lowest validation loss.

    Args:
        model: base with LoRA attached; left holding the best weights.
        training, validation: tokenised pairs.
        params: those of stage train.
        checkpoints: where to save and from where to continue.
        log: called with {"step": ..., name: value} for each report; also for those of a resumed
            run's past, so that its logs are whole.
        log_speed: the same for what differs from run to run: speed and memory.
        at_evaluation: called with the step at each evaluation (sample generations).
    """

    def __init__(
        self,
        model: PeftModel,
        training: Examples,
        validation: Examples,
        params: Params,
        checkpoints: Checkpoints,
        log: Log,
        log_speed: Log,
        at_evaluation: Callable[[int], None],
    ) -> None:
        self.model, self.params, self.checkpoints = model, params, checkpoints
        self.training, self.validation = training, validation
        self.log, self.log_speed, self.at_evaluation = log, log_speed, at_evaluation
        self.causal_lm = model.get_base_model()
        self.device = self.causal_lm.device
        self.total = steps_per_epoch(len(training), params) * params.num_train_epochs
        self.micro_batch_size = params.per_device_train_batch_size
        self.lora = lora.FusedLora(model.train())
        self.optimizer = make_optimizer(self.lora.weights, params)
        self.state = State()
        kernels.speed_up(self.causal_lm)
        self.causal_lm.set_attn_implementation(attention.PACKED)
        self.rows, self.backbone = LOGITS_AT_A_TIME, None
        if params.gradient_checkpointing:
            model.gradient_checkpointing_enable({"use_reentrant": False})
            self.rows = FEW_LOGITS
        elif self.device.type == "cuda" and not params.shard_base:
            layers = partial(run_layers, self.causal_lm)
            self.backbone = GraphedBackbone(layers, self.lora.weights, self.micro_batch_size + 1)

    def run(self) -> State:
        """Train to the end, or to where early stopping ends it, and load the best weights."""
        self._resume()
        gc.freeze()  # the garbage collector need not look through model and libraries each time
        progress = Progress("train", self.total, self.state.step)
        if self.state.step == 0 and not self.state.history:
            self._evaluate(progress)
        clock, tokens, note = time.perf_counter(), 0, ""
        while self.state.step < self.total and not self.state.stopped:
            batch = [
                self.training[i]
                for i in batch_of_step(self.state.step, len(self.training), self.params)
            ]
            loss, norm, rate = self._step(batch)
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
            if step % self.params.save_steps == 0 and step < self.total:
                self._save(f"step-{step:08}")
            progress.advance(1, f"{note}best validation loss {self.state.best_loss:.3f}")
        if self.state.best_step != self.state.step:
            self._load_weights(self.checkpoints.load("best")[0])
        parallel.gather(None)  # all have read before one may remove
        return self.state

    def _step(self, batch: list[Example]) -> tuple[torch.Tensor, torch.Tensor, float]:
        """One optimizer step; returns loss per target token, gradient norm and learning rate."""
        rate = learning_rate_at(self.state.step, self.total, self.params)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        targets = sum(example.targets for example in batch)
        seed = (self.params.seed * 1_000_003 + self.state.step) * parallel.WORLD + parallel.RANK
        self.lora.refresh()
        while True:
            torch.manual_seed(seed)  # of dropout
            self.lora.weights.grad.zero_()
            total = torch.zeros((), device=self.device)
            most = math.ceil(len(batch) / parallel.WORLD)  # pairs that a process has
            passes = math.ceil(most / self.micro_batch_size)
            try:
                for part in deal(batch, parallel.WORLD * passes)[parallel.RANK :: parallel.WORLD]:
                    pairs = part or batch[:1]  # for nothing, as in mean_loss
                    loss = completion_loss(self.causal_lm, pairs, self.backbone, self.rows)
                    loss = loss * (bool(part) / targets)
                    loss.backward()
                    total += loss.detach()
                break
            except torch.OutOfMemoryError:
                if self.micro_batch_size == 1 or self.params.shard_base:
                    raise  # sharing a base, the other processes would wait for this one
                self.micro_batch_size //= 2
                torch.cuda.empty_cache()
                print(f"train: out of memory; going on with {self.micro_batch_size} pair(s) a pass")
        parallel.add_up([total, self.lora.weights.grad])
        norm = nn.utils.clip_grad_norm_(self.lora.weights, self.params.max_grad_norm)
        self.optimizer.step()
        return total, norm, rate

    @torch.no_grad()
    def _evaluate(self, progress: Progress) -> None:
        """Measure the validation loss; keep the weights if it is the lowest so far."""
        self.model.eval()
        self.lora.refresh()
        loss = mean_loss(self.causal_lm, self.validation, self.micro_batch_size, self.rows)
        step, state = self.state.step, self.state
        if loss < state.best_loss:
            state.best_loss, state.best_step, state.evaluations_without_gain = loss, step, 0
            self._write("best", self._weights(), {"step": step})
        else:
            state.evaluations_without_gain += 1
            patience = self.params.early_stopping_patience
            state.stopped = 0 < patience <= state.evaluations_without_gain
        self._report(step, validation_loss=loss)
        self.at_evaluation(step)
        self.causal_lm.set_attn_implementation(attention.PACKED)
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
            f"optimizer/{index}/{key}": value
            for index, values in self.optimizer.state_dict()["state"].items()
            for key, value in values.items()
            if isinstance(value, torch.Tensor)
        }
        self._write(name, self._weights() | moments, asdict(self.state))
        if parallel.RANK == 0:
            self.checkpoints.keep_last(self.params.save_total_limit)

    def _write(self, name: str, tensors: dict[str, torch.Tensor], state: dict[str, Any]) -> None:
        if parallel.RANK == 0:
            self.checkpoints.save(name, tensors, state)

    def _resume(self) -> None:
        names = [name for name in self.checkpoints.names() if name.startswith("step-")]
        if not names:
            return
        tensors, state = self.checkpoints.load(names[-1])
        moments: dict[int, dict[str, Any]] = {}
        for name in [name for name in tensors if name.startswith("optimizer/")]:
            _, index, key = name.split("/")
            moments.setdefault(int(index), {})[key] = tensors.pop(name)
        self._load_weights(tensors)
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": moments, "param_groups": groups})
        self.state = State(**state)
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


def memory() -> dict[str, float]:
    """Peak memory so far in GB: of the GPU where one is used, else of the process."""
    if torch.cuda.is_available():
        return {"peak_memory_gb": torch.cuda.max_memory_allocated() / 1e9}
    import resource

    return {"peak_memory_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9}
