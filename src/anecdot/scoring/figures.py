"""From answers to figures: verdicts on predictions, rates, F1s, and what training gained."""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from anecdot import dot
from anecdot.common.files import atomic_write, open_text
from anecdot.scoring import significance

RATES = {
    "validity_rate": "valid",
    "render_rate": "renders",
    "stop_rate": "stopped",
    "exact_match_rate": "exact",
    "isomorphic_rate": "isomorphic",
}
SCORES = ("node_f1", "edge_f1", "edge_label_f1", "attribute_f1")
GROUPINGS = ("source", "kind", "style")
BOOTSTRAP_SEED = 20
# How far the last validation loss may lie above the lowest before it counts as turning up.
TURN_UP_MARGIN = 0.05
SIGNIFICANT = 0.05
VALID_ENOUGH = 0.9
NO_FAILURE = dot.FAILURE_CLASSES[0]

Prediction = dict[str, Any]


def score(rows: list[dict[str, Any]], answers: dict[str, list[dict[str, Any]]]) -> list[Prediction]:
    """One prediction for each model and row, with every verdict on it.

    Args:
        rows: held-out pairs with their block.
        answers: for each model its answers in the order of `rows`: text, stopped, tokens.
    """
    predictions = [
        {
            "block": row["block"],
            "model": model,
            **{name: row[name] for name in ("id", *GROUPINGS, "task_type", "origin")},
            "input_text": row["input_text"],
            "expected": row["output_dot"],
            "raw_output": answer["text"],
            "output_dot": dot.extract(answer["text"]),
            "stopped": answer["stopped"],
        }
        for model, given in answers.items()
        for row, answer in zip(rows, given, strict=True)
    ]
    graphs = [prediction["output_dot"] or "" for prediction in predictions]
    drawings = dot.render_all(graphs)
    for prediction, graph, drawing, pydot_valid in zip(
        predictions, graphs, drawings, dot.pydot_all(graphs), strict=True
    ):
        message = dot.check(graph) if graph else "no graph in the output"
        comparison = dot.compare(prediction["expected"], graph or None)
        prediction |= {
            "valid": message is None,
            "message": message or "",
            "renders": drawing.ok,
            "pydot_valid": pydot_valid,
            **{name: getattr(comparison, name) for name in SCORES},
            "exact": comparison.exact,
            "isomorphic": comparison.isomorphic,
            "failure": dot.failure_class(
                graph or None, comparison, finished=prediction["stopped"], renders=drawing.ok
            ),
        }
    return predictions


def metrics(
    predictions: list[Prediction], losses: dict[str, dict[str, float]], training: Path
) -> dict[str, Any]:
    """All figures of metrics/evaluate.json.

    Args:
        predictions: see `score`.
        losses: by model and block, nats per target token.
        training: DVCLive folder of the training run, for the verdict.
    """
    blocks: dict[str, dict[str, list[Prediction]]] = defaultdict(lambda: defaultdict(list))
    for prediction in predictions:
        blocks[prediction["block"]][prediction["model"]].append(prediction)
    result: dict[str, Any] = {}
    for block, models in blocks.items():
        result[block] = {
            model: summarise(part) | {"eval_loss": losses[model][block]}
            for model, part in models.items()
        }
        for model, part in models.items():
            result[block][model]["interval"] |= score_intervals(part)
        result[block]["comparison"] = compare(models["base"], models["tuned"])
        if "constrained" in models:
            gained = compare(models["tuned"], models["constrained"])
            result[block]["constrained_against_tuned"] = gained
    result["verdict"] = verdict(result, training)
    return _rounded(result)


def summarise(predictions: list[Prediction]) -> dict[str, Any]:
    """Rates with Wilson intervals, mean F1s and counts of failures."""
    n = len(predictions)
    rates, intervals = {}, {}
    for name, key in RATES.items():
        count = sum(prediction[key] for prediction in predictions)
        rates[name] = count / n
        interval = significance.wilson(count, n)
        intervals[name] = {"low": interval.low, "high": interval.high}
    scores = {}
    for name in SCORES:
        values = [p[name] for p in predictions if p[name] is not None]
        scores[name] = sum(values) / len(values) if values else None
    agreeing = sum(prediction["valid"] == prediction["pydot_valid"] for prediction in predictions)
    counts = Counter(prediction["failure"] for prediction in predictions)
    return {
        "n": n,
        **rates,
        **scores,
        "pydot_agreement": agreeing / n,
        "interval": intervals,
        "failures": {
            name: counts[name]
            for name in dot.FAILURE_CLASSES
            if counts[name] and name != NO_FAILURE
        },
    }


def score_intervals(predictions: list[Prediction]) -> dict[str, dict[str, float]]:
    """Bootstrap intervals of the mean F1s, clustered by origin: how far they lie above nothing."""
    intervals = {}
    for name in SCORES:
        scored = [p for p in predictions if p[name] is not None]
        if scored:
            mean = significance.paired_bootstrap(
                [0.0] * len(scored), [p[name] for p in scored], _origins(scored),
                seed=BOOTSTRAP_SEED,
            )  # fmt: skip
            intervals[name] = {"low": mean.low, "high": mean.high}
    return intervals


def _origins(predictions: list[Prediction]) -> list[str]:
    """What each pair was made from; pairs of one origin are not independent."""
    return [prediction["origin"] or prediction["id"] for prediction in predictions]


