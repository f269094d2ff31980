"""Class hierarchies, fields, tables with foreign keys, and data models."""

import re

from synthesis.code.draft import Draft, block, lines
from synthesis.code.kit import CLASSES, form

_H = {"order": "grouped", "ask": "classes", "kinds": CLASSES | {"food_chain"}, "limit": 14}
_F = {"need": "simple loopless", "order": "grouped", "kinds": CLASSES, "limit": 14}
_SQL_WORDS = re.compile(
    r"\b(CREATE TABLE|ALTER TABLE|ADD|PRIMARY KEY|FOREIGN KEY|REFERENCES|INT|BIGINT|SERIAL|UUID"
    r"|TEXT|VARCHAR|DATE)\b"
)


def _member(g: Draft, lang: str) -> list[str]:
    """A member that says nothing of the hierarchy, or nothing."""
    if g.maybe(0.65):
        return []
    n = g.ident("camel")
    return {
        "py": [f"def {n}(self): ..."],
        "java": [f"int {n};"],
        "cs": [f"public int {n};"],
        "cpp": [f"int {n};"],
        "kt": [f"val {n} = 0"],
        "ts": [f"{n}: number;"],
        "swift": [f"var {n} = 0"],
        "php": [f"private ${n};"],
        "rb": [f"def {n}; end"],
        "scala": [f"val {n} = 0"],
    }[lang]


_HEADS = {
    "py": ("class {0}({1}):", "class {0}:", "", ", "),
    "java": ("class {0} extends {1} {{", "class {0} {{", "}", ", "),
    "cs": ("class {0} : {1} {{", "class {0} {{", "}", ", "),
    "cpp": ("class {0} : public {1} {{", "class {0} {{", "};", ", public "),
    "kt": ("class {0} : {1}() {{", "open class {0} {{", "}", "(), "),
    "ts": ("class {0} extends {1} {{", "class {0} {{", "}", ", "),
    "swift": ("class {0}: {1} {{", "class {0} {{", "}", ", "),
    "php": ("class {0} extends {1} {{", "class {0} {{", "}", ", "),
    "rb": ("class {0} < {1}", "class {0}", "end", ", "),
    "scala": ("trait {0} extends {1} {{", "trait {0} {{", "}", " with "),
}


@form("inherit", 4, names="pascal", isolated=True, lang="", **{**_H, "need": "dag simple"})
def inherit(g: Draft) -> str | None:
    """Class headers in ten languages: child -> parent."""
    many = any(len(out) > 1 for _, out in g.groups())
    langs = [x for x in _HEADS if not many or x in ("py", "cs", "cpp", "scala")]
    lang = g.rng.choice(langs)
    head, bare, tail, comma = _HEADS[lang]
    if lang == "java" and g.maybe(0.3):
        head = head.replace("class", g.pick("public class", "final class", "abstract class"))
    if g.maybe(0.75):
        g.ask = "classes; " + g.pick(
            "child to parent",
            "arrow from subclass to superclass",
            "each class points to its parent",
            "edges from derived to base",
            "subclass -> superclass",
        )
    parts: list[str] = []
    for name, out in g.groups(every=True):
        line = head.format(name, comma.join(h for h, _ in out)) if out else bare.format(name)
        body = _member(g, lang)
        if lang == "py":
            parts += [line, f"{g.t}{body[0] if body else g.pick('pass', '...')}"]
        elif not body:
            parts.append(
                line
                + ("; " if lang == "rb" else " ").rstrip() * (lang == "rb")
                + (" " if lang == "rb" else "")
                + tail
            )
        else:
            parts += block(line, body, tail, g.t)
        parts += [""] if g.maybe(0.3) else []
    return lines(parts).strip("\n")


