"""From predictions to figures, against figures worked out by hand."""

from pathlib import Path
from typing import Any

import pytest

from anecdot.scoring import figures as scoring

# Of each model the verdicts on four pairs; the first two pairs are of one origin.
ORIGINS = ("x", "x", "", "")
BASE: dict[str, Any] = {
    "valid": (1, 0, 0, 0), "pydot_valid": (1, 0, 0, 0), "renders": (0, 0, 0, 0),
    "stopped": (0, 1, 1, 0), "exact": (0, 0, 0, 0), "isomorphic": (1, 0, 0, 0),
    "node_f1": (1.0, 0.0, 0.0, 0.0), "edge_f1": (0.8, 0.0, 0.0, 0.0),
    "edge_label_f1": (0.4, 0.0, 0.0, 0.0), "attribute_f1": (None, None, None, None),
    "failure": ("HTML label", "quote", "brace", "ran out of tokens"),
}  # fmt: skip
TUNED: dict[str, Any] = {
    "valid": (0, 1, 1, 1), "pydot_valid": (1, 1, 1, 1), "renders": (0, 0, 1, 1),
    "stopped": (1, 1, 1, 1), "exact": (0, 0, 1, 0), "isomorphic": (0, 1, 1, 0),
    "node_f1": (0.0, 1.0, 1.0, 0.5), "edge_f1": (0.0, 0.6, 1.0, 0.5),
    "edge_label_f1": (0.0, 0.2, 1.0, 0.5), "attribute_f1": (None, 0.5, 1.0, None),
    "failure": ("quote", "HTML label", "none", "quote"),
}  # fmt: skip
LOSSES = {"base": {"validation": 2.0}, "tuned": {"validation": 1.25}}


def predictions() -> list[scoring.Prediction]:
    """In the order of `scoring.score`."""
    return [
        {"block": "validation", "model": model, "id": f"pair-{row}", "origin": ORIGINS[row]}
        | {name: values[row] for name, values in verdicts.items()}
        for model, verdicts in (("base", BASE), ("tuned", TUNED))
        for row in range(4)
    ]


def test_the_figures_of_each_model_and_what_was_gained(tmp_path: Path) -> None:
    found = scoring.metrics(predictions(), LOSSES, tmp_path)["validation"]
    base, tuned = ({k: v for k, v in found[m].items() if k != "interval"} for m in LOSSES)
    assert base == {
        "n": 4, "validity_rate": 0.25, "render_rate": 0.0, "stop_rate": 0.5,
        "exact_match_rate": 0.0, "isomorphic_rate": 0.25, "node_f1": 0.25, "edge_f1": 0.2,
        "edge_label_f1": 0.1, "attribute_f1": None, "pydot_agreement": 1.0, "eval_loss": 2.0,
        "failures": {"ran out of tokens": 1, "quote": 1, "brace": 1, "HTML label": 1},
    }  # fmt: skip
    assert tuned == {
        "n": 4, "validity_rate": 0.75, "render_rate": 0.5, "stop_rate": 1.0,
        "exact_match_rate": 0.25, "isomorphic_rate": 0.5, "node_f1": 0.625, "edge_f1": 0.525,
        "edge_label_f1": 0.425, "attribute_f1": 0.75, "pydot_agreement": 0.75, "eval_loss": 1.25,
        "failures": {"quote": 2, "HTML label": 1},
    }  # fmt: skip
    assert "attribute_f1" not in found["base"]["interval"]
    intervals = found["tuned"]["interval"]
    assert intervals["validity_rate"] == pytest.approx({"low": 0.3006, "high": 0.9544}, abs=1e-4)
    # Of three origins one alone is drawn in 1 of 27 samples, more than 2.5%: the interval reaches
    # from the lowest mean of an origin to the highest.
    assert intervals["edge_f1"] == {"low": 0.3, "high": 1.0}
    assert intervals["attribute_f1"] == {"low": 0.5, "high": 1.0}
    assert found["comparison"] == {
        "validity_gain": 0.5, "p_value": 0.625, "exact_match_gain": 0.25,
        "exact_match_p_value": 1.0,
        "node_f1_gain": 0.375, "node_f1_gain_interval": {"low": 0.0, "high": 1.0},
        "edge_f1_gain": 0.325, "edge_f1_gain_interval": {"low": -0.1, "high": 1.0},
        "edge_label_f1_gain": 0.325, "edge_label_f1_gain_interval": {"low": -0.1, "high": 1.0},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("criterion", "holds", "values"),
    [
        ("training_loss_falls", True, {"loss": [3, 1, 2, 2, 2, 1]}),
        ("training_loss_falls", False, {"loss": [2, 1, 4, 4, 1, 3]}),
        ("training_loss_falls", False, {}),
        ("validation_loss_falls", True, {"validation_loss": [3, 2, 2.05]}),
        ("validation_loss_falls", False, {"validation_loss": [3, 2, 2.2]}),
        ("validation_loss_falls", False, {"validation_loss": [2, 2.05]}),
        ("validation_loss_falls", False, {}),
        ("output_is_valid", True, {"validity_rate": 0.9}),
        ("output_is_valid", False, {"validity_rate": 0.89}),
        ("tuned_beats_base", True, {"low": 0.01}),
        ("tuned_beats_base", True, {"validity_gain": 0.1, "p_value": 0.04}),
        ("tuned_beats_base", False, {"validity_gain": 0.1, "p_value": 0.06}),
        ("tuned_beats_base", False, {"validity_gain": -0.1, "p_value": 0.04}),
    ],
)
def test_each_criterion_of_success(
    tmp_path: Path, criterion: str, holds: bool, values: dict[str, Any]
) -> None:
    for name in values.keys() & {"loss", "validation_loss"}:
        rows = [f"{step}\t{value}\n" for step, value in enumerate(values[name])]
        file = tmp_path / f"plots/metrics/{name}.tsv"
        file.parent.mkdir(parents=True)
        file.write_text("".join([f"step\t{name}\n", *rows]))
    given = {"validity_rate": 0.0, "low": 0.0, "validity_gain": 0.0, "p_value": 1.0} | values
    comparison = given | {"edge_f1_gain_interval": {"low": given["low"], "high": 0.5}}
    result = {"validation": {"tuned": given, "comparison": comparison}}
    verdict = scoring.verdict(result, tmp_path)
    assert {name for name, evidence in verdict.items() if evidence["holds"]} == (
        {criterion} if holds else set()
    )
