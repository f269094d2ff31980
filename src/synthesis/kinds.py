"""Random scenarios: kinds of graphs with names, labels, groups and attributes that suit each other.

scenario = sample(random.Random(7))
"""

from dataclasses import dataclass
from random import Random

from synthesis import edge_texts, names, naming, topology
from synthesis.adornment import decorate
from synthesis.edge_labels import labels
from synthesis.phrasing import pick
from synthesis.scenario import Edge, Node, Scenario
from synthesis.topology import Shape
from synthesis.words import basic, fields


@dataclass(frozen=True)
class Kind:
    """How scenarios of one kind are made.

    Attributes:
        weight: how often, against the others.
        families: families of verbs that may tell the edges (one is drawn).
        roles: roles of names (see `naming.ROLES`).
        shapes: shapes of the graph.
        labels: what edges may say; "" for nothing. "verb:x" draws from VERB_LABELS["x"].
        field: table of coherent vocabularies.
        directed: chance that edges are arrows.
        most: largest number of nodes.
    """

    weight: int
    families: str
    roles: str
    shapes: tuple[Shape, ...]
    labels: str
    field: dict[str, list[str]] | None = None
    directed: float = 1.0
    most: int = 10


t = topology
KINDS: dict[str, Kind] = {
    "state_machine": Kind(
        14,
        "transition",
        "state state state thing",
        (t.machine, t.machine, t.machine, t.ring, t.dag, t.flowchart),
        "event event event clause clause token token test none mixed full",
        fields.STATES,
    ),
    "automaton": Kind(
        3, "transition", "pseudo state", (t.machine, t.machine, t.ring), "token token", None, most=6
    ),
    "workflow": Kind(
        12,
        "flow",
        "step step activity gerund thing",
        (t.flowchart, t.flowchart, t.flowchart, t.chain, t.chain, t.dag, t.layers, t.machine),
        "none none partial partial partial clause event",
        fields.STEPS,
    ),
    "decision_tree": Kind(
        7, "decision", "question", (t.decision,), "answer answer answer test", None, most=9
    ),
    "architecture": Kind(
        12,
        "send call send call use",
        "component component thing dotted host",
        (t.dag, t.dag, t.sparse, t.star, t.layers, t.bipartite, t.chain, t.machine),
        "none none none event verb:system token",
        fields.COMPONENTS,
        most=12,
    ),
    "network": Kind(
        6,
        "link",
        "host host component place thing",
        (t.sparse, t.tree, t.star, t.ring, t.grid, t.chain, t.dense),
        "none none weight",
        fields.COMPONENTS,
        0.1,
        12,
    ),
    "dependency": Kind(
        9,
        "depend",
        "package package path dotted component",
        (t.dag, t.dag, t.sparse, t.tree, t.star, t.bipartite, t.chain, t.layers),
        "none none none none verb:depend",
        fields.COMPONENTS,
        most=12,
    ),
    "class_diagram": Kind(
        6,
        "inherit have",
        "entity",
        (t.tree, t.dag, t.sparse, t.bipartite),
        "none verb:class verb:class",
        fields.ENTITIES,
    ),
    "er_diagram": Kind(
        5,
        "relate",
        "entity",
        (t.tree, t.dag, t.sparse, t.chain),
        "verb:entity verb:entity multiplicity none",
        fields.ENTITIES,
        0.85,
        7,
    ),
    "data_structure": Kind(
        5,
        "point",
        "pseudo thing",
        (t.chain, t.tree, t.binary, t.binary, t.ring, t.dag),
        "none none none pointer",
        None,
        most=12,
    ),
    "org_chart": Kind(
        6,
        "manage manage manage report",
        "role person role",
        (t.tree, t.tree, t.star),
        "none",
        None,
        most=12,
    ),
    "pipeline": Kind(
        7,
        "send flow",
        "component activity gerund thing path step",
        (t.chain, t.chain, t.layers, t.dag, t.flowchart),
        "none none none event partial",
        fields.STEPS,
    ),
    "undirected": Kind(
        8,
        "friend road link road",
        "person place landmark",
        (t.sparse, t.sparse, t.ring, t.star, t.tree, t.dense, t.grid),
        "none none weight",
        None,
        0.0,
    ),
    "genealogy": Kind(3, "parent", "person", (t.tree, t.dag), "none", None),
    "food_chain": Kind(3, "eat", "species", (t.chain, t.dag, t.tree, t.sparse), "none", None),
    "story": Kind(
        7,
        "tell tell travel people",
        "person person landmark place",
        (t.chain, t.sparse, t.tree, t.dag, t.machine),
        "none none verb:people event weight",
        None,
    ),
    "protocol": Kind(
        4,
        "message",
        "component person host thing",
        (t.machine, t.sparse, t.chain),
        "event token verb:system",
        fields.COMPONENTS,
        most=5,
    ),
    "schedule": Kind(
        5,
        "precede",
        "activity step symbol thing",
        (t.dag, t.dag, t.layers, t.chain, t.bipartite),
        "none none none weight",
        fields.STEPS,
    ),
    "cluster": Kind(
        6,
        "send call depend flow",
        "component thing host entity",
        (t.dag, t.sparse, t.layers, t.chain, t.bipartite),
        "none none none event",
        fields.COMPONENTS,
        most=10,
    ),
}
_BAG = [name for name, kind in KINDS.items() for _ in range(kind.weight)]
# The graph of these families is usually a forest with one root: extra roots would not be told.
ROADS_ONLY_PLACES = {
    "road": "place landmark",
    "friend": "person",
    "travel": "place landmark",
    "tell": "person",
    "people": "person",
}


