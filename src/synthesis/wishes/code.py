"""Program code with noise: classes and foreign bases, decisions, transitions, mapped entities."""

from anecdot.dot.write import Draft
from synthesis.names import noun
from synthesis.wishes.marks import EVENTS
from synthesis.wishes.wish import Pen, Sort, Wish

OUTSIDE = (
    "Exception", "ValueError", "KeyError", "Thread", "ABC", "Protocol", "dict", "BaseModel",
    "TestCase", "RuntimeError", "Enum", "NamedTuple",
)  # fmt: skip
MEMBERS = (
    "pass", "retry = True", "limit: int = 3", '"""Internal."""', "name = None",
    "def __init__(self, name):\n        self.name = name", "def close(self):\n        log(self)",
    "def __repr__(self):\n        return self.name",
    "@property\n    def size(self):\n        return 0",
)  # fmt: skip


def _code(pen: Pen, code: str, request: str, fence: str = "") -> str:
    """Code and request, the request first or last or as a comment's neighbour, fenced at times."""
    if fence and pen.chance(0.15):
        code = f"```{fence}\n{code}\n```"
    return f"{code}\n\n{request}" if pen.chance(0.5) else f"{request.rstrip('.')}:\n\n{code}"


def classes(pen: Pen) -> Wish:
    """Python classes, some with bases from elsewhere, which are drawn, or left out by word."""
    count = pen.rng.randint(3, 11)
    names = pen.names(count, "classes")
    outside = pen.rng.sample(OUTSIDE, 2)
    bases: list[list[str]] = []
    for i in range(count):
        found = pen.rng.sample(names[:i], 1) if i and pen.chance(0.75) else []
        if i > 1 and pen.chance(0.15):
            first, second = sorted(pen.rng.sample(range(i), 2))
            found = [names[second], names[first]]  # Python wants a base behind what extends it
        if pen.chance(0.7 if i == 0 else 0.15):
            found.append(pen.pick(outside))
        bases.append(found)
    own = pen.chance(0.3)
    backwards = pen.chance(0.35)
    draft = Draft(nodes={name: {} for name in names})
    blocks = [pen.pick(("import logging", "from abc import ABC", "", "log = print"))]
    for name, found in zip(names, bases, strict=True):
        body = pen.rng.sample(MEMBERS, pen.pick((1, 1, 2)))
        if "pass" in body:
            body = ["pass"]
        inside = "\n".join(f"    {member}" for member in body)
        listed = f"({', '.join(found)})" if found else ""
        blocks.append(f"class {name}{listed}:\n{inside}")
        for base in found:
            if base in names or not own:
                a, b = (base, name) if backwards else (name, base)
                draft.edge(a, b)
    if not draft.edges:
        return classes(pen)
    if pen.chance(0.3):
        blocks.append(f"def main():\n    {names[-1]}()\n")
    code = "\n\n\n".join(blocks).strip()
    requests = [pen.sentence("inherit_back" if backwards else "inherit")]
    requests.append(
        pen.sentence("own_only" if own else "bases_too") if own or pen.chance(0.5) else ""
    )
    return Wish(_code(pen, code, " ".join(filter(None, requests)), "python"), draft,
                task="CODE_TO_DOT", kind="class_diagram")  # fmt: skip


TESTS = ("{v} < {n}", "{v} >= {n}", "{v} == {n}", "{v} > {n}", "not {v}", "{v} != {n}", "{v}")
VARIABLES = (
    "age amount temp stock score size load weight depth retries distance pressure speed".split()
)


