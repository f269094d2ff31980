"""State machines and automata written in Python -> graphs, by running the code.

Edge labels are `event [guard]`; a transition without a target (internal) is drawn as a loop.
"""

import sys
import types
from typing import Any
from unittest.mock import patch

import automata.fa.fa
import networkx
import statemachine
import transitions.core

from anecdot.common.errors import UserError
from anecdot.dot.write import Cluster, Draft


def run(code: str) -> dict[str, Any]:
    """The names that `code` defines when run as a module `source`."""
    module = types.ModuleType("source")
    with patch.dict(sys.modules, {"source": module}):  # dataclasses look their module up
        exec(compile(code, "source", "exec"), module.__dict__)
    return module.__dict__


def _only(namespace: dict[str, Any], kind: type) -> Any:
    """The one value of type `kind` among the names."""
    found = {id(value): value for value in namespace.values() if isinstance(value, kind)}
    if len(found) != 1:
        raise UserError(f"must define exactly one {kind.__name__}, defines {len(found)}")
    return next(iter(found.values()))


def _guarded(event: str, guards: list[tuple[str, bool]]) -> str:
    """`event [guard and not other]`; each guard is (name, value that lets the event pass)."""
    text = " and ".join(name if value else f"not {name}" for name, value in guards)
    return f"{event} [{text}]" if text else event


def _name(value: Any) -> str:
    """The name of a callback (a string or a function) or of a state (a string or an enum)."""
    return value if isinstance(value, str) else getattr(value, "__name__", None) or value.name


# ---- transitions ------------------------------------------------------------------------------


def read_transitions(code: str) -> Draft:
    """A machine of the library `transitions`; the `to_...` triggers that it adds are left out."""
    added: list[tuple[str, Any]] = []
    original = transitions.core.Event.add_transition

    def record(event: Any, transition: Any) -> None:
        added.append((event.name, transition))
        original(event, transition)

    with patch.object(transitions.core.Event, "add_transition", record):
        machine = _only(run(code), transitions.Machine)
    graph = Draft()
    for event, t in added:
        if event.startswith("to_"):
            continue
        guards = [(_name(c.func), c.target) for c in t.conditions]
        graph.edge(t.source, t.source if t.dest is None else t.dest, _guarded(event, guards))
    touched = {end for tail, head, _ in graph.edges for end in (tail, head)}
    for end in sorted(touched):
        machine.get_state(end)  # raises for a name relative to a parent, which the record may hold
    separator = getattr(machine.state_cls, "separator", "_")
    graph.nodes, graph.clusters = _members(machine.states.values(), "", separator, touched)
    return graph


def _members(
    states: Any, prefix: str, separator: str, touched: set[str]
) -> tuple[dict[str, dict[str, str]], list[Cluster]]:
    nodes: dict[str, dict[str, str]] = {}
    clusters = []
    for state in states:
        name = prefix + _name(state._name)
        children = getattr(state, "states", None)
        if not children:
            nodes[name] = {}
            continue
        inside, inner = _members(children.values(), name + separator, separator, touched)
        own = [name] if name in touched else []
        clusters.append(Cluster(name, own + list(inside), inner))
    return nodes, clusters


# ---- python-statemachine ----------------------------------------------------------------------


def read_statemachine(code: str) -> Draft:
    """A machine class of `python-statemachine`; a state's id is its attribute name.

    A display name given in the code is the node's label.
    """
    made: list[Any] = []  # the transitions in the order of the code
    named: list[Any] = []  # the states that the code gives a name
    new_transition = statemachine.transition.Transition.__init__
    new_state = statemachine.State.__init__

    def transition(self: Any, *args: Any, **kwargs: Any) -> None:
        made.append(self)
        new_transition(self, *args, **kwargs)

    def state(self: Any, name: str = "", *args: Any, **kwargs: Any) -> None:
        if name:
            named.append(self)
        new_state(self, name, *args, **kwargs)

    with (
        patch.object(statemachine.transition.Transition, "__init__", transition),
        patch.object(statemachine.State, "__init__", state),
    ):
        names = run(code)
    machines = [
        value
        for value in names.values()
        if isinstance(value, type)
        and issubclass(value, statemachine.StateChart)
        and value.__module__ == "source"
    ]
    if not machines:
        raise UserError("defines no StateMachine")
    states = list(machines[-1].states)
    used = {id(t) for s in states for t in s.transitions}
    labelled = {id(s) for s in named}
    graph = Draft(nodes={s.id: {"label": s.name} if id(s) in labelled else {} for s in states})
    for t in (t for t in made if id(t) in used):
        guards = [(_name(spec.func), spec.expected_value) for spec in t.cond]
        target = t.source if t.internal or t.target is None else t.target
        graph.edge(t.source.id, target.id, _guarded(" ".join(map(str, t.events)), guards))
    return graph


# ---- automata-lib and networkx ----------------------------------------------------------------


def read_automaton(code: str) -> Draft:
    """A DFA or NFA of `automata-lib`: one edge a symbol, the empty word as ε."""
    automaton = _only(run(code), automata.fa.fa.FA)
    graph = Draft(nodes={})
    for state, row in automaton.transitions.items():
        graph.nodes[str(state)] = {}
        for symbol, target in row.items():
            heads = sorted(target) if isinstance(target, frozenset | set) else [target]
            for head in heads:
                graph.edge(str(state), str(head), symbol or "ε")
    return graph


def read_networkx(code: str) -> Draft:
    """A graph built with networkx; an edge's label is its `weight` or `label`."""
    built = _only(run(code), networkx.Graph)
    graph = Draft(directed=built.is_directed(), nodes={str(node): {} for node in built})
    for tail, head, data in built.edges(data=True):
        text = data.get("weight", data.get("label"))
        graph.edge(str(tail), str(head), None if text is None else str(text))
    return graph
