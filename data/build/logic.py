"""Builds data/streams/logic-stream.jsonl from the code in data/logic, one row a file.

    pip install -r requirements-data.txt
    python data/build/logic.py [--check]

A folder of data/logic is one kind of code. `FORMATS` says which reader computes its graph, by
running or parsing the code with the library named, and with which instructions the rows open.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from pairs_file import ROOT, Row, choose, json_lines, main

from anecdot.common.errors import UserError
from anecdot.dot.write import Draft, house

try:
    import read_config as config
    import read_machines as machines
    import read_python as python
    import read_trees as trees
except ModuleNotFoundError as missing:
    sys.exit(f"error: {missing.name} is missing; run pip install -r requirements-data.txt")

FOLDER = ROOT / "data" / "logic"


@dataclass(frozen=True)
class Format:
    """How one kind of code becomes rows.

    Attributes:
        read: text of a file -> its graph.
        tool: what computes the graph: "run by ..." or "parsed by ...".
        kind: the rows' `kind`.
        instructions: openings to choose from; each must say which graph is wanted.
    """

    read: Callable[[str], Draft]
    tool: str
    kind: str
    instructions: tuple[str, ...]


MACHINE = (
    "State diagram of this machine, edges labelled with the trigger and any [guard]:",
    "Draw the state machine that this code builds. Label each edge: trigger [guard].",
    "Python state machine to DOT (edge label = event, guards in brackets):",
    "Which state goes where on which event? Graph it, guards in square brackets.",
    "Convert to a state graph; label the transitions with event and [guard].",
)
CALLS = (
    "Call graph of this module:",
    "Who calls whom? Draw caller -> callee for the functions defined here.",
    "Draw the call graph, caller to callee, only functions in this file.",
    "Static call graph (edges from caller to callee):",
)
NEXT_STATE = (
    "State diagram of this code; label edges with the event and any [condition]:",
    "Draw the state machine implemented here, edge label: event [condition].",
    "From state to next state, labelled event [condition], as a digraph:",
)
NEEDS_JOB = (
    "Draw an arrow from each job to the jobs it waits for.",
    "CI job graph, dependent -> dependency:",
    "Which job needs which? Edges point at what is needed.",
    "Dependency graph of this pipeline (job -> prerequisite):",
)
PACKAGES = (
    "Dependency graph, package -> what it depends on:",
    "Draw which package needs which (edge points at the dependency).",
    "Package graph from this lock file, dependent to dependency:",
)

FORMATS = {
    "transitions": Format(
        machines.read_transitions, "run by the library transitions", "state_machine", MACHINE
    ),
    "python_statemachine": Format(
        machines.read_statemachine, "run by python-statemachine", "state_machine", MACHINE
    ),
    "automata": Format(machines.read_automaton, "run by automata-lib", "automaton", (
        "Transition graph of this automaton, one edge per symbol:",
        "Draw the automaton; every symbol gets its own labelled edge.",
        "Automaton to DOT, one labelled edge for each symbol (empty word: ε):",
    )),
    "networkx": Format(machines.read_networkx, "run by networkx", "network", (
        "Draw the graph that this code builds; label edges with weights if there are any.",
        "The networkx graph G as DOT (weights or labels as edge labels):",
        "What graph does this program make? Show weights as labels.",
    )),
    "python_imports": Format(python.read_imports, "parsed by Python's ast", "dependency", (
        "Import graph among these modules (dotted names), importer -> imported:",
        "Which of these modules imports which? Full dotted names, edges to the imported one.",
        "Draw the dependencies between this project's own modules, by dotted name.",
    )),
    "python_script_imports": Format(python.read_script_imports, "parsed by Python's ast",
                                    "dependency", (
        "Everything this file imports, file -> module:",
        "Draw an edge from the script to each module it imports, external ones too.",
    )),
    "python_calls": Format(python.read_calls, "parsed by Python's ast", "dependency", CALLS),
    "python_method_calls": Format(python.read_calls, "parsed by Python's ast", "dependency", (
        "Call graph, caller -> callee, methods written Class.method:",
        "Who calls whom here? Name methods Class.method and functions plainly.",
    )),
    "python_classes": Format(python.read_inheritance, "run by Python", "class_diagram", (
        "Class hierarchy, subclass -> base class:",
        "Draw the inheritance graph; arrows point at the base.",
        "Inheritance diagram of these classes (child to parent):",
    )),
    "python_fields": Format(python.read_fields, "run by Python", "class_diagram", (
        "Which class refers to which? Label each edge with the field.",
        "Class diagram from the type hints: owner -> referenced class, label = field name.",
        "Draw the associations between these classes, labelled with the attribute:",
    )),
    "bazel": Format(python.read_bazel, "parsed by Python's ast", "dependency", (
        "Target graph of this BUILD file, target -> dep:",
        "Draw the Bazel dependencies; the edge goes from a target to what is in its deps.",
    )),
    "make": Format(config.read_make, "expanded by GNU make", "dependency", (
        "Makefile dependency graph, target -> prerequisite:",
        "Draw what each make target depends on.",
        "Target graph of this Makefile (arrow to the prerequisite):",
        "make: which target needs which file or target?",
    )),
    "github_actions": Format(config.read_github, "parsed by PyYAML", "pipeline", NEEDS_JOB),
    "gitlab_ci": Format(config.read_gitlab, "parsed by PyYAML", "pipeline", NEEDS_JOB),
    "circleci": Format(config.read_circleci, "parsed by PyYAML", "pipeline", NEEDS_JOB),
    "azure": Format(config.read_azure, "parsed by PyYAML", "pipeline", (
        "dependsOn as a graph, dependent -> dependency:",
        "Draw the order of this Azure pipeline; edges point at what must be done before.",
    )),
    "argo": Format(config.read_argo, "parsed by PyYAML", "pipeline", (
        "DAG of this Argo workflow, task -> the tasks it depends on:",
        "Draw the task dependencies (edge to the dependency):",
    )),
    "compose": Format(config.read_compose, "parsed by PyYAML", "architecture", (
        "Start-up dependencies of these services, service -> what it depends on:",
        "docker-compose depends_on graph (a condition becomes the edge label):",
        "Draw which container waits for which; label the edge with the condition if given.",
    )),
    "dvc": Format(config.read_dvc, "parsed by PyYAML", "pipeline", (
        "Stage graph of this dvc.yaml, stage -> the stage that makes its input:",
        "Which DVC stage depends on which other stage?",
    )),
    "systemd": Format(config.read_systemd, "parsed by configparser", "dependency", (
        "Unit dependencies, labelled with the directive (Requires, Wants, After):",
        "Draw these systemd units: unit -> unit it names, label = directive.",
    )),
    "sql": Format(config.read_sql, "run by SQLite", "er_diagram", (
        "Foreign keys as a graph: table -> referenced table, label = column.",
        "Draw the ER diagram of this schema; label each reference with its column.",
        "Which table points at which? Edge label: the foreign key column.",
        "SQL schema to DOT (one edge a foreign key, labelled with the column):",
    )),
    "json_adjacency": Format(config.read_json_adjacency, "parsed by Python's json", "network", (
        "Adjacency in JSON to a digraph (numbers become edge labels):",
        "Draw this: each key points at the names in its value; a number is the edge's label.",
    )),
    "json_edges": Format(config.read_json_edges, "parsed by Python's json", "network", (
        "Draw the graph in this JSON:",
        "Nodes and edges from JSON to DOT:",
    )),
    "json_tree": Format(config.read_json_tree, "parsed by Python's json", "org_chart", (
        "Draw this tree, parent -> child:",
        "Nested JSON to a graph; each name points at the names of its children.",
    )),
    "graphql": Format(config.read_graphql, "parsed by graphql-core", "class_diagram", (
        "Type graph of this GraphQL schema: type -> type of its field, label = field.",
        "Which object type refers to which? Label edges with the field name (GraphQL).",
    )),
    "lock": Format(config.read_lock, "parsed by tomllib", "dependency", PACKAGES),
    "cargo_features": Format(config.read_cargo_features, "parsed by tomllib", "dependency", (
        "Feature graph of this Cargo.toml, feature -> what it enables:",
        "Draw which feature switches on which:",
    )),
    "package_json": Format(config.read_package_json, "parsed by Python's json", "dependency", (
        "Direct dependencies, labelled with the version range:",
        "Package -> dependency, edge label = version:",
    )),
    "pyproject": Format(config.read_pyproject, "parsed by tomllib and packaging", "dependency", (
        "Project -> dependency; those of an extra get the extra's name as the edge label.",
        "Draw the requirements (no versions); label optional ones with their extra.",
    )),
    "c_calls": Format(trees.calls_in["c"], "parsed by tree-sitter", "dependency", CALLS),
    "go_calls": Format(trees.calls_in["go"], "parsed by tree-sitter", "dependency", CALLS),
    "javascript_calls": Format(
        trees.calls_in["javascript"], "parsed by tree-sitter", "dependency", CALLS
    ),
    "rust_calls": Format(trees.calls_in["rust"], "parsed by tree-sitter", "dependency", CALLS),
    "c_switch": Format(trees.switch_in["c"], "parsed by tree-sitter", "state_machine", NEXT_STATE),
    "go_switch": Format(
        trees.switch_in["go"], "parsed by tree-sitter", "state_machine", NEXT_STATE
    ),
    "java_switch": Format(
        trees.switch_in["java"], "parsed by tree-sitter", "state_machine", NEXT_STATE
    ),
    "javascript_switch": Format(
        trees.switch_in["javascript"], "parsed by tree-sitter", "state_machine", NEXT_STATE
    ),
    "rust_match": Format(
        trees.read_rust_match, "parsed by tree-sitter", "state_machine", NEXT_STATE
    ),
    "javascript_statechart": Format(
        trees.read_statechart_object, "parsed by tree-sitter", "state_machine", (
            "Statechart object to DOT, edge label = event [guard]:",
            "Draw this machine; label each edge with its event and any [guard].",
        )
    ),
    "java_types": Format(trees.read_java_types, "parsed by tree-sitter", "class_diagram", (
        "Type hierarchy, labelled extends or implements:",
        "Draw what each type extends or implements (put the word on the edge).",
    )),
}  # fmt: skip


def build() -> list[Row]:
    """All rows, by folder and file name."""
    rows = []
    for path in sorted(path for path in FOLDER.glob("*/*") if path.is_file()):
        form = FORMATS.get(path.parent.name)
        name = path.relative_to(FOLDER.parent).with_suffix("").as_posix()
        shown = path.relative_to(ROOT)
        if form is None:
            raise UserError(f"{shown}: no format is called {path.parent.name!r}; see FORMATS")
        text = path.read_text(encoding="utf-8").strip()
        try:
            graph = form.read(text)
        except Exception as error:
            raise UserError(f"{shown}: {type(error).__name__}: {error}") from error
        rows.append({
            "id": name.replace("/", "-"),
            "source": "logic",
            "license": "MIT",
            "task_type": "CODE_TO_DOT",
            "kind": form.kind if graph.directed else "undirected",
            "style": "code",
            "origin": name,
            "input_text": f"{choose(form.instructions, name)}\n\n{text}",
            "output_dot": house(graph),
            "verification_status": f"{form.tool}; parsed and rendered by Graphviz",
        })  # fmt: skip
    return rows


if __name__ == "__main__":
    sys.exit(main(ROOT / "data" / "streams" / "logic-stream.jsonl", build, json_lines))
