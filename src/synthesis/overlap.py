"""Do texts occur in the documents? Runs of words that they share with a sample of them."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from synthesis.stream import documents

_WORD = re.compile(r"\w+")


def runs(text: str, length: int = 8) -> Iterator[tuple[str, ...]]:
    """All runs of `length` consecutive words of `text`, in lower case, signs left out."""
    words = _WORD.findall(text.lower())
    return (tuple(words[i : i + length]) for i in range(len(words) - length + 1))


def shared_runs(
    texts: Iterable[str], seed: str, count: int, length: int = 8
) -> dict[tuple[str, ...], str]:
    """Runs of words of `texts` that stand in the first `count` documents of a seed.

    Args:
        texts: what must not be in the documents, such as the prompts of a test set.
        seed: of the document stream.
        count: documents to look through.
        length: words a run.

    Returns:
        The shared runs, each with the document that it was found in.
    """
    wanted = {run for text in texts for run in runs(text, length)}
    found: dict[tuple[str, ...], str] = {}
    for document in islice(documents(seed), count):
        whole = "".join(text for text, _ in document.segments)
        for run in wanted.intersection(runs(whole, length)):
            found[run] = whole
    return found
