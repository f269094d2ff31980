"""Builds data/training/statemachine_cat/pairs.json from the machines in its folder `machines`.

    npm ci --prefix data/training/statemachine_cat
    python data/build/statemachine_cat.py [--check]

Each machine gives a plain graph (names, transitions, nesting), made from state-machine-cat's own
parsed model, and, where it is short enough, state-machine-cat's own DOT rendering.

The rules of the plain form: a state's id is its name, pseudo-states too (`initial`, `^paid?`,
`]split`); a transition's label is `event [guard] / action`, what there is of it; a composite state
is a cluster labelled with its name, and also a node in that cluster if a transition touches it;
labels and colours that the source sets are kept, entry and exit actions are not.
"""

import json
import shutil
import subprocess
import sys
from collections import Counter
from typing import Any

from pairs_file import LONGEST, ROOT, Row, choose, json_array, main

from anecdot.common.errors import UserError
from anecdot.dot.write import Cluster, Draft, house

FOLDER = ROOT / "data" / "training" / "statemachine_cat"
PLAIN = (
    "", "", "", "", "", "",
    "state-machine-cat to plain DOT:",
    "Turn this state-machine-cat source into a DOT digraph.",
    "Same machine in Graphviz, please.",
    "Draw this state machine (smcat).",
    "smcat -> dot, one edge per transition:",
    "Convert the following statechart to DOT; nested states become clusters.",
    "Please rewrite as a Graphviz graph:",
)  # fmt: skip
FULL = (
    "Render with state-machine-cat's own DOT output (HTML tables, helper attributes):",
    "What does `smcat -T dot` print for this?",
    "The full state-machine-cat DOT rendering of this chart, tables included:",
    "smcat -T dot",
)


def build() -> list[Row]:
    """All rows, by machine name: the plain form, then the full rendering where it fits."""
    rows = []
    counts: Counter[str] = Counter()
    for name, machine in _run_package().items():
        origin = f"statemachine_cat/{name}"
        text = (FOLDER / "machines" / f"{name}.smcat").read_text(encoding="utf-8").strip()
        full = machine["dot"].strip()
        fits = len(full) <= LONGEST
        counts["too long" if not fits else "full"] += 1
        rows.append(_row(name, origin, PLAIN, text, house(plain(machine["model"])), "plain"))
        if fits:
            rows.append(_row(name, origin, FULL, text, full, "full"))
    print(
        f"{counts.total()} machines; full rendering within {LONGEST} characters for "
        f"{counts['full']}, too long for {counts['too long']}",
        file=sys.stderr,
    )
    return rows


def _row(
    name: str, origin: str, instructions: tuple[str, ...], text: str, dot: str, form: str
) -> Row:
    instruction = choose(instructions, f"{origin} {form}")
    made = "rendered" if form == "full" else "computed from the model parsed"
    return {
        "id": f"statemachine_cat-{name}-{form}",
        "source": "statemachine_cat",
        "license": "MIT",
        "task_type": "CODE_TO_DOT",
        "kind": "state_machine",
        "style": "code",
        "origin": origin,
        "input_code": f"{instruction}\n\n{text}" if instruction else text,
        "output_dot": dot,
        "verification_status": f"{made} by state-machine-cat; parsed and rendered by Graphviz",
    }


def _run_package() -> dict[str, dict[str, Any]]:
    """For each machine, by name: its `model` and `dot` as state-machine-cat gives them."""
    node = shutil.which("node")
    if not node or not (FOLDER / "node_modules").is_dir():
        folder = FOLDER.relative_to(ROOT)
        raise UserError(f"state-machine-cat is not installed; run npm ci --prefix {folder}")
    done = subprocess.run(
        [node, "render.mjs", "machines"], cwd=FOLDER, capture_output=True, text=True
    )
    if done.returncode:
        raise UserError(done.stderr.strip())
    return json.loads(done.stdout)


def plain(model: dict[str, Any]) -> Draft:
    """The parsed machine as a graph, by the rules above."""
    transitions = sorted(_transitions(model), key=lambda t: t["id"])
    graph = Draft()
    for t in transitions:
        graph.edge(t["from"], t["to"], _label(t), **({"color": t["color"]} if "color" in t else {}))
    touched = {t[end] for t in transitions for end in ("from", "to")}

    def members(states: list[dict[str, Any]]) -> tuple[list[str], list[Cluster]]:
        names, clusters = [], []
        for state in states:
            attrs = {key: state[key] for key in ("label", "color") if key in state}
            if "statemachine" not in state:
                names.append(state["name"])
                graph.nodes[state["name"]] = attrs
                continue
            own = [state["name"]] if state["name"] in touched else []
            inside, inner = members(state["statemachine"]["states"])
            title = attrs.get("label", state["name"])
            clusters.append(Cluster(title, own + inside, inner))
        return names, clusters

    _, graph.clusters = members(model["states"])
    return graph


def _transitions(model: dict[str, Any]) -> list[dict[str, Any]]:
    own = list(model.get("transitions", []))
    for state in model["states"]:
        own += _transitions(state["statemachine"]) if "statemachine" in state else []
    return own


def _label(transition: dict[str, Any]) -> str:
    """`event [guard] / action`, without the parts that the transition does not have."""
    forms = (("event", "{}"), ("cond", "[{}]"), ("action", "/ {}"))
    parts = [form.format(transition[key]) for key, form in forms if key in transition]
    return " ".join(" ".join(parts).split())


if __name__ == "__main__":
    sys.exit(main(FOLDER / "pairs.json", build, json_array))
