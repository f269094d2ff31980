"""From verdicts to figures: rates, F1s, and what training gained.

Two parts: the figures that runs are compared by (metrics/evaluate.json, a DVC metric), and the
evidence for them (metrics/evidence.json: intervals, differences with their p-values, counts of
failures, the verdict). One scheme of names. A figure has its name (`edge_f1`, `validity_rate`); an
interval is a dict of `low` and `high`; a difference of a figure is `<figure>_gain`, its interval
`<figure>_gain_interval`, its p-value `<figure>_p_value` and the same after Holm's correction for
all differences beside it `<figure>_holm_p_value`, where a rate leaves its `_rate` out.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from anecdot import dot
from anecdot.common.errors import UserError
from anecdot.common.files import GENERATED, open_text
from anecdot.scoring import significance
from anecdot.scoring.verdicts import NO_FAILURE, Prediction

RATES = {
    "validity_rate": "valid",
    "render_rate": "renders",
    "stop_rate": "stopped",
    "exact_match_rate": "exact",
    "same_graph_rate": "same_graph",
    "isomorphic_rate": "isomorphic",
}
SCORES = ("node_f1", "edge_f1", "edge_label_f1", "attribute_f1", "cluster_f1")
GROUPINGS = ("source", "kind", "style")
BOOTSTRAP_SEED = 20
# How far the last validation loss may lie above the lowest before it counts as turning up.
TURN_UP_MARGIN = 0.05
SIGNIFICANT = 0.05
VALID_ENOUGH = 0.9
DECISIVE = ("edge_f1", "validity")
"""Either of these gains shows that the tuned model is better; so their p-values are corrected."""


def metrics(
    predictions: list[Prediction],
    losses: dict[str, dict[str, float]],
    training: Path,
    left_out: dict[str, int] | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The figures and the evidence for them, both by block and then by model or comparison.

    Args:
        predictions: see `score`.
        losses: by model and block, nats per target token.
        training: DVCLive folder of the training run, for the verdict.
        left_out: by block, the pairs that are longer than the model reads; none where not given.

    Returns:
        What metrics/evaluate.json and metrics/evidence.json hold. A comparison's figures are the
        `DECISIVE` ones alone, its evidence holds every difference.
    """
    blocks: dict[str, dict[str, list[Prediction]]] = defaultdict(lambda: defaultdict(list))
    for prediction in predictions:
        blocks[prediction.block][prediction.model].append(prediction)
    figures: dict[str, Any] = {}
    evidence: dict[str, Any] = {}
    for block, models in blocks.items():
        figures[block] = {
            model: summarise(part)
            | {"left_out": (left_out or {}).get(block, 0), "eval_loss": losses[model][block]}
            for model, part in models.items()
        }
        evidence[block] = {model: _evidence(part) for model, part in models.items()}
        for name, (before, after) in comparisons(models).items():
            found = compare(models[before], models[after])
            evidence[block][name] = found
            keys = [f"{one}_{part}" for one in DECISIVE for part in ("gain", "p_value")]
            figures[block][name] = {key: found[key] for key in keys}
    evidence["verdict"] = verdict(figures, training)
    return rounded(figures), rounded(evidence)