def compare(before: list[Prediction], after: list[Prediction]) -> dict[str, Any]:
    """Gains on the same inputs: McNemar's exact p for rates, bootstrap intervals for F1s."""
    result: dict[str, Any] = {}
    for name, key in (("validity", "valid"), ("exact_match", "exact")):
        lost = sum(b[key] and not a[key] for b, a in zip(before, after, strict=True))
        won = sum(a[key] and not b[key] for b, a in zip(before, after, strict=True))
        prefix = "" if name == "validity" else f"{name}_"
        result[f"{name}_gain"] = (won - lost) / len(after)
        result[f"{prefix}p_value"] = significance.mcnemar_exact(won, lost)
    groups = _origins(after)
    for name in ("node_f1", "edge_f1", "edge_label_f1"):
        gain = significance.paired_bootstrap(
            [b[name] for b in before], [a[name] for a in after], groups, seed=BOOTSTRAP_SEED
        )
        result[f"{name}_gain"] = gain.estimate
        result[f"{name}_gain_interval"] = {"low": gain.low, "high": gain.high}
    return result


def verdict(result: dict[str, Any], training: Path) -> dict[str, Any]:
    """The four criteria of success, each with its evidence."""
    loss = read_curve(training, "loss")
    validation = [value for _, value in read_curve(training, "validation_loss")]
    lowest = min(validation, default=None)
    third = max(len(loss) // 3, 1)
    first = sum(value for _, value in loss[:third]) / third if loss else None
    last = sum(value for _, value in loss[-third:]) / third if loss else None
    tuned, comparison = result["validation"]["tuned"], result["validation"]["comparison"]
    low = comparison["edge_f1_gain_interval"]["low"]
    return {
        "training_loss_falls": {
            "holds": bool(loss) and last < first, "first_third": first, "last_third": last,
        },
        "validation_loss_falls": {
            "holds": bool(validation) and lowest < validation[0]
            and validation[-1] <= lowest * (1 + TURN_UP_MARGIN),
            "first": validation[0] if validation else None, "lowest": lowest,
            "last": validation[-1] if validation else None, "margin": TURN_UP_MARGIN,
        },
        "output_is_valid": {
            "holds": tuned["validity_rate"] >= VALID_ENOUGH,
            "validity_rate": tuned["validity_rate"], "required": VALID_ENOUGH,
        },
        "tuned_beats_base": {
            "holds": low > 0 or (
                comparison["validity_gain"] > 0 and comparison["p_value"] < SIGNIFICANT
            ),
            "edge_f1_gain_low": low, "validity_gain": comparison["validity_gain"],
            "p_value": comparison["p_value"],
        },
    }  # fmt: skip


def read_curve(folder: Path, name: str) -> list[tuple[int, float]]:
    """(step, value) of a metric that DVCLive logged; empty where it never was."""
    path = folder / "plots" / "metrics" / f"{name}.tsv"
    if not path.exists():
        return []
    with open_text(path) as file:
        return [(int(r["step"]), float(r[name])) for r in csv.DictReader(file, delimiter="\t")]


def groups(predictions: list[Prediction]) -> Iterable[dict[str, Any]]:
    """The figures by source, kind and style: one row for each group, block and model."""
    parts: dict[tuple[str, ...], list[Prediction]] = defaultdict(list)
    for prediction in predictions:
        for by in GROUPINGS:
            key = (by, prediction["block"], prediction[by] or "unstated", prediction["model"])
            parts[key].append(prediction)
    for (by, block, group, model), part in sorted(parts.items()):
        figures = summarise(part)
        names = ("n", *RATES, *SCORES)
        yield {"by": by, "block": block, "group": group, "model": model} | {
            name: figures[name] for name in names
        }


def write_plots(folder: Path, predictions: list[Prediction]) -> None:
    """Tables for `dvc plots`: by source, kind and style, failure classes, base against tuned."""
    rows = list(groups(predictions))
    for by in GROUPINGS:
        _write_csv(folder / f"by_{by}.csv", [row for row in rows if row["by"] == by])
    failures, models = [], []
    keys = {(p["block"], p["model"]): None for p in predictions}
    for block, model in keys:
        part = [p for p in predictions if (p["block"], p["model"]) == (block, model)]
        figures = summarise(part)
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
        writer.writerows(_rounded(rows))


def _rounded(value: Any) -> Any:
    """Floats to six digits behind the point, p-values to six that count."""
    if isinstance(value, dict):
        return {
            key: float(f"{item:.6g}") if key.endswith("p_value") else _rounded(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return round(value, 6) if isinstance(value, float) else value


def show(path: Path) -> str:
    """The headline figures of metrics/evaluate.json as a text table."""
    with open_text(path) as file:
        result = json.load(file)
    names = [*RATES, *SCORES, "eval_loss"]
    lines = []
    for block in (key for key in result if key != "verdict"):
        models = {m: f for m, f in result[block].items() if "n" in f}
        lines.append(f"\n{block} (n = {models['tuned']['n']})")
        lines.append(f"{'':20}" + "".join(f"{model:>16}" for model in models))
        for name in names:
            cells = []
            for figures in models.values():
                value, interval = figures[name], figures["interval"].get(name)
                text = "-" if value is None else f"{value:.3f}"
                cells.append(
                    f"{text} ±{(interval['high'] - interval['low']) / 2:.3f}" if interval else text
                )
            lines.append(f"{name:20}" + "".join(f"{cell:>16}" for cell in cells))
        gain = result[block]["comparison"]
        low, high = gain["edge_f1_gain_interval"].values()
        lines.append(
            f"gained: validity {gain['validity_gain']:+.3f} (p = {gain['p_value']:.2g}), "
            f"edge F1 {gain['edge_f1_gain']:+.3f} [{low:+.3f}, {high:+.3f}]"
        )
    lines.append("")
    for name, evidence in result["verdict"].items():
        mark = "yes" if evidence["holds"] else "NO"
        lines.append(f"{name.replace('_', ' '):24} {mark}")
    return "\n".join(lines)
