"""A wish: a request that says what to draw and what not, with the graph a careful person draws.

Unlike the forms of `prose`, `code` and `notation`, which tell a scenario whole, a wish tells more
than its graph holds: rows that a filter drops, remarks, corrections, noise in code. So a form here
draws its own graph and writes text and target side by side.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from anecdot.dot.write import Draft
from anecdot.dot.write import house as write_house
from synthesis import naming, topology
from synthesis.names import noun, person
from synthesis.phrasing import expand, pick, read_tables
from synthesis.words import people

TABLES = read_tables("wishes")
FIRST = people.FIRST
T = TypeVar("T")
Pair = tuple[int, int]


@dataclass
class Wish:
    """A text and what it asks for.

    Attributes:
        text: the request.
        draft: its graph.
        head: statements of the graph itself, first in it, as lines without indent.
        task: "NL_TO_DOT" or "CODE_TO_DOT".
        kind: what sort of graph it is, as in `data/README.md`.
    """

    text: str
    draft: Draft
    head: Sequence[str] = ()
    task: str = "NL_TO_DOT"
    kind: str = "dependency"

    def dot(self) -> str:
        """The graph in the house style."""
        first, *rest = write_house(self.draft).split("\n")
        return "\n".join([first, *(f"  {line}" for line in self.head), *rest])


@dataclass(frozen=True)
class Sort:
    """A sort of wish, drawn by its weight: `make` writes one, or None where its luck was bad."""

    name: str
    weight: float
    make: Callable[["Pen"], Wish | None]


class Pen:
    """One writer: draws phrases, names and graphs, in one tone for the whole text.

    Attributes:
        rng: all chance.
        formal: sentences start with a capital and end with a full stop.
    """

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.formal = rng.random() < 0.65
        self._plain_and = rng.random() < 0.75
        self._comma_and = rng.random() < 0.1

    def chance(self, share: float) -> bool:
        """True in `share` of all cases."""
        return self.rng.random() < share

    def pick(self, items: Sequence[T]) -> T:
        """One of them."""
        return pick(self.rng.random, items)

    def say(self, table: str, **slots: str) -> str:
        """A phrase of a table of `phrases/wishes.txt`, as it stands there."""
        return expand(self.rng.random, TABLES[table], slots).strip()

    def sentence(self, table: str, **slots: str) -> str:
        """A phrase as a sentence, in the writer's tone. No phrase starts with a name."""
        return self.polish(self.say(table, **slots))

    def polish(self, text: str) -> str:
        """Capital and full stop where the writer is formal; `text` must not start with a name."""
        if not self.formal:
            return text
        return text[:1].upper() + text[1:] + ("" if text[-1] in ".?!:" else ".")

    def join(self, names: Sequence[str], word: str = "and") -> str:
        """ "a, b and c", in this writer's way."""
        if len(names) < 2 or not self._plain_and:
            return ", ".join(names)
        comma = "," if self._comma_and and len(names) > 2 else ""
        return f"{', '.join(names[:-1])}{comma} {word} {names[-1]}"

    def shuffled(self, items: Iterable[T]) -> list[T]:
        """Them in a random order."""
        found = list(items)
        self.rng.shuffle(found)
        return found

    def others(self, count: int, names: Iterable[str]) -> list[str]:
        """First names that are none of `names` and in none of them."""
        taken = " ".join(names).lower()
        return self.rng.sample([name for name in FIRST if name.lower() not in taken], count)

    def frame(self, body: str, *requests: str, names: Sequence[str] = ()) -> str:
        """Body and requests as one text: request first or last, greeting and farewell at times."""
        request = (" " if self.formal else self.pick(("; ", ". ", "\n"))).join(
            filter(None, requests)
        )
        x = self.rng.random()
        gap = self.pick(("\n\n", "\n\n", "\n"))
        if x < 0.45:
            text = f"{body}{gap}{request}"
        elif x < 0.9:
            text = (
                f"{request.rstrip('.')}:{gap}{body}" if self.chance(0.3) else request + gap + body
            )
        else:
            text = f"{self.title()}{gap}{body}{gap}{request}"
        if self.chance(0.15):
            one, two = self.others(2, names)
            text = f"{self.say('hello', P=one)}\n\n{text}"
            if self.chance(0.6):
                text += f"\n\n{self.say('bye', P=two)}"
        return text

    def title(self) -> str:
        """A heading that is nothing to draw."""
        return self.say("title", N=noun(self.rng), M=noun(self.rng))

    # Names and graphs.

    def names(self, count: int, worlds: str = "") -> list[str]:
        """Distinct names of one world; `worlds` are those to draw from, all where empty."""
        world = self.pick((worlds or " ".join(WORLDS)).split())
        return WORLDS[world](self.rng, count)

    def pairs(self, least: int = 3, most: int = 25, shapes: str = "") -> tuple[int, list[Pair]]:
        """(number of nodes, distinct edges without loops), in a natural order."""
        wanted = least + int((most - least + 1) * self.rng.random() ** 1.5)
        shape = getattr(topology, self.pick((shapes or "tree dag dag layers sparse chain").split()))
        count = max(3, int(wanted * (0.65 + 0.35 * self.rng.random())) + 1)
        found: dict[Pair, None] = {}
        for tail, head in shape(self.rng, count):
            if tail != head and (head, tail) not in found:
                found.setdefault((tail, head))
        kept = list(found)[:most]
        for _ in range(20):
            if len(kept) >= least:
                break
            tail, head = sorted(self.rng.sample(range(count), 2))
            if (tail, head) not in kept and (head, tail) not in kept:
                kept.append((tail, head))
        used = sorted({end for pair in kept for end in pair})
        place = {old: new for new, old in enumerate(used)}
        order = self.rng.sample(range(len(used)), len(used)) if self.chance(0.5) else range(10**3)
        return len(used), [(order[place[a]], order[place[b]]) for a, b in kept]


