"""Pretraining of the embedded base model: recipe, tokenizer, optimizer, training loop, card.

The model is transformers' own Llama; the loop is this file. Under torchrun every process feeds its
own GPU from its own corpus processes and gradients are averaged, so it scales over the GPUs of a
machine. The schedule runs on elapsed time when a time budget is given, on steps otherwise.
"""

import contextlib
import dataclasses
import hashlib
import json
import math
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn import functional as F

from anecdot.common.errors import UserError
from anecdot.common.yaml_file import read_yaml
from synthesis.document import Document
from synthesis.stream import Encoded, Stream, documents, encode

END, PAD = "<|endoftext|>", "<|pad|>"
DOT_WEIGHT = 100
"""Loss weight (percent) of tokens that the text before them determines: DOT after its source."""


@dataclass(frozen=True)
class Recipe:
    """What pretraining/recipe.yaml holds; each value is explained there."""

    seed: int
    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    context: int
    rope_theta: float
    tokenizer_documents: int
    validation_documents: int
    reuse: int
    shuffle_rows: int
    batch_rows: int
    device_rows: int
    learning_rate: float
    weight_decay: float
    warmup: float
    cooldown: float
    max_grad_norm: float
    minutes: float

    @staticmethod
    def read(path: Path) -> "Recipe":
        """Read and check a recipe. Raises UserError for a wrong, missing or unknown entry."""
        values = read_yaml(path)
        kinds = {field.name: field.type for field in dataclasses.fields(Recipe)}
        for name in set(kinds) ^ set(values):
            state = "missing" if name in kinds else "not a setting of the recipe"
            raise UserError(f"{path}: {name} is {state}; compare with pretraining/recipe.yaml")
        for name, value in values.items():
            try:
                values[name] = kinds[name](value)
            except (TypeError, ValueError):
                raise UserError(f"{path}: {name}: {value!r} is no number; give one") from None
        return Recipe(**values)


# ---- Tokenizer --------------------------------------------------------------------------------

WORDS = r" ?\p{Lu}?\p{Ll}+| ?\p{Lu}+(?!\p{Ll})| ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
"""Words are cut where case changes, so that OrderService and "Order Service" share their pieces;
digits stand alone; white space before a word belongs to it."""


def train_tokenizer(recipe: Recipe) -> Any:
    """A byte-level BPE `tokenizers.Tokenizer` trained on a sample of the corpus."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORDS), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    stream = documents(f"{recipe.seed}/tokenizer")
    sample = (
        "".join(text for text, _ in next(stream).segments)
        for _ in range(recipe.tokenizer_documents)
    )
    trainer = trainers.BpeTrainer(
        vocab_size=recipe.vocab_size,
        special_tokens=[END, PAD],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(sample, trainer)
    return tokenizer


def save_tokenizer(tokenizer: Any, recipe: Recipe, folder: Path) -> None:
    """Save a tokenizer so that `AutoTokenizer.from_pretrained(folder)` loads it."""
    from transformers import PreTrainedTokenizerFast

    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=PAD,
        model_max_length=recipe.context,
        clean_up_tokenization_spaces=False,
    ).save_pretrained(folder)


def corpus_hash(recipe: Recipe, count: int = 1000) -> str:
    """SHA-256 of the first `count` documents of the recipe's seed: names the generator's state."""
    digest = hashlib.sha256()
    stream = documents(f"{recipe.seed}/sample")
    for _ in range(count):
        digest.update("".join(text for text, _ in next(stream).segments).encode() + b"\0")
    return digest.hexdigest()


# ---- Model ------------------------------------------------------------------------------------


def new_model(recipe: Recipe) -> nn.Module:
    """A freshly initialised LlamaForCausalLM in fp32; blocks begin as the identity."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(recipe.seed)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=recipe.vocab_size,
            hidden_size=recipe.hidden_size,
            num_hidden_layers=recipe.num_hidden_layers,
            num_attention_heads=recipe.num_attention_heads,
            intermediate_size=recipe.intermediate_size,
            max_position_embeddings=recipe.context,
            rope_theta=recipe.rope_theta,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=0,
            pad_token_id=1,
        )
    )
    for layer in model.model.layers:
        nn.init.zeros_(layer.self_attn.o_proj.weight)
        nn.init.zeros_(layer.mlp.down_proj.weight)
    return model


