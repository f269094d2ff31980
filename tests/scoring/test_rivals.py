"""A rival beside our models: its column, comparisons, and figures measured again."""

import json
import re
from pathlib import Path

import report_rows

from anecdot import scoring
from anecdot.common.files import write_json, write_jsonl
from anecdot.scoring.measured import last_answers
from anecdot.scoring.report import write_report

RIVAL = "acme-7b-3-shots"


def test_a_rival_has_a_column_and_is_compared_with_the_tuned_model(tmp_path: Path) -> None:
    rows = sorted(report_rows.rows(12), key=lambda row: row["block"])
    ours = report_rows.answers(rows, constrained=False)
    losses = {model: {"validation": 2.5, "novel": 3.5} for model in ours}
    answers = ours | {RIVAL: [answer | {"stopped": True} for answer in ours["base"]]}
    predictions = scoring.score(rows, answers)
    metrics, evidence = scoring.metrics(predictions, losses, tmp_path)
    block = metrics["novel"]
    assert block[RIVAL]["edge_f1"] == block["base"]["edge_f1"]
    assert "eval_loss" not in block[RIVAL]
    assert block[f"tuned_against_{RIVAL}"] == block["comparison"]
    write_json(tmp_path / "evaluate.json", metrics)
    write_json(tmp_path / "evidence.json", evidence)
    shown = scoring.show(tmp_path).splitlines()
    assert any(line.split()[-1:] == [RIVAL] for line in shown)
    gained = [line for line in shown if line.startswith("gained: ")]
    against = [line for line in shown if line.startswith(f"tuned against {RIVAL}: ")]
    assert [line.split(": ")[1] for line in gained] == [line.split(": ")[1] for line in against]
    write_report(tmp_path / "report.html", metrics, evidence, predictions, tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert f'<th scope="col">tuned − {RIVAL}</th>' in page
    for name in set(re.findall(rf"[a-z]+-{RIVAL}", page)):  # every mark and colour has a rule
        assert re.search(rf"[.#]{name}\b[^{{}}]*\{{", page), name

    # Measured again from what was written, without a model: the same.
    written = json.loads(json.dumps(evidence))
    written["validation"]["tuned"]["eval_loss_unmerged"] = 0.5
    write_json(tmp_path / "evidence.json", written)
    write_jsonl(tmp_path / "predictions.jsonl", map(vars, predictions))
    again, losses_again = last_answers(tmp_path, rows)
    assert losses_again == losses | {"tuned": losses["tuned"] | {"unmerged": 0.5}}
    assert again.keys() == ours.keys()
    again = scoring.score(rows, again | {RIVAL: answers[RIVAL]})
    assert again == predictions
    assert scoring.metrics(again, losses_again, tmp_path) == (metrics, evidence)
    assert last_answers(tmp_path, [rows[0] | {"input_text": "other"}, *rows[1:]]) is None
