"""Stage baseline: the untouched base model's answers, once for each base.

    python src/baseline.py        what `dvc repro` runs

Reads data/prepared/{validation,novel}.jsonl; writes metrics/baseline: answers and losses.
"""

import argparse
from pathlib import Path

from anecdot.common import command, processes
from anecdot.common.files import check_writable, staged, write_json, write_jsonl
from anecdot.common.params import read_params

BASELINE = Path("metrics/baseline")


def main() -> None:
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    params = read_params("baseline")
    processes.relaunch(params.launch)

    from anecdot.common.checkpoints import ROOT
    from anecdot.model.held_out import ANSWERS, LOSSES, answer_held_out, read_held_out

    processes.join()
    check_writable(BASELINE, ROOT)
    answers, losses, checkpoints = answer_held_out("base", params, read_held_out(params))
    if processes.RANK > 0:  # the first process alone writes
        return
    with staged(BASELINE) as new:
        write_jsonl(new / ANSWERS, answers)
        write_json(new / LOSSES, losses)
    checkpoints.remove()


if __name__ == "__main__":
    command.run(main)