def logits(model: nn.Module, ids: Tensor) -> Tensor:
    """Next-token logits [rows, length, vocabulary] of ids [rows, length].

    Runs the model's layers directly: its own forward builds a mask tensor under torch.compile,
    which keeps attention from its fast causal kernel.
    """
    inner = model.model
    x = inner.embed_tokens(ids)
    positions = torch.arange(ids.shape[1], device=ids.device)[None]
    rotary = inner.rotary_emb(x, position_ids=positions)
    for layer in inner.layers:
        x = layer(x, attention_mask=None, position_embeddings=rotary, use_cache=False)
    return model.lm_head(inner.norm(x))


def weighted_loss(model: nn.Module, ids: Tensor, weights: Tensor) -> Tensor:
    """Mean cross entropy of each next token, weighted; ids, weights: [rows, length + 1]."""
    scores = logits(model, ids[:, :-1]).float()
    losses = F.cross_entropy(scores.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    weight = weights[:, 1:].flatten().float()
    return (losses * weight).sum() / weight.sum()


# ---- Optimizer --------------------------------------------------------------------------------


class Muon:
    """Momentum whose update is made orthogonal (Newton-Schulz), for weight matrices.

    Matrices of one shape are updated as one batch. Each update is scaled to the root mean square
    that AdamW's has, so that one learning rate serves both.
    """

    def __init__(self, matrices: list[nn.Parameter], weight_decay: float) -> None:
        shapes: dict[torch.Size, list[nn.Parameter]] = {}
        for matrix in matrices:
            shapes.setdefault(matrix.shape, []).append(matrix)
        self._groups = list(shapes.values())
        self.momenta = [torch.zeros_like(torch.stack(list(group))) for group in self._groups]
        self._weight_decay = weight_decay

    @torch.no_grad()
    def step(self, learning_rate: float, momentum: float = 0.95) -> None:
        """Update every matrix from its gradient."""
        for group, buffer in zip(self._groups, self.momenta, strict=True):
            gradient = torch.stack([p.grad for p in group])
            buffer.lerp_(gradient, 1 - momentum)
            update = orthogonal(gradient.lerp(buffer, momentum))
            scale = 0.2 * math.sqrt(max(group[0].shape))
            torch._foreach_mul_(group, 1 - learning_rate * self._weight_decay)
            torch._foreach_add_(group, list(update.float().unbind()), alpha=-learning_rate * scale)


def orthogonal(x: Tensor, steps: int = 5) -> Tensor:
    """The nearest (semi-)orthogonal matrices of x [batch, rows, columns], roughly."""
    tall = x.shape[1] > x.shape[2]
    x = x.bfloat16() if x.is_cuda else x
    x = x.mT if tall else x
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return x.mT if tall else x


class Optimizer:
    """Muon for the matrices inside the blocks, AdamW for the embedding and the norms."""

    def __init__(self, model: nn.Module, recipe: Recipe, fused: bool) -> None:
        matrices = [p for p in model.model.layers.parameters() if p.ndim == 2]
        chosen = {id(p) for p in matrices}
        others = [p for p in model.parameters() if id(p) not in chosen]
        self.muon = Muon(matrices, recipe.weight_decay)
        self.adam = torch.optim.AdamW(
            others, lr=0.0, betas=(0.9, 0.95), weight_decay=0.0, fused=fused
        )

    def step(self, learning_rate: float) -> None:
        """One update at `learning_rate`; gradients are cleared."""
        for group in self.adam.param_groups:
            group["lr"] = learning_rate
        self.adam.step()
        self.muon.step(learning_rate)

    def state_dict(self) -> dict[str, Any]:
        return {"adam": self.adam.state_dict(), "muon": self.muon.momenta}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.adam.load_state_dict(state["adam"])
        for mine, saved in zip(self.muon.momenta, state["muon"], strict=True):
            mine.copy_(saved)


def rate(fraction: float, recipe: Recipe) -> float:
    """Learning rate when `fraction` of the schedule is done: up, level, linearly down to zero."""
    up = fraction / recipe.warmup if recipe.warmup else 1.0
    down = (1 - fraction) / recipe.cooldown if recipe.cooldown else 1.0
    return recipe.learning_rate * max(0.0, min(1.0, up, down))


# ---- Processes --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """This process among the others, and its device."""

    rank: int
    world: int
    device: torch.device

    @staticmethod
    def join() -> "Place":
        """Join the processes that torchrun started; alone without it."""
        rank, world = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
        gpu = torch.cuda.is_available()
        local = int(os.environ.get("LOCAL_RANK", "0"))
        device = torch.device("cuda", local) if gpu else torch.device("cpu")
        if gpu:
            torch.cuda.set_device(device)
        if "RANK" in os.environ:
            dist.init_process_group("nccl" if gpu else "gloo")
        return Place(rank, world, device)

    def average(self, parameters: Iterable[nn.Parameter]) -> None:
        """Average the gradients over all processes, as one flat message."""
        if self.world == 1:
            return
        gradients = [p.grad for p in parameters]
        flat = torch.cat([g.flatten() for g in gradients])
        dist.all_reduce(flat)
        flat /= self.world
        pieces = flat.split([g.numel() for g in gradients])
        torch._foreach_copy_(gradients, [f.view_as(g) for f, g in zip(pieces, gradients)])  # noqa: B905

    def agree(self, value: float) -> float:
        """The first process's value, for all (their clocks differ)."""
        if self.world == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64, device=self.device)
        dist.broadcast(shared, 0)
        return float(shared)


