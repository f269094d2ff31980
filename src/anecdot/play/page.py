"""The page itself, and the examples of the report that it offers."""

from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from anecdot.model.held_out import blocks
from anecdot.play.panels import MODELS, environment
from anecdot.play.server import MAX_CHARACTERS
from anecdot.prompting.prepared import PREPARED, read_prepared
from anecdot.prompting.prompt import user_text

FEW = 7
"""So many examples stand in the first row."""

BEGINNING = 70
"""Characters of an example's text in the list of all."""


@dataclass(frozen=True)
class Example:
    """A held-out pair: what is asked, and the graph that is expected."""

    id: str
    block: str
    kind: str
    text: str
    target: str

    @property
    def link(self) -> str:
        """The fragment of the page's address that asks it."""
        return urlencode({"text": self.text})

    @property
    def beginning(self) -> str:
        return " ".join(self.text.split())[:BEGINNING]


def read_examples() -> list[Example]:
    """The held-out pairs, in their order; none before the pipeline has prepared them."""
    if not PREPARED.is_dir():
        return []
    return [
        Example(row["id"], block, row["kind"], user_text(row), row["output_dot"])
        for block, path in blocks().items()
        for _, row in read_prepared(path)
    ]


def few(examples: list[Example]) -> list[Example]:
    """The shortest example of each of the most frequent kinds of the first block."""
    first = [e for e in examples if e.block == examples[0].block and e.kind]
    kinds = [kind for kind, _ in Counter(example.kind for example in first).most_common(FEW)]
    return [min((e for e in first if e.kind == k), key=lambda e: len(e.text)) for k in kinds]


def render(name: str, examples: list[Example]) -> str:
    """The page's HTML. name: of the base model."""
    return environment().get_template("page.html.j2").render(
        name=name, limit=MAX_CHARACTERS, models=MODELS, examples=examples, few=few(examples)
    )  # fmt: skip
