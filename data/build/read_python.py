"""Python modules -> import, call, inheritance and reference graphs, parsed or run."""

import ast
import re
import typing
from collections.abc import Iterator
from typing import Any

from read_machines import run

from anecdot.dot.write import Draft

HEADER = re.compile(r"^# (\S+)\.py$", re.MULTILINE)


def _modules(code: str) -> dict[str, ast.Module]:
    """Module name -> tree, of files that each follow a line `# path.py`."""
    parts = HEADER.split(code)[1:]
    named = zip(parts[::2], parts[1::2], strict=True)
    return {
        path.replace("/", ".").removesuffix(".__init__"): ast.parse(text) for path, text in named
    }


def _imported(name: str, tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    """(module, names imported from it) for each import in the module `name`, in order."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = name.split(".")[: -node.level] if node.level else []
            module = ".".join([*package, *([node.module] if node.module else [])])
            yield module, [alias.name for alias in node.names]


def read_imports(code: str) -> Draft:
    """Importing module -> imported module, among the files given."""
    modules = _modules(code)
    graph = Draft(nodes={name: {} for name in modules})
    for name, tree in modules.items():
        heads: dict[str, None] = {}
        for module, names in _imported(name, tree):
            inner = [f"{module}.{n}".removeprefix(".") for n in names]
            found = [full for full in inner if full in modules]
            heads |= dict.fromkeys(found or ([module] if module in modules else []))
        for head in heads:
            graph.edge(name, head)
    return graph


def read_script_imports(code: str) -> Draft:
    """One file -> every module that it imports, the standard library's too."""
    graph = Draft()
    for name, tree in _modules(code).items():
        for head in dict.fromkeys(module for module, _ in _imported(name, tree)):
            graph.edge(name, head)
    return graph


def read_calls(code: str) -> Draft:
    """Caller -> callee among the functions (`f`) and methods (`Class.f`) of one module."""
    tree = ast.parse(code)
    graph = Draft(nodes={name: {} for name, _, _ in _functions(tree)})
    for name, owner, function in _functions(tree):
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
        calls.sort(key=lambda call: (call.lineno, call.col_offset))
        called = (_callee(call.func, owner) for call in calls)
        for head in dict.fromkeys(called):
            if head in graph.nodes:
                graph.edge(name, head)
    return graph


def _functions(tree: ast.Module) -> Iterator[tuple[str, str, ast.AST]]:
    """(name, class or "", definition) of each function and method."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    for node in tree.body:
        if isinstance(node, kinds):
            yield node.name, "", node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, kinds):
                    yield f"{node.name}.{inner.name}", node.name, inner


def _callee(function: ast.expr, owner: str) -> str | None:
    if isinstance(function, ast.Name):
        return function.id
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        base = owner if function.value.id in ("self", "cls") else function.value.id
        return f"{base}.{function.attr}"
    return None


def _classes(code: str) -> dict[str, type]:
    defined = run(code)
    return {
        name: value
        for name, value in defined.items()
        if isinstance(value, type) and value.__module__ == "source"
    }


def read_inheritance(code: str) -> Draft:
    """Class -> base class (`object` left out)."""
    classes = _classes(code)
    graph = Draft(nodes={name: {} for name in classes})
    for name, cls in classes.items():
        for base in cls.__bases__:
            if base is not object:
                graph.edge(name, base.__name__)
    return graph


def read_fields(code: str) -> Draft:
    """Class -> class named in the type of one of its fields, labelled with the field."""
    classes = _classes(code)
    graph = Draft(nodes={name: {} for name in classes})
    for name, cls in classes.items():
        for field, hint in typing.get_type_hints(cls, globalns=dict(classes)).items():
            for head in dict.fromkeys(_named_types(hint)):
                if head in classes:
                    graph.edge(name, head, field)
    return graph


def _named_types(hint: Any) -> Iterator[str]:
    if arguments := typing.get_args(hint):
        for argument in arguments:
            yield from _named_types(argument)
    elif isinstance(hint, type):
        yield hint.__name__


def read_bazel(code: str) -> Draft:
    """Bazel target -> the local targets in its `deps` (a BUILD file is read as Python)."""
    rules = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    graph = Draft()
    for rule in rules:
        values = {word.arg: ast.literal_eval(word.value) for word in rule.keywords}
        graph.nodes[values["name"]] = {}
        for label in values.get("deps", []):
            graph.edge(values["name"], label.removeprefix(":"))
    return graph
