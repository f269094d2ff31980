"""From verdicts to figures: rates, F1s, and what training gained.

One scheme of names. A figure has its name (`edge_f1`, `validity_rate`); an interval is a dict of
`low` and `high`; a difference of a figure is `<figure>_gain`, its interval `<figure>_gain_interval`
and its p-value `<figure>_p_value`, where a rate leaves its `_rate` out.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from anecdot import dot
from anecdot.common.files import open_text
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
GAINED_RATES = ("validity_rate", "exact_match_rate", "same_graph_rate")
GAINED_SCORES = ("node_f1", "edge_f1", "edge_label_f1")
OURS = ("base", "tuned", "constrained")
"""Our models; any other is a rival."""
GROUPINGS = ("source", "kind", "style")
BOOTSTRAP_SEED = 20
# How far the last validation loss may lie above the lowest before it counts as turning up.
TURN_UP_MARGIN = 0.05
SIGNIFICANT = 0.05
VALID_ENOUGH = 0.9
DECISIVE = ("edge_f1", "validity")
"""Either of these gains shows that the tuned model is better; so their p-values are corrected."""


def metrics(
    predictions: list[Prediction], losses: dict[str, dict[str, float]], training: Path
) -> dict[str, Any]:
    """All figures of metrics/evaluate.json.

    Args:
        predictions: see `score`.
        losses: by model and block, nats per target token; a rival has none.
        training: DVCLive folder of the training run, for the verdict.
    """
    blocks: dict[str, dict[str, list[Prediction]]] = defaultdict(lambda: defaultdict(list))
    for prediction in predictions:
        blocks[prediction.block][prediction.model].append(prediction)
    result: dict[str, Any] = {}
    for block, models in blocks.items():
        result[block] = {
            model: summarise(part)
            | {"interval": intervals(part)}
            | ({"eval_loss": losses[model][block]} if model in losses else {})
            for model, part in models.items()
        }
        result[block]["comparison"] = compare(models["base"], models["tuned"])
        if "constrained" in models:
            gained = compare(models["tuned"], models["constrained"])
            result[block]["constrained_against_tuned"] = gained
        for rival in (model for model in models if model not in OURS):
            result[block][f"tuned_against_{rival}"] = compare(models[rival], models["tuned"])
    result["verdict"] = verdict(result, training)
    return rounded(result)


def summarise(predictions: list[Prediction]) -> dict[str, Any]:
    """Rates, mean F1s (None where no reference has what they count) and counts of failures."""
    n = len(predictions)
    rates = {
        name: sum(getattr(prediction, key) for prediction in predictions) / n
        for name, key in RATES.items()
    }
    scores = {}
    for name in SCORES:
        values = [value for p in predictions if (value := getattr(p, name)) is not None]
        scores[name] = sum(values) / len(values) if values else None
    agreeing = sum(prediction.valid == prediction.pydot_valid for prediction in predictions)
    counts = Counter(prediction.failure for prediction in predictions)
    return {
        "n": n,
        **rates,
        **scores,
        "pydot_agreement": agreeing / n,
        "failures": {
            name: counts[name]
            for name in dot.FAILURE_CLASSES
            if counts[name] and name != NO_FAILURE
        },
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
    """Gains on the same inputs: McNemar's exact test for rates, bootstrap for F1s."""
    result: dict[str, Any] = {}
    pairs = list(zip(before, after, strict=True))
    for rate in GAINED_RATES:
        name, key = rate.removesuffix("_rate"), RATES[rate]
        lost = sum(getattr(b, key) and not getattr(a, key) for b, a in pairs)
        won = sum(getattr(a, key) and not getattr(b, key) for b, a in pairs)
        result[f"{name}_gain"] = (won - lost) / len(pairs)
        result[f"{name}_p_value"] = significance.mcnemar_exact(won, lost)
    for name in GAINED_SCORES:
        gain = significance.paired_bootstrap(
            [getattr(b, name) for b in before], [getattr(a, name) for a in after],
            _origins(after), seed=BOOTSTRAP_SEED,
        )  # fmt: skip
        result[f"{name}_gain"] = gain.estimate
        result[f"{name}_gain_interval"] = {"low": gain.low, "high": gain.high}
        result[f"{name}_p_value"] = gain.p_value
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
    """(step, value) of a metric that DVCLive logged; empty where it never was."""
    path = folder / "plots" / "metrics" / f"{name}.tsv"
    if not path.exists():
        return []
    with open_text(path) as file:
        return [(int(r["step"]), float(r[name])) for r in csv.DictReader(file, delimiter="\t")]


def groups(predictions: list[Prediction]) -> Iterator[dict[str, Any]]:
    """The figures by source, kind and style: one row for each group, block and model."""
    parts: dict[tuple[str, ...], list[Prediction]] = defaultdict(list)
    for prediction in predictions:
        for by in GROUPINGS:
            group = getattr(prediction, by) or "unstated"
            parts[by, prediction.block, group, prediction.model].append(prediction)
    for (by, block, group, model), part in sorted(parts.items()):
        figures = summarise(part)
        names = ("n", *RATES, *SCORES)
        yield {"by": by, "block": block, "group": group, "model": model} | {
            name: figures[name] for name in names
        }


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
