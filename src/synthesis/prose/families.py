"""Families of verbs: how an edge of a certain meaning is told.

`verbs` have the tail as subject and the head as object; `inverses` have the head as subject and the
tail as object, so that the direction follows the verb. `nouns` name the edge itself.
"""

from dataclasses import dataclass, field

from synthesis.morphology import Verb, verbs
from synthesis.phrasing import Rule, compile_table, read_lines


@dataclass(frozen=True)
class Family:
    """Verbs, nouns and own rules of one meaning of edges; rules are tables of `phrasing`."""

    verbs: list[Verb]
    inverses: list[Verb]
    nouns: list[str]
    single: list[Rule] = field(default_factory=list)
    labelled: list[Rule] = field(default_factory=list)


def family(active: str, inverse: str, nouns: str, single: str = "", labelled: str = "") -> Family:
    """A family from its tables in text."""
    return Family(
        verbs(active),
        verbs(inverse),
        [noun.strip() for noun in nouns.split(";")],
        compile_table(single),
        compile_table(labelled),
    )


_LINES = read_lines("families")
FAMILIES: dict[str, Family] = {
    name: family(
        *(" ".join(_LINES.get(f"{name} {part}", [])) for part in ("verbs", "inverses", "nouns")),
        *("\n".join(_LINES.get(f"{name} {part}", [])) for part in ("single", "labelled")),
    )
    for name in dict.fromkeys(head.split()[0] for head in _LINES)
}
