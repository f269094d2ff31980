"""Tokenised pairs: what training and the measurement of a loss work on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from inspect import getsource
from pathlib import Path
from typing import Any

import numpy as np

from anecdot.common.checkpoints import ROOT
from anecdot.common.errors import UserError
from anecdot.common.files import digest, read_jsonl
from anecdot.common.workers import cores
from anecdot.prompting import prompt
from anecdot.prompting.prompt import encode_pair

# Up to so many pairs, starting processes takes longer than tokenising.
TOKENISED_ALONE = 20_000


@dataclass(frozen=True)
class Example:
    """A tokenised pair: ids of prompt and completion, and how many of them are prompt."""

    input_ids: list[int]
    prompt_length: int

    @property
    def targets(self) -> int:
        """Number of tokens trained on; at least the terminator."""
        return len(self.input_ids) - self.prompt_length


class Examples(Sequence):
    """Tokenised pairs, memory-mapped by `datasets`: of a million, memory holds the lengths alone.

    Args:
        rows: a Dataset with columns input_ids, prompt_length and length.
        longest: leave out what has more tokens.
        synthesized: how many of the last rows the generator made; `synthesized` of the examples
            is how many of them are left.
    """

    def __init__(self, rows: Any, longest: float = math.inf, synthesized: int = 0) -> None:
        lengths, prompts = (rows.data.column(n).to_numpy() for n in ("length", "prompt_length"))
        self._rows = rows
        self._kept = np.flatnonzero(lengths <= longest)
        self.lengths = lengths[self._kept]
        self.synthesized = int((self._kept >= len(lengths) - synthesized).sum())
        self.targets = int(self.lengths.sum() - prompts[self._kept].sum())

    def __len__(self) -> int:
        return len(self._kept)

    def __getitem__(self, index: int) -> Example:
        row = self._rows[int(self._kept[index])]
        return Example(row["input_ids"], row["prompt_length"])


def load_examples(
    path: Path, tokenizer: Any, max_length: int | None = None
) -> tuple[Examples, int]:
    """Tokenise prepared pairs; leave out those of more than `max_length` tokens.

    Returns:
        The examples, and how many pairs were left out.

    Raises:
        UserError: a line is not JSON, or no pair is short enough.
    """
    from datasets import Dataset
    from datasets.exceptions import DatasetGenerationError

    def encode(row: dict[str, Any]) -> dict[str, Any]:
        encoded = encode_pair(tokenizer, row)
        return encoded | {"length": len(encoded["input_ids"])}

    try:
        rows = Dataset.from_json(str(path), cache_dir=str(ROOT / "datasets"))
    except DatasetGenerationError:
        for _ in read_jsonl(path):  # to name the line
            pass
        raise
    # A fingerprint of our own: the library would pickle the tokenizer to make one.
    written = tokenizer.backend_tokenizer.to_str(), tokenizer.chat_template
    key = digest(path, *written, tokenizer.special_tokens_map, getsource(prompt))
    encoded = rows.map(
        encode,
        remove_columns=rows.column_names,
        new_fingerprint=key[:32],
        num_proc=cores() if len(rows) > TOKENISED_ALONE else None,
        desc=f"tokenise {path}",
    )
    made = rows.data.column("source").to_numpy() == "synthesized"
    examples = Examples(encoded, max_length or math.inf, int(made.sum()))
    if len(examples) == 0:
        raise UserError(
            f"{path}: none of its {len(rows)} pairs fits max_seq_length {max_length}; "
            "raise it in params.yaml"
        )
    return examples, len(rows) - len(examples)
