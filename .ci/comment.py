"""A pull request's comment, as Markdown: its figures against another branch's, and a trial's plots.

    python .ci/comment.py origin/main results > comment.md

The figures are those that both branches hold in Git. The plots are drawn by the page that shows the
comment (Mermaid), from the metrics of a small run (`RESULTS=results .ci/run pipeline`).
"""

import csv
import json
import subprocess
import sys
from pathlib import Path

FIGURES = {"validity_rate": "valid DOT", "edge_f1": "edge F1"}
POINTS = 30  # of a curve


def main() -> None:
    base, results = sys.argv[1], Path(sys.argv[2])
    metrics = results / "metrics"
    print(f"### Figures against `{base}`\n\n{differences(base)}\n\n### A trial on 60 pairs\n")
    for name, title in (("loss", "Training loss"), ("validation_loss", "Validation loss")):
        steps, values = read_curve(metrics / f"train/plots/metrics/{name}.tsv", name)
        axis = f'"optimizer step" {steps[0]} --> {steps[-1]}'
        print(chart(f"{title}, nats a target token", axis, "line", values, max(values)))
    evaluated = json.loads((metrics / "evaluate.json").read_text(encoding="utf-8"))
    for block, models in evaluated.items():
        columns = {name: figures for name, figures in models.items() if "n" in figures}
        for key, title in FIGURES.items() if columns else ():
            values = [figures[key] for figures in columns.values()]
            axis = json.dumps(list(columns))
            print(chart(f"{title}, {block}", axis, "bar", values, 1.0))


def differences(base: str) -> str:
    """DVC's table of what changed in evaluate's figures, without p-values."""
    done = subprocess.run(
        [sys.executable, "-m", "dvc", "metrics", "diff", base, "--md",
         "--targets", "metrics/evaluate.json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        sys.exit(done.stderr)
    lines = [line for line in done.stdout.splitlines() if "p_value" not in line]
    return "\n".join(lines) if len(lines) > 2 else "No figure differs."


def read_curve(path: Path, name: str) -> tuple[list[str], list[float]]:
    """Steps and values of a metric that DVCLive logged, thinned out."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    rows = rows[:: max(1, len(rows) // POINTS)]
    return [row["step"] for row in rows], [float(row[name]) for row in rows]


def chart(title: str, axis: str, form: str, values: list[float], top: float) -> str:
    """One curve or one row of bars in Mermaid's notation, from 0 up; `axis` is the x-axis."""
    numbers = ", ".join(f"{value:.4f}" for value in values)
    return (
        f'```mermaid\nxychart-beta\n  title "{title}"\n  x-axis {axis}\n'
        f"  y-axis 0 --> {top:.4f}\n  {form} [{numbers}]\n```\n"
    )


if __name__ == "__main__":
    main()
