"""A small grammar engine: phrases with alternatives and slots, compiled once, expanded many times.

    rule = compile_rule("{from|out of} <A> {you|one} {can|may} {go|move} to <B>")
    expand(rng.random, rule, {"A": "idle", "B": "running"})

`{x|y|}` is a choice (nested at will, an empty branch is allowed), `<A>` a slot. A table of rules is
a block of text, one rule a line, and itself a rule: a choice of its lines. Tables that are data
alone stand in `phrases/*.txt`, each below its name in brackets.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Random = Callable[[], float]
Rule = Any  # str | Slot | tuple of rules (sequence) | list of rules (choice)


PHRASES = Path(__file__).parent / "phrases"
_HEAD = re.compile(r"\[([\w .:-]+)\]\Z")


class Slot(str):
    """Name of a value that the caller supplies."""


def compile_rule(text: str) -> Rule:
    """The rule that `text` writes. Raises ValueError for unbalanced braces."""
    rule, end = _choice(text, 0)
    if end != len(text):
        raise ValueError(f"unbalanced '}}' at {end} in {text!r}")
    return rule


def compile_table(block: str) -> list[Rule]:
    """One rule for each non-empty line."""
    return [compile_rule(line.strip()) for line in block.strip().splitlines() if line.strip()]


def read_lines(name: str) -> dict[str, list[str]]:
    """The lines of each section of `phrases/<name>.txt`; what stands before the first is a remark.

    Raises:
        ValueError: two sections have one name.
    """
    path = PHRASES / f"{name}.txt"
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = text.strip()
        if found := _HEAD.match(line):
            if found[1] in sections:
                raise ValueError(f"{path}:{number}: [{found[1]}] is there already; rename it")
            lines = sections[found[1]] = []
        elif line:
            lines.append(line)
    return sections


def read_tables(name: str) -> dict[str, list[Rule]]:
    """The tables of `phrases/<name>.txt`, compiled."""
    return {key: [compile_rule(line) for line in lines] for key, lines in read_lines(name).items()}


def _choice(text: str, start: int) -> tuple[Rule, int]:
    branches: list[Rule] = []
    parts: list[Rule] = []
    literal = ""
    i = start
    while i < len(text) and text[i] != "}":
        char = text[i]
        if char == "<" and ">" in text[i:] and text[i + 1 : text.index(">", i)].isalnum():
            parts += [literal] if literal else []
            literal = ""
            end = text.index(">", i)
            parts.append(Slot(text[i + 1 : end]))
            i = end
        elif char == "{":
            parts += [literal] if literal else []
            literal = ""
            inner, i = _choice(text, i + 1)
            if i >= len(text):
                raise ValueError(f"unbalanced '{{' in {text!r}")
            parts.append(inner)
        elif char == "|":
            branches.append(_sequence(parts, literal))
            parts, literal = [], ""
        else:
            literal += char
        i += 1
    branches.append(_sequence(parts, literal))
    return (branches if len(branches) > 1 else branches[0]), i


def _sequence(parts: list[Rule], literal: str) -> Rule:
    parts = [*parts, literal] if literal or not parts else parts
    return parts[0] if len(parts) == 1 else tuple(parts)


def expand(random: Random, rule: Rule, slots: Mapping[str, str]) -> str:
    """One phrase of `rule`; a slot that is missing raises KeyError."""
    kind = type(rule)
    if kind is str:
        return rule
    if kind is list:
        return expand(random, rule[int(random() * len(rule))], slots)
    if kind is Slot:
        return slots[rule]
    return "".join([part if type(part) is str else expand(random, part, slots) for part in rule])


def pick(random: Random, items: Sequence[T]) -> T:
    """One of `items`, about three times as fast as `random.choice`."""
    return items[int(random() * len(items))]


def weighted(table: Mapping[T, float]) -> list[T]:
    """`table`'s keys, each repeated in proportion to its weight: draw with `pick`."""
    least = min(weight for weight in table.values() if weight > 0)
    return [key for key, weight in table.items() for _ in range(round(weight / least))]
