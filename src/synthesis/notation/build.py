"""Build files, manifests and deployment files: what depends on what."""

from synthesis.code.kit import SYSTEM, Draft, block, form, lines
from synthesis.code.words import remark

_D = {"need": "simple loopless", "order": "grouped", "kinds": SYSTEM, "ask": "deps"}


def _asked(g: Draft, a: str = "dependent", b: str = "dependency") -> None:
    """Now and then say which way arrows point (always from the one that needs the other)."""
    if g.maybe(0.5):
        topic = g.pick("deps", "deps", "jobs") if a == "job" else "deps"
        g.ask = f"{topic}; " + g.pick(
            f"arrow from {a} to {b}",
            f"edges go from {a} to {b}",
            f"each {a} points to its {b}",
            f"point from a {a} to what it needs",
            f"draw {a} -> {b}",
        )


@form(
    "makefile", 2.5, names="snake|kebab|flat|id", isolated=True, lang="Makefile", fence="make", **_D
)
def makefile(g: Draft) -> str:
    """Rules: target -> prerequisite."""
    _asked(g, "target", "prerequisite")
    rows: list[str] = [f".PHONY: {' '.join(g.names[:3])}", ""] if g.maybe(0.25) else []
    recipes = g.maybe(0.6)
    for name, out in g.groups(every=True):
        if not out and not recipes and g.maybe(0.5):
            out = []
        rows.append(f"{name}: {' '.join(h for h, _ in out)}".rstrip())
        if recipes:
            rows.append(
                "\t"
                + g.pick("@echo ", "python tools/", "./bin/", "@go run ./", "npx ")
                + g.ident("kebab")
            )
            rows += [""] if g.maybe(0.5) else []
    return lines(g.note("#"), rows)


@form(
    "makefile_files",
    1.5,
    names="snake",
    lang="Makefile",
    fence="make",
    **{**_D, "need": "simple loopless dag"},
)
def makefile_files(g: Draft) -> str:
    """Rules over files with suffixes."""
    tops = {e[0] for e in g.edges} - {e[1] for e in g.edges}
    mids = {e[0] for e in g.edges} - tops
    src = g.pick(".c", ".csv", ".md", ".ts", ".y", ".txt", ".tex")
    mid = {".c": ".o", ".csv": ".parquet", ".md": ".html", ".ts": ".js", ".y": ".c"}.get(
        src, ".out"
    )
    g.names = [n + ("" if i in tops else mid if i in mids else src) for i, n in enumerate(g.names)]
    _asked(g, "target", "prerequisite")
    cmd = g.pick(
        "cc -o $@ $^", "./build.sh $< > $@", "python make.py $@", "cat $^ > $@", "$(CC) -c $<"
    )
    rows: list[str] = []
    for name, out in g.groups():
        rows += [f"{name}: {' '.join(h for h, _ in out)}", f"\t{cmd}", ""]
    return lines(rows[:-1])


@form(
    "dockerfile",
    1.5,
    names="kebab|snake|flat",
    isolated=False,
    lang="Dockerfile",
    fence="dockerfile",
    **{**_D, "need": "simple loopless dag", "limit": 10},
)
def dockerfile(g: Draft) -> str:
    """Stages: a stage -> the stage that it is built or copied from."""
    depth: dict[int, int] = {}

    def level(i: int) -> int:
        if i not in depth:
            depth[i] = 1 + max((level(h) for t, h, _ in g.edges if t == i), default=-1)
        return depth[i]

    stages = sorted(range(len(g.names)), key=level)
    g.ask = g.pick(
        "deps; stages only, each stage points to the stages it uses",
        "graph; an arrow from each stage to every stage it is built from or copies from",
        "deps; from stage to the stage it takes from",
    )
    rows: list[str] = []
    done = []
    base = g.pick("alpine", "debian:12", "golang:1.22", "node:20", "python:3.12-slim", "rust:1.78")
    for i in stages:
        outs = [e for e in g.edges if e[0] == i]
        first = g.maybe(0.6) and bool(outs)
        rows.append(f"FROM {g.names[outs[0][1]] if first else base} AS {g.names[i]}")
        rows += [f"WORKDIR /{g.ident('flat', 1)}"] if g.maybe(0.3) else []
        done += outs
        for e in outs[1 if first else 0 :]:
            path = f"/{g.ident('flat', 1)}"
            rows.append(f"COPY --from={g.names[e[1]]} {path} {path}")
        if g.maybe(0.5):
            rows.append(
                f"RUN {g.pick('make', 'npm run', 'cargo', 'go', 'pip')} {g.ident('flat', 1)}"
            )
        rows.append("")
    g.edges = done
    return lines(rows[:-1])


