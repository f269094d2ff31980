"""The report's page of failures: how many of each class, and what went wrong, with examples."""

from collections import Counter
from typing import Any

from anecdot import dot
from anecdot.scoring.report import charts
from anecdot.scoring.verdicts import Prediction

EXAMPLES = 3


def failure_rows(counts: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """The failure classes that occur, a cell for each model. counts: by model and class."""
    largest = max((n for found in counts.values() for n in found.values()), default=0)
    return [
        {
            "name": failure,
            "cells": [
                {
                    "count": found.get(failure, 0),
                    "bar": charts.bar(found.get(failure, 0) / largest, None, model),
                }
                for model, found in counts.items()
            ],
        }
        for failure in dot.FAILURE_CLASSES
        if any(failure in found for found in counts.values())
    ]


def cause_rows(
    predictions: list[Prediction], models: list[str], blocks: list[str]
) -> list[dict[str, Any]]:
    """What went wrong, the group that most answers of the tuned model stand in first.

    Each row has the group's name, its count for each block and model, and short examples: of the
    tuned model and of the first block, so that nobody learns from those kept for testing alone.
    """
    counts = Counter((p.block, p.model, cause) for p in predictions for cause in p.causes)
    shown = sorted(
        (p for p in predictions if (p.block, p.model) == (blocks[0], "tuned")),
        key=lambda p: (len(p.input_text) + len(p.expected), p.id),
    )
    rows = [
        {
            "name": cause,
            "counts": [
                {"block": block, "model": model, "n": counts[block, model, cause]}
                for block in blocks
                for model in models
            ],
            "examples": [
                {"id": p.id, "places": p.causes[cause]} for p in shown if cause in p.causes
            ][:EXAMPLES],
        }
        for cause in dot.CAUSES
    ]
    rows = [row for row in rows if any(cell["n"] for cell in row["counts"])]
    return sorted(rows, key=lambda row: -sum(counts[b, "tuned", row["name"]] for b in blocks))
