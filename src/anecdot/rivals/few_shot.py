"""Examples for a prompt, chosen among the training pairs by their likeness to the text."""

import math
import re
from collections import Counter
from typing import Any

import numpy as np


class Examples:
    """Training pairs by their likeness to a text: the cosine of their words' TF-IDF vectors.

    Args:
        pairs: rows with input_text and output_dot.
    """

    def __init__(self, pairs: list[dict[str, Any]]) -> None:
        self.pairs = pairs
        postings: dict[str, list[tuple[int, int]]] = {}
        for index, pair in enumerate(pairs):
            for word, count in _words(pair["input_text"]).items():
                postings.setdefault(word, []).append((index, count))
        # word -> (pairs that have it, how often it stands there times its squared weight)
        self._postings: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        squares = np.zeros(len(pairs))
        for word, found in postings.items():
            at, counts = np.array(found).T
            weighted = counts * math.log(len(pairs) / len(found)) ** 2
            squares[at] += counts * weighted
            self._postings[word] = at, weighted
        self._norms = np.where(squares > 0, np.sqrt(squares), 1.0)

    def like(self, text: str, count: int) -> list[dict[str, Any]]:
        """The `count` pairs most like the text, the most like last."""
        likeness = np.zeros(len(self.pairs))
        for word, times in _words(text).items():
            if word in self._postings:
                at, weighted = self._postings[word]
                likeness[at] += times * weighted
        chosen = np.argsort(likeness / self._norms, kind="stable")[::-1][:count]
        return [self.pairs[index] for index in chosen[::-1]]

    def before(self, text: str, count: int) -> str:
        """The text behind the `count` pairs most like it."""
        return with_examples(self.like(text, count), text)


def with_examples(pairs: list[dict[str, Any]], text: str) -> str:
    """What the user says to a model that is shown some pairs first."""
    shown = [f"Text:\n{pair['input_text']}\n\nGraph:\n{pair['output_dot']}" for pair in pairs]
    return "\n\n".join([*shown, f"Text:\n{text}\n\nGraph:"])


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+|[^\w\s]", text.lower()))