@form("implement", 2, names="pascal", isolated=True, lang="", **{**_H, "need": "simple loopless"})
def implement(g: Draft) -> str:
    """Interfaces, traits, protocols, embedded structs: implementer -> interface."""
    lang = g.rng.choice(("rust", "go", "java", "swift", "haskell", "dart", "js"))
    g.ask = "classes; " + g.pick(
        "from each type to what it implements or embeds",
        "arrow from type to the interface it builds on",
        "child -> parent",
        "implementer -> interface",
    )
    parts: list[str] = []
    for name, out in g.groups(every=True):
        heads = [h for h, _ in out]
        if lang == "rust":
            parts.append(f"trait {name}{': ' + ' + '.join(heads) if heads else ''} {{}}")
        elif lang == "go":
            parts += block(f"type {name} {g.pick('struct', 'interface')} {{", heads, "}", "\t")
        elif lang == "java":
            parts.append(f"interface {name}{' extends ' + ', '.join(heads) if heads else ''} {{}}")
        elif lang == "swift":
            parts.append(f"protocol {name}{': ' + ', '.join(heads) if heads else ''} {{}}")
        elif lang == "haskell":
            ctx = f"({', '.join(h + ' a' for h in heads)}) => " if heads else ""
            parts.append(f"class {ctx}{name} a where")
        elif lang == "dart":
            parts.append(f"class {name}{' implements ' + ', '.join(heads) if heads else ''} {{}}")
        else:
            parts.append(f"{name} = mix({', '.join(heads)});")
    return lines(parts)


@form(
    "fields",
    3,
    names="pascal",
    labels="snake|camel",
    invent=True,
    isolated=True,
    lang="",
    **{**_F, "need": "loopless deterministic", "ask": "fields"},
)
def fields(g: Draft) -> str:
    """Types with fields of other types: owner -> field type, label = field name."""
    lang = g.rng.choice(("c", "go", "rust", "java", "ts", "py", "proto", "graphql", "kt", "cs"))
    g.ask = "fields; " + g.pick(
        "label each edge with the field name",
        "edge labels are field names",
        "an edge per field of a declared type, labelled with the field",
        "owner -> field type, field name as label",
    )
    if g.maybe(0.25):
        g.ask = "fields"  # labels are the default
    row = {
        "c": "struct {h} *{e};",
        "go": "{e} *{h}",
        "rust": "{e}: {h},",
        "java": "private {h} {e};",
        "ts": "{e}: {h};",
        "py": "{e}: {h}",
        "proto": "{h} {e} = {i};",
        "graphql": "{e}: {h}",
        "kt": "val {e}: {h},",
        "cs": "public {h} {e} {{ get; set; }}",
    }[lang]
    head, tail = {
        "c": ("struct {} {{", "};"),
        "go": ("type {} struct {{", "}"),
        "rust": ("struct {} {{", "}"),
        "java": ("class {} {{", "}"),
        "ts": ("interface {} {{", "}"),
        "py": ("class {}:", ""),
        "proto": ("message {} {{", "}"),
        "graphql": ("type {} {{", "}"),
        "kt": ("class {}(", ")"),
        "cs": ("class {} {{", "}"),
    }[lang]
    plain = {
        "c": "int {};",
        "go": "{} int",
        "rust": "{}: u32,",
        "java": "private int {};",
        "ts": "{}: number;",
        "py": "{}: int",
        "proto": "int32 {} = 9;",
        "graphql": "{}: Int",
        "kt": "val {}: Int,",
        "cs": "public int {} {{ get; set; }}",
    }[lang]
    parts: list[str] = []
    for name, out in g.groups(every=True):
        body = (
            [plain.format(g.ident("snake"))] if g.maybe(0.4) or (lang == "py" and not out) else []
        )
        body += [row.format(h=h, e=e, i=i + 1) for i, (h, e) in enumerate(out)]
        parts += block(head.format(name), body, tail, g.t)
        parts += [""] if g.maybe(0.3) else []
    return lines(parts).strip("\n")