@form(
    "compose",
    2,
    names="kebab|snake|flat",
    isolated=True,
    lang="YAML",
    fence="yaml",
    **{**_D, "ask": "services"},
)
def compose(g: Draft) -> str:
    """docker-compose depends_on: service -> service that it depends on."""
    body: list[str] = []
    flow, dicts = g.maybe(0.4), g.maybe(0.2)
    for name, out in g.groups(every=True):
        body.append(f"  {name}:")
        body.append(
            f"    image: {g.ident('kebab')}:{g.rng.randrange(1, 20)}"
            if g.maybe(0.7)
            else f"    build: ./{name}"
        )
        body += [f'    ports: ["{g.rng.randrange(1000, 9999)}:80"]'] if g.maybe(0.2) else []
        if out and flow:
            body.append(f"    depends_on: [{', '.join(h for h, _ in out)}]")
        elif out:
            body.append("    depends_on:")
            for h, _ in out:
                body += (
                    [f"      {h}:", "        condition: service_healthy"]
                    if dicts
                    else [f"      - {h}"]
                )
        body += [f"    restart: {g.pick('always', 'on-failure')}"] if g.maybe(0.15) else []
    return lines([f'version: "3.{g.rng.randrange(10)}"'] if g.maybe(0.3) else [], "services:", body)


@form(
    "ci_needs",
    2.5,
    names="kebab|snake|flat",
    isolated=True,
    lang="YAML",
    fence="yaml",
    **{**_D, "ask": "jobs"},
)
def ci_needs(g: Draft) -> str:
    """Jobs with needs; the instruction says which way arrows point."""
    key = g.pick("needs", "needs", "requires", "depends_on", "after", "dependsOn")
    if g.maybe(0.25):  # a pipeline is drawn in running order, dependencies the other way round
        flip = g.maybe(0.6)
        g.ask = "pipeline" if flip else "deps"
    elif g.maybe(0.4):
        g.ask = "jobs; " + g.pick(
            "arrows follow execution: from a needed job to the job that needs it",
            "edges in running order, earlier job to later job",
        )
        flip = True
    else:
        g.ask = "jobs; " + g.pick(
            "each job points to the jobs it needs",
            f"arrow from a job to what it {key.replace('_', ' ')}"
            if key.endswith("s")
            else "arrow from dependent job to dependency",
            "job -> needed job",
        )
        flip = False
    body: list[str] = []
    for name, out in g.groups(every=True):
        body.append(f"  {name}:")
        body += (
            [f"    runs-on: {g.pick('ubuntu-latest', 'macos-14', 'self-hosted')}"]
            if g.maybe(0.7)
            else []
        )
        if out:
            one = len(out) == 1 and g.maybe(0.6)
            body.append(
                f"    {key}: " + (out[0][0] if one else f"[{', '.join(h for h, _ in out)}]")
            )
        if g.maybe(0.6):
            body += [
                "    steps:",
                f"      - run: {g.pick('make', './ci', 'npm run', 'tox -e')} {g.ident('flat', 1)}",
            ]
    head = [f"name: {g.ident('title')}"] if g.maybe(0.5) else []
    head += (
        [f"on: {g.pick('push', '[push, pull_request]', 'workflow_dispatch')}"]
        if g.maybe(0.5)
        else []
    )
    if flip:
        g.edges = [(h, t, e) for t, h, e in g.edges]
    return lines(head, "jobs:", body)


@form(
    "terraform",
    2,
    names="snake",
    lang="Terraform",
    fence="hcl",
    isolated=True,
    **{**_D, "ask": "infra"},
)
def terraform(g: Draft) -> str:
    """Resources that refer to each other: resource -> referenced resource, by local name."""
    kinds = [
        f"{g.pick('aws', 'google', 'azurerm', 'cloud')}_{g.ident('snake', 1)}" for _ in g.names
    ]
    of = dict(zip(g.names, kinds, strict=True))
    g.ask = "infra; " + g.pick(
        "nodes are the resources' local names, arrows go to what a resource refers to",
        "use the short names; from a resource to each one it references",
        "local names only, referrer to referenced",
    )
    rows: list[str] = []
    for name, out in g.groups(every=True):
        body = [f'name = "{g.ident("kebab")}"'] if g.maybe(0.5) else []
        if out and g.maybe(0.25):
            body.append(f"depends_on = [{', '.join(f'{of[h]}.{h}' for h, _ in out)}]")
        else:
            body += [
                f"{g.ident('snake', 1)}_{g.pick('id', 'arn', 'ref')} = {of[h]}.{h}."
                f"{g.pick('id', 'arn', 'name')}"
                for h, _ in out
            ]
        rows += [*block(f'resource "{of[name]}" "{name}" {{', body, "}", "  "), ""]
    return lines(rows[:-1])


