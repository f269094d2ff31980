"""Figures as tables: CSV files for `dvc plots`, and text for a terminal."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from anecdot.common.files import atomic_write, open_text
from anecdot.scoring.figures import GROUPINGS, RATES, SCORES, groups, rounded, summarise
from anecdot.scoring.verdicts import Prediction


def write_plots(folder: Path, predictions: list[Prediction]) -> None:
    """Tables for `dvc plots`: by source, kind and style, failure classes, base against tuned."""
    rows = list(groups(predictions))
    for by in GROUPINGS:
        _write_csv(folder / f"by_{by}.csv", [row for row in rows if row["by"] == by])
    failures, models = [], []
    keys = {(p.block, p.model): None for p in predictions}
    for block, model in keys:
        figures = summarise([p for p in predictions if (p.block, p.model) == (block, model)])
        where = {"block": block, "model": model}
        failures += [
            where | {"failure": name, "count": n} for name, n in figures["failures"].items()
        ]
        models += [
            where | {"metric": name, "value": figures[name]}
            for name in (*RATES, *SCORES)
            if figures[name] is not None
        ]
    _write_csv(folder / "failures.csv", failures, ("block", "model", "failure", "count"))
    _write_csv(folder / "models.csv", models)


def _write_csv(
    path: Path, rows: list[dict[str, Any]], columns: Iterable[str] | None = None
) -> None:
    with atomic_write(path) as file:
        writer = csv.DictWriter(file, list(columns or rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rounded(rows))


def show(path: Path) -> str:
    """The headline figures of metrics/evaluate.json as a text table, with their intervals."""
    with open_text(path) as file:
        result = json.load(file)
    lines = []
    for block in (key for key in result if key != "verdict"):
        models = {m: f for m, f in result[block].items() if "n" in f}
        lines.append(f"\n{block} (n = {models['tuned']['n']})")
        width = max(24, *(len(model) + 2 for model in models))
        lines.append(f"{'':18}" + "".join(f"{model:>{width}}" for model in models))
        for name in (*RATES, *SCORES, "eval_loss"):
            cells = (_cell(f.get(name), f["interval"].get(name)) for f in models.values())
            lines.append(f"{name:18}" + "".join(f"{cell:>{width}}" for cell in cells))
        lines.append(_gained("gained", result[block]["comparison"]))
        for model in models:
            if gain := result[block].get(f"tuned_against_{model}"):
                lines.append(_gained(f"tuned against {model}", gain))
    lines.append("")
    for name, evidence in result["verdict"].items():
        mark = "yes" if evidence["holds"] else "NO"
        lines.append(f"{name.replace('_', ' '):24} {mark}")
    return "\n".join(lines)


def _gained(words: str, gain: dict[str, Any]) -> str:
    low, high = (gain["edge_f1_gain_interval"][end] for end in ("low", "high"))
    return (
        f"{words}: validity {gain['validity_gain']:+.3f} (p = {gain['validity_p_value']:.2g}), "
        f"edge F1 {gain['edge_f1_gain']:+.3f} ({low:+.3f} to {high:+.3f})"
    )


def _cell(value: float | None, interval: dict[str, float] | None) -> str:
    text = "-" if value is None else f"{value:.3f}"
    return f"{text} ({interval['low']:.3f} to {interval['high']:.3f})" if interval else text
