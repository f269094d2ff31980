"""What earlier stages and libraries wrote, damaged: base, adapter, prepared pairs, metrics."""

import json
from pathlib import Path

from inputs.harness import Case, Damage
from inputs.pairs_cases import dangling, folder

EITHER = (0, 1)


def cut(path: Path) -> None:
    """Not at the end of a row: that nobody could see."""
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) * 3 // 5])


JSON_DAMAGE: dict[str, Damage] = {
    "removed": None,
    "empty": b"",
    "cut off": cut,
    "zeros": bytes(100),
    "latin-1": "é".encode("latin-1"),
    "a list": b"[]",
    "null": b"null",
    "deep": b"[" * 100_000,
    "a folder": folder,
    "a dangling link": dangling,
    "an empty mapping": b"{}",
}
BINARY: dict[str, Damage] = {
    "removed": None,
    "empty": b"",
    "cut off": cut,
    "zeros": bytes(1000),
    "a pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n",
    "a long header": b"\xff" * 8 + b"{}",
    "an empty header": (2).to_bytes(8, "little") + b"{}",
    "a folder": folder,
}
ROWS: dict[str, Damage] = {
    "removed": None,
    "empty": b"",
    "cut off": cut,
    "zeros": bytes(100),
    "numbers": b"3\n4\n",
    "other rows": b'{"a": 1}\n',
    "numbers in rows": json.dumps(
        {"id": 1, "source": 2, "input_text": 3, "output_dot": 4, "task_type": 5}
    ).encode(),
    "deep": b"[" * 100_000,
    "half a character": b'{"id": "a", "input_text": "\\ud800", "output_dot": "digraph {}"}\n',
    "UTF-16": '{"id": "a"}'.encode("utf-16"),
    "a folder": folder,
}
CURVE: dict[str, Damage] = {
    "empty row": b"step\tloss\n\t\n",
    "cut off": b"step\tloss\n1\t0.5\n2\n",
    "other columns": b"a\tb\n1\t2\n",
    "latin-1": b"step\tloss\n1\t\xe9\n",
    "zeros": b"step\tloss\n1\t" + bytes(100),
    "a folder": folder,
}


def _cases(
    argv: tuple[str, ...], file: str, damages: dict[str, Damage], statuses: tuple[int, ...] = (1,)
) -> list[Case]:
    return [
        Case(f"{argv[0]}, {file}: {what}", argv, file, damage, statuses,
             words=str(Path(file).parent) if statuses == (1,) else "", seconds=20)
        for what, damage in damages.items()
    ]  # fmt: skip


TUNED, UNTOUCHED = ("generate", "A to B"), ("generate", "--base", "A to B")

CASES = [
    *_cases(TUNED, "models/adapter/adapter_config.json", JSON_DAMAGE),
    *_cases(TUNED, "models/adapter/adapter_model.safetensors", BINARY),
    *_cases(UNTOUCHED, "models/base/config.json", JSON_DAMAGE),
    *_cases(UNTOUCHED, "models/base/model.safetensors", BINARY),
    *_cases(UNTOUCHED, "models/base/tokenizer.json", JSON_DAMAGE),
    *_cases(UNTOUCHED, "models/base/tokenizer_config.json", JSON_DAMAGE, EITHER),
    *_cases(UNTOUCHED, "models/base/generation_config.json", JSON_DAMAGE, EITHER),
    *_cases(("evaluate", "--show"), "metrics/evaluate.json", JSON_DAMAGE),
    *_cases(("evaluate", "--show"), "metrics/evidence.json", JSON_DAMAGE),
    *_cases(("evaluate",), "metrics/baseline/losses.json", JSON_DAMAGE),
    *_cases(("evaluate",), "metrics/baseline/answers.jsonl", ROWS),
    *_cases(("evaluate",), "metrics/train/plots/metrics/loss.tsv", CURVE),
    *_cases(("check_data",), "data/prepared/train.jsonl", ROWS),
    *_cases(("baseline",), "data/prepared/validation.jsonl", ROWS),
    *_cases(("baseline",), "data/prepared/novel.jsonl", ROWS),
    *_cases(("train",), "data/prepared/train.jsonl", ROWS),
    *_cases(("train",), "data/prepared/validation.jsonl", ROWS),
]
