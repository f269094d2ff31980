"""Rows and files of pairs, as prepare reads them."""

import json
import os
from pathlib import Path
from typing import Any

from conftest import door
from inputs.harness import Case

PREPARE = ("prepare",)
STREAM, NOVEL = "data/streams/doors.jsonl", "data/novel/terse.jsonl"
PAIRS_FILE = "data/training/machines/pairs.json"
GOOD = [door(number) for number in range(20)]
BAD_LINE = 7
EITHER = (0, 1)  # taken or refused, but in one line


def jsonl(rows: list[Any]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def with_row(row: Any) -> bytes:
    """The stream with another row in line BAD_LINE: bytes as they are, anything else as JSON."""
    raw = row if isinstance(row, bytes) else json.dumps(row).encode()
    lines = jsonl(GOOD).split(b"\n")
    lines[BAD_LINE - 1] = raw
    return b"\n".join(lines)


def changed(**fields: Any) -> dict[str, Any]:
    row = door(BAD_LINE - 1) | fields
    return {name: value for name, value in row.items() if value is not Ellipsis}


FIELDS = ("id", "source", "license", "task_type", "kind", "style", "origin", "input_text",
          "output_dot", "context_snippet")  # fmt: skip
VALUES = {
    "a number": 3, "a list": ["a"], "a mapping": {"a": 1}, "true": True,
    "half a character": "a\ud800b",
}  # fmt: skip
MAYBE = {
    "many characters": "x" * 5_000_000,
    "null": None,
    "empty": "",
    "a zero byte": "a\0b",
    "controls": "a\x1b[31mb\x07",
}

ROWS = {
    "no input": changed(input_text=...),
    "no target": changed(output_dot=...),
    "empty input": changed(input_text=""),
    "blank input": changed(input_text=" \n\t"),
    "empty target": changed(output_dot=""),
    "blank target": changed(output_dot="  "),
    "two inputs": changed(input_code="a -> b"),
    "two targets": changed(dot="digraph {a}"),
    "a misspelt target": changed(output_dott="digraph {}", output_dot=...),
    "a misspelt input": changed(input_txt="a to b", input_text=...),
    "a task unknown": changed(task_type="SUMMARY"),
    "an id again": changed(id="door-000"),
    "an empty row": {},
    "a list": [],
    "a number": 3,
    "a text": "digraph {}",
    "null": None,
    "cut off": b'{"input_text": "a to b", "output_dot": "digraph',
    "two rows on a line": json.dumps(door(50)).encode() + json.dumps(door(51)).encode(),
    "a comma behind": json.dumps(door(50)).encode() + b",",
    "single quotes": b"{'input_text': 'a', 'output_dot': 'digraph {}'}",
    "no JSON": b"A door leads from a to b.",
    "TSV": b"A to B\tdigraph {a -> b}",
    "deep": b"[" * 100_000,
    "deep in a field": b'{"input_text": ' + b"[" * 100_000,
    "a long number": b'{"input_text": ' + b"9" * 10_000 + b"}",
    "not a number": b'{"input_text": NaN, "output_dot": "digraph {}"}',
    "a key twice": b'{"input_text": "a", "input_text": "b", "output_dot": "digraph {a}"}',
    "latin-1": '{"input_text": "café", "output_dot": "digraph {a}"}'.encode("latin-1"),
    "a zero byte": b"\0",
    "binary": bytes(range(256)).replace(b"\n", b""),
}
TARGETS = {
    "prose": "Here is the graph.",
    "unclosed": "digraph {a -> b",
    "the wrong edge": "digraph {a -- b}",
    "the wrong arrow": "graph {a -> b}",
    "a fence": "```dot\ndigraph {a -> b}\n```",
    "two graphs": "digraph {a} digraph {b}",
    "text behind": "digraph {a} and so on",
    "an unquoted hyphen": "digraph {a-b -> c}",
    "no name of an attribute": "digraph {a [=x]}",
    "an open quote": 'digraph {a [label="x]}',
    "an open comment": "digraph {a /* b }",
    "mermaid": "graph TD; A-->B",
    "an XML": "<svg/>",
    "deep subgraphs": "digraph {" + "{" * 9_000 + "}" * 9_000 + "}",
    "open subgraphs": "digraph " + "{" * 9_000,
    "a zero byte": "digraph {a\0 -> b}",
    "an HTML label, broken": "digraph {a [label=<<b>x</i>>]}",
}
FILES = {
    "empty": b"",
    "blank lines": b"\n\n\n",
    "UTF-16": jsonl(GOOD).decode().encode("utf-16"),
    "UTF-32": jsonl(GOOD).decode().encode("utf-32"),
    "zeros": bytes(10_000),
    "an array": json.dumps(GOOD, indent=1).encode(),
    "gzip": b"\x1f\x8b\x08\x00" + bytes(range(200)),
    "LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n",
    "conflict marks": b"<<<<<<< HEAD\n" + jsonl(GOOD) + b"=======\n",
    "HTML": b"<!DOCTYPE html>\n<html></html>\n",
    "cut off": jsonl(GOOD)[:-40],
    "one row": jsonl(GOOD[:1]),
    "one pair many times": jsonl([door(0) | {"id": f"{n}"} for n in range(20)]),
}
FORMS = {
    "CRLF": jsonl(GOOD).replace(b"\n", b"\r\n"),
    "a mark of order": b"\xef\xbb\xbf" + jsonl(GOOD),
    "no last newline": jsonl(GOOD).rstrip(),
    "blank lines between": jsonl(GOOD).replace(b"\n", b"\n\n"),
}
PAIRS_FILES = {
    "empty": b"",
    "an empty array": b"[]",
    "a mapping": b"{}",
    "a number": b"3",
    "cut off": b'[{"input_text": "a',
    "no comma": json.dumps([door(60), door(61)]).replace("}, {", "} {").encode(),
    "a comma at the end": json.dumps([door(60)])[:-1].encode() + b",]",
    "text behind": json.dumps([door(60)]).encode() + b"x",
    "two arrays": json.dumps([door(60)]).encode() * 2,
    "null": b"[null]",
    "numbers": b"[1, 2]",
    "deep": b"[" * 100_000,
    "a long number": b"[" + b"9" * 10_000 + b"]",
    "UTF-16": json.dumps([door(60)]).encode("utf-16"),
    "half a character": json.dumps([changed(input_text="a\udfff")]).encode(),
    "zeros": bytes(100),
}


def fifo(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def dangling(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to("nowhere")


CASES = [
    *(Case(f"row: {field} is {what}", PREPARE, STREAM, with_row(changed(**{field: value})),
           words=f"{STREAM}:{BAD_LINE}")
      for field in FIELDS for what, value in VALUES.items()),
    *(Case(f"row: {field} is {what}", PREPARE, STREAM, with_row(changed(**{field: value})), EITHER)
      for field in FIELDS for what, value in MAYBE.items()
      if what != "many characters" or "put" in field),
    *(Case(f"row: {what}", PREPARE, STREAM, with_row(row), words=f":{BAD_LINE}")
      for what, row in ROWS.items()),
    *(Case(f"target: {what}", PREPARE, STREAM, with_row(changed(output_dot=text)),
           EITHER if "HTML" in what else (1,), words="" if "HTML" in what else f":{BAD_LINE}")
      for what, text in TARGETS.items()),
    *(Case(f"stream: {what}", PREPARE, STREAM, raw) for what, raw in FILES.items()),
    *(Case(f"test set: {what}", PREPARE, NOVEL, raw, EITHER if what == "one row" else (1,))
      for what, raw in FILES.items() if "many times" not in what),
    *(Case(f"stream: {what}", PREPARE, STREAM, raw, (0,)) for what, raw in FORMS.items()),
    *(Case(f"pairs.json: {what}", PREPARE, PAIRS_FILE, raw) for what, raw in PAIRS_FILES.items()),
    *(Case(f"{kind}: {what}", PREPARE, path, damage, seconds=3 if damage is fifo else 60)
      for kind, path in (("stream", STREAM), ("test set", NOVEL), ("pairs.json", PAIRS_FILE))
      for what, damage in (("a folder", folder), ("a dangling link", dangling), ("a FIFO", fifo))),
    Case("streams: removed", PREPARE, STREAM, None),
    Case("test set: removed", PREPARE, NOVEL, None),
    Case("test set: in the stream", PREPARE, STREAM,
         jsonl([*GOOD, *(door(number) for number in range(100, 104))])),
]  # fmt: skip
