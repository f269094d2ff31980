"""The project's one reader of YAML: numbers as YAML 1.2 writes them, and the line of each entry.

DVC writes 1e-05, which YAML 1.1, and so PyYAML as it comes, takes for text; and it reads `yes` as
text and 010 as ten, where YAML 1.1 has true and eight. What could be read in two ways is text here.
"""

import re
from pathlib import Path
from typing import Any

import yaml

from anecdot.common.errors import UserError


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012


for _kind, _pattern, _first in (
    ("null", r"~|null|", [*"~n", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    ("int", r"[-+]?(0|[1-9][0-9]*)", [*"-+0123456789"]),
    (
        "float",
        r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan",
        [*"-+0123456789."],
    ),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_kind}", re.compile(rf"(?:{_pattern})\Z"), _first
    )


def read_value(text: str) -> Any:
    """What a value means that stands alone, as on a command line. Raises yaml.YAMLError."""
    return yaml.load(text, _Loader)


def read_yaml(path: Path | str, hint: str = "check the path") -> dict[str, Any]:
    """The entries of a YAML file of `name: value` lines. Raises UserError as `read_lines` does."""
    return {name: value for name, (value, _) in read_lines(path, hint).items()}


def read_lines(path: Path | str, hint: str = "check the path") -> dict[str, tuple[Any, int]]:
    """The entries of a YAML file of `name: value` lines, each with its line number from 1.

    Args:
        path: the file.
        hint: what to do where it is missing.

    Raises:
        UserError: naming file, line and remedy, where it is missing or no such file, or has a name
            twice.
    """
    loader = None
    try:
        loader = _Loader(_text(Path(path), hint))
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise UserError(f"{path}: must be `name: value` lines; restore it with Git")
        entries: dict[str, tuple[Any, int]] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            name = key.value if isinstance(key, yaml.ScalarNode) else "a list as a name"
            if name in entries:
                also = entries[name][1]
                raise UserError(f"{path}:{line}: {name} stands in line {also} too; remove one")
            try:
                entries[name] = (loader.construct_document(value), line)
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
                raise UserError(f"{path}:{line}: {name} has no readable value; mend it") from None
        return entries
    except yaml.YAMLError as error:
        raise UserError(f"{path}{_describe(error, loader)}; mend it or the line before") from None
    except RecursionError:
        raise UserError(f"{path}: brackets nested too deeply; restore it with Git") from None


def _describe(error: yaml.YAMLError, loader: _Loader | None) -> str:
    """ ":LINE: not valid YAML (reason)"."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable"
    line = mark.line + 1 if mark else loader.line + 1 if loader else None
    return f"{f':{line}' if line else ''}: not valid YAML ({' '.join(str(problem).split())})"


def _text(path: Path, hint: str) -> str:
    if path.exists() and not path.is_file():
        raise UserError(f"{path}: not a file; {hint}")
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; {hint}") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise UserError(f"{path}:{line}: not UTF-8; save the file as UTF-8") from None
    # PyYAML names a character's place, not its line.
    if odd := yaml.reader.Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise UserError(f"{path}:{line}: has the control character {odd[0]!r}; remove it")
    return text