@form(
    "k8s",
    1,
    names="kebab|flat",
    lang="YAML",
    fence="yaml",
    isolated=False,
    **{**_D, "ask": "services", "limit": 7},
)
def k8s(g: Draft) -> str:
    """Deployments whose environment points at other services."""
    rows: list[str] = []
    g.ask = "services; one node per deployment, an edge to each service named in its env"
    for name, out in g.groups(every=True):
        rows += ["kind: Deployment", f"metadata:\n  name: {name}"]
        if out:
            rows.append("env:")
            for h, _ in out:
                rows += [
                    f"  - name: {g.ident('upper', 1)}_URL",
                    f"    value: http://{h}:{g.rng.randrange(1000, 9999)}",
                ]
        rows.append("---")
    return lines(rows[:-1])


@form("systemd", 1, names="kebab|flat|snake", lang="INI", fence="ini", isolated=True, **_D)
def systemd(g: Draft) -> str:
    """Units with Requires=/After=; node names keep their suffix."""
    key = g.pick("After", "Requires", "Wants", "BindsTo")
    g.names = [n + ".service" for n in g.names]
    g.ask = f"deps; each unit points to the units in its {key}="
    rows: list[str] = []
    for name, out in g.groups(every=True):
        rows += [f"# {name}", "[Unit]", f"Description={remark(g.rng)}"]
        rows += [f"{key}={' '.join(h for h, _ in out)}"] if out else []
        rows += (
            ["", "[Service]", f"ExecStart=/usr/bin/{g.ident('kebab')}", ""]
            if g.maybe(0.4)
            else [""]
        )
    return lines(rows[:-1])


@form(
    "airflow",
    2,
    names="snake",
    lang="Python",
    fence="python",
    need="simple loopless",
    ask="pipeline",
    kinds=SYSTEM,
)
def airflow(g: Draft) -> str:
    """`a >> b`, `a >> [b, c]`, set_downstream."""
    rows: list[str] = []
    style = g.rng.randrange(3)
    if style == 0:
        g.order_groups()
        for name, out in g.groups():
            heads = [h for h, _ in out]
            rows.append(
                f"{name} >> {heads[0] if len(heads) == 1 else '[' + ', '.join(heads) + ']'}"
            )
    else:
        for t, h, _ in g.triples():
            rows.append(f"{t} >> {h}" if style == 1 else f"{t}.set_downstream({h})")
    head: list[str] = []
    if g.maybe(0.4):
        op = g.pick("PythonOperator", "BashOperator", "EmptyOperator", "task")
        head = [*(f"{n} = {op}(task_id={g.q(n)})" for n in g.names), ""]
    return lines(head, rows)


@form("bazel", 1.5, names="snake|kebab", lang="Bazel", fence="python", isolated=True, **_D)
def bazel(g: Draft) -> str:
    """Targets with deps."""
    rule = g.pick(
        "cc_library", "py_library", "go_library", "java_library", "rust_library", "target"
    )
    _asked(g, "target", "dependency")
    g.quote = '"'
    rows: list[str] = []
    for name, out in g.groups(every=True):
        body = [f'name = "{name}",']
        body += [f'srcs = ["{g.ident()}.{rule[:2]}"],'] if g.maybe(0.5) else []
        body += [f"deps = [{', '.join(g.q(':' + h) for h, _ in out)}],"] if out else []
        rows += [*block(f"{rule}(", body, ")", "    "), ""]
    return lines(rows[:-1])


@form("cmake", 1.5, names="snake|pascal|flat", lang="CMake", fence="cmake", isolated=True, **_D)
def cmake(g: Draft) -> str:
    """target_link_libraries / add_dependencies."""
    fn = g.pick("target_link_libraries", "target_link_libraries", "add_dependencies")
    _asked(g, "target", "library")
    vis = g.pick("", " PRIVATE", " PUBLIC") if fn.startswith("target") else ""
    add = [f"add_library({n} {g.ident()}.cpp)" for n in g.names]
    links = [f"{fn}({n}{vis} {' '.join(h for h, _ in out)})" for n, out in g.groups()]
    return lines(add, "", links)


@form("ninja", 1, names="snake", lang="Ninja", fence="", **{**_D, "need": "simple loopless dag"})
def ninja(g: Draft) -> str:
    """build out: rule in."""
    rule = g.pick("cc", "link", "copy", "gen", "compile")
    g.ask = "deps; output -> input"
    return lines(
        f"rule {rule}",
        "  command = run $in $out",
        "",
        [f"build {n}: {rule} {' '.join(h for h, _ in out)}" for n, out in g.groups()],
    )


