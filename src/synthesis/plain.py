# ruff: noqa: E501 (tables of phrases)
"""Attributes in requests and explanations, tiny graphs, ordinary prose and code.

The code is Python's standard library, read from the running interpreter's own folder.
"""

import random
import sysconfig
from dataclasses import replace
from functools import cache
from pathlib import Path

from anecdot.dot.write import dot_id
from synthesis import names, naming
from synthesis.attributes import COLORS, SHAPES, WISHES, Wish, ask, draw
from synthesis.dot_style import HOUSE, house, write
from synthesis.phrasing import compile_rule, expand, pick
from synthesis.scenario import Edge, Node, Rendered, Scenario


def wishes(rng: random.Random, rendered: Rendered) -> tuple[str, str]:
    """(the source with attribute wishes behind it, the graph that follows from both)."""
    asked = ask(rng, rendered.scenario, pick(rng.random, (1, 1, 2, 2, 3, 4)))
    text = rendered.text.strip("\n")
    if asked.sentences:
        glue = "\n\n" if "\n" in text or rng.random() < 0.3 else " "
        text += glue + listed(rng, asked.sentences)
    style = replace(HOUSE, name=rendered.scenario.title, adorn=asked.defaults)
    return text, write(asked.scenario, style)


def listed(rng: random.Random, sentences: list[str]) -> str:
    """Sentences (without capital and stop) as running text, a list or one sentence."""
    random_ = rng.random
    r = random_()
    if r < 0.6:
        return " ".join(f"{capital(sentence)}." for sentence in sentences)
    if r < 0.75:
        joined = pick(random_, (", ", "; ", " and ", ", and ")).join(sentences)
        return f"{capital(joined)}."
    if r < 0.9:
        bullet = pick(random_, ("- ", "* ", "  - ", "+ "))
        head = pick(random_, ("Style:", "Look:", "Formatting:", "Also:", "Attributes:", "Wishes:"))
        return "\n".join([head, *(bullet + sentence for sentence in sentences)])
    return "\n".join(sentences)


def capital(text: str) -> str:
    """`text` with its first letter in upper case, unless it begins with a mark or a code name."""
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text


# ---- Tiny graphs ------------------------------------------------------------------------------

NODE_ASK = compile_rule(
    "{{Draw|Make|Create|Give me|I need|I want|Show|Write|Define} "
    "{a graph with {a single|one|just one} node|{a single|one|a} node|one {lone|} node} "
    "{<A>|named <A>|called <A>|with the name <A>}|"
    "{A|One} node {<A>|called <A>|named <A>}|{Graph|Node}: <A>|Just <A>|<A>, {alone|by itself}}"
)
PAIR_ASK = compile_rule(
    "{{Draw|Make|Create|Give me|I want|Show} {an edge|an arrow|a link} from <A> to <B>|"
    "{Draw|Make|Create|Give me} a {directed |}graph {in which|where} <A> points to <B>|"
    "<A> {points to|leads to|is linked to|goes to|has an edge to} <B>|"
    "Two nodes, <A> and <B>, {with an {edge|arrow}|joined by an arrow} from {<A>|the first} to "
    "{<B>|the second}|{Connect|Link|Join} <A> {to|with} <B>|<A> -> <B>|"
    "An {edge|arrow} {runs|goes|leads} from <A> to <B>}"
)
LINE_ASK = compile_rule(
    "{{Draw|Make|Create|Give me} an undirected {edge|link|line} between <A> and <B>|"
    "<A> and <B> are {joined|linked|connected}, {undirected|without {direction|arrows}}|"
    "Undirected: <A> {and|with|--} <B>|{Connect|Link|Join} <A> and <B> without {an arrow|direction}|"
    "An undirected {graph|edge}: <A> -- <B>|<A> -- <B>}"
)
SET_ASK = compile_rule(
    "{{Draw|Make|Create|Give me|I need|Show} {<N> nodes|<N> separate nodes|a graph {of|with} <N> "
    "{unconnected |}nodes}{:|,| named|, named| called} <L>|<N> nodes{:|,} <L>|"
    "{Only|Just} {the |}nodes <L>{, no edges| without edges|}|The nodes {are|stand alone:} <L>}"
)
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def tiny(rng: random.Random) -> tuple[str, str]:
    """(a short request for one to five nodes, mostly with attributes, its graph)."""
    random_ = rng.random
    count = pick(random_, (1, 1, 1, 2, 2, 2, 2, 3, 4, 5))
    words, _ = naming.sample(rng, list(naming.ROLES), count)
    mark = pick(random_, ("", "", "", '"', "'", "`"))
    shown = [mark + word + mark for word in words]
    directed = count != 2 or random_() < 0.7
    scenario = Scenario("attribute", directed, "", [Node(word) for word in words], [])
    if count == 1:
        text = expand(random_, NODE_ASK, {"A": shown[0]})
    elif count == 2:
        rule = PAIR_ASK if directed else LINE_ASK
        text = expand(random_, rule, {"A": shown[0], "B": shown[1]})
        scenario.edges.append(Edge(0, 1))
    else:
        number = pick(random_, (NUMBERS[count], NUMBERS[count], str(count)))
        line = ", ".join(shown[:-1]) + pick(random_, (" and ", ", and ", ", ")) + shown[-1]
        text = expand(random_, SET_ASK, {"N": number, "L": line})
    asked = ask(rng, scenario, pick(random_, (0, 1, 1, 1, 2, 2, 3)))
    parts = [text, *asked.sentences]
    if random_() < 0.7:
        whole = " ".join(f"{part}." for part in [text, *map(capital, asked.sentences)])
        whole = capital(whole)
    else:
        whole = pick(random_, (", ", "; ", " - ")).join(parts)
    return whole, write(asked.scenario, replace(HOUSE, adorn=asked.defaults))


