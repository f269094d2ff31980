"""metrics/report.html: what the figures say, and a gallery of every prediction.

The page is one file. Its content-security policy lets nothing run or load but the style and the
script that are written here, and names both by hash; every text goes through Jinja's escaping, and
every drawing through an allow-list. The same predictions and figures give the same bytes.
"""

import base64
import hashlib
import math
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from anecdot import dot, scoring
from anecdot.common.files import atomic_write
from anecdot.scoring.report import charts
from anecdot.scoring.report.drawings import draw_gallery
from anecdot.scoring.report.failures import cause_rows, failure_rows

FOLDER = Path(__file__).parent
PREDICTION_FILTERS = ("block", "source", "kind", "style")

# Figure, heading, what it counts, how it is written (see `scoring`).
FIGURES = (
    ("validity_rate", "Valid", "Graphviz parses the output", "%"),
    ("render_rate", "Renders", "Graphviz also draws it", "%"),
    ("stop_rate", "Stops", "the model ended its answer by itself", "%"),
    ("node_f1", "Node F1", "names of the nodes", "3"),
    ("edge_f1", "Edge F1", "both ends and the direction", "3"),
    ("edge_label_f1", "Edge and label F1", "the text on the edge, too", "3"),
    ("attribute_f1", "Attribute F1", "where the reference has attributes", "3"),
    ("cluster_f1", "Cluster F1", "where the reference has clusters", "3"),
    ("exact_match_rate", "Exact", "all that the reference states", "%"),
    ("same_graph_rate", "Same graph", "nodes, edges and labels alone", "%"),
    ("isomorphic_rate", "Isomorphic", "same structure, whatever the names", "%"),
    ("pydot_agreement", "pydot agrees", "with Graphviz on what is valid", "%"),
    ("eval_loss", "Loss", "nats per target token; less is better", "3"),
)
GROUP_FIGURES = (("validity_rate", "Valid"), ("edge_f1", "Edge F1"), ("exact_match_rate", "Exact"))
CRITERIA = {
    "training_loss_falls": (
        "Training loss falls",
        "{first_third:3} in the first third of training, {last_third:3} in the last.",
    ),
    "validation_loss_falls": (
        "Validation loss falls and stays down",
        "From {first:3} to {lowest:3}; {last:3} at the end, where {margin:%} above the lowest is "
        "the most that counts as down.",
    ),
    "output_is_valid": (
        "Output is valid",
        "Graphviz parses {validity_rate:%} of what the tuned model wrote for the validation pairs; "
        "{required:%} are required.",
    ),
    "tuned_beats_base": (
        "The tuned model beats the base",
        "Edge F1 {edge_f1_gain:+3} ({edge_f1_holm_p_value:p}), validity {validity_gain:+%} "
        "({validity_holm_p_value:p}); one of them must be above chance, both p-values are "
        "corrected for that (Holm).",
    ),
}


class Figure:
    """A number that may be missing, for `format`: "3" and "2" that many decimals, "%" per cent,
    "p" a p-value; with "+" in front a difference, always signed, of rates in points."""

    def __init__(self, value: float | None) -> None:
        self.value = value

    def __format__(self, spec: str) -> str:
        if self.value is None or not math.isfinite(self.value):
            return "–"
        if spec == "p":
            return "p < 0.001" if self.value < 0.001 else f"p = {self.value:.3f}"
        sign, kind = spec[:-1], spec[-1]
        if kind == "%":
            text = f"{100 * self.value:{sign}.1f}".removesuffix(".0") + (" points" if sign else "%")
        else:
            text = f"{self.value:{sign}.{kind}f}"
        return text.replace("-", "\N{MINUS SIGN}")


