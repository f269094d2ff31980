"""What was measured last, for measuring it again beside another rival without any model."""

from pathlib import Path
from typing import Any

from anecdot.common.files import read_json, read_jsonl
from anecdot.scoring.figures import OURS

Answers = dict[str, list[dict[str, Any]]]
Losses = dict[str, dict[str, float]]


def last_answers(folder: Path, rows: list[dict[str, Any]]) -> tuple[Answers, Losses] | None:
    """Our models' answers and losses; None where there are none, or of other pairs than `rows`.

    Args:
        folder: of predictions.jsonl, evaluate.json and evidence.json.
        rows: the held-out pairs, with their blocks.
    """
    predictions, figures = folder / "predictions.jsonl", folder / "evaluate.json"
    evidence = folder / "evidence.json"
    if not all(path.exists() for path in (predictions, figures, evidence)):
        return None
    answers: Answers = {}
    asked: dict[str, list[tuple[str, ...]]] = {}
    for _, row in read_jsonl(predictions):
        if (model := row["model"]) in OURS:
            answer = {"text": row["raw_output"], "stopped": row["stopped"]}
            answers.setdefault(model, []).append(answer)
            question = (row["block"], row["id"], row["input_text"], row["expected"])
            asked.setdefault(model, []).append(question)
    wanted = [(row["block"], row["id"], row["input_text"], row["output_dot"]) for row in rows]
    if "tuned" not in asked or any(given != wanted for given in asked.values()):
        return None
    before, unmerged = read_json(figures), read_json(evidence)["validation"]["tuned"]
    blocks = dict.fromkeys(row["block"] for row in rows)
    losses = {m: {block: before[block][m]["eval_loss"] for block in blocks} for m in answers}
    losses["tuned"]["unmerged"] = unmerged["eval_loss_unmerged"]
    return answers, losses
