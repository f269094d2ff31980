"""Generation by transformers' own means, a text at a time: for what no batch computes rightly."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from transformers import GenerationConfig, LogitsProcessor, PreTrainedModel

from anecdot.model.decode import Generation, generation_of, stops_of


class Guided(LogitsProcessor):
    """Lets transformers' own `generate` write what a guide of one row says."""

    def __init__(self, guide: Any) -> None:
        self.guide = guide

    def __call__(self, ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """scores: (1, vocabulary); returns them with no token left but the guide's."""
        [token] = self.guide.follow(0, scores.argmax(-1).tolist(), [scores])
        only = torch.full_like(scores, -torch.inf)
        only[0, token] = 0
        return only


@torch.inference_mode()
def decode_alone(
    model: PreTrainedModel,
    tokenizer: Any,
    prompts: list[list[int]],
    *,
    rows: int,
    budget: int,
    make_guide: Callable[[int], Any] | None,
) -> Iterator[tuple[int, Generation]]:
    """Answer prompts one after the other, whatever `rows`; see `anecdot.model.decode.generate`."""
    stops = stops_of(model, tokenizer, make_guide)
    for at, prompt in enumerate(prompts):
        guides = [Guided(make_guide(1))] if make_guide else []
        output = greedy(model, prompt, budget, sorted(stops), tokenizer.pad_token_id, guides)
        output = guides[0].guide.final(0, output) if guides else output
        yield at, generation_of(tokenizer, output, stops)


def greedy(
    model: PreTrainedModel,
    prompt: list[int],
    budget: int,
    stops: list[int],
    padding: int,
    processors: Sequence[LogitsProcessor] = (),
) -> list[int]:
    """The ids that transformers' own `generate` writes behind a prompt.

    What its generation_config wants beside the use of a cache (sampling, penalties) is left out.
    """
    usual = model.generation_config
    model.generation_config = GenerationConfig(
        do_sample=False, max_new_tokens=budget, eos_token_id=stops, pad_token_id=padding,
        use_cache=usual.use_cache,
    )  # fmt: skip
    ids = torch.tensor([prompt], device=model.device)
    try:
        whole = model.generate(
            ids, attention_mask=torch.ones_like(ids), logits_processor=list(processors)
        )
    finally:
        model.generation_config = usual
    return whole[0, len(prompt) :].tolist()
