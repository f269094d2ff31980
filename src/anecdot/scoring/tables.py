"""Figures as tables: CSV files for `dvc plots`, and text for a terminal."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from anecdot.common.errors import UserError
from anecdot.common.files import GENERATED, atomic_write, read_json
from anecdot.scoring.figures import (
    GROUPINGS,
    RATES,
    SCORES,
    count_failures,
    groups,
    rounded,
    summarise,
)
from anecdot.scoring.verdicts import Prediction


def write_plots(folder: Path, predictions: list[Prediction]) -> None:
    """Tables for `dvc plots`: by source, kind and style, failure classes, base against tuned."""
    rows = list(groups(predictions))
    for by in GROUPINGS:
        _write_csv(folder / f"by_{by}.csv", [row for row in rows if row["by"] == by])
    failures, models = [], []
    keys = {(p.block, p.model): None for p in predictions}
    for block, model in keys:
        part = [p for p in predictions if (p.block, p.model) == (block, model)]
        figures, where = summarise(part), {"block": block, "model": model}
        failures += [
            where | {"failure": name, "count": n} for name, n in count_failures(part).items()
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


def show(folder: Path) -> str:
    """The figures of a folder's evaluate.json as a text table, with evidence.json's intervals.

    Raises:
        UserError: a file is missing, or is not what stage evaluate writes.
    """
    paths = folder / "evaluate.json", folder / "evidence.json"
    figures, evidence = map(read_json, paths)
    try:
        return _table(figures, evidence)
    except (AttributeError, KeyError, TypeError, ValueError):
        both = " and ".join(map(str, paths))
        raise UserError(f"{both}: not the figures of stage evaluate; {GENERATED}") from None


def _table(result: dict[str, Any], evidence: dict[str, Any]) -> str:
    lines = []
    for block, found in result.items():
        models = {name: figures for name, figures in found.items() if "n" in figures}
        out = models["tuned"].get("left_out")
        also = f"; {out} more left out, longer than the model reads" if out else ""
        lines.append(f"\n{block} (n = {models['tuned']['n']}{also})")
        lines.append(f"{'':18}" + "".join(f"{model:>24}" for model in models))
        for name in (*RATES, *SCORES, "eval_loss"):
            cells = (
                _cell(figures[name], evidence[block][model]["interval"].get(name))
                for model, figures in models.items()
            )
            lines.append(f"{name:18}" + "".join(f"{cell:>24}" for cell in cells))
        gain = evidence[block]["comparison"]
        low, high = (gain["edge_f1_gain_interval"][end] for end in ("low", "high"))
        lines.append(
            f"gained: validity {gain['validity_gain']:+.3f} (p = {gain['validity_p_value']:.2g}), "
            f"edge F1 {gain['edge_f1_gain']:+.3f} ({low:+.3f} to {high:+.3f})"
        )
    lines.append("")
    for name, found in evidence["verdict"].items():
        mark = "yes" if found["holds"] else "NO"
        lines.append(f"{name.replace('_', ' '):24} {mark}")
    return "\n".join(lines)


def _cell(value: float | None, interval: dict[str, float] | None) -> str:
    text = "-" if value is None else f"{value:.3f}"
    return f"{text} ({interval['low']:.3f} to {interval['high']:.3f})" if interval else text
