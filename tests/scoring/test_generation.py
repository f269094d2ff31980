"""The validity of answers in one call: what is counted, and what stands beside each prompt."""

from types import SimpleNamespace

import pytest
import torch
from bitsandbytes.nn import Linear4bit

from anecdot import evaluate_generation
from anecdot.model import decode


@pytest.fixture
def model():
    """A layer in 4 bit, which the library would pack anew on some CPUs."""
    model = torch.nn.Sequential(Linear4bit(64, 8))
    model.device, model.name_or_path = torch.device("cpu"), "tiny"
    return model


def test_valid_graphs_are_counted_and_stand_beside_their_prompts(monkeypatch, model):
    texts = {
        "one": "Here: digraph { a -> b } there.",
        "two": "digraph { a -- b }",
        "three": "None.",
    }

    def answer(given, tokenizer, prompts, *limits):  # as batches end: the shortest first
        assert (given, tokenizer, limits) == (model, "tokenizer", (9, 2))
        assert not model[0].support_avx512bf16_for_cpu
        for index, prompt in reversed(list(enumerate(prompts))):
            yield index, SimpleNamespace(text=texts[prompt])

    monkeypatch.setattr(decode, "generate", answer)
    found = evaluate_generation(model, "tokenizer", list(texts), 9, 2)
    assert found == {
        "total": 3,
        "valid_syntax": 1,
        "validity_rate": 1 / 3,
        "generations": [
            {"prompt": "one", "output_dot": "digraph { a -> b }", "valid": True},
            {"prompt": "two", "output_dot": "digraph { a -- b }", "valid": False},
            {"prompt": "three", "output_dot": "None.", "valid": False},
        ],
    }
    assert evaluate_generation(model, "tokenizer", [], 9, 2)["validity_rate"] == 0