# ---- DOT features explained -------------------------------------------------------------------

ABOUT = compile_rule(
    "{The {attribute|DOT attribute|setting|Graphviz attribute} `<A>`|`<A>`|In DOT, `<A>`|<A>} "
    "{belongs to|is {an attribute of|set on|for}|applies to|can be set on} <T>{s|s, {too|as well}|}. "
    "{Values|Possible values|Examples of values|It takes values} "
    "{are {for instance |}|like |such as |include }<V>.{ For example:| Example:|}"
)
ABOUT_ROW = compile_rule(
    "{To|If you {want|wish} to|When asked to} <S>, {write|use|set|add} `<W>`.|"
    '"<S>" {means|becomes|is written} `<W>`.|<S>: `<W>`|`<W>`: <S>|'
    "`<W>` {is how you|lets you} <S>.|{Q: |}How {do I|can one|to} <S>? {A: |}{With|Use|Set} `<W>`."
)
GRAMMAR = """\
A graph that is not directed begins with `graph` and joins nodes with `--`.
A directed graph begins with `digraph`, and its edges are written `->`.
Names with spaces or signs stand in double quotes: "Order desk".
A name of letters, digits and underscores needs no quotes unless it begins with a digit.
The words node, edge, graph, digraph, subgraph and strict are keywords; quote them as names.
Attributes follow in square brackets, with commas between them: [shape=box, color=red].
A statement ends with a semicolon, which may be left out.
Every opening brace needs a closing brace at the end.
A subgraph whose name begins with cluster is drawn as a box around its nodes.
Several edges in a row may be written as a chain: a -> b -> c.
An edge to a set of nodes is written a -> {b c}.
Nodes of one rank: { rank=same; a; b; }.
node [shape=box]; sets the default of all nodes that follow.
edge [style=dashed]; sets the default of all edges that follow.
A quote inside a quoted name is escaped with a backslash.
`strict` forbids two edges between the same nodes.
Line comments begin with //, block comments stand between /* and */.
A port is written behind the node with a colon: a:n -> b:s.
An undirected graph cannot hold an arrow, and a digraph cannot hold a double hyphen.
"""


def feature(rng: random.Random) -> str:
    """A few words about DOT features, with examples."""
    random_ = rng.random
    parts = []
    for _ in range(pick(random_, (1, 1, 2, 3))):
        target = pick(random_, tuple(WISHES))
        wish = draw(rng, target)
        if random_() < 0.25:
            parts.append("\n".join(rng.sample(GRAMMAR.splitlines(), 2)))
        elif random_() < 0.5 and wish.name:
            values = rng.sample(wish.values, min(len(wish.values), 4))
            text = expand(random_, ABOUT, {"A": wish.name, "T": target, "V": ", ".join(values)})
            parts.append(f"{text}\n\n{_example(rng, target, wish)}")
        else:
            parts.append(_row_explained(rng, target, wish))
    return "\n\n".join(parts)


def _written(rng: random.Random, wish: Wish) -> tuple[str, str]:
    """(value, attribute list) of a wish."""
    value = pick(rng.random, wish.values) if wish.name else ""
    attrs = {**wish.fixed, **({wish.name: value} if wish.name else {})}
    return value, ", ".join(f"{k}={dot_id(v)}" for k, v in attrs.items())


