"""Makefiles, CI and compose files, SQL, JSON, manifests, unit files and schemas -> graphs."""

import configparser
import json
import re
import sqlite3
import subprocess
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import graphql
import yaml
from packaging.requirements import Requirement

from anecdot.common.errors import UserError
from anecdot.dot.write import Draft


def _needs(needs: Iterable[tuple[str, Any]]) -> Draft:
    """Graph of (name, what it needs: nothing, a name, or a list of names)."""
    graph = Draft()
    for name, value in needs:
        graph.nodes[name] = {}
        for head in [value] if isinstance(value, str) else value or []:
            graph.edge(name, head)
    return graph


# ---- Build and CI -----------------------------------------------------------------------------


def read_make(text: str) -> Draft:
    """Target -> prerequisite, as GNU make itself expands the file."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Makefile").write_text(text, encoding="utf-8")
        try:
            done = subprocess.run(
                ["make", "-pnkrR"],
                cwd=folder,
                capture_output=True,
                text=True,
                env={"PATH": "/usr/bin:/bin:/usr/local/bin", "LC_ALL": "C"},
            )
        except FileNotFoundError:
            raise UserError("GNU make is not installed; install it") from None
    rules: dict[str, list[str]] = {}
    for entry in done.stdout.partition("\n# Files\n")[2].split("\n\n"):
        target, colon, needed = entry.split("\n", 1)[0].partition(":")
        if colon and not target.startswith((".", "#", "\t")) and target != "Makefile":
            rules[target] = needed.replace("|", " ").strip(":").split()

    def place(name: str) -> int:
        """Where the rule stands in the text; the first mention for one that a variable names."""
        mention = rf"(?<![\w.-]){re.escape(name)}(?![\w.-])"
        found = re.search("^" + mention, text, re.MULTILINE) or re.search(mention, text)
        return found.start() if found else len(text)

    return _needs((target, rules[target]) for target in sorted(rules, key=place))


def read_github(text: str) -> Draft:
    """Job -> the jobs in its `needs` (GitHub Actions)."""
    return _needs((name, job.get("needs")) for name, job in yaml.safe_load(text)["jobs"].items())


def read_gitlab(text: str) -> Draft:
    """Job -> the jobs in its `needs` (GitLab CI)."""
    jobs = {k: v for k, v in yaml.safe_load(text).items() if isinstance(v, dict) and "script" in v}

    def names(needs: list[Any]) -> list[str]:
        return [need["job"] if isinstance(need, dict) else need for need in needs]

    return _needs((name, names(job.get("needs", []))) for name, job in jobs.items())


def read_circleci(text: str) -> Draft:
    """Job -> the jobs that it `requires` (a CircleCI workflow)."""
    [workflow] = yaml.safe_load(text)["workflows"].values()
    jobs = [job if isinstance(job, dict) else {job: {}} for job in workflow["jobs"]]
    return _needs((name, job.get("requires")) for entry in jobs for name, job in entry.items())


def read_azure(text: str) -> Draft:
    """Stage or job -> what it `dependsOn` (Azure Pipelines)."""
    data = yaml.safe_load(text)
    key = "stage" if "stages" in data else "job"
    return _needs((item[key], item.get("dependsOn")) for item in data[f"{key}s"])


def read_argo(text: str) -> Draft:
    """Task -> its `dependencies` (an Argo workflow's DAG template)."""
    templates = yaml.safe_load(text)["spec"]["templates"]
    [dag] = [template["dag"] for template in templates if "dag" in template]
    return _needs((task["name"], task.get("dependencies")) for task in dag["tasks"])


def read_compose(text: str) -> Draft:
    """Service -> service that it depends on, labelled with the condition if there is one."""
    graph = Draft()
    for name, service in yaml.safe_load(text)["services"].items():
        graph.nodes[name] = {}
        needed = service.get("depends_on", [])
        for head in needed:
            graph.edge(name, head, needed[head]["condition"] if isinstance(needed, dict) else None)
    return graph


def read_dvc(text: str) -> Draft:
    """Stage -> the stage whose output it takes as a dependency (DVC)."""
    stages = yaml.safe_load(text)["stages"]
    maker = {out: name for name, stage in stages.items() for out in stage.get("outs", [])}
    return _needs(
        (name, dict.fromkeys(maker[dep] for dep in stage.get("deps", []) if dep in maker))
        for name, stage in stages.items()
    )


def read_systemd(text: str) -> Draft:
    """Unit -> unit, labelled Requires, Wants or After; each file follows a line `# name`."""
    graph = Draft()
    parts = re.split(r"^# (\S+)$", text, flags=re.MULTILINE)[1:]
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        unit = configparser.ConfigParser()
        unit.optionxform = str  # type: ignore[assignment,method-assign]
        unit.read_string(body)
        graph.nodes[name] = {}
        for key, value in unit["Unit"].items():
            if key in ("Requires", "Wants", "After"):
                for head in value.split():
                    graph.edge(name, head, key)
    return graph


# ---- Data -------------------------------------------------------------------------------------


def read_sql(text: str) -> Draft:
    """Table with a foreign key -> referenced table, labelled with the column (SQLite)."""
    database = sqlite3.connect(":memory:")
    database.executescript(text)
    query = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid"
    tables = [name for (name,) in database.execute(query)]
    graph = Draft(nodes={table: {} for table in tables})
    for table in tables:
        keys: dict[int, tuple[str, list[str]]] = {}
        for number, _, head, column, *_ in database.execute(f'PRAGMA foreign_key_list("{table}")'):
            keys.setdefault(number, (head, []))[1].append(column)
        for _, (head, columns) in sorted(keys.items(), reverse=True):  # SQLite lists the last first
            graph.edge(table, head, ", ".join(columns))
    database.close()
    return graph


def read_json_adjacency(text: str) -> Draft:
    """Key -> each name in its list, or each key of its object, labelled with the value there."""
    graph = Draft()
    for name, near in json.loads(text).items():
        graph.nodes[name] = {}
        for head in near:
            graph.edge(name, head, str(near[head]) if isinstance(near, dict) else None)
    return graph


def read_json_edges(text: str) -> Draft:
    """`edges` (or `links`): lists [tail, head, label?] or objects; undirected if it says so."""
    data = json.loads(text)
    names = [n["id"] if isinstance(n, dict) else n for n in data.get("nodes", [])]
    graph = Draft(directed=data.get("directed", True), nodes={str(name): {} for name in names})
    for edge in data.get("edges", data.get("links")):
        values = list(map(str, edge.values() if isinstance(edge, dict) else edge))
        graph.edge(values[0], values[1], *values[2:3])
    return graph


def read_json_tree(text: str) -> Draft:
    """`name` -> the names of its `children`, depth first."""
    graph = Draft()

    def visit(tree: dict[str, Any]) -> None:
        for child in tree.get("children", []):
            graph.edge(tree["name"], child["name"])
            visit(child)

    visit(json.loads(text))
    return graph


def read_graphql(text: str) -> Draft:
    """Object type -> object type of one of its fields, labelled with the field."""
    schema = graphql.build_schema(text)
    graph = Draft()
    for name, kind in schema.type_map.items():
        if isinstance(kind, graphql.GraphQLObjectType) and not name.startswith("__"):
            graph.nodes[name] = {}
            for field, value in kind.fields.items():
                head = graphql.get_named_type(value.type)
                if isinstance(head, graphql.GraphQLObjectType):
                    graph.edge(name, head.name, field)
    return graph


# ---- Manifests --------------------------------------------------------------------------------


def read_lock(text: str) -> Draft:
    """Package -> its dependencies (Cargo.lock, uv.lock, poetry.lock)."""

    def names(needed: Any) -> list[str]:
        return [n["name"] if isinstance(n, dict) else n.split()[0] for n in needed]

    packages = tomllib.loads(text)["package"]
    return _needs((p["name"], names(p.get("dependencies", []))) for p in packages)


def read_cargo_features(text: str) -> Draft:
    """Feature -> what it switches on (Cargo.toml)."""
    return _needs(tomllib.loads(text)["features"].items())


def read_package_json(text: str) -> Draft:
    """Package -> dependency, labelled with the version range."""
    package = json.loads(text)
    graph = Draft()
    for head, version in package["dependencies"].items():
        graph.edge(package["name"], head, version)
    return graph


def read_pyproject(text: str) -> Draft:
    """Project -> dependency; those of an extra are labelled with the extra's name."""
    project = tomllib.loads(text)["project"]
    graph = Draft()
    groups = {None: project.get("dependencies", []), **project.get("optional-dependencies", {})}
    for extra, needed in groups.items():
        for requirement in needed:
            graph.edge(project["name"], Requirement(requirement).name, extra)
    return graph