def grouped(pairs: Iterable[Pair]) -> dict[int, list[int]]:
    """tail -> heads, in the order of first mention."""
    found: dict[int, list[int]] = {}
    for tail, head in pairs:
        found.setdefault(tail, []).append(head)
    return found


# ---- Worlds of names ---------------------------------------------------------------------------

EXTENSIONS = (
    "html css js ts py c h cpp rs go java csv txt md yaml json sql tex pdf png conf sh".split()
)
UNITS = "service service service target socket timer mount path".split()
TITLES = "Old,Young,Aunt,Uncle,Margrave,Count,Dr.,Sister,Captain,Frau,Herr,Professor,Lady".split(
    ","
)
GERMAN = (
    "Mühle Ofen Lager Waage Kasse Tor Hof Keller Brunnen Werkstatt Labor Schleuse Pumpe Kessel "
    "Garten Brücke Bahnhof Rathaus Stellwerk Zählraum Küche Speicher Anlieferung Versand Prüfstand "
    "Lackiererei Halle Büro Archiv Wäscherei Schmiede Sägewerk Bäckerei Kühlhaus Verteiler Turm"
).split()


def _word(rng: Random) -> str:
    return noun(rng).replace(" ", "-").replace("'", "").lower()


def _world(make: Callable[[Random], str]) -> Callable[[Random, int], list[str]]:
    return lambda rng, count: naming.distinct(rng, make, count)


def _role(*roles: str) -> Callable[[Random, int], list[str]]:
    return lambda rng, count: naming.sample(rng, list(roles), count)[0]


def _symbols(rng: Random, count: int) -> list[str]:
    return naming.symbols(rng, count) if count < 20 else [f"n{i}" for i in range(1, count + 1)]


def _titled(rng: Random) -> str:
    first = pick(rng.random, FIRST)
    return f"{pick(rng.random, TITLES)} {first}" if rng.random() < 0.35 else first


def _file(rng: Random) -> str:
    word, more, end = _word(rng), _word(rng), pick(rng.random, EXTENSIONS)
    x = rng.random()
    stem = f"{word}-{more}" if x < 0.25 else f"{word}_{more}" if x < 0.4 else word
    folder = (
        f"{pick(rng.random, 'lib src app pages ui core'.split())}/" if rng.random() < 0.2 else ""
    )
    return f"{folder}{stem}.{end}"


def _address(rng: Random) -> str:
    port = f":{pick(rng.random, (80, 443, 8080, 9000, 5432))}" if rng.random() < 0.6 else ""
    return f"10.{rng.randrange(9)}.{rng.randrange(9)}.{rng.randrange(2, 250)}{port}"


def _call(rng: Random) -> str:
    word = pick(rng.random, "msg net ui log db io auth cart".split())
    x = rng.random()
    if x < 0.4:
        return f"{word}.{_word(rng).capitalize().replace('-', '')}()"
    if x < 0.7:
        return f"{_word(rng).replace('-', '_')}()"
    kind = pick(rng.random, ("int", "Key", "std::string", "T"))
    return f"{pick(rng.random, ('vector', 'Box', 'List', 'Cache', 'Ring'))}<{kind}>::{_word(rng)}"


def _keys(rng: Random) -> str:
    few = sorted(rng.sample(range(1, 99), rng.randint(1, 3)))
    return "[" + "|".join(map(str, few)) + "]"


WORLDS: dict[str, Callable[[Random, int], list[str]]] = {
    "parts": _role("thing", "component", "thing"),
    "people": _world(_titled),
    "full": _world(person),
    "places": _role("place"),
    "symbols": _symbols,
    "packages": _role("package"),
    "files": _world(_file),
    "units": _world(lambda rng: f"{_word(rng)}-{_word(rng)}.{pick(rng.random, UNITS)}"),
    "hosts": _role("host"),
    "addresses": _world(_address),
    "routes": _world(lambda rng: f"/{_word(rng)}/" if rng.random() < 0.6 else f"/{_word(rng)}"),
    "calls": _world(_call),
    "keys": _world(_keys),
    "german": lambda rng, count: (
        rng.sample(GERMAN, count) if count <= len(GERMAN) else _symbols(rng, count)
    ),
    "states": _role("state"),
    "classes": _world(lambda rng: f"{_word(rng)}-{_word(rng)}".title().replace("-", "")),
}  # fmt: skip
# Those that stand in a cell, a list or a sentence without doubt where they end.
CELLS = "parts people places symbols packages files hosts addresses routes german units"
PROSE = "people people full places packages files german symbols classes units keys calls"
