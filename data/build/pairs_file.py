"""What the builders of pairs share: a graph in the house style, the checks, the file, `--check`.

A builder computes its rows and calls `main(path, rows)`: it writes the file, or, with `--check`,
compares it byte for byte with what is there.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))

import pygraphviz  # noqa: E402

from anecdot.common.errors import UserError  # noqa: E402
from anecdot.dot.write import dot_id, quote  # noqa: E402

LONGEST = 1000  # characters of a target: about 400 tokens
SEED = 20261122

Row = dict[str, str]
Edge = tuple[str, str, dict[str, str]]  # tail, head, attributes


@dataclass
class Cluster:
    """A named group: ids of its own members, and the groups inside it."""

    label: str
    members: list[str]
    inner: list["Cluster"] = field(default_factory=list)


@dataclass
class Graph:
    """What a source says, in the order in which it says it.

    Attributes:
        edges: each (tail, head, attributes); attributes hold `label` where the source gives one.
        nodes: id -> attributes, of nodes that have attributes or may stand alone.
        clusters: the groups, outermost first.
        directed: whether edges are arrows.
    """

    edges: list[Edge] = field(default_factory=list)
    nodes: dict[str, dict[str, str]] = field(default_factory=dict)
    clusters: list[Cluster] = field(default_factory=list)
    directed: bool = True

    def edge(self, tail: str, head: str, label: str | None = None, **attrs: str) -> None:
        """Add an edge, `label` only where there is one."""
        self.edges.append((tail, head, ({"label": label} if label else {}) | attrs))


def house(graph: Graph) -> str:
    """The graph as DOT text in the project's house style, without a final line break."""
    touched = {end for tail, head, _ in graph.edges for end in (tail, head)}
    lines = ["digraph {" if graph.directed else "graph {"]
    numbers = iter(range(1000))

    def node(name: str) -> str:
        return dot_id(name) + _attributes(graph.nodes.get(name, {})) + ";"

    def clustered(clusters: list[Cluster]) -> Iterator[str]:
        for cluster in clusters:
            yield from cluster.members
            yield from clustered(cluster.inner)

    def write(cluster: Cluster, indent: str) -> None:
        lines.append(f"{indent}subgraph cluster_{next(numbers)} {{")
        lines.append(f"{indent}  label={quote(cluster.label)};")
        lines.extend(f"{indent}  {node(member)}" for member in cluster.members)
        for inner in cluster.inner:
            write(inner, indent + "  ")
        lines.append(f"{indent}}}")

    grouped = set(clustered(graph.clusters))
    lines += [
        f"  {node(name)}"
        for name, attrs in graph.nodes.items()
        if name not in grouped and (attrs or name not in touched)
    ]
    for cluster in graph.clusters:
        write(cluster, "  ")
    operator = "->" if graph.directed else "--"
    lines += [
        f"  {dot_id(tail)} {operator} {dot_id(head)}{_attributes(attrs)};"
        for tail, head, attrs in graph.edges
    ]
    return "\n".join([*lines, "}"])


def _attributes(attrs: dict[str, str]) -> str:
    if not attrs:
        return ""
    parts = [f"{k}={quote(v) if k == 'label' else dot_id(v)}" for k, v in attrs.items()]
    return f" [{', '.join(parts)}]"


def choose(options: tuple[str, ...], key: str) -> str:
    """One of `options`: always the same for a key, whatever else is built."""
    return random.Random(f"{SEED} {key}").choice(options)


def check_rows(rows: list[Row]) -> None:
    """Raise UserError for a target that is too long, does not parse or does not render."""
    if len({row["id"] for row in rows}) < len(rows):
        raise UserError("two rows have the same id; rename one of their sources")
    for row in rows:
        if len(row["output_dot"]) > LONGEST:
            raise UserError(
                f"{row['origin']}: the graph has {len(row['output_dot'])} characters, more than "
                f"{LONGEST}; make the source smaller"
            )
        try:
            with pygraphviz.AGraph(string=row["output_dot"]) as graph:
                graph.draw(format="svg", prog="dot")
        except (ValueError, OSError, pygraphviz.DotError) as error:
            raise UserError(f"{row['origin']}: Graphviz refuses the graph: {error}") from None


def json_lines(rows: list[Row]) -> str:
    """The rows as JSON Lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def json_array(rows: list[Row]) -> str:
    """The rows as one readable JSON array."""
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def main(path: Path, build: Callable[[], list[Row]], write: Callable[[list[Row]], str]) -> Any:
    """Build the rows and write them to `path`, or compare with it: the command line of a builder.

    Returns:
        The exit status: 1 if `--check` found a difference or a source is wrong.
    """
    parser = argparse.ArgumentParser(description=f"Builds {path.relative_to(ROOT)}.")
    parser.add_argument("--check", action="store_true", help="compare with the file, write nothing")
    only_check = parser.parse_args().check
    try:
        rows = build()
        check_rows(rows)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    text = write(rows)
    if not only_check:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: {len(rows)} rows")
        return 0
    return _compare(path, text)


def _compare(path: Path, text: str) -> int:
    name = path.relative_to(ROOT)
    there = path.read_bytes() if path.exists() else b""
    if there == text.encode():
        print(f"{name}: as its sources make it")
        return 0
    old, new = there.split(b"\n"), text.encode().split(b"\n")
    number = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), None)
    number = min(len(old), len(new)) - 1 if number is None else number
    print(f"error: {name}:{number + 1}: differs from what its sources make", file=sys.stderr)
    for sign, lines in (("-", old), ("+", new)):
        print(f"{sign} {lines[number].decode(errors='replace')}", file=sys.stderr)
    return 1
