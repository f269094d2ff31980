"""C, Go, Java, JavaScript and Rust -> call graphs, state diagrams, hierarchies, by tree-sitter."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import tree_sitter_c
import tree_sitter_go
import tree_sitter_java
import tree_sitter_javascript
import tree_sitter_rust
from tree_sitter import Language, Node, Parser

from anecdot.common.errors import UserError
from anecdot.dot.write import Draft


@dataclass(frozen=True)
class Grammar:
    """Where a language's syntax tree has what is looked for (names of node types and fields).

    Attributes:
        language: the tree-sitter grammar.
        function: a function definition; its `name` or innermost `declarator` is its name.
        call: (node type, field that holds what is called).
        switch: a switch or match.
        case: one of its branches.
        value: field of a branch that holds the value, "" for a label child.
        result: node types whose last child is the state gone to.
    """

    language: Language
    function: tuple[str, ...]
    call: tuple[str, str]
    switch: tuple[str, ...]
    case: tuple[str, ...]
    value: str
    result: tuple[str, ...]


EVENT_TEST = re.compile(r"\w+ ===? ([A-Za-z_][\w.:]*)\Z").match


def _grammar(module: object, *parts: object) -> Grammar:
    return Grammar(Language(module.language()), *parts)  # type: ignore[attr-defined,arg-type]


C = _grammar(
    tree_sitter_c, ("function_definition",), ("call_expression", "function"),
    ("switch_statement",), ("case_statement",), "value",
    ("return_statement", "assignment_expression"),
)  # fmt: skip
GO = _grammar(
    tree_sitter_go, ("function_declaration",), ("call_expression", "function"),
    ("expression_switch_statement",), ("expression_case",), "value",
    ("return_statement", "assignment_statement"),
)  # fmt: skip
JAVA = _grammar(
    tree_sitter_java, ("method_declaration",), ("method_invocation", "name"),
    ("switch_expression",), ("switch_block_statement_group",), "",
    ("return_statement", "assignment_expression"),
)  # fmt: skip
JAVASCRIPT = _grammar(
    tree_sitter_javascript, ("function_declaration",), ("call_expression", "function"),
    ("switch_statement",), ("switch_case",), "value",
    ("return_statement", "assignment_expression"),
)  # fmt: skip
RUST = _grammar(
    tree_sitter_rust, ("function_item",), ("call_expression", "function"),
    ("match_expression",), ("match_arm",), "pattern", (),
)  # fmt: skip


def _parse(grammar: Grammar, code: str) -> Node:
    root = Parser(grammar.language).parse(code.encode()).root_node
    if root.has_error:
        bad = next(node for node in _walk(root) if node.is_error or node.is_missing)
        raise UserError(f"syntax error in line {bad.start_point.row + 1}")
    return root


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _text(node: Node) -> str:
    return node.text.decode()


def _last_name(text: str) -> str:
    """`State::Open`, `State.OPEN` or `OPEN` without what qualifies it."""
    return text.replace("::", ".").rsplit(".", 1)[-1].strip(" ;'\"")


def _function_name(function: Node) -> str:
    node = function.child_by_field_name("name") or function
    while inner := node.child_by_field_name("declarator"):
        node = inner
    return _text(node)


def read_calls(grammar: Grammar, code: str) -> Draft:
    """Caller -> callee among the functions that the file defines."""
    functions = [n for n in _walk(_parse(grammar, code)) if n.type in grammar.function]
    graph = Draft(nodes={_function_name(function): {} for function in functions})
    kind, field = grammar.call
    for function in functions:
        calls = [node for node in _walk(function) if node.type == kind]
        called = (_text(call.child_by_field_name(field)) for call in calls)
        for head in dict.fromkeys(called):
            if head in graph.nodes:
                graph.edge(_function_name(function), head)
    return graph


def read_switch(grammar: Grammar, code: str) -> Draft:
    """State -> next state of a switch over states, labelled `event [condition]`.

    The label is made by `_why`.
    """
    outer = next(node for node in _walk(_parse(grammar, code)) if node.type in grammar.switch)
    cases = [node for node in _cases(grammar, outer) if _values(grammar, node)]
    states = {_last_name(value) for case in cases for value in _values(grammar, case)}
    graph = Draft()
    for case in cases:
        for state in map(_last_name, _values(grammar, case)):
            for node in _walk(case):
                head = _last_name(_text(node.named_children[-1])) if node.named_children else ""
                if node.type in grammar.result and (head in states or head.isupper()):
                    graph.edge(state, head, _why(grammar, node, case))
    return graph


def _cases(grammar: Grammar, switch: Node) -> Iterator[Node]:
    for node in _walk(switch):
        if node.type in grammar.case:
            parent = node.parent
            while parent.type not in grammar.switch:
                parent = parent.parent
            if parent == switch:
                yield node


def _values(grammar: Grammar, case: Node) -> list[str]:
    if grammar.value:
        value = case.child_by_field_name(grammar.value)
        return _text(value).split(",") if value else []
    labels = [node for node in case.children if node.type == "switch_label"]
    return [_text(n) for label in labels for n in label.named_children]


def _why(grammar: Grammar, node: Node, case: Node) -> str:
    """What leads to `node` inside `case`: the event and the conditions.

    An event is the value of an inner case, or a name in `if (event == NAME)`.
    """
    event, conditions = "", []
    while node != case:
        if node.type == "if_statement":
            condition = _text(node.child_by_field_name("condition"))
            inside = condition.startswith("(") and condition.endswith(")")
            condition = condition[1:-1] if inside else condition
            if constant := EVENT_TEST(condition):
                event = _last_name(constant[1])
            else:
                conditions.insert(0, condition)
        elif node.type in grammar.case:
            event = " or ".join(map(_last_name, _values(grammar, node)))
        node = node.parent
    return " ".join([event] * bool(event) + [f"[{c}]" for c in conditions])


def read_rust_match(code: str) -> Draft:
    """State -> next state of a Rust `match (state, event)`, labelled `event [guard]`."""
    graph = Draft()
    for arm in (node for node in _walk(_parse(RUST, code)) if node.type == "match_arm"):
        pattern = arm.child_by_field_name("pattern")
        parts = pattern.named_children[0].named_children
        if len(parts) != 2 or parts[0].type != "scoped_identifier":
            continue  # the arm that keeps the state
        guard = pattern.child_by_field_name("condition")
        label = _last_name(_text(parts[1])) + (f" [{_text(guard)}]" if guard else "")
        head = _last_name(_text(arm.child_by_field_name("value")))
        graph.edge(_last_name(_text(parts[0])), head, label)
    return graph


def read_statechart_object(code: str) -> Draft:
    """State -> target of a statechart object (`states: { a: { on: { EVENT: "b" } } }`)."""
    root = _parse(JAVASCRIPT, code)
    pairs = (node for node in _walk(root) if node.type == "pair")
    states = next(p for p in pairs if _key(p) == "states").child_by_field_name("value")
    graph = Draft()
    for state, body in _pairs(states):
        graph.nodes[state] = {}
        for event, target in _pairs(dict(_pairs(body)).get("on")):
            if target.type == "string":
                graph.edge(state, _last_name(_text(target)), event)
                continue
            fields = {key: _last_name(_text(value)) for key, value in _pairs(target)}
            guard = f" [{fields['guard']}]" if "guard" in fields else ""
            graph.edge(state, fields["target"], event + guard)
    return graph


def _key(pair: Node) -> str:
    return _last_name(_text(pair.child_by_field_name("key")))


def _pairs(node: Node | None) -> Iterator[tuple[str, Node]]:
    for pair in node.named_children if node and node.type == "object" else []:
        if pair.type == "pair":
            yield _key(pair), pair.child_by_field_name("value")


def read_java_types(code: str) -> Draft:
    """Class or interface -> what it extends or implements, labelled with which of the two."""
    kinds = ("class_declaration", "interface_declaration", "record_declaration")
    types = [node for node in _walk(_parse(JAVA, code)) if node.type in kinds]
    graph = Draft(nodes={_text(t.child_by_field_name("name")): {} for t in types})
    for node in types:
        for clause in node.children:
            if clause.type in ("superclass", "super_interfaces", "extends_interfaces"):
                word = "implements" if clause.type == "super_interfaces" else "extends"
                for head in (n for n in _walk(clause) if n.type == "type_identifier"):
                    graph.edge(_text(node.child_by_field_name("name")), _text(head), word)
    return graph


calls_in = {
    name: partial(read_calls, grammar)
    for name, grammar in (("c", C), ("go", GO), ("javascript", JAVASCRIPT), ("rust", RUST))
}
switch_in = {
    name: partial(read_switch, grammar)
    for name, grammar in (("c", C), ("go", GO), ("java", JAVA), ("javascript", JAVASCRIPT))
}
