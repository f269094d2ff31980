"""Show what was prepared: pairs by split and source, and one pair as the model will see it.

python src/check_data.py
"""

import argparse
from collections import Counter

from anecdot.common import command
from anecdot.common.params import read_params
from anecdot.prompting.prepared import PREPARED, read_prepared


def main() -> None:
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    check()


def check() -> None:
    """Print what was prepared by split and source, and one pair as the model sees it."""
    from anecdot.model.base import tokenizer_of
    from anecdot.prompting.prompt import encode_pair

    params = read_params()
    files = {name: PREPARED / f"{name}.jsonl" for name in ("train", "validation", "novel")}
    counts = {
        name: Counter(row["source"] for _, row in read_prepared(f)) for name, f in files.items()
    }
    sources = sorted(set().union(*counts.values()))
    print(f"{'source':24}" + "".join(f"{name:>12}" for name in counts))
    for source in sources:
        print(f"{source:24}" + "".join(f"{c[source]:12}" for c in counts.values()))
    print(f"{'all':24}" + "".join(f"{c.total():12}" for c in counts.values()))

    tokenizer = tokenizer_of(params)
    _, row = next(read_prepared(files["train"]))
    encoded = encode_pair(tokenizer, row)
    trained = encoded["prompt_length"]
    ids = encoded["input_ids"]
    print(f"\n{row['id']} as {params.model_name} sees it: {len(ids)} tokens, of which the last "
          f"{len(ids) - trained} (marked >>> <<<) are trained\n")  # fmt: skip
    print(tokenizer.decode(ids[:trained]) + ">>>" + tokenizer.decode(ids[trained:]) + "<<<")


if __name__ == "__main__":
    command.run(main)