def decision(pen: Pen) -> Wish:
    """Nested ifs as a tree: conditions in their source spelling are the inner nodes, yes and no."""
    brace = pen.chance(0.5)
    draft, used = Draft(), set()
    leaves = pen.names(9, "parts states german")
    leaves = [leaf.lower().replace(" ", "_").replace("-", "_") for leaf in leaves]
    leaves = list(dict.fromkeys(leaves))
    yes, no = pen.pick((("yes", "no"), ("true", "false"), ("yes", "no")))

    free = pen.shuffled(VARIABLES)

    def test() -> str:
        while True:
            form, bound = pen.pick(TESTS), pen.pick((0, 1, 3, 10, 18, 100, 2.5))
            bare = "{n}" not in form  # asked once only
            text = form.format(v=free.pop() if bare else pen.pick(VARIABLES), n=bound)
            text = text.replace("not ", "!") if brace else text
            if text not in used:
                used.add(text)
                return text

    def grow(depth: int) -> tuple[str, list[str]]:
        """(the node, its lines)."""
        pad = "    " * depth
        if depth == 4 or (depth > 1 and pen.chance(0.45)) or len(leaves) < 3:
            leaf = leaves.pop()
            return leaf, [f'{pad}return "{leaf}"{";" if brace else ""}']
        cond = test()
        place = len(draft.edges)
        left, first = grow(depth + 1)
        right, second = grow(depth + 1)
        draft.edges[place:place] = [(cond, left, {"label": yes}), (cond, right, {"label": no})]
        if brace:
            return cond, [f"{pad}if ({cond}) {{", *first, f"{pad}}} else {{", *second, f"{pad}}}"]
        return cond, [f"{pad}if {cond}:", *first, f"{pad}else:", *second]

    _, lines = grow(1)
    if len(draft.edges) < 4:
        return decision(pen)
    name = pen.pick(("decide", "route", "classify", "choose", "triage"))
    code = (
        f"function {name}(x) {{\n" + "\n".join(lines) + "\n}"
        if brace
        else f"def {name}(x):\n" + "\n".join(lines)
    )
    request = pen.sentence("decision", Y=yes, N=no)
    return Wish(_code(pen, code, request, "js" if brace else "python"), draft,
                task="CODE_TO_DOT", kind="decision_tree")  # fmt: skip


def transitions(pen: Pen) -> Wish:
    """The `transitions` library: several sources, "=" and None for staying, callbacks as noise."""
    count = pen.rng.randint(3, 6)
    names = [
        name.lower().replace(" ", "_").replace("-", "_")
        for name in pen.names(count, "states german")
    ]
    if len({*names}) < count:
        return transitions(pen)
    draft, lines = Draft(), []
    conditions = "is_ready has_paid door_shut enough_heat is_admin".split()
    shown = pen.chance(0.5)
    dicts = pen.chance(0.5)
    events = pen.rng.sample(EVENTS, pen.rng.randint(3, 9))
    for i, event in enumerate(events):
        sources = pen.rng.sample(names, 1 if pen.chance(0.75) else 2)
        stay = pen.chance(0.2)
        target = names[(names.index(sources[0]) + 1) % count] if i < count else pen.pick(names)
        word = pen.pick(('"="', "None")) if stay else f'"{target}"'
        guard = pen.pick(conditions) if pen.chance(0.3) else ""
        noise = pen.pick(("", "", "", "notify", "save"))
        source = (
            f'"{sources[0]}"'
            if len(sources) == 1
            else "[" + ", ".join(f'"{s}"' for s in sources) + "]"
        )
        if dicts:
            more = (f', "conditions": "{guard}"' if guard else "") + (
                f', "after": "{noise}"' if noise else ""
            )
            lines.append(f'    {{"trigger": "{event}", "source": {source}, "dest": {word}{more}}},')
        else:
            more = (f', conditions="{guard}"' if guard else "") + (
                f', after="{noise}"' if noise else ""
            )
            lines.append(f'machine.add_transition("{event}", {source}, {word}{more})')
        label = f"{event} [{guard}]" if guard and shown else event
        for name in sources:
            draft.edge(name, name if stay else target, label)
    listed = ", ".join(f'"{name}"' for name in names)
    touched = {end for tail, head, _ in draft.edges for end in (tail, head)}
    if {*names} - touched:
        return transitions(pen)
    head = f"from transitions import Machine\n\nstates = [{listed}]\n"
    tail = f'machine = Machine(model, states=states, initial="{names[0]}"'
    if dicts:
        code = (
            f"{head}transitions = [\n" + "\n".join(lines) + f"\n]\n{tail}, transitions=transitions)"
        )
    else:
        code = f"{head}{tail})\n" + "\n".join(lines)
    request = pen.sentence("machine_guard" if shown else "machine_plain")
    return Wish(
        _code(pen, code, request, "python"), draft, task="CODE_TO_DOT", kind="state_machine"
    )


