"""Rows and answers that look like a run: real pairs, and answers that go wrong in every way."""

import json
import random
from pathlib import Path
from typing import Any

from conftest import ROOT

LABEL = ' [label="<script>alert(1)</script>&lt;b&gt;" URL="javascript:alert(2)" tooltip="x"];'


def _drop_line(text: str, dice: random.Random) -> str:
    lines = text.split("\n")
    del lines[dice.randrange(1, len(lines) - 1)]
    return "\n".join(lines)


def _turn(text: str, dice: random.Random) -> str:
    lines = text.split("\n")
    edges = [i for i, line in enumerate(lines) if "->" in line and "[" not in line]
    for index in dice.sample(edges, min(1, len(edges))):
        tail, head = lines[index].strip(" ;").split(" -> ", 1)
        lines[index] = f"  {head} -> {tail};"
    return "\n".join(lines)


# What may become of an answer; the weights are those of a tuned model's.
HARMS = {
    "none": lambda text, dice: text,
    "drop a line": _drop_line,
    "add an edge": lambda text, dice: (
        text[:-1] + f"  intruder{dice.randrange(9)} {_op(text)} b;\n}}"
    ),
    "turn an edge": _turn,
    "relabel": lambda text, dice: text.replace('label="', 'label="not ', 1),
    "open quote": lambda text, dice: text.replace('";', ";", 1)[:-1] + ' "x',
    "wrong operator": lambda text, dice: text.replace("->", "=>", 1).replace("--", "~~", 1),
    "cut": lambda text, dice: text[: len(text) * 2 // 3],
    "prose": lambda text, dice: (
        "The graph has some nodes.\n</pre></script><script>alert(1)</script>"
    ),
    "hostile": lambda text, dice: text[:-1] + "  evil" + LABEL + "\n}",
    "colour": lambda text, dice: text[:-1] + '  n [style=filled fillcolor="gold:tomato"];\n}',
}
TUNED = dict.fromkeys(HARMS, 1) | {"none": 14, "drop a line": 3, "relabel": 2}
BASE = dict.fromkeys(HARMS, 2) | {"none": 0, "prose": 8, "cut": 6, "wrong operator": 5}
CONSTRAINED = TUNED | {"open quote": 0, "cut": 0, "prose": 0, "wrong operator": 0}


def _op(text: str) -> str:
    return "--" if text.startswith("graph") else "->"


def rows(count: int) -> list[dict[str, Any]]:
    """Some pairs of the data, one third as `novel`."""
    found = []
    for stream in ("synthetic", "logic", "documentation", "attribute-docs"):
        lines = (
            (ROOT / f"data/streams/{stream}-stream.jsonl").read_text(encoding="utf-8").splitlines()
        )
        found += [json.loads(line) for line in lines]
    chosen = sorted(random.Random(1).sample(range(len(found)), count))
    return [
        {"block": "novel" if number % 3 == 2 else "validation", **found[index]}
        for number, index in enumerate(chosen)
    ]


def answers(rows: list[dict[str, Any]], constrained: bool = True) -> dict[str, list[dict]]:
    """Each model's answers to the rows."""
    models = {"base": BASE, "tuned": TUNED} | ({"constrained": CONSTRAINED} if constrained else {})
    result = {}
    for model, weights in models.items():
        dice = random.Random(model)
        result[model] = []
        for row in rows:
            (harm,) = dice.choices(list(weights), list(weights.values()))
            text = HARMS[harm](row["output_dot"], dice)
            result[model].append({"text": text, "stopped": harm != "cut", "tokens": len(text) // 3})
    return result


def losses(models: dict[str, Any]) -> dict[str, dict[str, float]]:
    values = {"base": 2.41, "tuned": 0.32, "constrained": 0.32}
    return {model: {"validation": values[model], "novel": values[model] + 0.2} for model in models}


def write_training(folder: Path, steps: int = 200) -> Path:
    """A DVCLive folder with curves."""
    dice = random.Random(3)
    plots = folder / "plots" / "metrics"
    plots.mkdir(parents=True, exist_ok=True)
    curve = [(s, 0.3 + 2.2 * 0.98**s + dice.uniform(-0.05, 0.05)) for s in range(5, steps, 5)]
    held = [(s, 0.38 + 2.1 * 0.98**s + s / 4000) for s in range(0, steps + 1, 50)]
    for name, points in (("loss", curve), ("validation_loss", held)):
        lines = [f"step\t{name}", *(f"{step}\t{value}" for step, value in points)]
        (plots / f"{name}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
