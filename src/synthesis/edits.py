# ruff: noqa: E501 (tables of phrases)
"""Changes of a graph: each edit a function (rng, scenario) -> (wish, changed scenario) or None."""

import random
from collections.abc import Callable
from dataclasses import replace

from synthesis import edge_texts, names, naming
from synthesis.attributes import ask
from synthesis.dot_style import (
    HOUSE,
    sample_style,
    write,
)
from synthesis.framing import after, opening
from synthesis.phrasing import compile_rule, expand, pick, read_tables
from synthesis.scenario import Cluster, Edge, Node, Scenario

PHRASES = read_tables("edits")

# ---- Edits ------------------------------------------------------------------------------------

Edit = Callable[[random.Random, Scenario], tuple[str, Scenario] | None]


def _copy(scenario: Scenario) -> Scenario:
    return replace(
        scenario,
        nodes=list(scenario.nodes),
        edges=list(scenario.edges),
        clusters=[Cluster(c.label, list(c.members)) for c in scenario.clusters],
        attrs=dict(scenario.attrs),
    )


def _new_name(rng: random.Random, scenario: Scenario) -> str:
    """A name that the graph does not have, spelt like its first one."""
    taken = {node.name for node in scenario.nodes}
    like = scenario.nodes[0].name
    while True:
        if len(like) <= 3:
            name = naming.symbols(rng, 1)[0] + pick(rng.random, ("", "", "1", "x"))
        else:
            name = names.thing(rng)
            if " " not in like:
                glue = "_" if "_" in like else "-" if "-" in like else ""
                words = name.split(" ")
                name = glue.join(words if glue else [word.capitalize() for word in words])
            if like[:1].isupper():
                name = name[:1].upper() + name[1:]
        if name and name not in taken:
            return name


