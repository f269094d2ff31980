"""References between named things: settings that point at each other, and parents in columns."""

from synthesis.code.draft import Draft, block, lines
from synthesis.code.flow import D
from synthesis.code.kit import form
from synthesis.code.words import table


def _section(
    g: Draft, lang: str, kind: str, n: str, heads: list[str], key: str, other: str, extra: str
) -> list[str]:
    """A section that names `heads` under `key`, with a setting beside it where `extra` is one."""
    rows: list[str] = []
    quoted = ", ".join(f'"{h}"' for h in heads)
    if lang == "ini":
        rows += [
            f"[{n}]",
            *([f"{other} = {extra}"] if extra else []),
            *([f"{key} = {', '.join(heads)}"] if heads else []),
            "",
        ]
    elif lang == "toml":
        sect = n if " " not in n else f'"{n}"'
        rows += [
            f"[{kind}.{sect}]",
            *([f"{other} = {extra}"] if extra else []),
            *([f"{key} = [{quoted}]"] if heads else []),
            "",
        ]
    elif lang == "hcl":
        rows += block(
            f'{kind} "{n}" {{',
            [
                *([f"{other} = {extra}"] if extra else []),
                *([f"{key} = [{quoted}]"] if heads else []),
            ],
            "}",
            "  ",
        )
    elif lang == "xml":
        refs = [f'<{key} ref="{h}"/>' for h in heads]
        rows += (
            block(f'<{kind} id="{n}">', refs, f"</{kind}>", "  ")
            if refs
            else [f'<{kind} id="{n}"/>']
        )
    elif lang == "json":
        size = f'"{other}": {extra}, ' if extra else ""
        rows.append(f'"{n}": {{ {size}"{key}": [{quoted}] }},')
    elif lang == "spring":
        rows += block(
            f'<bean id="{n}">',
            [f'<property name="{g.ident("camel", 1)}" ref="{h}"/>' for h in heads],
            "</bean>",
            "  ",
        )
    elif lang == "edn":
        rows.append(f'{{:id "{n}" :{key.replace("_", "-")} [{quoted.replace(",", "")}]}}')
    else:
        rows += [f"{n}:", *([f"  {other}: {extra}"] if extra else [])]
        rows += [f"  {key}:", *(f"    - {h}" for h in heads)] if heads else []
        if not heads and not extra:
            rows[-1] += " {}"
    return rows


@form(
    "config_refs",
    2.5,
    names="kebab|snake|keep",
    isolated=True,
    lang="",
    ask="deps",
    **{**D, "need": "simple loopless"},
)
def config_refs(g: Draft) -> str | None:
    """Sections that name others under a key, in INI, TOML, HCL, XML, JSON and YAML."""
    if any(c in n for n in g.names for c in ":#&") or (
        g.style == "keep" and "." in "".join(g.names)
    ):
        return None
    key = g.pick(
        "uses",
        "depends_on",
        "links",
        "requires",
        "calls",
        "targets",
        "imports",
        "includes",
        "parents",
        "inputs",
        "peers",
        "next",
        "extends",
        "upstream",
        "feeds",
        "consumes",
    )
    lang = g.rng.choice(("ini", "toml", "hcl", "xml", "json", "yaml", "spring", "edn"))
    g.ask = g.pick(
        f"graph; each section points to the names under {key}",
        f"graph; an edge for every entry of {key}",
        f"deps; follow {key}",
    )
    other = g.pick("port", "size", "owner", "timeout", "weight", "version")
    kind = g.ident("snake", 1)
    rows: list[str] = []
    for n, out in g.groups(every=True):
        heads = [h for h, _ in out]
        extra = str(g.rng.randrange(1, 9000)) if g.maybe(0.3) else ""
        rows += _section(g, lang, kind, n, heads, key, other, extra)
    if lang == "json":
        rows[-1] = rows[-1][:-1]
        return lines(block("{", rows, "}", "  "))
    return lines(rows).rstrip("\n")


@form(
    "parents",
    2,
    names="keep|snake|kebab|pascal",
    lang="",
    ask="tree",
    need="forest loopless",
    isolated=False,
    kinds=frozenset(table("org_chart genealogy data_structure class_diagram")),
)
def parents(g: Draft) -> str:
    """Each row names its parent (tables, JSON lines, assignments): drawn parent -> child."""
    style = g.rng.randrange(5)
    key = g.pick("parent", "manager", "boss", "reports_to", "parent_id", "belongs_to", "up")
    up = g.maybe(0.35)
    g.ask = "tree; " + (
        g.pick(f"each node points to its {key}", f"arrow from child to {key}")
        if up
        else g.pick(
            f"arrow from {key} to child",
            "parent to child",
            f"top-down, from the {key} to those below",
        )
    )
    rows = []
    roots = [n for i, n in enumerate(g.names) if i not in {h for _, h, _ in g.edges}]
    rank = {h: t for t, h, _ in g.edges}
    g.edges.sort(key=lambda e: e[1])
    if style == 0:
        rows = [f"name,{key}", *(f"{r}," for r in roots)]
        rows += [f"{g.names[h]},{g.names[t]}" for t, h, _ in g.edges]
    elif style == 1:
        rows = [f'{{"name": "{r}", "{key}": null}}' for r in roots]
        rows += [
            f'{{"name": "{g.names[h]}", "{key}": "{g.names[rank[h]]}"}}' for _, h, _ in g.edges
        ]
    elif style == 2:
        rows = [f"{key}[{g.q(g.names[h])}] = {g.q(g.names[t])}" for t, h, _ in g.edges]
    elif style == 3:
        table_ = g.ident("snake", 1)
        rows = [f"INSERT INTO {table_} VALUES ('{r}', NULL);" for r in roots]
        rows += [
            f"INSERT INTO {table_} VALUES ('{g.names[h]}', '{g.names[t]}');" for t, h, _ in g.edges
        ]
        rows.insert(0, f"CREATE TABLE {table_} (name TEXT, {key} TEXT);")
    else:
        rows = [f"| name | {key} |", "|---|---|", *(f"| {r} |  |" for r in roots)]
        rows += [f"| {g.names[h]} | {g.names[t]} |" for t, h, _ in g.edges]
    if up:
        g.edges = [(h, t, e) for t, h, e in g.edges]
    return lines(rows)