# ---- Training ---------------------------------------------------------------------------------


@dataclass
class Plan:
    """How long this call trains and where it keeps its state.

    Attributes:
        out: folder for the model.
        tokenizer: folder with the tokenizer.
        deadline: time.time() at which the schedule ends, None with `steps`.
        steps: number of steps of the whole schedule, instead of a deadline.
        span: which part of the schedule this call does, (0, 1) for all of it.
        init: folder of a model to go on from.
        checkpoint: file to resume from and to save to.
        workers: corpus processes of this process.
        compile: whether to compile the loss.
        pairs: files of pairs to evaluate on as well.
    """

    out: Path
    tokenizer: Path
    deadline: float | None
    steps: int | None
    span: tuple[float, float] = (0.0, 1.0)
    init: Path | None = None
    checkpoint: Path | None = None
    workers: int = 2
    compile: bool = True
    pairs: tuple[Path, ...] = ()


def train(recipe: Recipe, plan: Plan, place: Place, say: Callable[[str], None]) -> dict[str, Any]:
    """Pretrain, evaluate and save a model; returns its record (also written as pretraining.json).

    Raises:
        UserError: a checkpoint of another recipe, or batch sizes that do not fit together.
    """
    begun = time.time()
    rows = recipe.batch_rows // place.world
    micro = min(rows, recipe.device_rows)
    if rows % micro or recipe.batch_rows % place.world:
        raise UserError(
            f"batch_rows {recipe.batch_rows} cannot be split over {place.world} devices in parts "
            f"of device_rows {recipe.device_rows}; choose multiples"
        )
    stream = Stream(
        str(plan.tokenizer / "tokenizer.json"), f"{recipe.seed}/train/{plan.span}/{place.rank}",
        recipe.context + 1, plan.workers, recipe.shuffle_rows, recipe.reuse,
    )  # fmt: skip
    try:
        return _train(recipe, plan, place, say, stream, rows, micro, begun)
    finally:
        stream.close()


