"""Held-out documents and pairs: the model's loss on their DOT, and how often it is exact."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from model import logits
from recipe import Recipe
from rows import Encoded, encode
from torch import nn
from torch.nn import functional as F

from anecdot.prompting.prompt import FALLBACK, SYSTEM_PROMPT
from synthesis.document import Document
from synthesis.stream import documents

DOT_WEIGHT = 100
"""Loss weight (percent) of tokens that the text before them determines: DOT after its source."""


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
