"""Build files, units, manifests and playbooks with lines that draw nothing."""

import json

from anecdot.dot.write import Draft
from synthesis.names import noun
from synthesis.wishes.code import _code
from synthesis.wishes.wish import Pair, Pen, Sort, Wish, grouped


def _words(pen: Pen, count: int) -> list[str]:
    """Distinct lower-case words for names of things in configuration."""
    found: dict[str, None] = {}
    while len(found) < count:
        word = noun(pen.rng).lower()
        if word.isascii() and word.isalpha():
            glue = pen.pick(("", "", "-", "_"))
            more = noun(pen.rng).lower()
            found.setdefault(
                word + glue + more if glue and more.isascii() and more.isalpha() else word
            )
    return list(found)


def _edges(pen: Pen, draft: Draft, names: list[str], told: list[Pair]) -> bool:
    """Draw `told` (dependent, dependency) forwards or backwards; whether backwards."""
    backwards = pen.chance(0.4)
    for a, b in told:
        tail, head = (b, a) if backwards else (a, b)
        draft.edge(names[tail], names[head])
    return backwards


def _acyclic(pen: Pen, least: int, most: int) -> tuple[int, list[Pair]]:
    count, pairs = pen.pairs(least, most, "dag tree layers")
    told = [(t, h) for t, heads in grouped(pairs).items() for h in heads]
    return count, told


def _wish(pen: Pen, code: str, draft: Draft, *requests: str, kind: str = "dependency") -> Wish:
    return Wish(
        _code(pen, code, " ".join(filter(None, requests))), draft, task="CODE_TO_DOT", kind=kind
    )


def makefile(pen: Pen) -> Wish:
    """Rules with recipes, variables, comments and phony targets."""
    count, told = _acyclic(pen, 3, 18)
    ends = "o c h pdf tex html md txt csv svg js css".split()
    names = [
        f"{word}.{pen.pick(ends)}" if pen.chance(0.85) else word for word in _words(pen, count)
    ]
    if len({*names}) < count:
        return makefile(pen)
    draft = Draft()
    rules = grouped(told)
    lines = [
        pen.pick(("CC = gcc", "PREFIX ?= /usr/local", "# built by hand", "SHELL := /bin/bash", "")),
        "",
    ]
    tools = (
        "pandoc $< -o $@",
        "$(CC) -c $< -o $@",
        "./make.sh > $@",
        "cat $^ > $@",
        "@echo $@",
        "touch $@",
    )
    for tail, heads in rules.items():
        shown = [names[h] for h in heads]
        if len(shown) > 1 and pen.chance(0.2):
            lines += [f"PARTS{tail} = {' '.join(shown)}", f"{names[tail]}: $(PARTS{tail})"]
        else:
            lines.append(f"{names[tail]}: {' '.join(shown)}")
        lines += [f"\t{tool}" for tool in pen.rng.sample(tools, pen.pick((1, 1, 2)))]
        if pen.chance(0.5):
            lines.append("")
    extra = pen.chance(0.6)
    if extra:
        lines += [".PHONY: clean", "clean:", "\trm -f *.o *.pdf"]
    backwards = _edges(pen, draft, names, told)
    without = pen.sentence("no_clean") if extra else ""
    return _wish(
        pen,
        "\n".join(lines).strip(),
        draft,
        pen.sentence("make_back" if backwards else "make"),
        without,
    )


def systemd(pen: Pen) -> Wish:
    """Units with keys of which one sort counts."""
    count, told = _acyclic(pen, 3, 12)
    names = [f"{w.replace('_', '-')}.{pen.pick(UNITS)}" for w in _words(pen, count)]
    if len({*names}) < count:
        return systemd(pen)
    counted, noise = pen.pick(
        (("After", "Wants"), ("Requires", "After"), ("Wants", "Before"), ("Requires", "Conflicts"))
    )
    blocks = []
    for tail, heads in grouped(told).items():
        rows = [
            f"# /etc/systemd/system/{names[tail]}",
            "[Unit]",
            f"Description={noun(pen.rng).title()} of the {noun(pen.rng)}",
        ]
        rows.append(f"{counted}={' '.join(names[h] for h in heads)}")
        if pen.chance(0.5):
            rows.insert(
                pen.rng.randint(3, 4), f"{noise}={pen.pick([n for n in names if n != names[tail]])}"
            )
        if names[tail].endswith("service"):
            rows += ["", "[Service]", f"ExecStart=/usr/bin/{noun(pen.rng).replace(' ', '-')}"]
        blocks.append("\n".join(rows))
    draft = Draft()
    backwards = _edges(pen, draft, names, told)
    table = "unit_back" if backwards else "unit"
    return _wish(pen, "\n\n".join(blocks), draft, pen.sentence(table, K=counted, O=noise))


SCRIPTS = (
    "build clean compile test lint assets release docs bundle types watch serve check format "
    "build:css build:js test:unit test:e2e prepack deploy"
).split()
UNITS = ("service", "service", "socket", "target", "timer", "mount")


