"""The models that answer, and what is told of their answers one after the other."""

import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from anecdot.common.params import Params
from anecdot.grammar.guide import GrammarGuide
from anecdot.model.adapter import load_tuned
from anecdot.model.base import context_of
from anecdot.model.decode import Generation, generate
from anecdot.play.panels import panels
from anecdot.play.waiting import Event
from anecdot.prompting.prompt import do_not_fit

ORDER = ("tuned", "base", "constrained")
"""Who answers first: the one that is waited for."""


class Models:
    """Base and tuned model, loaded once; they answer exactly as `generate.py` does.

    Args:
        params: as of params.yaml.
        adapter: its folder.
        targets: the graph that is expected, by text.

    Raises:
        UserError: see `anecdot.model.adapter.load_tuned`.
    """

    def __init__(self, params: Params, adapter: Path, targets: Mapping[str, str]) -> None:
        base, self.tokenizer = load_tuned(params, None)
        tuned, _ = load_tuned(params, adapter)
        self.budget, self.targets = params.max_new_tokens, targets
        guide = partial(GrammarGuide, self.tokenizer, self.budget)
        guide(1)  # works out the vocabulary, which the first text would wait for
        self.ways = {"base": (base, None), "tuned": (tuned, None), "constrained": (tuned, guide)}
        self.room = context_of(params)

    def answer(self, text: str) -> Iterator[Event]:
        """What is told of one text until every model has answered it."""
        if needed := do_not_fit(self.tokenizer, [{"input_text": text}], self.budget, self.room):
            yield {
                "error": f"With {self.budget} tokens for the answer the text needs {needed[0]}, "
                f"more than the {self.room} that the model reads: shorten it."
            }
            return
        target = self.targets.get(text)
        yield {"there": "the expected graph" if target else "base"}
        start, written, shown = time.monotonic(), {}, {}
        for model in ORDER:
            yield {"status": f"{model.capitalize()} is writing ..."}
            written[model] = self.write(model, text)
            event = panels(written, target)
            new = {name: html for name, html in event["panels"].items() if shown.get(name) != html}
            shown |= new
            yield event | {"panels": new}
        yield {"status": f"All three in {time.monotonic() - start:.1f} s."}

    def write(self, model: str, text: str) -> Generation:
        """One model's answer."""
        weights, guide = self.ways[model]
        return dict(generate(weights, self.tokenizer, [text], self.budget, 1, guide))[0]