def comparisons(models: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The comparisons of a block by name, each of two models, the one that ought to lose first."""
    found = {"comparison": ("base", "tuned")}
    if "constrained" in models:
        found["constrained_against_tuned"] = ("tuned", "constrained")
    return found


def summarise(predictions: list[Prediction]) -> dict[str, Any]:
    """Rates, and mean F1s (None where no reference has what they count)."""
    n = len(predictions)
    rates = {
        name: sum(getattr(prediction, key) for prediction in predictions) / n
        for name, key in RATES.items()
    }
    scores = {}
    for name in SCORES:
        values = [value for p in predictions if (value := getattr(p, name)) is not None]
        scores[name] = sum(values) / len(values) if values else None
    return {"n": n, **rates, **scores}


def count_failures(predictions: list[Prediction]) -> dict[str, int]:
    """How many predictions failed by each class, in the order of dot.FAILURE_CLASSES."""
    counts = Counter(prediction.failure for prediction in predictions)
    return {
        name: counts[name] for name in dot.FAILURE_CLASSES if counts[name] and name != NO_FAILURE
    }


def _evidence(predictions: list[Prediction]) -> dict[str, Any]:
    """What stands behind one model's figures in one block."""
    agreeing = sum(prediction.valid == prediction.pydot_valid for prediction in predictions)
    return {
        "interval": intervals(predictions),
        "pydot_agreement": agreeing / len(predictions),
        "failures": count_failures(predictions),
    }


def intervals(predictions: list[Prediction]) -> dict[str, dict[str, float]]:
    """95% intervals: Wilson's of the rates, and of the mean F1s a bootstrap clustered by origin
    (how far they lie above nothing)."""
    found = {}
    for name, key in RATES.items():
        count = sum(getattr(prediction, key) for prediction in predictions)
        found[name] = significance.wilson(count, len(predictions))
    for name in SCORES:
        scored = [p for p in predictions if getattr(p, name) is not None]
        if scored:
            found[name] = significance.paired_bootstrap(
                [0.0] * len(scored), [getattr(p, name) for p in scored], _origins(scored),
                seed=BOOTSTRAP_SEED,
            )  # fmt: skip
    return {name: {"low": one.low, "high": one.high} for name, one in found.items()}


def _origins(predictions: list[Prediction]) -> list[str]:
    """What each pair was made from; pairs of one origin are not independent."""
    return [prediction.origin or prediction.id for prediction in predictions]


def compare(before: list[Prediction], after: list[Prediction]) -> dict[str, Any]:
    """Every figure's difference on the same inputs: McNemar's exact test for rates, bootstrap for
    F1s, those that count something. Holm's correction is over all of them."""
    result: dict[str, Any] = {}
    pairs = list(zip(before, after, strict=True))
    for rate, key in RATES.items():
        name = rate.removesuffix("_rate")
        lost = sum(getattr(b, key) and not getattr(a, key) for b, a in pairs)
        won = sum(getattr(a, key) and not getattr(b, key) for b, a in pairs)
        result[f"{name}_gain"] = (won - lost) / len(pairs)
        result[f"{name}_p_value"] = significance.mcnemar_exact(won, lost)
    for name in SCORES:
        scored = [(b, a) for b, a in pairs if None not in (getattr(b, name), getattr(a, name))]
        if not scored:
            continue
        gain = significance.paired_bootstrap(
            [getattr(b, name) for b, _ in scored], [getattr(a, name) for _, a in scored],
            _origins([a for _, a in scored]), seed=BOOTSTRAP_SEED,
        )  # fmt: skip
        result[f"{name}_gain"] = gain.estimate
        result[f"{name}_gain_interval"] = {"low": gain.low, "high": gain.high}
        result[f"{name}_p_value"] = gain.p_value
    p_values = {key: value for key, value in result.items() if key.endswith("_p_value")}
    for key, value in significance.holm(p_values).items():
        result[f"{key.removesuffix('_p_value')}_holm_p_value"] = value
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
    gains = {name: comparison[f"{name}_gain"] for name in DECISIVE}
    p_values = significance.holm({name: comparison[f"{name}_p_value"] for name in DECISIVE})
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
            "holds": any(gains[name] > 0 and p_values[name] < SIGNIFICANT for name in DECISIVE),
            **{f"{name}_gain": gain for name, gain in gains.items()},
            **{f"{name}_holm_p_value": p_value for name, p_value in p_values.items()},
        },
    }  # fmt: skip


def read_curve(folder: Path, name: str) -> list[tuple[int, float]]:
    """(step, value) of a metric that DVCLive logged; empty where it never was.

    Raises:
        UserError: naming file and line of what is damaged.
    """
    path = folder / "plots" / "metrics" / f"{name}.tsv"
    if not path.exists():
        return []
    curve = []
    with open_text(path) as file:
        rows = csv.DictReader(file, delimiter="\t")
        try:
            for row in rows:
                curve.append((int(row["step"]), float(row[name])))
        except (KeyError, TypeError, ValueError, csv.Error):
            at = f"{path}:{max(rows.line_num, 1)}"
            raise UserError(f"{at}: holds no step and {name}; {GENERATED}") from None
    return curve


def groups(predictions: list[Prediction]) -> Iterator[dict[str, Any]]:
    """The figures by source, kind and style: one row for each group, block and model."""
    parts: dict[tuple[str, ...], list[Prediction]] = defaultdict(list)
    for prediction in predictions:
        for by in GROUPINGS:
            group = getattr(prediction, by) or "unstated"
            parts[by, prediction.block, group, prediction.model].append(prediction)
    for (by, block, group, model), part in sorted(parts.items()):
        figures = summarise(part)
        yield {"by": by, "block": block, "group": group, "model": model} | figures


def rounded(value: Any) -> Any:
    """Floats to six digits behind the point, p-values to six that count."""
    if isinstance(value, dict):
        return {
            key: float(f"{item:.6g}") if key.endswith("p_value") else rounded(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return round(value, 6) if isinstance(value, float) else value
