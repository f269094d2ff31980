"""The endless stream of documents of a seed."""

import random
from collections.abc import Iterator

from synthesis.document import Document, compose


def documents(seed: str) -> Iterator[Document]:
    """Documents for ever; a seed gives the same ones on any machine with the same Python."""
    rng = random.Random(seed)
    while True:
        yield compose(rng)