def write_report(
    path: Path | str,
    figures: dict[str, Any],
    evidence: dict[str, Any],
    predictions: list[scoring.Prediction],
    training: Path,
) -> None:
    """Write the report.

    Args:
        path: the HTML file, replaced whole or not at all.
        figures, evidence: what `scoring.metrics` found.
        predictions: what `scoring.score` found, models in the order base, tuned, constrained.
        training: DVCLive folder of the training run; without curves, the page says so.
    """
    page = render(figures, evidence, predictions, training)
    with atomic_write(path) as file:
        file.write(page)


def render(
    figures: dict[str, Any],
    evidence: dict[str, Any],
    predictions: list[scoring.Prediction],
    training: Path,
) -> str:
    """The page's text."""
    style, script = (_inline(FOLDER / name) for name in ("report.css", "report.js"))
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = plain
    environment.filters["name"] = lambda failure: (
        "exact" if failure == scoring.NO_FAILURE else failure
    )
    models = list(dict.fromkeys(prediction.model for prediction in predictions))
    curves = {
        "training": scoring.read_curve(training, "loss"),
        "validation": scoring.read_curve(training, "validation_loss"),
    }
    return environment.get_template("report.html.j2").render(
        style=style,
        script=script,
        policy=f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'",
        models=models,
        exact=scoring.NO_FAILURE,
        significant=scoring.SIGNIFICANT,
        criteria=list(criteria(evidence["verdict"])),
        blocks=[block_view(name, figures[name], evidence[name], models) for name in figures],
        causes=cause_rows(predictions, models, list(figures)),
        loss_chart=charts.lines(curves),
        groups=group_views(predictions, models, list(figures)),
        group_figures=GROUP_FIGURES,
        filters=filters(predictions),
        verdicts=verdicts(predictions, models),
        cards=cards(predictions, models),
    )


