"""Targets and resources with what they need: Terraform, Kubernetes, systemd, Bazel, CMake, Nix."""

from synthesis.code.draft import Draft, block, lines
from synthesis.code.kit import SYSTEM, form
from synthesis.code.words import remark
from synthesis.notation.build import D, asked


@form(
    "terraform",
    2,
    names="snake",
    lang="Terraform",
    fence="hcl",
    isolated=True,
    **{**D, "ask": "infra"},
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
    **{**D, "ask": "services", "limit": 7},
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


@form("systemd", 1, names="kebab|flat|snake", lang="INI", fence="ini", isolated=True, **D)
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


@form("bazel", 1.5, names="snake|kebab", lang="Bazel", fence="python", isolated=True, **D)
def bazel(g: Draft) -> str:
    """Targets with deps."""
    rule = g.pick(
        "cc_library", "py_library", "go_library", "java_library", "rust_library", "target"
    )
    asked(g, "target", "dependency")
    g.quote = '"'
    rows: list[str] = []
    for name, out in g.groups(every=True):
        body = [f'name = "{name}",']
        body += [f'srcs = ["{g.ident()}.{rule[:2]}"],'] if g.maybe(0.5) else []
        body += [f"deps = [{', '.join(g.q(':' + h) for h, _ in out)}],"] if out else []
        rows += [*block(f"{rule}(", body, ")", "    "), ""]
    return lines(rows[:-1])


@form("cmake", 1.5, names="snake|pascal|flat", lang="CMake", fence="cmake", isolated=True, **D)
def cmake(g: Draft) -> str:
    """target_link_libraries / add_dependencies."""
    fn = g.pick("target_link_libraries", "target_link_libraries", "add_dependencies")
    asked(g, "target", "library")
    vis = g.pick("", " PRIVATE", " PUBLIC") if fn.startswith("target") else ""
    add = [f"add_library({n} {g.ident()}.cpp)" for n in g.names]
    links = [f"{fn}({n}{vis} {' '.join(h for h, _ in out)})" for n, out in g.groups()]
    return lines(add, "", links)


@form("ninja", 1, names="snake", lang="Ninja", fence="", **{**D, "need": "simple loopless dag"})
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


@form("manifests", 2.5, names="kebab|snake|flat", isolated=False, lang="", **{**D, "limit": 12})
def manifests(g: Draft) -> str:
    """Several package.json / Cargo.toml / pyproject / pom / gemspec files in one listing."""
    asked(g, "package", "dependency")
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


@form("helm_nix", 1, names="kebab|snake", isolated=True, lang="", **D)
def helm_nix(g: Draft) -> str:
    """Nix-like, Gradle-like and INI package lists."""
    asked(g, "package", "dependency")
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
    **{**D, "ask": "jobs"},
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
