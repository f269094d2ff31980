"""Answer many texts, resumably: what a killed run had answered is not computed again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from anecdot.common import processes
from anecdot.common.progress import Progress
from anecdot.model.decode import Generation, generate


def answer_all(
    model: Any,
    tokenizer: Any,
    texts: list[str],
    max_new_tokens: int,
    batch_size: int,
    make_guide: Callable[[int], Any] | None,
    log: Path,
    stage: str,
) -> list[Generation]:
    """Generations for `texts`, in their order. The processes share the batches; each is given all.

    Args:
        model, tokenizer, texts, max_new_tokens, batch_size, make_guide: see
            `anecdot.model.decode.generate`.
        log: file of answers so far, one JSON line each; read at the start, appended to by batch.
            It must belong to this very model and these texts. Further processes have files beside.
        stage: first word of the progress line.
    """
    given = {}
    for file in log.parent.glob(f"{log.stem}*{log.suffix}"):
        given |= _read(file)
    progress = Progress(stage, len(texts), len(given))
    share = slice(processes.RANK, None, processes.WORLD)
    if processes.RANK > 0:
        log = log.with_stem(f"{log.stem}-{processes.RANK}")
    with log.open("a", encoding="utf-8") as file:
        file.write("\n")  # ends a line that was cut off
        for index, generation in generate(
            model, tokenizer, texts, max_new_tokens, batch_size, make_guide, set(given), share
        ):
            new = index not in given
            given[index] = generation
            file.write(json.dumps([index, vars(generation)]) + "\n")
            file.flush()
            progress.advance(new)
    for others in processes.gather_object(given):
        given |= others
    return [given[index] for index in range(len(texts))]


def _read(log: Path) -> dict[int, Generation]:
    given, bad = {}, 0
    if log.exists():
        for line in log.read_text(encoding="utf-8", errors="replace").split("\n"):
            try:
                index, generation = json.loads(line or "[]")
                given[int(index)] = Generation(**generation)
            except (TypeError, ValueError, RecursionError):
                bad += bool(line)  # cut off when the run was killed, or damaged
    if bad:
        print(f"{log}: {bad} line(s) cannot be read; what they answered is answered again")
    return given