def criteria(verdict: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The criteria of success: title, whether it holds, evidence in words."""
    for name, found in verdict.items():
        title, sentence = CRITERIA[name]
        numbers = {key: Figure(value) for key, value in found.items() if key != "holds"}
        yield {"title": title, "holds": found["holds"], "evidence": sentence.format(**numbers)}


def block_view(
    name: str, figures: dict[str, Any], evidence: dict[str, Any], models: list[str]
) -> dict[str, Any]:
    """One block's figures as rows of cells, and its failures as rows of counts."""
    compared = scoring.comparisons(models)
    rows = []
    for key, heading, hint, spec in FIGURES:
        cells = []
        for model in models:
            value = (figures[model] | evidence[model]).get(key)
            interval = evidence[model]["interval"].get(key)
            bar = "" if key == "eval_loss" or value is None else charts.bar(value, interval, model)
            text = format(Figure(value), spec)
            between = "–".join(
                format(Figure(interval[end]), spec).removesuffix("%")
                for end in ("low", "high")
                if interval
            )
            cells.append({"text": text, "bar": bar, "interval": between})
        if any(cell["text"] != "–" for cell in cells):
            rows.append(
                {
                    "heading": heading,
                    "hint": hint,
                    "cells": cells,
                    "gains": [_gain(evidence[comparison], key, spec) for comparison in compared],
                }
            )
    return {
        "name": name,
        "n": figures[models[0]]["n"],
        "gains": [f"{after} − {before}" for before, after in compared.values()],
        "rows": rows,
        "failures": failure_rows({model: evidence[model]["failures"] for model in models}),
    }


def _gain(comparison: dict[str, Any], key: str, spec: str) -> dict[str, str] | None:
    """A difference in words; its sign is told by colour only where it is more than chance."""
    name = key.removesuffix("_rate")
    value = comparison.get(f"{name}_gain")
    if value is None:
        return None
    p_value = comparison[f"{name}_holm_p_value"]
    interval = comparison.get(f"{name}_gain_interval", {})
    between = " to ".join(format(Figure(end), f"+{spec}") for end in interval.values())
    sign = "same" if p_value >= scoring.SIGNIFICANT else "up" if value > 0 else "down"
    return {
        "text": format(Figure(value), f"+{spec}"),
        "between": between,
        "p_value": format(Figure(p_value), "p"),
        "sign": sign,
    }


def group_views(
    predictions: list[scoring.Prediction], models: list[str], blocks: list[str]
) -> list[dict[str, Any]]:
    """Tables by source, kind and style: for each block the groups, the largest first."""
    found: dict[tuple[str, str, str], dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in scoring.groups(predictions):
        found[row["by"], row["block"], row["group"]][row["model"]] = row
    tables: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for (by, block, group), rows in found.items():
        cells = []
        for key, _ in GROUP_FIGURES:
            values = {model: rows[model][key] for model in models}
            texts = {model: format(Figure(value), "2") for model, value in values.items()}
            cells.append({"chart": charts.dots(values), "texts": texts})
        tables[by, block].append({"name": group, "n": rows[models[0]]["n"], "cells": cells})
    for rows in tables.values():
        rows.sort(key=lambda row: (-row["n"], row["name"]))
    return [
        {"by": by, "blocks": [{"name": block, "rows": tables[by, block]} for block in blocks]}
        for by in scoring.GROUPINGS
    ]


def filters(predictions: list[scoring.Prediction]) -> dict[str, list[str]]:
    """The values that each filter of the gallery offers."""
    return {
        name: sorted({getattr(prediction, name) or "unstated" for prediction in predictions})
        for name in PREDICTION_FILTERS
    }


def verdicts(predictions: list[scoring.Prediction], models: list[str]) -> dict[str, list[str]]:
    """The failure classes and groups that occur, by model, in the order of `dot`'s lists."""
    seen = {(p.model, name) for p in predictions for name in (p.failure, *p.causes)}
    names = (*dot.FAILURE_CLASSES, *dot.CAUSES)
    return {model: [name for name in names if (model, name) in seen] for model in reversed(models)}


def cards(predictions: list[scoring.Prediction], models: list[str]) -> list[dict[str, Any]]:
    """The gallery: one card a pair, with the reference's drawing and each model's."""
    pairs: dict[tuple[str, str], dict[str, scoring.Prediction]] = defaultdict(dict)
    for prediction in predictions:
        pairs[prediction.block, prediction.id][prediction.model] = prediction
    drawn = draw_gallery(list(pairs.values()))
    result = []
    for answers, pictures in zip(pairs.values(), drawn, strict=True):
        first = next(iter(answers.values()))
        exact = {model: answer.exact for model, answer in answers.items()}
        change = ""
        if exact.get("base") != exact.get("tuned"):
            change = "gained" if exact.get("tuned") else "lost"
        result.append(
            {
                "id": first.id,
                "tags": {name: getattr(first, name) or "unstated" for name in PREDICTION_FILTERS},
                "input_text": first.input_text,
                "expected": first.expected,
                "picture": pictures["expected"],
                "size": _size(first.expected),
                "change": change,
                "answers": [
                    vars(answers[model])
                    | {"picture": pictures[model], "scores": _scores(answers[model])}
                    for model in models
                    if model in answers
                ],
            }
        )
    return result


def _scores(answer: scoring.Prediction) -> str:
    """The F1s of one answer in a line."""
    names = {"node_f1": "nodes", "edge_f1": "edges", "edge_label_f1": "labels"}
    return ", ".join(f"{name} {Figure(getattr(answer, key)):2}" for key, name in names.items())


def _size(text: str) -> str:
    graph = dot.parse(text)
    counts = ((len(graph.nodes), "node"), (len(graph.edges), "edge"))
    return ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts)


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_UNPRINTABLE = re.compile(r"[\x80-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def plain(text: str) -> str:
    """Text without what HTML cannot carry: control characters become their visible symbols."""

    def symbol(match: re.Match[str]) -> str:
        code = ord(match[0])
        return "\N{SYMBOL FOR DELETE}" if code == 0x7F else chr(0x2400 + code)

    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", _CONTROL.sub(symbol, text))


def _inline(path: Path) -> Markup:
    return Markup(path.read_text(encoding="utf-8"))


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
