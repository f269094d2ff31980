"""Wishes: what the text leaves out is not drawn, and what it asks for is, as it is spelt there."""

import csv
import io
import re
from random import Random

import pytest

from anecdot import dot
from synthesis import wishes
from synthesis.pairs import make_pair
from synthesis.wishes import directions, passing, tables
from synthesis.wishes.wish import Pen, Wish


def made(name: str, count: int) -> list[Wish]:
    """The first wishes of a sort."""
    drawn = (wishes.SORTS[name].make(Pen(Random(f"{name} {i}"))) for i in range(4 * count))
    return [wish for wish, _ in zip(filter(None, drawn), range(count), strict=False)]


@pytest.mark.parametrize("name", wishes.SORTS)
def test_every_target_parses_and_spells_names_as_the_text(name: str) -> None:
    found = made(name, 25)
    assert len(found) == 25
    assert [wish.text for wish in made(name, 25)] == [wish.text for wish in found]
    assert len({wish.text for wish in found}) == 25
    for wish in found:
        assert dot.check(wish.dot()) is None
        names = {*wish.draft.nodes, *(end for edge in wish.draft.edges for end in edge[:2])}
        if name == "terraform":  # type.name in the target, "type" "name" where it is declared
            names = {part for name in names for part in name.split(".")}
        if name == "guarded":  # event [guard] / action, from three columns
            labels = [edge[2].get("label", "") for edge in wish.draft.edges]
            names |= {part for label in labels for part in re.split(r" \[|\]| / ", label)}
        missing = [part for part in names if part.strip() not in wish.text]
        assert not missing, f"{missing} not in:\n{wish.text}"
        edges = [(tail, head, at.get("label")) for tail, head, at in wish.draft.edges]
        assert len({*edges}) == len(edges)


def edges(wish: Wish) -> set[tuple[str, str]]:
    return {(tail, head) for tail, head, _ in wish.draft.edges}


def test_a_filter_draws_the_rows_that_it_names() -> None:
    checked = 0
    for wish in made("filtered_rows", 800):
        found = re.search(r"only rows (?:with|where) (\w+)(?:=| = | is | equals |: )([^\n.;,]+)\.?\Z",
                          wish.text, re.IGNORECASE)  # fmt: skip
        blocks = wish.text.split("\n\n")
        rows = list(csv.DictReader(io.StringIO(blocks[-2] if len(blocks) > 1 else "")))
        if not found or not rows or found[1] not in rows[0] or not wish.draft.directed:
            continue
        column, value = found.groups()
        one, other = next(pair for pair in tables.HEADS if {*pair} <= {*rows[0]})
        assert edges(wish) == {(r[one], r[other]) for r in rows if r[column] == value}, wish.text
        checked += 1
    assert checked >= 3


def test_arrows_run_as_the_request_says_whatever_the_grammar() -> None:
    forward = backward = 0
    for wish in made("against_grammar", 400):
        for active, passive, doer, other in directions.VOICES:
            lines = [line for line in wish.text.split("\n") if f" {passive} " in line]
            if not lines or len(lines) < 3 or not re.search(rf"{doer}\b.*{other}|{other}\b.*{doer}", wish.text):
                continue
            request = next((line for line in wish.text.split("\n") if doer in line and other in line), "")
            if not request or passive in request or active in request:
                continue
            ends = {tuple(line.removeprefix("- ").rstrip(".;").split(f" {passive} ")) for line in lines}
            if any(len(pair) != 2 for pair in ends):
                continue
            onward = request.rindex(doer) < request.rindex(other)
            forward, backward = forward + onward, backward + (not onward)
            assert {(b, a) if onward else (a, b) for a, b in ends} <= edges(wish), wish.text
    assert min(forward, backward) >= 10


def test_what_was_taken_back_is_not_drawn() -> None:
    taken = re.compile(r"(?:forget|scrap|strike|delete|drop) .*? from (\S+) to ([^\s,.]+)")
    checked = 0
    for wish in made("corrected", 400):
        for pair in taken.findall(wish.text):
            checked += 1
            assert pair not in edges(wish), wish.text
    assert checked >= 20


def test_a_node_left_out_has_no_edge() -> None:
    for wish in made("left_out", 60):
        told = {name for name in re.findall(r"[^\s,;.]+", wish.text)}
        drawn = {end for pair in edges(wish) for end in pair}
        found = re.search(r"(?:do not|don't) (?:draw|show) (\S+?)\.?$", wish.text, re.MULTILINE | re.IGNORECASE)
        assert drawn
        assert not found or found[1] not in drawn or found[1] not in told
    assert passing.VERBS


def test_a_third_of_the_pairs_are_wishes() -> None:
    styles = [make_pair(8, number)["style"] for number in range(900)]
    assert 0.28 < sum(style in wishes.SORTS for style in styles) / 900 < 0.39
    assert {*wishes.SORTS} <= {*styles}
