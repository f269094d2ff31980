"""The bench on which code and notation forms are written.

A form is a function of a `Draft` (names, edges and labels already spelt as code spells them) that
returns the text. The `form` decorator does what all forms share: it checks the graph's shape,
converts names, invents events where a machine has none, orders edges as the text will show them,
adds an instruction or a fence, and returns the scenario exactly as the text shows it.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from synthesis.code.draft import Draft, order_by
from synthesis.code.prompts import framed
from synthesis.code.words import (
    RESERVED,
    event_words,
    join,
    table,
    words,
)
from synthesis.form import Form
from synthesis.scenario import Cluster, Edge, Node, Rendered, Scenario

MACHINE = frozenset(
    table(
        """
    state_machine automaton workflow pipeline story schedule protocol cluster flow
    """
    )
)
SYSTEM = frozenset(
    table(
        """
    dependency architecture pipeline workflow cluster schedule network org_chart data_structure
    class_diagram er_diagram food_chain
    """
    )
)
CLASSES = frozenset(
    [
        "class_diagram",
        "er_diagram",
        "org_chart",
        "architecture",
        "dependency",
        "genealogy",
        "data_structure",
    ]
)
LOWER = frozenset({"snake", "camel", "kebab", "flat"})
# What may stand inside any of the quotes that the forms use.
_PLAIN = re.compile(r"[\w .:+&#/-]*\w[\w .+&#/-]*\Z")
_COMPARES = set("<>=%")
_IDENT = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)


@dataclass
class Spec:
    """What a form needs and shows.

    Attributes:
        names: styles to choose from, "snake|camel"; "keep" leaves text as it is, "id" keeps it only
            where all names are identifiers already.
        labels: styles of edge labels; "" drops them.
        invent: unlabelled edges get an event.
        need: words from: dag tree forest chain loopless simple deterministic labelled binary.
        order: "grouped" sorts edges by tail; "free" leaves them.
        isolated: the form shows nodes without edges too.
        keyed: the form shows a node's key and its label.
        clusters: the form shows groups.
        directed: None for a form that shows both.
        kinds: scenario kinds for which the form makes sense (None: all).
        ask: the topic of the instruction; must: whether the text is ambiguous without it.
        lang: the language as people call it; fence: its tag after ```.
        limit: most edges that read well in this form.
    """

    names: str = "snake"
    labels: str = ""
    invent: bool = False
    need: str = ""
    order: str = "free"
    isolated: bool = False
    keyed: bool = False
    clusters: bool = False
    directed: bool | None = True
    kinds: frozenset[str] | None = None
    ask: str = "graph"
    must: bool = False
    lang: str = ""
    fence: str = ""
    limit: int = 24


def spell(rng: random.Random, texts: list[str], style: str, prefix: str) -> list[str] | None:
    """All texts in one style, or None where that makes no distinct legal identifiers."""
    if style == "keep":
        return texts if all(_PLAIN.match(t) for t in texts) else None
    if style == "letter":
        return texts if all(len(t) < 3 and _IDENT.match(t) for t in texts) else None
    if style == "id":
        return texts if all(_IDENT.match(t) and t.lower() not in RESERVED for t in texts) else None
    done = []
    for text in texts:
        parts = words(text)
        if not parts or len(parts) > 8:
            return None
        name = join(parts, style)
        if name[0].isdigit() and style not in ("spaced", "title", "sentence"):
            glue = "" if style in ("pascal", "camel") else "-" if style == "kebab" else "_"
            if all(t.isdigit() for t in texts):
                glue = ""
            name = (prefix if style in LOWER or style == "snake" else prefix.upper()) + glue + name
        if style in LOWER | {"snake"} and name in RESERVED:
            return None
        done.append(name)
    return done if len(set(done)) == len(set(texts)) else None


def _shape_ok(need: set[str], size: int, edges: list[tuple[int, int, str]]) -> bool:
    """Whether the graph has the shapes that the form needs."""
    into = [0] * size
    outs: list[list[int]] = [[] for _ in range(size)]
    for t, h, _ in edges:
        into[h] += 1
        outs[t].append(h)
    if need & {"tree", "forest", "chain"} and max(into, default=0) > 1:
        return False
    if "chain" in need and any(len(o) > 1 for o in outs):
        return False
    if "binary" in need and any(len(o) not in (0, 2) for o in outs):
        return False
    if "tree" in need and into.count(0) != 1:
        return False
    if need & {"dag", "tree", "forest", "chain"}:
        waiting = [i for i in range(size) if not into[i]]
        seen = 0
        while waiting:
            seen += 1
            for h in outs[waiting.pop()]:
                into[h] -= 1
                if not into[h]:
                    waiting.append(h)
        return seen == size
    return True


def _label_edges(
    rng: random.Random, spec: Spec, kind: str, edges: list[tuple[int, int, str]]
) -> list[tuple[int, int, str]] | None:
    """Edges with labels in the form's style, or None where that cannot be."""
    if not spec.labels:
        return [(t, h, "") for t, h, _ in edges]
    unique = "deterministic" in spec.need
    raw = {label for _, _, label in edges if label}
    style = rng.choice(spec.labels.split("|"))
    spelt: dict[str, str] = {}
    if raw:
        texts = list(dict.fromkeys(label for _, _, label in edges if label))
        prefix = rng.choice("evx")
        done = spell(rng, texts, style, prefix)
        if done is None:
            if not spec.invent:
                return None
            edges = [(t, h, "") for t, h, _ in edges]
        else:
            spelt = dict(zip(texts, done, strict=True))
    letters = kind == "automaton" and not raw and style in ("snake", "keep", "id", "flat")
    alphabet = rng.choice(("ab", "01", "abc", "xy", "012")) if style == "keep" else "abc"
    used: set[tuple[int, str]] = set()
    labelled = []
    pool: list[str] = []
    for t, h, text in edges:
        label = spelt.get(text, "")
        if not label and spec.invent:
            for _ in range(6):
                if letters:
                    label = rng.choice(alphabet)
                elif pool and rng.random() < 0.35:
                    label = rng.choice(pool)
                else:
                    parts = event_words(rng)
                    label = join(parts, "spaced" if style == "keep" else style)
                    label = label if label not in RESERVED else label + "ed"
                if (t, label) not in used:
                    break
            pool.append(label)
        if unique and (t, label) in used:
            continue
        used.add((t, label))
        labelled.append((t, h, label))
    return labelled


def _edges(scenario: Scenario, spec: Spec) -> list[tuple[int, int, str]] | None:
    """The edges that the form shows, or None where it needs others."""
    need = set(spec.need.split())
    edges = [(e.tail, e.head, e.label or "") for e in scenario.edges]
    if spec.invent and any(set(label) & _COMPARES for _, _, label in edges):
        edges = [(t, h, "") for t, h, _ in edges]  # "age >= 18" is no event
    if "loopless" in need or need & {"dag", "tree", "forest", "chain"}:
        edges = [e for e in edges if e[0] != e[1]]
    if "simple" in need:
        first: dict[tuple[int, int], tuple[int, int, str]] = {}
        for e in edges:
            first.setdefault((e[0], e[1]), e)
        edges = list(first.values())
    if not edges or ("labelled" in need and not all(e[2] for e in edges)):
        return None
    return edges


def prepare(rng: random.Random, scenario: Scenario, spec: Spec) -> Draft | None:
    """The draft of a scenario for a form, or None where the form cannot express it."""
    if spec.directed is not None and scenario.directed is not spec.directed:
        return None
    if spec.kinds is not None and scenario.kind not in spec.kinds:
        return None
    if not scenario.edges or len(scenario.edges) > spec.limit:
        return None
    edges = _edges(scenario, spec)
    if edges is None:
        return None
    keep = list(range(len(scenario.nodes)))
    if not spec.isolated:
        touched = {i for e in edges for i in e[:2]}
        keep = [i for i in keep if i in touched]
    place = {old: new for new, old in enumerate(keep)}
    edges = [(place[t], place[h], label) for t, h, label in edges]
    if not _shape_ok(set(spec.need.split()), len(keep), edges):
        return None
    labelled = _label_edges(rng, spec, scenario.kind, edges)
    if not labelled:
        return None
    nodes = [scenario.nodes[i] for i in keep]
    names = [n.name for n in nodes]
    labels = [n.label or "" for n in nodes]
    if not spec.keyed:
        if all(labels) and rng.random() < 0.6:
            names = labels
        labels = [""] * len(nodes)
    elif any(not (_PLAIN.match(text.rstrip("?!")) or not text) for text in labels):
        return None
    styles = spec.names.split("|")
    rng.shuffle(styles)
    prefix = rng.choice(("s", "n", "q", "v", "x", "k"))
    for style in styles[:2]:
        spelt = spell(rng, names, style, prefix)
        if spelt and len(set(spelt)) == len(names):
            break
    else:
        return None
    clusters = []
    if spec.clusters:
        if any(not _PLAIN.match(c.label) for c in scenario.clusters):
            return None
        groups = [(c.label, [place[m] for m in c.members if m in place]) for c in scenario.clusters]
        clusters = [(label, members) for label, members in groups if members]
    g = Draft(rng, scenario.kind, scenario.directed, spelt, labels, labelled, clusters, style)
    g.t = rng.choice(("    ", "    ", "  ", "  ", "\t"))
    g.quote = rng.choice("\"'")
    g.taken = {n.lower() for n in spelt} | {e[2].lower() for e in labelled}
    if rng.random() < 0.2:
        order = list(range(len(spelt)))
        rng.shuffle(order)
        order_by(g, order)
    if spec.order == "grouped":
        g.order_groups()
    return g


def finish(text: str, g: Draft, scenario: Scenario, spec: Spec) -> Rendered:
    """The text with the graph that it shows."""
    if not spec.isolated and not spec.keyed and not g.clusters:
        seen = dict.fromkeys(i for e in g.edges for i in e[:2])
        order_by(g, list(seen))
    nodes = [Node(n, label or None) for n, label in zip(g.names, g.labels, strict=True)]
    edges = [Edge(t, h, label or None) for t, h, label in g.edges]
    clusters = [Cluster(label, members) for label, members in g.clusters]
    shown = replace(
        scenario,
        directed=g.directed,
        nodes=nodes,
        edges=edges,
        clusters=clusters,
        title=None,
        attrs={},
    )
    return Rendered(text, shown)


def form(
    name: str, weight: float = 1.0, **needs: object
) -> Callable[[Callable[[Draft], str | None]], Form]:
    """Make a writer of drafts a form; `needs` are the fields of `Spec`."""
    spec = Spec(**needs)  # type: ignore[arg-type]

    def decorate(write: Callable[[Draft], str | None]) -> Form:
        def render(rng: random.Random, scenario: Scenario) -> Rendered | None:
            g = prepare(rng, scenario, spec)
            text = write(g) if g else None
            if g is None or text is None:
                return None
            must = spec.must or g.ask is not None
            ask = g.ask or spec.ask
            if not g.directed and ask.startswith("graph"):
                ask = "undirected" + ask.removeprefix("graph")
            text = framed(rng, text, ask, spec.lang, spec.fence, must)
            return finish(text, g, scenario, spec)

        return Form(name, weight, render)

    return decorate