@form(
    "sql_tables",
    3,
    names="snake|pascal",
    isolated=True,
    lang="SQL",
    fence="sql",
    **{**_F, "need": "simple", "ask": "er"},
)
def sql_tables(g: Draft) -> str:
    """CREATE TABLE with REFERENCES: table -> referenced table, label = column where asked."""
    labelled = g.maybe(0.6)
    g.ask = "er; " + (
        g.pick(
            "label edges with the foreign key column",
            "column names as edge labels",
            "table -> referenced table, label = column",
        )
        if labelled
        else g.pick(
            "table -> referenced table, no labels",
            "arrow from the referencing table to the referenced one, without labels",
        )
    )
    if labelled and g.maybe(0.35):
        g.ask = "er"  # labels are the default
    upper = g.maybe(0.7)
    alter, edges, tail, parts = g.maybe(0.2), [], [], []
    for i, name in enumerate(g.names):
        cols = [
            f"{g.pick('id', 'id', 'code')} {g.pick('INT', 'SERIAL', 'BIGINT', 'UUID')} PRIMARY KEY"
        ]
        cols += (
            [f"{g.ident('snake', 1)} {g.pick('TEXT', 'VARCHAR(40)', 'DATE')}"]
            if g.maybe(0.4)
            else []
        )
        for _, h, _ in (e for e in g.edges if e[0] == i):
            col = g.names[h].lower() + "_id" if g.maybe(0.8) else g.ident("snake", 1) + "_id"
            edges.append((i, h, col if labelled else ""))
            if alter:
                cols.append(f"{col} INT")
                tail.append(
                    f"ALTER TABLE {name} ADD FOREIGN KEY ({col}) REFERENCES {g.names[h]}(id);"
                )
            elif g.maybe(0.2):
                cols.append(f"{col} INT, FOREIGN KEY ({col}) REFERENCES {g.names[h]}(id)")
            else:
                cols.append(f"{col} INT REFERENCES {g.names[h]}(id)")
        one = g.maybe(0.2)
        parts += (
            [f"CREATE TABLE {name} ({', '.join(cols)});"]
            if one
            else block(
                f"CREATE TABLE {name} (", [c + "," for c in cols[:-1]] + cols[-1:], ");", g.t
            )
        )
        parts += [""] if g.maybe(0.3) and not one else []
    g.edges = edges
    text = lines(parts, tail)
    return text if upper else _SQL_WORDS.sub(lambda m: m.group().lower(), text)


@form(
    "orm",
    2.5,
    names="pascal",
    labels="snake",
    invent=True,
    isolated=True,
    lang="",
    **{**_F, "need": "deterministic loopless", "ask": "er"},
)
def orm(g: Draft) -> str:
    """Django, SQLAlchemy, Prisma, Rails and TypeORM models: model -> model, label = field."""
    lang = g.rng.choice(("django", "sqlalchemy", "prisma", "rails", "typeorm", "ecto"))
    g.ask = "er; " + g.pick(
        "label edges with the field",
        "model -> related model, field as label",
        "edge labels are the relation fields",
    )
    if g.maybe(0.25):
        g.ask = "er"
    row = {
        "django": "{e} = models.ForeignKey({h}, on_delete=models.CASCADE)",
        "sqlalchemy": '{e} = relationship("{h}")',
        "prisma": "{e} {h} @relation(fields: [{e}Id])",
        "rails": 'belongs_to :{e}, class_name: "{h}"',
        "typeorm": "@ManyToOne(() => {h}) {e}: {h};",
        "ecto": "belongs_to :{e}, {h}",
    }[lang]
    head, tail = {
        "django": ("class {}(models.Model):", ""),
        "sqlalchemy": ("class {}(Base):", ""),
        "prisma": ("model {} {{", "}"),
        "rails": ("class {} < ApplicationRecord", "end"),
        "typeorm": ("@Entity() class {} {{", "}"),
        "ecto": ("defmodule {} do", "end"),
    }[lang]
    none = {
        "django": "pass",
        "sqlalchemy": "id = Column(Integer, primary_key=True)",
        "prisma": "id Int @id",
    }.get(lang)
    parts: list[str] = []
    for name, out in g.groups(every=True):
        body = [row.format(h=h, e=e) for h, e in out]
        if none and (not body or (none != "pass" and g.maybe(0.5))):
            body.insert(0, none)
        parts += [*block(head.format(name), body, tail, g.t if g.t != "\t" else "    "), ""]
    return lines(parts[:-1])
