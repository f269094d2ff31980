"""Fill the README's tables from the files that the pipeline and the benchmarks wrote.

python -m benchmarks.readme            write them into README.md
python -m benchmarks.readme --check    exit status 1 where README.md says something else
"""

import re
import sys
from pathlib import Path
from typing import Any

from anecdot.exporting import card
from benchmarks import table

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
ROWS = card.ROWS | {
    "edge_label_f1": "edge F1 with labels",
    "cluster_f1": "cluster F1",
    "attribute_f1": "attribute F1",
    "eval_loss": "loss on the answer, nats a token",
}


def results() -> str:
    """The pipeline's own figures, base beside tuned, a pair of columns for each block."""
    metrics, evidence = (table.read(ROOT / f"metrics/{n}.json") for n in ("evaluate", "evidence"))
    columns = [
        (block, model)
        for block in ("validation", "novel")
        for model, figures in metrics[block].items()
        if "n" in figures
    ]
    head = ["", *(f"{b}: {m} (n = {metrics[b][m]['n']})" for b, m in columns)]
    rows = [
        [label, *(cell(name, metrics[b][m], evidence[b][m]["interval"]) for b, m in columns)]
        for name, label in ROWS.items()
    ]
    gains = []
    for block in ("validation", "novel"):
        gain = evidence[block]["comparison"]
        low, high = gain["edge_f1_gain_interval"]["low"], gain["edge_f1_gain_interval"]["high"]
        gains.append(
            f"On `{block}` training gained {gain['edge_f1_gain']:+.3f} edge F1 (95% interval "
            f"{low:+.3f} to {high:+.3f}) and {gain['exact_match_gain']:+.3f} exact graphs "
            f"(McNemar's exact p = {gain['exact_match_p_value']:.2g})."
        )
    return table.table(head, rows) + "\n\n" + " ".join(gains)


def cell(name: str, figures: dict[str, Any], intervals: dict[str, dict[str, float]]) -> str:
    """A figure, with its interval where it is a rate."""
    interval = intervals[name] if name.endswith("_rate") else None
    spread = f" ({interval['low']:.3f} to {interval['high']:.3f})" if interval else ""
    return "–" if figures.get(name) is None else f"{figures[name]:.3f}{spread}"


BLOCKS = {
    "real": table.real_models, "results": results, "curve": table.curve, "gpu": table.readme,
}  # fmt: skip


def unstated(text: str) -> list[str]:
    """Result files of other or unknown versions than requirements.txt, which the README does
    not say."""
    pinned = dict(
        line.split("==")
        for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").split()
        if "==" in line
    )
    found = []
    for path in (
        table.NEWEST_GPU, table.NEW_GPU, table.GPU, table.OLDER_GPU, table.CPU,
        table.CPU_BF16, table.ANSWERING, table.PRESETS, table.RIVALS, table.PRECISION, table.CURVES,
        table.CORRECTIONS,
    ):  # fmt: skip
        result = table.read(path)
        measured = result.get("versions", {})
        same = measured and all(
            number.split("+")[0] == pinned[name]
            for name, number in measured.items()
            if name in pinned
        )
        if not same and table.measured(result) not in text:
            found.append(path.name)
    return found


def filled(text: str) -> str:
    """The README's text with every block made anew."""
    for name, make in BLOCKS.items():
        pattern = rf"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)"
        new = make()
        text = re.sub(pattern, lambda m, new=new: f"{m[1]}{new}\n{m[2]}", text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    before = README.read_text(encoding="utf-8")
    after = filled(before)
    if "--check" in sys.argv:
        if files := unstated(before):
            sys.exit(f"README.md: does not say the versions of {', '.join(files)}; measure again")
        sys.exit(before != after and "README.md: tables differ from their files; run make readme")
    README.write_text(after, encoding="utf-8")
