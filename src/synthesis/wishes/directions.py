"""Which way an arrow runs, where the sentences' grammar says one thing and the request another."""

from anecdot.dot.write import Draft
from synthesis.wishes.wish import PROSE, Pen, Sort, Wish, grouped

# active, passive or inverse, what the doer is called, what the other is called
VOICES = (
    ("supplies", "is supplied by", "supplier", "customer"),
    ("feeds", "is fed by", "source", "consumer"),
    ("calls", "is called by", "caller", "callee"),
    ("manages", "is managed by", "boss", "report"),
    ("teaches", "is taught by", "teacher", "pupil"),
    ("is the parent of", "is a child of", "parent", "child"),
    ("is the mother of", "is the issue of", "parent", "child"),
    ("drives", "is driven by", "driver", "driven part"),
    ("owns", "belongs to", "owner", "owned one"),
    ("depends on", "is needed by", "dependent", "dependency"),
    ("comes before", "comes after", "earlier", "later"),
    ("pays", "is paid by", "payer", "payee"),
    ("lends to", "borrows from", "lender", "borrower"),
    ("sells to", "buys from", "seller", "buyer"),
    ("hands over to", "takes over from", "giver", "taker"),
    ("contains", "is part of", "whole", "part"),
    ("extends", "is extended by", "extending one", "extended one"),
    ("causes", "is caused by", "cause", "effect"),
    ("inspects", "is inspected by", "inspector", "inspected one"),
    ("leads", "is led by", "leader", "led one"),
    ("monitors", "is watched by", "watcher", "watched one"),
    ("starts", "is started by", "starter", "started one"),
    ("eats", "is eaten by", "eater", "eaten one"),
    ("cites", "is cited by", "citing one", "cited one"),
    ("heats", "is heated by", "heat source", "heated one"),
    ("writes", "is written by", "writer", "written thing"),
)


def against_grammar(pen: Pen) -> Wish:
    """Active and passive mixed, and the direction said: doer to other, or the other way."""
    count, pairs = pen.pairs(3, 16)
    names = pen.names(count, PROSE)
    active, passive, doer, other = pen.pick(VOICES)
    share = pen.pick((0.2, 0.5, 0.8, 1.0))
    draft, clauses, said = Draft(), [], []
    for tail, heads in grouped(pairs).items():
        if pen.chance(share):  # told from each head
            clauses += [f"{names[h]} {passive} {names[tail]}" for h in heads]
        else:
            clauses.append(f"{names[tail]} {active} {pen.join([names[h] for h in heads])}")
        said += [(tail, h) for h in heads]
    backwards = pen.chance(0.5)
    for tail, head in said:
        a, b = (head, tail) if backwards else (tail, head)
        draft.edge(names[a], names[b])
    first, second = (other, doer) if backwards else (doer, other)
    body = pen.pick((
        lambda: ". ".join(clauses) + ".", lambda: "\n".join(clauses), lambda: "; ".join(clauses),
        lambda: "\n".join(f"- {clause}" for clause in clauses),
    ))()  # fmt: skip
    return Wish(pen.frame(body, pen.sentence("way", A=first, B=second), names=names), draft)


SAYINGS = (
    "belongs to;is for;is done by;works at;lives in;is owned by;is paid by;refers to;has;treats",
    "is fed by;drains into;is heated by;sits on;is wired to;cools;drives;is driven by;leans on",
    "is the issue of;is married to;is the heir of;adopted;is the ward of;fosters;disowned",
    "depends on;is built from;is tested by;wraps;is called by;calls;is part of;replaces;uses",
    "is eaten by;eats;hides under;is pollinated by;shades;is carried by;grows on",
    "is signed by;is sent to;is checked by;is filed under;cites;is based on;amends;is replaced by",
)


def as_said(pen: Pen) -> Wish:
    """Subject to object with the words between as the label, be they active or passive."""
    count, pairs = pen.pairs(3, 16)
    names = pen.names(count, PROSE)
    verbs = pen.pick(SAYINGS).split(";")
    draft, clauses = Draft(), []
    labelled = pen.chance(0.7)
    for tail, head in pairs:
        if pen.chance(0.5):
            tail, head = head, tail
        verb = pen.pick(verbs)
        draft.edge(names[tail], names[head], verb if labelled else None)
        clauses.append(f"{names[tail]} {verb} {names[head]}")
    body = (". ".join(clauses) + ".") if pen.chance(0.6) else "\n".join(clauses)
    request = pen.sentence("as_said" if labelled else "as_said_plain", V=verbs[0])
    return Wish(pen.frame(body, request, names=names), draft, kind="er_diagram")


LINKS = ("is linked to", "is connected to", "is joined to", "is wired to", "touches", "meets",
         "borders on", "is next to", "shares a wall with", "plays with")  # fmt: skip


def linked(pen: Pen) -> Wish:
    """Links in prose, undirected by word; or "linked from" by word with arrows."""
    count, pairs = pen.pairs(3, 18, "sparse ring tree grid star")
    names = pen.names(count, PROSE + " hosts")
    undirected = pen.chance(0.7)
    link = pen.pick(LINKS)
    weights = (
        [str(pen.rng.randrange(1, 90)) for _ in pairs] if pen.chance(0.25) else [""] * len(pairs)
    )
    draft, clauses = Draft(directed=not undirected), []
    told = grouped(pairs)
    by_edge = dict(zip(pairs, weights, strict=True))
    for tail, heads in told.items():
        shown = [names[h] + (f" ({by_edge[tail, h]})" if by_edge[tail, h] else "") for h in heads]
        clauses.append(f"{names[tail]} {link} {pen.join(shown)}")
        for head in heads:
            draft.edge(names[tail], names[head], by_edge[tail, head] or None)
    body = (". ".join(clauses) + ".") if pen.chance(0.6) else "\n".join(clauses)
    requests = [pen.sentence("no_direction" if undirected else "first_named")]
    if weights[0]:
        requests.append(pen.sentence("numbers_on"))
    return Wish(pen.frame(body, *requests, names=names), draft, kind="undirected")


SORTS = (
    Sort("against_grammar", 12, against_grammar),
    Sort("as_said", 6, as_said),
    Sort("linked", 5, linked),
)
