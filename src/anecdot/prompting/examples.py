"""Tokenised pairs: what training and the measurement of a loss work on."""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from inspect import getsource
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from anecdot.common.checkpoints import ROOT
from anecdot.common.errors import UserError
from anecdot.common.files import digest
from anecdot.prompting import prompt
from anecdot.prompting.prepared import check_prepared, read_prepared
from anecdot.prompting.prompt import encode_pairs

SILENT = 20_000_000  # bytes, which take seconds
SHOWN = 5  # pairs left out that are named; the rest is counted


@dataclass(frozen=True)
class Example:
    """A tokenised pair: ids of prompt and completion, and how many of them are prompt."""

    input_ids: list[int]
    prompt_length: int

    @property
    def targets(self) -> int:
        """Number of tokens trained on; at least the terminator."""
        return len(self.input_ids) - self.prompt_length


@dataclass(frozen=True)
class Room:
    """How long a pair may be.

    Attributes:
        tokens: at most so many.
        budget: tokens that an answer may have; they must fit, too, behind the prompt.
        limit: what sets that, in words.
        remedy: what to do where no pair fits.
    """

    tokens: float = math.inf
    budget: int = 0
    limit: str = ""
    remedy: str = ""


class Examples(Sequence):
    """Tokenised pairs, memory-mapped by `datasets`: of a million, memory holds the lengths alone.

    Args:
        rows: a Dataset with columns input_ids, prompt_length and length.
        room: leave out what does not fit.
        synthesized: how many of the last rows the generator made.

    Attributes:
        lengths: tokens of each pair.
        targets: tokens trained on, of all pairs together.
        synthesized: how many of the last pairs the generator made.
        kept: which rows the pairs are, from 0.
        left_out: the other rows, and the tokens that each needs.
    """

    def __init__(self, rows: Any, room: Room, synthesized: int) -> None:
        lengths, prompts = (rows.data.column(n).to_numpy() for n in ("length", "prompt_length"))
        needed = np.maximum(lengths, prompts + room.budget)
        self._rows = rows
        self.kept = np.flatnonzero(needed <= room.tokens)
        self.left_out = {int(at): int(needed[at]) for at in np.flatnonzero(needed > room.tokens)}
        self.lengths = lengths[self.kept]
        self.synthesized = int((self.kept >= len(lengths) - synthesized).sum())
        self.targets = int(self.lengths.sum() - prompts[self.kept].sum())

    def __len__(self) -> int:
        return len(self.kept)

    def __getitem__(self, index: int) -> Example:
        row = self._rows[int(self.kept[index])]
        return Example(row["input_ids"], row["prompt_length"])


def load_examples(path: Path, tokenizer: Any, room: Room = Room()) -> Examples:
    """Tokenise prepared pairs; leave out those that do not fit, and name them.

    Raises:
        UserError: a row is no prepared pair, or none fits.
    """
    import datasets

    next(read_prepared(path))
    # The library's bars say how long it takes, which matters where it does.
    few = path.stat().st_size < SILENT
    (datasets.disable_progress_bars if few else datasets.enable_progress_bars)()

    def encode(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
        some = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        for row in some:
            check_prepared(row, str(path))
        encoded = encode_pairs(tokenizer, some)
        ids, lengths = ([pair[name] for pair in encoded] for name in ("input_ids", "prompt_length"))
        return {"input_ids": ids, "prompt_length": lengths, "length": [len(i) for i in ids]}

    # A fingerprint of our own: the library would pickle the tokenizer to make one.
    written = tokenizer.backend_tokenizer.to_str(), tokenizer.chat_template
    key = digest(path, *written, tokenizer.special_tokens_map, getsource(prompt))
    try:
        rows = datasets.Dataset.from_json(str(path), cache_dir=str(ROOT / "datasets"))
        encoded = rows.map(
            encode,
            batched=True,
            remove_columns=rows.column_names,
            new_fingerprint=key[:32],
            desc=f"tokenise {path}",
        )
        made = rows.data.column("source").to_numpy() == "synthesized"
    except Exception:  # of a broken row the library says what it stumbled on
        for _ in read_prepared(path):  # names it, and the line
            pass
        raise
    examples = Examples(encoded, room, int(made.sum()))
    _name_left_out(path, examples, room)
    return examples


def _name_left_out(path: Path, examples: Examples, room: Room) -> None:
    """Print where the pairs stand that were left out. Raises UserError where they are all."""
    out = examples.left_out
    if not len(examples):
        raise UserError(
            f"{path}: none of its {len(out)} pairs fits: the shortest needs {min(out.values())} "
            f"tokens, more than {room.limit}; {room.remedy}"
        )
    lines = [
        f"{path}:{at + 1}: left out: it needs {needed} tokens, more than {room.limit}"
        for at, needed in islice(out.items(), SHOWN)
    ]
    if len(out) > SHOWN:
        pairs = len(out) + len(examples)
        lines.append(f"{path}: {len(out)} of its {pairs} pairs are left out, these among them")
    for line in lines:
        print(line, file=sys.stderr)
