"""From answers to verdicts and figures, against ones worked out by hand."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from anecdot import scoring
from anecdot.scoring import figures

# A reference that states a cluster and an attribute, and answers with what is wrong with them:
# (model's text, exact, same graph, isomorphic, valid, renders, failure).
REFERENCE = "digraph { a -> b [label=go]; b -> c [color=red]; subgraph cluster { label=G; a; b } }"
ANSWERS = [
    (f"Here it is:\n```dot\n{REFERENCE}\n```", 1, 1, 1, 1, 1, "none"),
    (REFERENCE.replace("label=G; a; b", "label=G; a"), 0, 1, 1, 1, 1, "wrong cluster"),
    (REFERENCE.replace("red", "blue"), 0, 1, 1, 1, 1, "wrong attribute"),
    (REFERENCE.replace("a ->", "z ->").replace("a;", "z;"), 0, 0, 1, 1, 1, "missing nodes"),
    (REFERENCE.replace("go", "halt"), 0, 0, 1, 1, 1, "wrong label"),
    (REFERENCE.replace("b -> c", "a -> c"), 0, 0, 0, 1, 1, "missing edges"),
    (REFERENCE.replace("label=go", "label=<<b>go>"), 0, 1, 1, 1, 0, "HTML label"),
    (REFERENCE[:-3], 0, 0, 0, 0, 0, "brace"),
    ("I cannot draw.", 0, 0, 0, 0, 0, "no graph"),
]


def test_every_answer_gets_its_own_verdicts() -> None:
    """Each verdict apart: no two of them can be swapped, nor two answers, nor two models."""
    named = {
        name: f"its {name}"
        for name in ("id", "source", "kind", "style", "task_type", "origin", "input_text")
    }
    rows = [{"block": "novel", **named, "output_dot": REFERENCE} for _ in ANSWERS]
    texts = [text for text, *_ in ANSWERS]
    silent = [{"text": "", "stopped": False, "tokens": 0} for _ in ANSWERS]
    tuned = [{"text": text, "stopped": True, "tokens": 9} for text in texts]
    predictions = scoring.score(rows, {"base": silent, "tuned": tuned})
    assert [p.model for p in predictions] == ["base"] * len(rows) + ["tuned"] * len(rows)
    for prediction in predictions[: len(rows)]:
        assert (prediction.output_dot, prediction.stopped) == (None, False)
        assert (prediction.message, prediction.failure) == ("no graph in the output", "no graph")
    for prediction, (text, *verdicts, failure) in zip(
        predictions[len(rows) :], ANSWERS, strict=True
    ):
        assert (prediction.block, prediction.expected) == ("novel", REFERENCE)
        assert {name: getattr(prediction, name) for name in named} == named
        assert (prediction.raw_output, prediction.stopped) == (text, True)
        found = (
            prediction.exact, prediction.same_graph, prediction.isomorphic, prediction.valid,
            prediction.renders,
        )  # fmt: skip
        assert found == tuple(verdicts), text
        assert prediction.failure == failure
        assert (prediction.message == "") is prediction.valid
        assert prediction.pydot_valid is (failure not in ("brace", "no graph")), text
    cluster, attribute, nodes, label = predictions[len(rows) + 1 : len(rows) + 5]
    assert (cluster.cluster_f1, cluster.attribute_f1) == (2 / 3, 1)
    assert (attribute.cluster_f1, attribute.attribute_f1) == (1, 0)
    assert (nodes.node_f1, nodes.edge_f1) == (2 / 3, 0.5)
    assert (label.edge_f1, label.edge_label_f1) == (1, 0.5)


def test_an_answer_cut_short_is_told_from_one_that_ended_wrongly() -> None:
    named = dict.fromkeys(
        ("block", "id", "source", "kind", "style", "task_type", "origin", "input_text"), ""
    )
    row = named | {"output_dot": REFERENCE}
    for stopped, failure in ((False, "ran out of tokens"), (True, "brace")):
        [prediction] = scoring.score([row], {"m": [{"text": REFERENCE[:-3], "stopped": stopped}]})
        assert prediction.failure == failure
    with pytest.raises(ValueError, match="zip"):
        scoring.score([row, row], {"m": [{"text": "", "stopped": True}]})


# Of each model the verdicts on four pairs; the first two pairs are of one origin.
ORIGINS = ("x", "x", "", "")
BASE: dict[str, Any] = {
    "valid": (1, 0, 0, 0), "pydot_valid": (1, 0, 0, 0), "renders": (0, 0, 0, 0),
    "stopped": (0, 1, 1, 0), "exact": (0, 0, 0, 0), "same_graph": (0, 0, 0, 0),
    "isomorphic": (1, 0, 0, 0),
    "node_f1": (1.0, 0.0, 0.0, 0.0), "edge_f1": (0.8, 0.0, 0.0, 0.0),
    "edge_label_f1": (0.4, 0.0, 0.0, 0.0), "attribute_f1": (None, None, None, None),
    "cluster_f1": (0.0, None, None, None),
    "failure": ("HTML label", "quote", "brace", "ran out of tokens"),
}  # fmt: skip
TUNED: dict[str, Any] = {
    "valid": (0, 1, 1, 1), "pydot_valid": (1, 1, 1, 1), "renders": (0, 0, 1, 1),
    "stopped": (1, 1, 1, 1), "exact": (0, 0, 1, 0), "same_graph": (0, 1, 1, 0),
    "isomorphic": (0, 1, 1, 1),
    "node_f1": (0.0, 1.0, 1.0, 0.5), "edge_f1": (0.0, 0.6, 1.0, 0.5),
    "edge_label_f1": (0.0, 0.2, 1.0, 0.5), "attribute_f1": (None, 0.5, 1.0, None),
    "cluster_f1": (1.0, None, None, None),
    "failure": ("quote", "HTML label", "none", "quote"),
}  # fmt: skip
FILES = ("evaluate.json", "evidence.json")
LOSSES = {"base": {"validation": 2.0}, "tuned": {"validation": 1.25}}


def predictions() -> list[scoring.Prediction]:
    """In the order of `scoring.score`."""
    unused = dict.fromkeys(scoring.Prediction.__dataclass_fields__, "")
    return [
        scoring.Prediction(
            **unused
            | {"block": "validation", "model": model, "id": f"pair-{row}", "origin": ORIGINS[row]}
            | {"source": "doors"}
            | {name: values[row] for name, values in verdicts.items()}
        )
        for model, verdicts in (("base", BASE), ("tuned", TUNED))
        for row in range(4)
    ]


def test_the_figures_of_each_model_and_what_was_gained(tmp_path: Path) -> None:
    figures, evidence = (
        part["validation"] for part in scoring.metrics(predictions(), LOSSES, tmp_path)
    )
    assert figures["base"] == {
        "n": 4, "validity_rate": 0.25, "render_rate": 0.0, "stop_rate": 0.5,
        "exact_match_rate": 0.0, "same_graph_rate": 0.0, "isomorphic_rate": 0.25,
        "node_f1": 0.25, "edge_f1": 0.2, "edge_label_f1": 0.1, "attribute_f1": None,
        "cluster_f1": 0.0, "left_out": 0, "eval_loss": 2.0,
    }  # fmt: skip
    assert figures["tuned"] == {
        "n": 4, "validity_rate": 0.75, "render_rate": 0.5, "stop_rate": 1.0,
        "exact_match_rate": 0.25, "same_graph_rate": 0.5, "isomorphic_rate": 0.75,
        "node_f1": 0.625, "edge_f1": 0.525, "edge_label_f1": 0.425, "attribute_f1": 0.75,
        "cluster_f1": 1.0, "left_out": 0, "eval_loss": 1.25,
    }  # fmt: skip
    counts = {"ran out of tokens": 1, "quote": 1, "brace": 1, "HTML label": 1}
    assert evidence["base"]["failures"] == counts
    assert evidence["tuned"]["failures"] == {"quote": 2, "HTML label": 1}
    assert [evidence[model]["pydot_agreement"] for model in LOSSES] == [1.0, 0.75]
    assert "attribute_f1" not in evidence["base"]["interval"]
    intervals = evidence["tuned"]["interval"]
    assert intervals["validity_rate"] == pytest.approx({"low": 0.3006, "high": 0.9544}, abs=1e-4)
    # Of three origins one alone is drawn in 1 of 27 samples, more than 2.5%: the interval reaches
    # from the lowest mean of an origin to the highest.
    assert intervals["edge_f1"] == {"low": 0.3, "high": 1.0}
    assert intervals["attribute_f1"] == {"low": 0.5, "high": 1.0}


def test_every_difference_has_its_p_value_corrected_for_all_of_them(tmp_path: Path) -> None:
    figures, evidence = (
        part["validation"]["comparison"]
        for part in scoring.metrics(predictions(), LOSSES, tmp_path)
    )
    gains = {key.removesuffix("_gain"): v for key, v in evidence.items() if key.endswith("_gain")}
    rates = {
        "validity": 0.5, "render": 0.5, "stop": 0.5, "exact_match": 0.25, "same_graph": 0.5,
        "isomorphic": 0.5,
    }  # fmt: skip
    f1s = {"node_f1": 0.375, "edge_f1": 0.325, "edge_label_f1": 0.325, "cluster_f1": 1.0}
    assert not any(key.startswith("attribute") for key in evidence)
    assert gains == pytest.approx(rates | f1s)
    assert evidence["node_f1_gain_interval"] == {"low": 0.0, "high": 1.0}
    assert evidence["edge_f1_gain_interval"] == {"low": -0.1, "high": 1.0}
    assert evidence["validity_p_value"] == 0.625
    # Three origins can not be surer than three coins, nor can one be sure of anything.
    assert [evidence[f"{name}_p_value"] for name in f1s] == [0.25, 0.25, 0.25, 1.0]
    assert evidence["edge_f1_holm_p_value"] == 1.0
    assert figures == {
        key: evidence[key]
        for key in ("edge_f1_gain", "edge_f1_p_value", "validity_gain", "validity_p_value")
    }


def test_the_tables_say_what_the_figures_say(tmp_path: Path) -> None:
    given = predictions()
    verdict_on(tmp_path, {"loss": [2, 1]})
    for name, part in zip(FILES, scoring.metrics(given, LOSSES, tmp_path), strict=True):
        (tmp_path / name).write_text(json.dumps(part))
    lines = scoring.show(tmp_path).splitlines()
    assert lines[:3] == ["", "validation (n = 4)", f"{'':18}{'base':>24}{'tuned':>24}"]
    cells = {line.split()[0]: " ".join(line.split()[1:]) for line in lines if line.strip()}
    assert cells["edge_f1"] == "0.200 (0.000 to 0.400) 0.525 (0.300 to 1.000)"
    assert cells["eval_loss"] == "2.000 1.250"
    assert cells["gained:"] == "validity +0.500 (p = 0.62), edge F1 +0.325 (-0.100 to +1.000)"
    assert cells["attribute_f1"] == "- 0.750 (0.500 to 1.000)"
    assert [line.rpartition(" ")[2] for line in lines[-5:]] == ["", "yes", "NO", "NO", "NO"]
    assert lines[-1].split() == ["tuned", "beats", "base", "NO"]
    scoring.write_plots(tmp_path, given)
    models = (tmp_path / "models.csv").read_bytes().decode().split("\n")
    assert models[0] == "block,model,metric,value"
    assert {"validation,tuned,same_graph_rate,0.5", "validation,base,edge_f1,0.2"} <= {*models}
    assert not any("base,attribute_f1" in line for line in models)
    failures = (tmp_path / "failures.csv").read_text().splitlines()
    assert {"validation,tuned,quote,2", "validation,base,brace,1"} <= {*failures}
    for by, group in (("kind", "unstated"), ("source", "doors")):
        rows = (tmp_path / f"by_{by}.csv").read_text().splitlines()
        assert rows[0].startswith("by,block,group,model,n,validity_rate,")
        assert rows[1].startswith(f"{by},validation,{group},base,4,0.25,")
        assert rows[2].startswith(f"{by},validation,{group},tuned,4,0.75,")
        assert len(rows) == 3
    scoring.write_plots(tmp_path, [replace(p, failure="none") for p in given])
    assert (tmp_path / "failures.csv").read_text() == "block,model,failure,count\n"


def test_pairs_that_both_models_get_right_say_nothing_of_a_gain() -> None:
    base, tuned = predictions()[:4], predictions()[4:]
    valid = [replace(base[0], valid=1, exact=0)] * 3
    better = [replace(one, exact=1) for one in valid]
    found = figures.compare([*base, *valid], [*tuned, *better])
    # Of what differs, as without the three: one lost and three won.
    assert (found["validity_gain"], found["validity_p_value"]) == (2 / 7, 0.625)
    found = figures.compare([*tuned, *better], [*base, *valid])
    assert (found["validity_gain"], found["validity_p_value"]) == (-2 / 7, 0.625)
    with pytest.raises(ValueError, match="zip"):
        figures.compare(base, tuned[:3])


def test_what_the_grammar_gains_is_told_against_the_tuned_model(tmp_path: Path) -> None:
    given = predictions()
    given += [replace(p, model="constrained", valid=1) for p in given[4:]]
    losses = LOSSES | {"constrained": {"validation": 1.25}}
    found = scoring.metrics(given, losses, tmp_path)[0]["validation"]
    assert found["comparison"]["validity_gain"] == 0.5
    assert found["constrained_against_tuned"]["validity_gain"] == 0.25


def test_figures_have_six_digits_and_p_values_six_that_count() -> None:
    given = {"p_value": 1.23456789e-9, "a": [{"f1": 2 / 3}], "n": 3}
    assert figures.rounded(given) == {"p_value": 1.23457e-9, "a": [{"f1": 0.666667}], "n": 3}


@pytest.mark.parametrize(
    ("criterion", "holds", "values"),
    [
        ("training_loss_falls", True, {"loss": [3, 1, 2, 2, 2, 1]}),
        ("training_loss_falls", True, {"loss": [2, 1]}),
        ("training_loss_falls", False, {"loss": [2, 1, 4, 4, 1, 3]}),
        ("training_loss_falls", False, {"loss": [1, 1, 1]}),
        ("training_loss_falls", False, {}),
        ("validation_loss_falls", True, {"validation_loss": [3, 2, 2.1]}),
        ("validation_loss_falls", False, {"validation_loss": [3, 2, 2.12]}),
        ("validation_loss_falls", False, {"validation_loss": [2, 2.05]}),
        ("validation_loss_falls", False, {}),
        ("output_is_valid", True, {"validity_rate": 0.9}),
        ("output_is_valid", False, {"validity_rate": 0.89}),
        ("tuned_beats_base", True, {"edge_f1": (0.1, 0.024), "validity": (0.0, 1.0)}),
        ("tuned_beats_base", True, {"edge_f1": (0.0, 1.0), "validity": (0.1, 0.024)}),
        ("tuned_beats_base", False, {"edge_f1": (0.0, 0.001), "validity": (0.1, 0.05)}),
        # Significant each on its own, but there were two tries.
        ("tuned_beats_base", False, {"edge_f1": (0.1, 0.04), "validity": (0.1, 0.04)}),
        ("tuned_beats_base", False, {"edge_f1": (0.1, 0.04), "validity": (0.1, 0.06)}),
        ("tuned_beats_base", False, {"edge_f1": (-0.1, 0.001), "validity": (0.1, 0.06)}),
        ("tuned_beats_base", False, {"edge_f1": (0.1, 0.06), "validity": (-0.1, 0.001)}),
    ],
)
def test_each_criterion_of_success(
    tmp_path: Path, criterion: str, holds: bool, values: dict[str, Any]
) -> None:
    verdict = verdict_on(tmp_path, values)
    assert {name for name, evidence in verdict.items() if evidence["holds"]} == (
        {criterion} if holds else set()
    )


def verdict_on(folder: Path, values: dict[str, Any]) -> dict[str, Any]:
    """The verdict on losses, gains with their p-values, and a validity rate."""
    for name in values.keys() & {"loss", "validation_loss"}:
        rows = [f"{step}\t{value}\n" for step, value in enumerate(values[name])]
        file = folder / f"plots/metrics/{name}.tsv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join([f"step\t{name}\n", *rows]))
    gains = {"edge_f1": (0.0, 1.0), "validity": (0.0, 1.0)} | values
    comparison = {}
    for name in ("edge_f1", "validity"):
        comparison |= zip((f"{name}_gain", f"{name}_p_value"), gains[name], strict=True)
    tuned = {"validity_rate": values.get("validity_rate", 0.0)}
    result = {"validation": {"tuned": tuned, "comparison": comparison}}
    return scoring.verdict(result, folder)


def test_a_verdict_gives_its_evidence(tmp_path: Path) -> None:
    def evidence(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
        found = verdict_on(tmp_path, values)
        return {name: {k: v for k, v in one.items() if k != "holds"} for name, one in found.items()}

    nothing = evidence({})
    assert nothing["training_loss_falls"] == {"first_third": None, "last_third": None}
    assert nothing["validation_loss_falls"] == {
        "first": None, "lowest": None, "last": None, "margin": 0.05,
    }  # fmt: skip
    gains = {"edge_f1": (0.1, 0.04), "validity": (-0.2, 0.01)}
    curves = {"loss": [3, 1, 2, 2, 2, 1], "validation_loss": [3, 2, 2.5, 2.25]}
    assert evidence(gains | curves | {"validity_rate": 0.8}) == {
        "training_loss_falls": {"first_third": 2, "last_third": 1.5},
        "validation_loss_falls": {"first": 3, "lowest": 2, "last": 2.25, "margin": 0.05},
        "output_is_valid": {"validity_rate": 0.8, "required": 0.9},
        "tuned_beats_base": {
            "edge_f1_gain": 0.1, "validity_gain": -0.2,
            "edge_f1_holm_p_value": 0.04, "validity_holm_p_value": 0.02,
        },
    }  # fmt: skip