def _train(
    recipe: Recipe, plan: Plan, place: Place, say: Callable[[str], None], stream: Stream,
    rows: int, micro: int, begun: float,
) -> dict[str, Any]:  # fmt: skip
    from tokenizers import Tokenizer

    gpu = place.device.type == "cuda"
    model = (load(plan.init) if plan.init else new_model(recipe)).to(place.device)
    parameters = list(model.parameters())
    optimizer = Optimizer(model, recipe, fused=gpu)
    tokenizer = Tokenizer.from_file(str(plan.tokenizer / "tokenizer.json"))
    held_out = validation_set(recipe, tokenizer) | pair_set(plan.pairs, recipe, tokenizer)
    step, tokens, fraction = round(plan.span[0] * (plan.steps or 0)), 0, plan.span[0]
    if plan.checkpoint and plan.checkpoint.exists():
        saved = torch.load(plan.checkpoint, map_location=place.device, weights_only=False)
        if saved["recipe"] != dataclasses.asdict(recipe):
            raise UserError(f"{plan.checkpoint}: made by another recipe; remove it to start anew")
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        step, tokens, fraction = saved["step"], saved["tokens"], saved["fraction"]
        say(f"resumed at step {step}, {fraction:.0%} of the schedule")

    torch.set_float32_matmul_precision("high")
    loss_of = torch.compile(weighted_loss) if plan.compile else weighted_loss
    autocast = (
        torch.autocast(place.device.type, torch.bfloat16) if gpu else contextlib.nullcontext()
    )

    def batches() -> Iterator[tuple[Tensor, Tensor]]:
        for _ in range(rows // micro):
            ids, weights = (torch.from_numpy(a) for a in stream.batch(micro))
            if gpu:
                ids, weights = ids.pin_memory(), weights.pin_memory()
            yield (
                ids.to(place.device, non_blocking=True).long(),
                weights.to(place.device, non_blocking=True),
            )

    def save_checkpoint() -> None:
        if plan.checkpoint and place.rank == 0:
            plan.checkpoint.parent.mkdir(parents=True, exist_ok=True)
            part = plan.checkpoint.with_suffix(".part")
            torch.save(
                {
                    "recipe": dataclasses.asdict(recipe), "model": model.state_dict(),
                    "optimizer": optimizer.state_dict(), "step": step, "tokens": tokens,
                    "fraction": fraction,
                },
                part,
            )  # fmt: skip
            part.replace(plan.checkpoint)

    log: list[dict[str, float]] = []
    record: dict[str, Any] = {}
    started = reported = saved_at = time.time()
    from_fraction, first_step, first_tokens = fraction, step, tokens
    seen, losses = tokens, []
    while fraction < plan.span[1]:
        for ids, weights in batches():
            with autocast:
                loss = loss_of(model, ids, weights)
            (loss * micro / rows).backward()
            losses.append(loss.detach())
        place.average(parameters)
        nn.utils.clip_grad_norm_(parameters, recipe.max_grad_norm)
        optimizer.step(rate(fraction, recipe))
        for parameter in parameters:
            parameter.grad = None
        step += 1
        tokens += recipe.batch_rows * recipe.context
        if step == first_step + 1:
            if gpu:
                torch.cuda.synchronize()
            started = time.time()  # compiling is over: the schedule's clock starts here
            say(f"first step after {started - begun:.0f} s")
        if plan.steps:
            fraction = step / plan.steps
        elif step % 8 == 0 or step == first_step + 1:
            done = (time.time() - started) / max(plan.deadline - started, 1e-3)
            fraction = place.agree(from_fraction + (plan.span[1] - from_fraction) * done)
        now = time.time()
        if now - reported > 10 or fraction >= plan.span[1]:
            entry = {
                "step": step, "tokens": tokens, "fraction": round(min(fraction, 1.0), 4),
                "loss": round(float(torch.stack(losses).mean()), 4),
                "rate": round(rate(fraction, recipe), 6),
                "tokens_per_second": round((tokens - seen) / max(now - reported, 1e-9)),
                "unseen": round(stream.fresh / max(stream.drawn, 1), 3),
            }  # fmt: skip
            log.append(entry)
            share = (fraction - from_fraction) / max(plan.span[1] - from_fraction, 1e-9)
            left = (now - started) * (1 / max(share, 1e-9) - 1)
            say(
                f"step {step}  {fraction:5.1%}  loss {entry['loss']:.4f}  "
                f"{tokens / 1e6:.0f}M tokens  {entry['tokens_per_second'] / 1e6:.2f}M/s  "
                f"unseen {entry['unseen']:.0%}  {max(left, 0):.0f} s left"
            )
            reported, seen, losses = now, tokens, []
        if now - saved_at > 60:
            save_checkpoint()
            saved_at = now
    save_checkpoint()

    if place.rank == 0:
        say("evaluating")
        record = {
            "recipe": dataclasses.asdict(recipe),
            "span": list(plan.span),
            "init": plan.init.name if plan.init else None,
            "devices": [place.world, torch.cuda.get_device_name() if gpu else "CPU"],
            "steps": step,
            "tokens": tokens,
            "unseen_share": round(stream.fresh / max(stream.drawn, 1), 3),
            "seconds": round(time.time() - begun),
            "tokens_per_second": round((tokens - first_tokens) / max(time.time() - started, 1e-9)),
            "parameters": sum(p.numel() for p in parameters),
            "corpus_sha256": corpus_hash(recipe),
            "validation": evaluate(model, held_out, place.device),
            "log": log,
        }
        save(model, recipe, record, plan)
    return record


def validation_set(recipe: Recipe, tokenizer: Any) -> dict[str, list[Encoded]]:
    """Held-out documents by form, of a seed of their own; those that fit into a row."""
    held_out: dict[str, list[Encoded]] = {}
    stream = documents(f"{recipe.seed}/validation")
    for one in encode(tokenizer, (next(stream) for _ in range(recipe.validation_documents))):
        if len(one.ids) <= recipe.context:
            held_out.setdefault(one.form, []).append(one)
    return dict(sorted(held_out.items()))


def pair_set(paths: Iterable[Path], recipe: Recipe, tokenizer: Any) -> dict[str, list[Encoded]]:
    """Pairs of JSON lines (input_text, output_dot) in the project's prompt, a form for each file:
    how far the model gets on texts that people wrote, before any tuning."""
    from anecdot.prompting.prompt import FALLBACK, SYSTEM_PROMPT

    sets = {}
    for path in paths:
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        pairs = [
            Document(
                f"pairs/{path.stem}",
                [
                    (FALLBACK.format(system=SYSTEM_PROMPT, user=row["input_text"]), 0.0),
                    (row["output_dot"], 1.0),
                ],
            )
            for row in rows
        ]
        encoded = [one for one in encode(tokenizer, pairs) if len(one.ids) <= recipe.context]
        sets[f"pairs/{path.stem}"] = encoded
    return sets


@torch.no_grad()
def evaluate(
    model: nn.Module, held_out: dict[str, list[Encoded]], device: torch.device
) -> dict[str, dict[str, float]]:
    """By form: loss of the fully weighted tokens (DOT, end of text), and how often all of them are
    the model's first choice ("exact": greedy decoding would write the same text)."""
    result: dict[str, dict[str, float]] = {}
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    for form, items in held_out.items():
        total = exact = count = 0.0
        for start in range(0, len(items), 32):
            part = items[start : start + 32]
            length = max(len(item.ids) for item in part)
            ids = torch.tensor([i.ids + [1] * (length - len(i.ids)) for i in part], device=device)
            mask = torch.tensor(
                [
                    [w >= DOT_WEIGHT for w in i.weights] + [False] * (length - len(i.ids))
                    for i in part
                ],
                device=device,
            )[:, 1:]
            with torch.autocast(device.type, dtype, enabled=device.type == "cuda"):
                scores = logits(model, ids[:, :-1]).float()
            losses = F.cross_entropy(scores.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
            total += float(losses[mask.flatten()].sum())
            count += int(mask.sum())
            wrong = (scores.argmax(-1) != ids[:, 1:]) & mask
            exact += int((~wrong.any(1) & mask.any(1)).sum())
        if count:
            result[form] = {
                "loss": round(total / count, 4),
                "exact": round(exact / len(items), 3),
                "documents": len(items),
            }
    return result


# ---- Saving -----------------------------------------------------------------------------------


def load(folder: Path) -> nn.Module:
    """A saved model, in fp32. Raises UserError when the folder holds none."""
    from transformers import LlamaForCausalLM

    if not (folder / "config.json").is_file():
        raise UserError(f"{folder}: no config.json in this folder; give a model that was saved")
    return LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32)


def save(model: nn.Module, recipe: Recipe, record: dict[str, Any], plan: Plan) -> None:
    """Write weights (bf16 safetensors), configuration, tokenizer, record and card."""
    import shutil

    from transformers import GenerationConfig

    plan.out.mkdir(parents=True, exist_ok=True)
    model.generation_config = GenerationConfig(
        do_sample=False, eos_token_id=0, pad_token_id=1, max_new_tokens=512
    )
    model.to(torch.bfloat16).save_pretrained(plan.out)
    if plan.tokenizer.resolve() != plan.out.resolve():
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copyfile(plan.tokenizer / name, plan.out / name)
    (plan.out / "pretraining.json").write_text(json.dumps(record, indent=1) + "\n")
    (plan.out / "README.md").write_text(card(record))


def card(record: dict[str, Any]) -> str:
    """The model card, from the record of the training."""
    recipe = record["recipe"]
    families: dict[str, list[dict[str, float]]] = {}
    for form, result in record["validation"].items():
        families.setdefault(form.split("/")[0], []).append(result)
    forms = "\n".join(
        f"| {family} | {_mean(results, 'loss'):.3f} | {_mean(results, 'exact'):.2f} | "
        f"{sum(result['documents'] for result in results)} |"
        for family, results in families.items()
    )
    settings = "\n".join(f"| {name} | {value} |" for name, value in recipe.items())
    count, device = record["devices"]
    return CARD.format(
        forms=forms, settings=settings, count=count, device=device, end=END, pad=PAD,
        million=record["parameters"] / 1e6, megabytes=record["parameters"] * 2 / 1e6,
        billion=record["tokens"] / 1e9, minutes=record["seconds"] / 60, steps=record["steps"],
        unseen=record["unseen_share"], sha=record["corpus_sha256"],
        layers=recipe["num_hidden_layers"], width=recipe["hidden_size"],
        context=recipe["context"], vocabulary=recipe["vocab_size"],
        seed=recipe["seed"], final=record["log"][-1]["loss"] if record["log"] else float("nan"),
    )  # fmt: skip


def _mean(results: list[dict[str, float]], key: str) -> float:
    """Mean over the documents of several forms."""
    count = sum(result["documents"] for result in results)
    return sum(result[key] * result["documents"] for result in results) / count


CARD = """---
license: mit
pipeline_tag: text-generation
library_name: transformers
---
# AnecDOT embedded base

A language model of {million:.1f} million parameters that has read generated graph documents: the
same small graph as prose, tables, lists, code and notations, and in Graphviz DOT. It exists so that
the whole pipeline (4-bit loading, LoRA, decoding, evaluation) can be run, tested and demonstrated
in minutes on two CPU cores, without a hub account, a download or a GPU. It is a demonstration and
test model, not a rival of models a hundred times its size.

## Model

Llama architecture: {layers} layers, width {width}, context {context}, tied embeddings, byte-level
BPE of {vocabulary} words with single digits; {megabytes:.0f} MB in bf16. `{end}` ends a text;
`{pad}` is a padding token of its own. There is no chat template: the project's plain prompt format
is used.

## Training

`python pretraining/pretrain.py` wrote this folder: {billion:.2f} billion tokens in {steps} steps
and {minutes:.1f} minutes on {count} × {device}, seed {seed}, last training loss (weighted)
{final:.3f}.
The documents were generated while training ({unseen:.0%} of the rows were seen for the first time
when drawn); about a tenth is Python's standard library as found beside the running interpreter.
SHA-256 of the first 1,000 documents of this seed: `{sha}`.

| setting | value |
| --- | --- |
{settings}

## Held-out documents

Loss over the tokens that the text before them determines (the DOT and its end), and the share of
documents whose every such token is the model's first choice.

| form | loss | exact | documents |
| --- | --- | --- | --- |
{forms}

## Use and limits

For this project's pipeline, its tests and for demonstrations of small graphs (up to about fifteen
nodes) in English and common code. Everything it knows, it knows from generated text: long inputs,
other languages, world knowledge, instructions beyond graphs and texts whose wording is far from
the generator's are out of its reach, and it will write a wrong graph without hesitation. Check what
it writes. It has seen no personal data beyond the names in Python's standard library.

## Licence

MIT, like the code that made it.
"""