def _question_names(rng: Random, pairs: list[tuple[int, int]], count: int) -> tuple[list[str], str]:
    """Inner nodes ask, leaves answer."""
    inner = {tail for tail, _ in pairs}
    random = rng.random

    def question(rng: Random) -> str:
        x = random()
        if x < 0.3:
            return pick(random, fields.QUESTIONS)
        if x < 0.65:
            verb = pick(
                random, "valid ready empty full available new late open paid broken".split()
            )
            return f"{pick(random, ('is the', 'Is the'))} {names.noun(rng)} {verb}?"
        if x < 0.8:
            return f"{names.noun(rng)} {names.participle(names.action_word(rng))}?"
        return edge_texts.test(rng).lstrip("!") + "?"

    def outcome(rng: Random) -> str:
        return pick(random, fields.OUTCOMES) if random() < 0.4 else names.step(rng)

    asked = naming.distinct(rng, question, len(inner))
    done = naming.distinct(rng, outcome, count - len(inner))
    if len({*asked, *done}) < count:
        return naming.symbols(rng, count), "code"
    return [(asked if i in inner else done).pop() for i in range(count)], "step"


def _shape(rng: Random, kind: Kind, count: int) -> list[tuple[int, int]]:
    pairs = pick(rng.random, kind.shapes)(rng, count)
    return pairs or [(0, 1)]


def _names(
    rng: Random, kind: str, roles: list[str], pairs: list[tuple[int, int]], count: int,
    field: dict[str, list[str]] | list[str] | None,
) -> tuple[list[str], str]:  # fmt: skip
    """(names of `count` nodes, their grammar)."""
    random = rng.random
    if roles == ["question"]:
        nodes, grammar = _question_names(rng, pairs, count)
        if random() < 0.25:
            nodes, grammar = naming.symbols(rng, count), "code"
    elif "symbol" in roles and random() < 0.3:
        nodes, grammar = naming.symbols(rng, count), "code"
    else:
        nodes, grammar = naming.sample(
            rng, [role for role in roles if role != "symbol"], count, field
        )
    if kind == "data_structure" and random() < 0.45:
        nodes = [str(n) for n in rng.sample(range(1, 100), count)]
        grammar = "code"
    return nodes, grammar


def sample(rng: Random, kind: str | None = None) -> Scenario:
    """One scenario of a random (or the given) kind."""
    random = rng.random
    name = kind or pick(random, _BAG)
    spec = KINDS[name]
    family = pick(random, spec.families.split())
    count = 2 + int(random() * 2.2 * random() * (spec.most - 1) * 0.75 + random() * 2.5)
    count = max(3 if random() < 0.9 else 2, min(count, spec.most))
    pairs = _shape(rng, spec, count)
    used = 1 + max(max(pair) for pair in pairs)
    touched = {end for pair in pairs for end in pair}
    missing = [i for i in range(count) if i not in touched]
    if missing and (random() > 0.1 or used < count):  # isolated nodes are rare
        place = {old: new for new, old in enumerate(sorted(touched))}
        pairs = [(place[a], place[b]) for a, b in pairs]
        count = len(touched)
    mode = pick(random, spec.labels.split())
    directed = random() < spec.directed
    if directed and spec.directed < 0.5:  # "connected" has no direction
        family = "send"
    if family in ("inherit", "report"):
        pairs = [(head, tail) for tail, head in pairs]
    if mode not in ("none", "verb:people", "weight") and name != "decision_tree":
        pairs = pairs[:14]
    roles = ROADS_ONLY_PLACES.get(family, spec.roles).split()
    domain, field = "", None
    if spec.field:
        domain = pick(random, list(spec.field))
        field = spec.field[domain]
    nodes, grammar = _names(rng, name, roles, pairs, count, field)
    scenario = Scenario(
        kind=name,
        directed=directed,
        domain=domain or pick(random, basic.NOUNS),
        nodes=[Node(name) for name in nodes],
        edges=[
            Edge(tail, head, label, sort=sort)
            for (tail, head), (label, sort) in zip(pairs, labels(rng, mode, pairs), strict=True)
        ],
        naming=grammar,
        family=family if directed or family in ("link", "road", "friend") else "link",
    )
    if random() < 0.3:
        words = f"{names.noun(rng)} {names.noun(rng)}" if random() < 0.5 else names.pseudo(rng)
        scenario.title = naming.WRITINGS[pick(random, ("camel", "title", "lower", "sentence"))](
            words
        )
    _merge_parallel(scenario)
    decorate(rng, scenario)
    return scenario


def _merge_parallel(scenario: Scenario) -> None:
    """Drops repeated edges that nothing tells apart."""
    seen: set[tuple[int, int, str | None]] = set()
    kept = []
    for edge in scenario.edges:
        ends = (edge.tail, edge.head)
        if not scenario.directed:
            ends = (min(ends), max(ends))
        if (*ends, edge.label) not in seen and not (edge.label is None and _joined(kept, ends)):
            seen.add((*ends, edge.label))
            kept.append(edge)
    scenario.edges = kept


def _joined(edges: list[Edge], ends: tuple[int, int]) -> bool:
    return any((edge.tail, edge.head) == ends for edge in edges)
