"""The rivals' answers to the held-out pairs: asked for once, kept in a folder for each rival.

`metrics/rivals/NAME/` holds answers.jsonl and about.json; NAME is the rival's column in every
table. An answer belongs to the very prompt that it was given to: a pair that changed, or that was
shown other examples, is asked again.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import Any, TypeVar

from anecdot.common.errors import UserError
from anecdot.common.files import digest, read_json, read_jsonl, write_json, write_jsonl
from anecdot.common.progress import Progress
from anecdot.prompting.prompt import user_text
from anecdot.rivals.endpoint import Endpoint, Refused
from anecdot.rivals.few_shot import Examples, with_examples

FOLDER = Path("metrics/rivals")
LOGS = Path(".checkpoints")
OURS = ("base", "tuned", "constrained", "comparison")  # names that no rival can have
FEW = 5  # so many questions refused, and none answered: so it will go with all of them
ANSWER = {"block", "id", "asked", "examples", "text", "stopped"}  # keys of a kept answer

Rows = list[dict[str, Any]]
Item = TypeVar("Item")


def column(model: str, shots: int) -> str:
    """A rival's name where none is given: small letters, digits and hyphens alone, so that it may
    stand in a path, a style sheet and a key of the metrics."""
    words = f"{model} {shots} shots" if shots else model
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def ask(
    endpoint: Endpoint, rows: Rows, name: str, training: Path | None, shots: int, parallel: int
) -> None:
    """Let a rival answer every row, and keep its answers; goes on where a killed run was.

    Args:
        endpoint: where the rival answers.
        rows: the held-out pairs, with their blocks.
        name: of its folder.
        training: the pairs to choose examples from, where it is shown `shots` of them.
        parallel: questions at once.

    Raises:
        UserError: a bad name, a folder with another rival's answers, a service that fails.
    """
    about = {"model": endpoint.model, "endpoint": endpoint.name, "shots": shots}
    about |= {"max_tokens": endpoint.max_tokens}
    folder, log = FOLDER / name, LOGS / f"rival-{name}-{digest(about)[:16]}.jsonl"
    _check(name, about)
    pool = Examples([row for _, row in read_jsonl(training)]) if shots and training else None
    shown = {_key(row): pool.like(user_text(row), shots) if pool else [] for row in rows}
    given = {_key(row): row for path in (folder / "answers.jsonl", log) for row in _read(path)}

    def is_known(row: dict[str, Any]) -> bool:
        kept = given.get(_key(row))
        return kept is not None and kept["examples"] == [pair["id"] for pair in shown[_key(row)]]

    missing = [row for row in rows if not is_known(row)]
    progress = Progress(f"evaluate: {name}", len(rows), len(rows) - len(missing))
    answered, waiting = any("refused" not in kept for kept in given.values()), []
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as file:
        file.write("\n")  # ends a line that was cut off
        for found in _spread(
            lambda row: _answer(endpoint, row, shown[_key(row)]), missing, parallel
        ):
            given[_key(found)] = found
            waiting.append(json.dumps(found) + "\n")
            answered = answered or "refused" not in found
            if not answered and len(waiting) == min(FEW, len(missing)):
                raise UserError(f"{endpoint.name}: {found['refused']}; check --model and options")
            if answered:  # until then a refusal may be of an option, not of the question
                file.writelines(waiting)
                file.flush()
                waiting.clear()
            progress.advance()
    refused = sum("refused" in given[_key(row)] for row in rows)
    about |= {"adapted": endpoint.adapted, "asked_on": time.strftime("%Y-%m-%d", time.gmtime())}
    about |= {"answers": len(given), "refused": refused}
    write_jsonl(folder / "answers.jsonl", [given[key] for key in sorted(given)])
    write_json(folder / "about.json", about)
    log.unlink()
    if refused:
        print(f"evaluate: {name} refused {refused} of {len(rows)} questions; each counts as wrong")


def _check(name: str, about: dict[str, Any]) -> None:
    """Raise UserError where the name is none, or its folder holds what was asked otherwise."""
    if name in OURS or not re.fullmatch("[a-z0-9][a-z0-9-]*", name):
        raise UserError(
            f"--name {name!r}: use small letters, digits and hyphens, and none of {', '.join(OURS)}"
        )
    path = FOLDER / name / "about.json"
    if path.exists():
        before = read_json(path)
        if any(before.get(key) != value for key, value in about.items()):
            raise UserError(
                f"{path.parent}: holds answers of {before.get('model')} at "
                f"{before.get('endpoint')}, asked otherwise; give another --name, or remove it"
            )


def _answer(endpoint: Endpoint, row: dict[str, Any], pairs: list[dict[str, Any]]) -> dict[str, Any]:
    text = user_text(row)
    try:
        found = endpoint.answer(with_examples(pairs, text) if pairs else text)
    except Refused as reason:
        found = {"text": "", "stopped": False, "tokens": 0, "refused": str(reason)}
    block, number, asked = _key(row)
    where = {"block": block, "id": number, "asked": asked}
    return where | {"examples": [pair["id"] for pair in pairs]} | found


def read_rivals(rows: Rows) -> dict[str, Rows]:
    """The answers of every rival that has answered all rows, in their order, by its name.

    One that has not, or that was shown a pair which is held out now, is left out with a line.
    """
    held_out = {row["id"] for row in rows}
    found = {}
    for path in sorted(FOLDER.glob("*/answers.jsonl")):
        given = {_key(row): row for _, row in read_jsonl(path)}
        answers = [given[_key(row)] for row in rows if _key(row) in given]
        leaks = sum(not held_out.isdisjoint(answer["examples"]) for answer in answers)
        if lacking := len(rows) - len(answers):
            why = f"lacks {lacking} of {len(rows)} answers"
        elif leaks:
            why = f"was shown pairs that are held out now, in {leaks} prompts"
        else:
            found[path.parent.name] = answers
            continue
        print(f"evaluate: {path.parent} {why}: left out; ask it again")
    return found


def _key(row: dict[str, Any]) -> tuple[str, str, str]:
    """Which question: block, id, and a hash of its text."""
    asked = row["asked"] if "asked" in row else digest(user_text(row))[:16]
    return row["block"], row["id"], asked


def _read(path: Path) -> Iterator[dict[str, Any]]:
    """The whole lines of a file that may be missing, or cut off by a kill."""
    if path.exists():
        for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
            try:
                row = json.loads(line or "null")
            except ValueError:
                continue
            if isinstance(row, dict) and row.keys() >= ANSWER:
                yield row


def _spread(
    work: Callable[[Item], dict[str, Any]], items: Iterable[Item], parallel: int
) -> Iterator[dict[str, Any]]:
    """What `work` gives for each item as it comes: of the first alone, then several at once.

    Daemon threads, so that Ctrl-C need not wait for a slow answer.
    """
    todo: Queue[Item] = Queue()
    done: Queue[dict[str, Any] | Exception] = Queue()
    first, *rest = [*items] or [None]
    if first is None:
        return
    yield work(first)
    for item in rest:
        todo.put(item)

    def worker() -> None:
        while True:
            try:
                item = todo.get_nowait()
            except Empty:
                return
            try:
                done.put(work(item))
            except Exception as error:  # for the main thread to raise
                done.put(error)
                return

    for _ in range(min(parallel, len(rest))):
        threading.Thread(target=worker, daemon=True).start()
    for _ in rest:
        found = done.get()
        if isinstance(found, Exception):
            raise found
        yield found
