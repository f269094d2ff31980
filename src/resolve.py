"""Stage base: check all parameters, then say which base model it is, exactly.

    python src/resolve.py        what `dvc repro` runs, first of all and each time

Writes models/base.json: commit of a hub model or sha256 of a folder's files, licence,
architecture, number of parameters. It does not change while they do not. To follow a branch
that has moved, remove models/base.json and run the pipeline again.
"""

import argparse

from anecdot.common import command
from anecdot.common.files import write_json
from anecdot.common.params import Params, read_params
from anecdot.model import hub

# Values that every machine can serve; for others torch is asked, which takes seconds to load.
ANYWHERE = {"optim": "adamw", "bnb_4bit_compute_dtype": "bfloat16"}


def main() -> None:
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    params = read_params()
    check_hardware(params)
    known = hub.read_record()
    record, folder = hub.resolve(params.model_name, params.model_revision, known)
    hub.check_targets(params, folder)
    if record != known:
        write_json(hub.RECORD, record)
    at = f" at {record['commit'][:12]}" if record["commit"] else ""
    print(
        f"base: {record['model_name']}{at}, {record['architecture']}, "
        f"{record['parameters'] / 1e6:,.1f} million parameters, "
        f"licence {record['license'] or 'unknown'}"
    )


def check_hardware(params: Params) -> None:
    """Raises UserError for a value that needs a GPU where there is none."""
    if any(getattr(params, name) != value for name, value in ANYWHERE.items()):
        from anecdot.model.base import check_device

        check_device(params)


if __name__ == "__main__":
    command.run(main)
