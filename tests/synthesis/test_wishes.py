"""Wishes: what the text leaves out is not drawn, and what it asks for is, as it is spelt there."""

import re
from random import Random

import pytest

from anecdot import dot
from synthesis import wishes
from synthesis.pairs import make_pair
from synthesis.wishes import directions, tables
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


ASKED = re.compile(r"(?:with|where) (\w+)(?:=| = | is | equals |: )([\w ]+?)(?=[.;:,]|$)", re.M)


def test_a_filter_draws_the_rows_that_it_names() -> None:
    checked = 0
    for wish in made("filtered_rows", 1200):
        lines = wish.text.split("\n")
        sign = next((s for s in ",;\t" if sum(s in line for line in lines) > 4), None)
        found = ASKED.search(wish.text)
        if not sign or not found or not wish.draft.directed:
            continue
        line = next(line for line in lines if found[0] in line)
        if re.search(
            "except|but |leave|skip|ignore rows|drop|omit|not the|later|before", line, re.I
        ):
            continue
        table = [line.split(sign) for line in lines]
        head = next((row for row in table if len(row) > 2 and found[1] in row), None)
        if head is None:
            continue
        one, other = (
            head.index(name) for pair in tables.HEADS if {*pair} <= {*head} for name in pair
        )
        where = head.index(found[1])
        values = found[2].split(" or ")
        rows = [row for row in table if len(row) == len(head) and row[where] in values]
        assert edges(wish) == {(row[one], row[other]) for row in rows}, wish.text
        checked += 1
    assert checked >= 20


def test_arrows_run_as_the_request_says_whatever_the_grammar() -> None:
    """Each "A <passive> B" alone in its line, against the order of the two roles in the request."""
    ways = {True: 0, False: 0}
    for wish in made("against_grammar", 400):
        nodes = {end for pair in edges(wish) for end in pair}
        lines = [line.removeprefix("- ").rstrip(".") for line in wish.text.split("\n")]
        for _, passive, doer, other in directions.VOICES:
            told = {tuple(line.split(f" {passive} ")) for line in lines}
            told = {pair for pair in told if len(pair) == 2 and {*pair} <= nodes}
            asked = [
                line
                for line in lines
                if re.search(rf"\b{doer}\b.*\b{other}\b|\b{other}\b.*\b{doer}\b", line)
            ]
            if not told or len(asked) != 1:
                continue
            onward = asked[0].rindex(doer) < asked[0].rindex(other)
            ways[onward] += 1
            assert {(b, a) if onward else (a, b) for a, b in told} <= edges(wish), wish.text
    assert min(ways.values()) >= 20


def test_what_was_taken_back_is_not_drawn() -> None:
    taken = re.compile(r"(?:forget|scrap|strike|delete|drop) .*? from (\S+) to ([^\s,.]+)")
    checked = 0
    for wish in made("corrected", 400):
        for pair in taken.findall(wish.text):
            checked += 1
            assert pair not in edges(wish), wish.text
    assert checked >= 20


def test_a_node_left_out_has_no_edge() -> None:
    checked = 0
    for wish in made("left_out", 200):
        found = re.search(
            r"(?:do not|don't) (?:draw|show) ([^\s,:;]+?)[.:;]?$", wish.text, re.I | re.M
        )
        if found:
            checked += 1
            assert found[1] not in {end for pair in edges(wish) for end in pair}, wish.text
    assert checked >= 5


def test_a_third_of_the_pairs_are_wishes() -> None:
    styles = [make_pair(8, number)["style"] for number in range(900)]
    assert 0.28 < sum(style in wishes.SORTS for style in styles) / 900 < 0.39
    assert {*wishes.SORTS} <= {*styles}
