"""The HTML report: one page that needs no network, drawn from the figures and the predictions."""

from anecdot.scoring.report.page import write_report

__all__ = ["write_report"]