def _rename(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    changed = _copy(scenario)
    place = rng.randrange(len(changed.nodes))
    old, new = changed.nodes[place], _new_name(rng, scenario)
    changed.nodes[place] = replace(old, name=new)
    return expand(rng.random, _RENAME, {"A": old.name, "B": new}), changed


def _add_edge(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    changed = _copy(scenario)
    a, b = (rng.randrange(len(changed.nodes)) for _ in range(2))
    if any({e.tail, e.head} == {a, b} for e in changed.edges):
        return None
    label = names.noun(rng) if rng.random() < 0.4 else None
    changed.edges.append(Edge(a, b, label))
    rule = _ADD_EDGE if label is None else _ADD_LABELLED
    slots = {"A": changed.nodes[a].name, "B": changed.nodes[b].name, "L": label or ""}
    return expand(rng.random, rule, slots), changed


def _add_node(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    changed = _copy(scenario)
    name = _new_name(rng, scenario)
    changed.nodes.append(Node(name))
    new, old = len(changed.nodes) - 1, rng.randrange(len(scenario.nodes))
    slots = {"A": name, "B": scenario.nodes[old].name}
    r = rng.random()
    if r < 0.3:
        return expand(rng.random, _ADD_NODE, slots), changed
    changed.edges.append(Edge(old, new) if r < 0.65 or not scenario.directed else Edge(new, old))
    rule = _ADD_BEHIND if r < 0.65 and scenario.directed else _ADD_BEFORE
    return expand(rng.random, rule if scenario.directed else _ADD_JOINED, slots), changed


def _remove_node(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    if len(scenario.nodes) < 3:
        return None
    gone = rng.randrange(len(scenario.nodes))
    keep = [i for i in range(len(scenario.nodes)) if i != gone]
    edges = [i for i, e in enumerate(scenario.edges) if gone not in (e.tail, e.head)]
    clusters = [Cluster(c.label, [m for m in c.members if m != gone]) for c in scenario.clusters]
    bare = replace(scenario, clusters=[c for c in clusters if c.members])
    slots = {"A": scenario.nodes[gone].name}
    return expand(rng.random, _REMOVE_NODE, slots), bare.reordered(keep, edges)


def _remove_edge(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    if not scenario.edges:
        return None
    changed = _copy(scenario)
    edge = changed.edges.pop(rng.randrange(len(changed.edges)))
    if any({e.tail, e.head} == {edge.tail, edge.head} for e in changed.edges):
        return None
    slots = {"A": changed.nodes[edge.tail].name, "B": changed.nodes[edge.head].name}
    return expand(rng.random, _REMOVE_EDGE, slots), changed


def _insert(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    if not scenario.edges or not scenario.directed:
        return None
    changed = _copy(scenario)
    place = rng.randrange(len(changed.edges))
    edge = changed.edges[place]
    if edge.label or sum((e.tail, e.head) == (edge.tail, edge.head) for e in changed.edges) > 1:
        return None
    name = _new_name(rng, scenario)
    changed.nodes.append(Node(name))
    new = len(changed.nodes) - 1
    changed.edges[place : place + 1] = [Edge(edge.tail, new), Edge(new, edge.head)]
    slots = {"N": name, "A": changed.nodes[edge.tail].name, "B": changed.nodes[edge.head].name}
    return expand(rng.random, _INSERT, slots), changed


def _reverse(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    if not scenario.directed or not scenario.edges:
        return None
    changed = _copy(scenario)
    if rng.random() < 0.5:
        changed.edges = [replace(e, tail=e.head, head=e.tail) for e in changed.edges]
        return expand(rng.random, _REVERSE_ALL, {}), changed
    place = rng.randrange(len(changed.edges))
    edge = changed.edges[place]
    changed.edges[place] = replace(edge, tail=edge.head, head=edge.tail)
    slots = {"A": changed.nodes[edge.tail].name, "B": changed.nodes[edge.head].name}
    return expand(rng.random, _REVERSE, slots), changed


def _direction(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    rule = _UNDIRECT if scenario.directed else _DIRECT
    return expand(rng.random, rule, {}), replace(scenario, directed=not scenario.directed)


def _label_edge(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    if not scenario.edges:
        return None
    changed = _copy(scenario)
    place = rng.randrange(len(changed.edges))
    edge = changed.edges[place]
    if sum({e.tail, e.head} == {edge.tail, edge.head} for e in changed.edges) > 1:
        return None
    slots = {"A": changed.nodes[edge.tail].name, "B": changed.nodes[edge.head].name}
    if edge.label is not None and rng.random() < 0.3:
        changed.edges[place] = replace(edge, label=None)
        return expand(rng.random, _UNLABEL, slots), changed
    label = edge_texts.event(rng) if rng.random() < 0.5 else names.noun(rng)
    changed.edges[place] = replace(edge, label=label)
    return expand(rng.random, _LABEL, {**slots, "L": label}), changed


def _unlabel_all(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    if not any(e.label for e in scenario.edges):
        return None
    changed = _copy(scenario)
    changed.edges = [replace(e, label=None) for e in changed.edges]
    return expand(rng.random, _UNLABEL_ALL, {}), changed


def _group(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    if scenario.clusters or len(scenario.nodes) < 3:
        return None
    changed = _copy(scenario)
    members = sorted(rng.sample(range(len(changed.nodes)), rng.randint(2, len(changed.nodes) - 1)))
    label = pick(rng.random, (names.noun(rng), names.thing(rng)))
    label = label.capitalize() if rng.random() < 0.5 else label
    changed.clusters = [Cluster(label, members)]
    listed = [changed.nodes[m].name for m in members]
    line = ", ".join(listed[:-1]) + pick(rng.random, (" and ", ", and ")) + listed[-1]
    return expand(rng.random, _GROUP, {"A": line, "L": label}), changed


def _ungroup(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    if not scenario.clusters:
        return None
    return expand(rng.random, _UNGROUP, {}), replace(scenario, clusters=[])


_RENAME = PHRASES["rename"]
_ADD_EDGE = PHRASES["add edge"]
_ADD_LABELLED = PHRASES["add labelled"]
_ADD_NODE = PHRASES["add node"]
_ADD_BEHIND = PHRASES["add behind"]
_ADD_BEFORE = PHRASES["add before"]
_ADD_JOINED = PHRASES["add joined"]
_REMOVE_NODE = compile_rule(
    "{Remove|Delete|Drop|Take out|Leave out|Get rid of} {|the node |node }<A>{| and {its edges|all its edges|everything attached to it}}"
)
_REMOVE_EDGE = PHRASES["remove edge"]
_INSERT = compile_rule(
    "{Insert|Put|Place|Add} {|a {step|node} }<N> {between <A> and <B>|on the edge from <A> to <B>}"
)
_REVERSE = compile_rule(
    "{Reverse|Turn round|Turn around|Flip|Invert} the {edge|arrow} {from <A> to <B>|between <A> and <B>}"
)
_REVERSE_ALL = compile_rule(
    "{Reverse|Flip|Invert|Turn round} {all|every one of the|all of the} {edges|arrows}{| of the graph| in it}"
)
_UNDIRECT = PHRASES["undirect"]
_DIRECT = PHRASES["direct"]
_LABEL = PHRASES["label"]
_UNLABEL = compile_rule(
    "{Remove|Delete|Drop} the label {of|from|on} the edge {from <A> to <B>|between <A> and <B>}"
)
_UNLABEL_ALL = compile_rule(
    "{Remove|Delete|Drop|Leave out|Strip} {all|the} {edge labels|labels of the edges}{|, please}"
)
_GROUP = PHRASES["group"]
_UNGROUP = compile_rule(
    "{Remove|Dissolve|Drop} {the|all} {clusters|groups|boxes}{|, keep the nodes| but keep the nodes}"
)
EDITS: dict[str, tuple[float, Edit]] = {
    "rename": (3, _rename),
    "add edge": (3, _add_edge),
    "add node": (3, _add_node),
    "remove node": (2, _remove_node),
    "remove edge": (2, _remove_edge),
    "insert": (1.5, _insert),
    "reverse": (2, _reverse),
    "direction": (1, _direction),
    "label": (2, _label_edge),
    "unlabel": (0.7, _unlabel_all),
    "group": (1.5, _group),
    "ungroup": (1, _ungroup),
}
_EDIT_NAMES = list(EDITS)
_EDIT_WEIGHTS = [weight for weight, _ in EDITS.values()]
HERE = PHRASES["here"]
RESTYLE = PHRASES["restyle"]


def restyle_request(rng: random.Random) -> str:
    """A wish to have DOT written tidily."""
    return expand(rng.random, RESTYLE, {})


def edit(rng: random.Random, scenario: Scenario) -> tuple[str, str, str]:
    """(edit, DOT with a wish to change it, changed DOT); mostly one change, at times attributes."""
    random_ = rng.random
    changed, wishes, adorn = scenario, [], ()
    name = ""
    for _ in range(pick(random_, (1, 1, 1, 1, 2, 2, 3))):
        if random_() < 0.25 and not adorn:
            asked = ask(rng, changed, pick(random_, (1, 1, 2)))
            wishes += [f"{wish[:1].upper()}{wish[1:]}" for wish in asked.sentences]
            changed, adorn, name = asked.scenario, asked.defaults, name or "attributes"
            continue
        drawn = rng.choices(_EDIT_NAMES, _EDIT_WEIGHTS)[0]
        result = EDITS[drawn][1](rng, changed)
        if result is not None:
            wishes.append(result[0])
            changed, name = result[1], name or drawn
    if not wishes:
        wish, changed = expand(random_, RESTYLE, {}), scenario
        wishes, name = [wish], "restyle"
    style = HOUSE
    if random_() < 0.35:
        style = sample_style(rng, scenario, adorn=False)
        style = replace(style, strict=False, edges="single", declare="needed")
    text = write(scenario, style)
    request = f"{pick(random_, ('. ', '. ', '; ', chr(10), '. Then '))}".join(wishes)
    request += "" if request.endswith("?") else pick(random_, (".", ".", "", ":"))
    if random_() < 0.3:
        bullets = pick(random_, ("- ", "* ", "1. "))
        request = "\n".join(bullets + wish for wish in wishes)
    head = expand(random_, HERE, {}) + ":\n" if random_() < 0.5 else ""
    parts = [request, head + text] if random_() < 0.5 else [head + text, request]
    glue = pick(random_, ("\n\n", "\n\n", "\n"))
    target = write(changed, replace(HOUSE, name=style.name, adorn=adorn))
    return name, opening(rng) + glue.join(parts) + after(rng), target
