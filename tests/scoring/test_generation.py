"""The validity of answers in one call: what is counted, and what stands beside each prompt."""

from types import SimpleNamespace

from anecdot import evaluate_generation
from anecdot.model import decode


def test_valid_graphs_are_counted_and_stand_beside_their_prompts(monkeypatch):
    texts = {
        "one": "Here: digraph { a -> b } there.",
        "two": "digraph { a -- b }",
        "three": "None.",
    }

    def answer(model, tokenizer, prompts, *limits):  # as batches end: the shortest first
        assert (model, tokenizer, limits) == ("model", "tokenizer", (9, 2))
        for index, prompt in reversed(list(enumerate(prompts))):
            yield index, SimpleNamespace(text=texts[prompt])

    monkeypatch.setattr(decode, "generate", answer)
    found = evaluate_generation("model", "tokenizer", list(texts), 9, 2)
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
    assert evaluate_generation("model", "tokenizer", [], 9, 2)["validity_rate"] == 0