def scripts(pen: Pen) -> Wish:
    """package.json: scripts that run scripts, others that do not."""
    count, told = _acyclic(pen, 3, 12)
    names = pen.shuffled(SCRIPTS)[:count]
    if len(names) < count:
        return scripts(pen)
    rules = grouped(told)
    other = (
        "rimraf dist",
        "tsc -p .",
        "eslint src",
        "vite build",
        "mocha",
        "cpx 'static/**' dist",
        "node tools/run.js",
    )
    table = {}
    for i in range(count):
        parts = [f"npm run {names[h]}" for h in rules.get(i, [])]
        if not parts or pen.chance(0.4):
            parts.append(pen.pick(other))
        table[names[i]] = " && ".join(parts)
    table |= {"postinstall": "node tools/hello.js"} if pen.chance(0.3) else {}
    whole = {
        "name": noun(pen.rng).replace(" ", "-"),
        "version": "1.4.0",
        "scripts": table,
        "devDependencies": {"mocha": "^10.2.0"},
    }
    code = json.dumps(whole if pen.chance(0.6) else {"scripts": table}, indent=2)
    draft = Draft()
    for a, b in told:
        draft.edge(names[a], names[b])
    return _wish(pen, code, draft, pen.sentence("npm"))


def maven(pen: Pen) -> Wish:
    """Modules with dependencies inside and outside; those outside drawn or not."""
    count, told = _acyclic(pen, 3, 9)
    group = noun(pen.rng).replace(" ", "").lower()
    names = [
        f"{group}-{w}"
        for w in pen.rng.sample(
            "core api web jdbc rest app cli model util io batch auth mail".split(), min(count, 13)
        )
    ]
    if len(names) < count:
        return maven(pen)
    outside = pen.rng.sample(
        ("junit-jupiter", "slf4j-api", "postgresql", "guava", "jackson-databind"), 2
    )
    inside_only = pen.chance(0.5)
    blocks, draft, outer = [], Draft(), False
    for tail, heads in grouped(told).items():
        rows = [f"{names[tail]}/pom.xml"]
        deps = [(f"org.{group}", names[h]) for h in heads]
        if pen.chance(0.5):
            deps.append(("org.other", pen.pick(outside)))
            outer = True
        for space, name in deps:
            rows.append(
                f"  <dependency><groupId>{space}</groupId>"
                f"<artifactId>{name}</artifactId></dependency>"
            )
            if space != "org.other" or not inside_only:
                draft.edge(names[tail], name)
        blocks.append("\n".join(rows))
    if not outer:
        return maven(pen)
    return _wish(
        pen,
        "\n\n".join(blocks),
        draft,
        pen.sentence("maven_inside" if inside_only else "maven_all"),
    )


def ansible(pen: Pen) -> Wish:
    """Tasks that notify handlers; tasks that notify nobody draw nothing."""
    verbs = "template copy install write render set".split()
    tasks = [f"{pen.pick(verbs)} {w}" for w in _words(pen, pen.rng.randint(3, 8))]
    handlers = [
        f"{pen.pick(('restart', 'reload'))} {w}" for w in _words(pen, pen.rng.randint(2, 4))
    ]
    lines, draft, told = ["tasks:"], Draft(), set()
    for i, task in enumerate(tasks):
        lines += [
            f"  - name: {task}",
            pen.pick(
                (
                    "    apt: { name: pkg, state: present }",
                    "    copy: { src: a.conf, dest: /etc/a.conf }",
                    "    become: true",
                )
            ),
        ]
        if i and pen.chance(0.3):
            continue
        found = pen.rng.sample(handlers, 1 if pen.chance(0.7) else 2)
        lines += (
            [f"    notify: {found[0]}"]
            if len(found) == 1
            else ["    notify:", *(f"      - {h}" for h in found)]
        )
        told |= {*found}
        for handler in found:
            draft.edge(task, handler)
    lines.append("handlers:")
    for handler in handlers:
        if handler in told:
            lines += [
                f"  - name: {handler}",
                f"    service: {{ name: {handler.split(' ', 1)[1]}, state: restarted }}",
            ]
    return _wish(pen, "\n".join(lines), draft, pen.sentence("notify"))


def terraform(pen: Pen) -> Wish:
    """Resources that refer to others by attribute or depends_on, with plain settings between."""
    count, told = _acyclic(pen, 3, 10)
    kinds = "aws_instance aws_subnet aws_vpc aws_s3_bucket aws_iam_role google_sql_user".split()
    words = [w.replace("-", "_") for w in _words(pen, count)]
    names = [f"{pen.pick(kinds)}.{w}" for w in words]
    if len({*words}) < count:
        return terraform(pen)
    blocks = []
    heads = grouped(told)
    for i in pen.shuffled(range(count)):
        kind, word = names[i].split(".")
        rows = [f'resource "{kind}" "{word}" {{', f'  name = "{word}"']
        later = []
        for number, h in enumerate(heads.get(i, [])):
            if pen.chance(0.6):
                rows.append(f"  ref_{number} = {names[h]}.id")
            else:
                later.append(names[h])
        rows += [f"  depends_on = [{', '.join(later)}]"] if later else []
        rows += (
            [pen.pick(('  tags = { env = "prod" }', "  count = 1", '  region = "eu-north-1"'))]
            if pen.chance(0.5)
            else []
        )
        blocks.append("\n".join([*rows, "}"]))
    draft = Draft()
    backwards = _edges(pen, draft, names, told)
    return _wish(
        pen,
        "\n\n".join(blocks),
        draft,
        pen.sentence("terraform_back" if backwards else "terraform"),
    )


SORTS = (
    Sort("noisy_make", 4, makefile),
    Sort("noisy_units", 5, systemd),
    Sort("noisy_scripts", 3, scripts),
    Sort("maven", 3, maven),
    Sort("ansible", 4, ansible),
    Sort("terraform", 4, terraform),
)
