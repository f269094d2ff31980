"""Was the answer right? Verdicts on answers, figures from verdicts, and how sure they are."""

from anecdot.scoring.figures import (
    GROUPINGS,
    RATES,
    SCORES,
    SIGNIFICANT,
    comparisons,
    groups,
    metrics,
    read_curve,
    summarise,
    verdict,
)
from anecdot.scoring.tables import show, write_plots
from anecdot.scoring.verdicts import NO_FAILURE, Prediction, score

__all__ = [
    "GROUPINGS",
    "NO_FAILURE",
    "RATES",
    "SCORES",
    "SIGNIFICANT",
    "Prediction",
    "comparisons",
    "groups",
    "metrics",
    "read_curve",
    "score",
    "show",
    "summarise",
    "verdict",
    "write_plots",
]