def _row_explained(rng: random.Random, target: str, wish: Wish) -> str:
    value, written = _written(rng, wish)
    what = {"node": "a node", "edge": "an edge", "graph": "the graph"}[target]
    sentence = expand(rng.random, pick(rng.random, wish.rules), {"X": what, "V": value})
    shown = written if target == "graph" else f"[{written}]"
    return capital(expand(rng.random, ABOUT_ROW, {"S": sentence, "W": shown}))


def _example(rng: random.Random, target: str, wish: Wish) -> str:
    a, b = naming.symbols(rng, 2)
    _, written = _written(rng, wish)
    scenario = Scenario("dot_feature", True, "", [Node(a), Node(b)], [Edge(0, 1)])
    attrs = dict(part.split("=", 1) for part in written.split(", ")) if ", " in written else None
    if target == "graph" or attrs is not None or '"' in written:
        line = written if target == "graph" else f"{target} [{written}]"
        return write(scenario, replace(HOUSE, adorn=(line,)))
    key, value = written.split("=", 1)
    place = scenario.nodes[0] if target == "node" else scenario.edges[0]
    place.attrs[key] = value
    return house(scenario)


# ---- Ordinary prose and code ------------------------------------------------------------------

SENTENCE = compile_rule(
    "{{The|A|This|Our|Every|Another} {<J> |}<N> {<T>|has <D>|will <V>|must not <V>|can <V>} "
    "{the|a|its|every|no} {<J> |}<M>{ {because|when|although|while|until|so that|and} "
    "the <O> {<U>|is <J>|has <E>|seems {quite |}<J>}|}|"
    "{If|When|Whenever|Unless} the <N> is <J>, {the|a|its} <M> {<T>|will <V>|may <V>}|"
    "{There is|We saw|Nobody expected|Everyone knows} {a|the|one} {<J> |}<N> "
    "{in|near|behind|beside|under} the <M>|"
    "{Yesterday|Today|Last week|In spring|At night|Later|In the end}, the <N> {was <D>|had to <V>} "
    "{by|without|with} {a|the} <M>|"
    "{I|We|They|You} {<V>|wanted to <V>|cannot <V>|never <V>} the <J> <N>{, {but|and} the <M> "
    "{is|was} <J>|}|{Why|How|When} {does|did|should} the <N> <V> the <M>?|"
    "It {is|was} {<J>|<J> and <K>} {to|not to} <V> {a|the|such a} <N>}"
)


def sentences(rng: random.Random) -> str:
    """A paragraph or two of composed sentences that describe no graph."""
    from synthesis.morphology import participle, third
    from synthesis.words import basic

    random_ = rng.random
    paragraphs = []
    for _ in range(rng.randint(1, 3)):
        lines = []
        for _ in range(rng.randint(2, 6)):
            verb, other = pick(random_, basic.ACTIONS), pick(random_, basic.ACTIONS)
            slots = {key: names.noun(rng) for key in "NMO"}
            slots |= {key: pick(random_, basic.ADJECTIVES) for key in "JK"}
            slots |= {"V": verb, "W": other, "T": third(verb), "U": third(other)}
            slots |= {"D": participle(verb), "E": participle(other)}
            line = expand(random_, SENTENCE, slots)
            lines.append(line if line.endswith("?") else line + ".")
        paragraphs.append(" ".join(lines))
    return "\n\n".join(paragraphs)


@cache
def _files() -> list[str]:
    """Files of the standard library that are code and prose rather than tables."""
    folder = Path(sysconfig.get_paths()["stdlib"])
    skip = {"test", "tests", "idlelib", "lib2to3", "site-packages", "encodings", "turtledemo"}
    return sorted(
        str(path)
        for path in folder.rglob("*.py")
        if not skip & set(path.relative_to(folder).parts)
        and path.name not in ("pydoc_data", "topics.py")
    )


@cache
def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8", errors="replace").splitlines()


def library(rng: random.Random) -> str:
    """Ten to sixty lines of one file of the standard library, from where a block begins."""
    while True:
        lines = _lines(pick(rng.random, _files()))
        if len(lines) < 12:
            continue
        start = rng.randrange(len(lines) - 10)
        while start and (not lines[start] or lines[start][0] in " \t)]}#"):
            start -= 1
        text = "\n".join(lines[start : start + rng.randint(10, 60)]).strip()
        if text:
            return text[:3000]


__all__ = ["COLORS", "SHAPES", "WISHES", "feature", "library", "sentences", "tiny", "wishes"]