@form("manifests", 2.5, names="kebab|snake|flat", isolated=False, lang="", **{**_D, "limit": 12})
def manifests(g: Draft) -> str:
    """Several package.json / Cargo.toml / pyproject / pom / gemspec files in one listing."""
    _asked(g, "package", "dependency")
    kind = g.pick("json", "cargo", "pyproject", "pom", "gem", "gomod", "yaml")
    ver = lambda: f"{g.rng.randrange(5)}.{g.rng.randrange(20)}"  # noqa: E731
    rows: list[str] = []
    for name, out in g.groups(every=True):
        heads = [h for h, _ in out]
        if kind == "json":
            deps = ", ".join(f'"{h}": "^{ver()}.0"' for h in heads)
            rows += [
                f'{{ "name": "{name}", "version": "{ver()}.1", "dependencies": {{ {deps} }} }}'
                if deps
                else f'{{ "name": "{name}", "version": "{ver()}.1" }}'
            ]
        elif kind == "cargo":
            rows += [f"# {name}/Cargo.toml", "[package]", f'name = "{name}"']
            rows += ["[dependencies]", *(f'{h} = "{ver()}"' for h in heads)] if heads else []
            rows.append("")
        elif kind == "pyproject":
            rows += [
                "[project]",
                f'name = "{name}"',
                f"dependencies = [{', '.join(f'{chr(34)}{h}{chr(34)}' for h in heads)}]",
                "",
            ]
        elif kind == "pom":
            deps = [f"<dependency><artifactId>{h}</artifactId></dependency>" for h in heads]
            rows += block(
                "<project>", [f"<artifactId>{name}</artifactId>", *deps], "</project>", "  "
            )
        elif kind == "gem":
            rows += block(
                "Gem::Specification.new do |s|",
                [f's.name = "{name}"', *(f's.add_dependency "{h}"' for h in heads)],
                "end",
                "  ",
            )
        elif kind == "gomod":
            rows += [f"module {name}", *(f"require {h} v{ver()}.0" for h in heads), ""]
        else:
            rows += [f"- name: {name}", f"  depends: [{', '.join(heads)}]"]
    return lines(rows).strip("\n")


@form("helm_nix", 1, names="kebab|snake", isolated=True, lang="", **_D)
def helm_nix(g: Draft) -> str:
    """Nix-like, Gradle-like and INI package lists."""
    _asked(g, "package", "dependency")
    style = g.rng.randrange(3)
    rows: list[str] = []
    for name, out in g.groups(every=True):
        heads = [h for h, _ in out]
        if style == 0:
            rows.append(f"{name} = mkDerivation {{ buildInputs = [ {' '.join(heads)} ]; }};")
        elif style == 1:
            rows += block(
                f"project(':{name}') {{",
                block(
                    "dependencies {", [f"implementation project(':{h}')" for h in heads], "}", "  "
                )
                if heads
                else [],
                "}",
                "  ",
            )
        else:
            rows += [
                f"Package: {name}",
                f"Depends: {', '.join(heads)}" if heads else "Priority: extra",
                "",
            ]
    return lines(rows).strip("\n")


@form(
    "tasks_yaml",
    1.5,
    names="keep|kebab|snake",
    isolated=True,
    lang="YAML",
    fence="yaml",
    **{**_D, "ask": "jobs"},
)
def tasks_yaml(g: Draft) -> str | None:
    """Lists of tasks with after/blocked_by, as YAML or JSON lines."""
    if any(c in n for n in g.names for c in ":#&"):
        return None
    key = g.pick("after", "depends_on", "requires", "blocked_by", "upstream", "inputs", "parents")
    flip = g.maybe(0.4)
    g.ask = "jobs; " + (
        g.pick("arrows in order of execution", "prerequisite -> task")
        if flip
        else g.pick(f"each task points to its {key}", "task -> prerequisite")
    )
    name_key = g.pick("name", "id", "task", "step", "job")
    rows: list[str] = []
    js = g.maybe(0.4)
    for name, out in g.groups(every=True):
        heads = [h for h, _ in out]
        if js:
            deps = ", ".join(f'"{h}"' for h in heads)
            rows.append(f'{{"{name_key}": "{name}", "{key}": [{deps}]}}')
        else:
            rows.append(f"- {name_key}: {name}")
            rows += [f"  {key}: [{', '.join(heads)}]"] if heads else []
    if flip:
        g.edges = [(h, t, e) for t, h, e in g.edges]
    return lines(rows)
