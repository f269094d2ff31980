"""What a training run says of itself: curves, through DVCLive, and sample answers."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from dvclive import Live

from anecdot.common.params import Params
from anecdot.model.decode import generate
from anecdot.prompting.prepared import PREPARED, read_prepared
from anecdot.prompting.prompt import user_text


def open_live(folder: Path) -> Live:
    """A DVCLive that logs into a folder."""
    return Live(str(folder), report=None, save_dvc_exp=False, dvcyaml=False)


def log_to(
    live: Live, also: Callable[[dict[str, float]], None] = lambda entry: None
) -> Callable[[dict[str, float]], None]:
    """A function that logs {"step": ..., name: value, ...} through DVCLive, and to `also`."""

    def log(entry: dict[str, float]) -> None:
        live.step = entry["step"]
        for name, value in entry.items():
            if name != "step":
                live.log_metric(name, value)
        also(entry)

    return log


def sampler(
    model: Any, tokenizer: Any, params: Params, kept: Sequence[int]
) -> Callable[[int], list[dict[str, Any]]]:
    """A function of the step that answers the first validation texts, where `params` ask for it.

    `kept` are the indices of the texts that are not too long.
    """

    def sample(step: int) -> list[dict[str, Any]]:
        if not params.generate_samples_during_eval:
            return []
        rows = [row for _, row in read_prepared(PREPARED / "validation.jsonl")]
        texts = [user_text(rows[at]) for at in kept[: params.num_eval_samples]]
        answers = dict(generate(model, tokenizer, texts, params.max_seq_length, len(texts)))
        return [
            {"step": step, "input_text": text, "output": answers[index].text}
            for index, text in enumerate(texts)
        ]

    return sample