Link = tuple[str, str, str]  # holder, other, field


def entities(pen: Pen) -> Wish:
    """Prisma models or Entity Framework mappings: from the holder of a foreign key to the other."""
    count = pen.rng.randint(3, 8)
    names = [noun(pen.rng).title().replace(" ", "").replace("-", "") for _ in range(count)]
    if len({name.lower() for name in names}) < count or not all(map(str.isalpha, names)):
        return entities(pen)
    links: list[Link] = []
    for i in range(1, count):
        for j in sorted({pen.rng.randrange(i) for _ in range(pen.pick((1, 1, 2)))}):
            field = names[j][:1].lower() + names[j][1:]
            if pen.chance(0.2):
                field = pen.pick(("owner", "parent", "author", "origin", "holder"))
            if field not in {taken for holder, _, taken in links if holder == names[i]}:
                links.append((names[i], names[j], field))
    if pen.chance(0.25):
        links.append((names[0], names[0], "parent"))
    labelled = pen.chance(0.65)
    code, edges = (_prisma if pen.chance(0.6) else _framework)(pen, names, links)
    draft = Draft()
    for holder, other, key in edges:
        draft.edge(holder, other, key if labelled else None)
    request = pen.sentence("keys_labelled" if labelled else "keys_plain")
    return Wish(_code(pen, code, request), draft, task="CODE_TO_DOT", kind="er_diagram")


def _prisma(pen: Pen, names: list[str], links: list[Link]) -> tuple[str, list[Link]]:
    """(the schema, its edges with the key's name), in the order of the schema."""
    plain = ("name String", "price Decimal", "since DateTime @default(now())", "active Boolean")
    blocks, edges = [], []
    for name in pen.shuffled(names):
        rows = ["id Int @id"]
        for holder, other, field in links:
            relation = f'"{field}s"' if holder == other else ""
            if holder == name:
                how = f"{relation}{', ' if relation else ''}fields: [{field}Id], references: [id]"
                rows.append(f"{field} {other}{pen.pick(('', '?'))} @relation({how})")
                rows.append(f"{field}Id Int")
                edges.append((holder, other, f"{field}Id"))
            if other == name:
                back = f" @relation({relation})" if relation else ""
                rows.append(f"{holder[:1].lower()}{holder[1:]}s {holder}[]{back}")
        rows.append(pen.pick(plain))
        blocks.append(f"model {name} {{\n" + "\n".join(f"  {row}" for row in rows) + "\n}")
    return "\n\n".join(blocks), edges


def _framework(pen: Pen, names: list[str], links: list[Link]) -> tuple[str, list[Link]]:
    """(Entity Framework's mapping, its edges with the key's name), in the order of the mapping."""
    lines, edges = [], []
    for holder, other, field in pen.shuffled(links):
        field = field[:1].upper() + field[1:]
        more = pen.pick(("", "", ".OnDelete(DeleteBehavior.Cascade)", ".IsRequired()"))
        lines.append(
            f"modelBuilder.Entity<{holder}>()\n"
            f"    .HasOne<{other}>(x => x.{field}).WithMany()"
            f".HasForeignKey(x => x.{field}Id){more};"
        )
        edges.append((holder, other, f"{field}Id"))
        if pen.chance(0.25):
            column = pen.pick(("Name", "Code", "Since"))
            lines.append(f"modelBuilder.Entity<{pen.pick(names)}>().HasIndex(x => x.{column});")
    return "\n".join(lines), edges


SORTS = (
    Sort("noisy_classes", 6, classes),
    Sort("condition_tree", 5, decision),
    Sort("library_transitions", 5, transitions),
    Sort("mapped_entities", 5, entities),
)
