"""Arguments of the commands, and the files that `generate.py` is given.

Exit status 2 is argparse's own, for arguments that do not go together.
"""

import json

from inputs.harness import Case
from inputs.pairs_cases import dangling, folder

BASE = ("generate", "--base")
FILE = "requests.jsonl"
OUT = "--output=graphs.jsonl"
GOOD = b'{"input_text": "A to B."}\n'

# Arguments, and the exit status.
ARGUMENTS: list[tuple[tuple[str, ...], int]] = [
    ((), 2),
    (("",), 2),
    ((" ",), 1),
    (("\n\t",), 1),
    (("\u00a0",), 1),
    (("a", "b"), 2),
    (("--nothing", "a"), 2),
    (("--svg",), 2),
    (("--png",), 2),
    (("--max-new-tokens", "a"), 2),
    (("--max-new-tokens=0", "a"), 2),
    (("--max-new-tokens=-1", "a"), 2),
    (("--max-new-tokens=15", "a"), 2),
    (("--max-new-tokens=1.5", "a"), 2),
    (("--max-new-tokens=abc", "a"), 2),
    (("--max-new-tokens=", "a"), 2),
    (("--max-new-tokens=" + "9" * 5000, "a"), 2),
    (("--input", FILE), 2),
    ((OUT,), 2),
    ((OUT, "a"), 2),
    (("--input", FILE, OUT, "a"), 2),
    (("--input", FILE, OUT, "--svg=a.svg"), 2),
    (("--input", FILE, OUT, "--png=a.png"), 2),
    (("--input", FILE, "--output", FILE), 1),
    (("--input", FILE, "--output", f"./{FILE}"), 1),
    (("--svg", "a.svg", "--png", "a.svg", "a"), 2),
    (("--input", "missing.jsonl", OUT), 1),
    (("--input", "data", OUT), 1),
    (("--input", "missing/missing.jsonl", OUT), 1),
    (("--input", "dvc.yaml/a.jsonl", OUT), 1),
    (("--input", "", OUT), 2),
    (("--input", FILE, "--output", "data"), 1),
    (("--input", FILE, "--output", "dvc.yaml/a.jsonl"), 1),
    (("--input", FILE, "--output", "/proc/a.jsonl"), 1),
    (("--input", FILE, "--output", "a" * 300), 1),
    (("--svg", "data", "a"), 1),
    (("--svg", "dvc.yaml/a.svg", "a"), 1),
    (("--svg", "/proc/a.svg", "a"), 1),
    (("--svg", "a" * 300, "a"), 1),
    (("--png", "data", "a"), 1),
    (("--png", "dvc.yaml/a.png", "a"), 1),
    (("--png", "/proc/a.png", "a"), 1),
    (("--adapter", "missing", "a"), 1),
    (("--adapter", "dvc.yaml", "a"), 1),
    (("--adapter", "data", "a"), 1),
    (("--adapter", "", "a"), 1),
    (("--adapter", "a\nb", "a"), 1),
    (("a \udce9 b",), 1),
    (("--adapter", "caf\udce9", "a"), 1),
]
STDIN = {
    "empty": b"",
    "blank": b" \n",
    "latin-1": "café".encode("latin-1"),
    "UTF-16": "A to B".encode("utf-16"),
    "half a character": b"A to \xed\xa0\x80",
    "cut off": b"A to \xe2\x82",
    "zeros": bytes(10),
    "a mark of order alone": b"\xef\xbb\xbf",
}
ROWS = {
    "no input": {"text": "a"},
    "a number": {"input_text": 3},
    "null": {"input_text": None},
    "a list": {"input_text": ["a"]},
    "empty": {"input_text": ""},
    "blank": {"input_text": " "},
    "half a character": {"input_text": "a\ud800"},
    "an array": [1],
    "a text": "a",
    "a snippet that is a number": {"input_text": "a", "context_snippet": 3},
}
FILES = {
    "empty": b"",
    "blank lines": b"\n\n",
    "not JSON": b"A to B\n",
    "cut off": GOOD + b'{"input_text": "a',
    "latin-1": GOOD + '{"input_text": "café"}'.encode("latin-1"),
    "UTF-16": GOOD.decode().encode("utf-16"),
    "zeros": bytes(100),
    "deep": GOOD + b"[" * 100_000,
    "deep in a field": GOOD + b'{"input_text": ' + b"[" * 100_000,
    "a long number": GOOD + b'{"input_text": "a", "n": ' + b"9" * 10_000 + b"}",
    "a comma": GOOD.rstrip() + b",\n",
    "an array of rows": b"[" + GOOD.rstrip() + b"]\n",
}


def _case(name: str, *argv: str, status: int = 1, **more: object) -> Case:
    return Case(f"generate: {name}", (*BASE, *argv), statuses=(status,), **more)


def shown(argv: tuple[str, ...]) -> str:
    return ascii(" ".join(argv))[1:-1][:50]


CASES = [
    *(Case(f"generate: {number} {shown(argv)}",
           (BASE if not any("adapter" in a for a in argv) else BASE[:1]) + argv,
           FILE if FILE in argv else "", GOOD, (status,))
      for number, (argv, status) in enumerate(ARGUMENTS)),
    *(_case(f"standard input {what}", "-", stdin=raw) for what, raw in STDIN.items()),
    *(_case(f"row {what}", "--input", FILE, OUT, file=FILE, words=f"{FILE}:2",
            damage=GOOD + json.dumps(row).encode())
      for what, row in ROWS.items()),
    *(_case(f"file {what}", "--input", FILE, OUT, file=FILE, damage=raw, words=FILE)
      for what, raw in FILES.items()),
    *(_case(f"file {what}", "--input", FILE, OUT, file=FILE, damage=damage)
      for what, damage in (("a folder", folder), ("a dangling link", dangling))),
    *(Case(f"{name}: {argument or 'help'}", (name, argument), statuses=(status,))
      for name in ("prepare", "train", "baseline", "evaluate", "generate", "synthesize", "resolve")
      for argument, status in (("--help", 0), ("--nothing", 2))),
    *(_case(f"params.yaml {what}", "a", file="params.yaml", damage=raw)
      for what, raw in (("removed", None), ("empty", b""), ("binary", bytes(range(256))))),
]  # fmt: skip
