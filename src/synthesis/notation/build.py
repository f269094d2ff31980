"""Build files and CI: make, Docker, Compose, jobs that need others."""

from synthesis.code.draft import Draft, lines
from synthesis.code.kit import SYSTEM, form

D = {"need": "simple loopless", "order": "grouped", "kinds": SYSTEM, "ask": "deps"}


def asked(g: Draft, a: str = "dependent", b: str = "dependency") -> None:
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
    "makefile", 2.5, names="snake|kebab|flat|id", isolated=True, lang="Makefile", fence="make", **D
)
def makefile(g: Draft) -> str:
    """Rules: target -> prerequisite."""
    asked(g, "target", "prerequisite")
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
    **{**D, "need": "simple loopless dag"},
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
    asked(g, "target", "prerequisite")
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
    **{**D, "need": "simple loopless dag", "limit": 10},
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
    **{**D, "ask": "services"},
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
    **{**D, "ask": "jobs"},
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
