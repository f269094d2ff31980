"""Stage baseline: the untouched base model's answers, once for each base.

    python src/baseline.py        what `dvc repro` runs

Reads the held-out pairs of data/prepared; writes metrics/baseline: answers and losses.
"""

import argparse
from pathlib import Path

from anecdot.common import command, processes
from anecdot.common.files import write_json, write_jsonl
from anecdot.common.params import read_params

BASELINE = Path("metrics/baseline")


def main() -> None:
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    params = read_params("baseline")
    processes.relaunch(params.launch)

    from anecdot.model.held_out import answer_held_out, read_held_out

    processes.join()
    answers, losses, checkpoints = answer_held_out("base", params, read_held_out())
    if processes.RANK > 0:  # the first process alone writes
        return
    write_jsonl(BASELINE / "answers.jsonl", answers)
    write_json(BASELINE / "losses.json", losses)
    checkpoints.remove()


if __name__ == "__main__":
    command.run(main)
