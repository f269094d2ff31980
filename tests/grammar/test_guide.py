"""Whatever a model prefers, its constrained output is one valid graph within its budget.

Random weights are the best adversary: nearly all they want is illegal.
"""

import json
import random
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from llguidance import LLParserLimits
from tokenizers import Tokenizer, decoders, models, normalizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from anecdot.dot import check
from anecdot.grammar import guide as guides
from anecdot.grammar import vocabulary as vocabularies
from anecdot.grammar.grammar import CLOSING, accepts
from anecdot.grammar.guide import LOOK, GrammarGuide, Row, circles
from anecdot.grammar.vocabulary import Vocabulary
from anecdot.model import answers, attention, decode
from anecdot.model.batch import Batch
from anecdot.model.decode import Generation, generate
from anecdot.prompting.prompt import encode_prompt, stop_ids
from benchmarks.grammar_fuzz import byte_level_tokenizer, legal_text, sampled_texts, targets

SHORTEST = len("graph{}") + 1


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    rng = random.Random(3)
    return byte_level_tokenizer([legal_text(rng) for _ in range(100)], 500)


def byte_fallback_tokenizer() -> PreTrainedTokenizerFast:
    """The other kind of byte vocabulary: `▁` for a space, tokens <0x00> to <0xFF> for the rest."""
    rng = random.Random(1)
    words = ["<pad>", "<end>", *(f"<0x{byte:02X}>" for byte in range(256)), "▁", "\n"]
    words += [chr(code) for code in range(33, 127)] + ["digraph", "▁->", '"];\n', "<TABLE>", "漢"]
    alphabet = "abgrph<>[]{}=\"'-;,▁\n/*#\\&é漢"
    words += ["".join(rng.choices(alphabet, k=rng.randint(2, 5))) for _ in range(400)]
    vocabulary = {word: token for token, word in enumerate(dict.fromkeys(words))}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    tokenizer.add_special_tokens(["<pad>", "<end>"])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<end>")


def adversary(tokenizer: PreTrainedTokenizerFast, seed: int) -> LlamaForCausalLM:
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer) + 7,  # as if padded: logits beyond the tokenizer's vocabulary
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=1,
        initializer_range=1.0,
    )
    return LlamaForCausalLM(config).eval()


def packed_adversary(tokenizer: PreTrainedTokenizerFast, seed: int) -> LlamaForCausalLM:
    model = adversary(tokenizer, seed)
    model.set_attn_implementation(attention.PACKED)
    return model


@torch.inference_mode()
def write(
    model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, prompts: torch.Tensor, budget: int
) -> list[str]:
    """Greedy continuations of `prompts` (batch, length); asserts how they end."""
    guide = GrammarGuide(tokenizer, budget, len(prompts))
    output = model(prompts, use_cache=True)
    written: list[torch.Tensor] = []
    while not all(guide.finished):
        assert len(written) < budget
        written.append(guide.step(output.logits[:, -1]))
        output = model(written[-1][:, None], past_key_values=output.past_key_values)
    rows = torch.stack(written, dim=1)
    for row in rows.tolist():
        end = row.index(tokenizer.eos_token_id)
        assert tokenizer.pad_token_id not in row[:end]
        assert set(row[end + 1 :]) <= {tokenizer.pad_token_id}
    return tokenizer.batch_decode(rows, skip_special_tokens=True)


@pytest.mark.parametrize("budget", [SHORTEST, SHORTEST + 1, 11, 13, 17, 24, 40, 64, 100, 200])
def test_every_output_of_random_models_is_valid(
    tokenizer: PreTrainedTokenizerFast, budget: int
) -> None:
    """A thousand rows over all budgets: 5 models of 20 prompts each."""
    for seed in range(5):
        model = adversary(tokenizer, seed)
        prompts = torch.randint(len(tokenizer), (20, 3))
        for text in write(model, tokenizer, prompts, budget):
            assert check(text) is None, text


def test_vocabularies_with_byte_fallback() -> None:
    tokenizer = byte_fallback_tokenizer()
    for seed, budget in enumerate((SHORTEST, 20, 60)):
        prompts = torch.randint(len(tokenizer), (20, 3))
        for text in write(adversary(tokenizer, seed), tokenizer, prompts, budget):
            assert check(text) is None, text


def test_steps_begun_ahead_of_the_guide_change_no_answer(
    tokenizer: PreTrainedTokenizerFast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nearly every step begun with a random model's best tokens has to be run again."""
    model = packed_adversary(tokenizer, 26)
    texts = [f"text {'x' * n}" for n in range(9)]

    def answers() -> dict[int, Generation]:
        return dict(generate(model, tokenizer, texts, 70, 6, partial(GrammarGuide, tokenizer, 70)))

    plainly = answers()
    assert len({answer.tokens for answer in plainly.values()}) > 1  # rows leave the batch
    monkeypatch.setattr(decode, "AHEAD", {"cpu"})
    assert answers() == plainly
    model.set_attn_implementation("eager")  # by transformers' own means, text by text
    assert answers() == plainly


@pytest.mark.parametrize("guided", [True, False])
def test_rows_that_begin_other_texts_change_no_answer(
    tokenizer: PreTrainedTokenizerFast, monkeypatch: pytest.MonkeyPatch, guided: bool
) -> None:
    """As on a GPU: five rows for 18 texts of all lengths."""
    model = packed_adversary(tokenizer, 31)
    if not guided:
        model.lm_head.weight.data[stop_ids(tokenizer, model.generation_config)] *= 2
    texts = ["x" * (7 * n % 18) + "y" * n for n in range(18)]
    make_guide = partial(GrammarGuide, tokenizer, 40) if guided else None

    def answers() -> list[tuple[int, Generation]]:
        return list(generate(model, tokenizer, texts, 40, 5, make_guide, skip={3, 12}))

    plainly = dict(answers())
    replaced, replace_rows = [], Batch.replace
    monkeypatch.setattr(
        Batch, "replace", lambda *given: replaced.append(len(given[1])) or replace_rows(*given)
    )
    monkeypatch.setattr(decode, "AHEAD", {"cpu"})
    monkeypatch.setattr(decode, "REFILL_AT", {"cpu": 0.25})
    found = answers()
    assert sum(replaced) == 11
    assert len(found) == 16
    assert all(plainly[index] == answer for index, answer in found)

    # And where the memory is too small for so many, the rest is answered by fewer rows.
    begin, rows = Batch.__init__, []

    def small(batch: Batch, model: Any, prompts: list[list[int]], padding: int) -> None:
        rows.append(len(prompts))
        if len(prompts) > 3 or len(rows) == 5:
            raise torch.OutOfMemoryError
        begin(batch, model, prompts, padding)

    monkeypatch.setattr(Batch, "__init__", small)
    assert sorted(answers()) == sorted(found)
    assert rows[:2] == [5, 2]
    assert rows[5] == 1


@pytest.mark.parametrize("seed", range(6))
def test_free_answers_are_those_of_transformers(
    tokenizer: PreTrainedTokenizerFast, seed: int
) -> None:
    model, budget = packed_adversary(tokenizer, seed), 40
    stops = stop_ids(tokenizer, model.generation_config)
    model.lm_head.weight.data[stops] *= 2  # so that some rows end
    texts = ["x", "a longer text of words", "a -> b and c -> d and so on " * 3, "two rooms"]
    found = dict(generate(model, tokenizer, texts, budget, len(texts)))
    assert attention.is_packed(model)  # again
    model.set_attn_implementation("eager")
    assert dict(generate(model, tokenizer, texts, budget, len(texts))) == found
    for index, text in enumerate(texts):
        prompt = torch.tensor([encode_prompt(tokenizer, text)])
        ids = model.generate(
            prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=budget,
            do_sample=False, eos_token_id=stops, pad_token_id=tokenizer.pad_token_id,
        )[0, prompt.shape[1] :]  # fmt: skip
        ended = int(ids[-1]) in stops
        answer = tokenizer.decode(ids[:-1] if ended else ids, skip_special_tokens=True)
        assert found[index] == Generation(answer, ended, len(ids))


def test_a_batch_too_large_for_memory_is_halved(
    tokenizer: PreTrainedTokenizerFast, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, texts = packed_adversary(tokenizer, 3), [f"text {'x' * n}" for n in range(7)]
    whole = dict(generate(model, tokenizer, texts, 12, 7))
    plainly = decode._decode

    def in_little_memory(model, tokenizer, prompts, rows, **rest):
        if rows > 2:
            raise torch.OutOfMemoryError
        return plainly(model, tokenizer, prompts, rows=rows, **rest)

    monkeypatch.setattr(decode, "_decode", in_little_memory)
    assert dict(generate(model, tokenizer, texts, 12, 7)) == whole


@pytest.mark.parametrize("kept", [2, 3])
def test_a_killed_run_answers_what_is_missing(
    tokenizer: PreTrainedTokenizerFast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    """Batches are of two: it was killed while writing the first answer of one, or the second."""
    log, texts = tmp_path / "answers.jsonl", [f"text {'x' * n}" for n in range(6)]
    arguments = (packed_adversary(tokenizer, 4), tokenizer, texts, 8, 2, None, log, "answer")
    whole = answers.answer_all(*arguments)
    assert len(set(whole)) > 1
    lines = log.read_text().strip().split("\n")
    first, answer = json.loads(lines[0])
    lines[0] = json.dumps([first, answer | {"text": "kept"}])
    log.write_text("\n".join(lines[:kept]) + "\n" + lines[kept][:9])
    again = answers.answer_all(*arguments)
    assert again.pop(first).text == "kept"
    assert again == whole[:first] + whole[first + 1 :]

    monkeypatch.setattr(answers, "generate", lambda *_: ())  # nothing is missing now
    assert answers.answer_all(*arguments)[:first] == whole[:first]


def test_unfinished_texts_of_every_kind_are_closed() -> None:
    for text, ended in sampled_texts(150, seed=5):
        assert ended
        assert check(text) is None, text


def steer(guide: GrammarGuide, wishes: list[int], vocabulary: int) -> list[int]:
    """The guide's choices of row 0 for a model that wants `wishes`, then only the first of them."""
    choices: list[int] = []
    while not guide.finished[0]:
        assert len(choices) < 1_000
        logits = torch.zeros(1, vocabulary)
        logits[0, wishes[min(len(choices), len(wishes) - 1)]] = 1
        choices.append(int(guide.step(logits)))
    return choices


def test_legal_wishes_are_granted(tokenizer: PreTrainedTokenizerFast) -> None:
    text = 'strict digraph {\n  "é 漢" -> b [label="x"];\n  subgraph c { d }\n}'
    ids = tokenizer.encode(text)
    choices = steer(GrammarGuide(tokenizer, len(ids) + 1, 1), ids, len(tokenizer))
    assert choices == [*ids, tokenizer.eos_token_id]


def test_added_words_that_are_tags_are_text(tokenizer: PreTrainedTokenizerFast) -> None:
    """As Gemma's vocabulary has them; a special word in angle brackets stays what it is."""
    described = json.loads(tokenizer.backend_tokenizer.to_str())
    for word in ("<b>", "</b>", "<bos>"):
        number = len(described["model"]["vocab"])
        described["model"]["vocab"][word] = number
        described["added_tokens"].append(
            described["added_tokens"][0] | {"id": number, "content": word, "special": "s" in word}
        )
    tagged = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(json.dumps(described)),
        pad_token="<pad>", eos_token="<end>",
    )  # fmt: skip
    ids = tagged.encode("digraph { a [label=<<b>x</b>>] }")
    assert {len(tagged) - 3, len(tagged) - 2} <= set(ids)
    choices = steer(GrammarGuide(tagged, len(ids) + 40, 1), ids, len(tagged))
    assert choices == [*ids, tagged.eos_token_id]
    assert vocabularies.vocabulary(tagged).bytes[-1] == b""


@pytest.mark.parametrize("rank", [3, 200])
def test_illegal_wishes_give_the_best_legal_token(
    tokenizer: PreTrainedTokenizerFast, rank: int
) -> None:
    """Where it is among the runners-up, and where the vocabulary has to be masked."""
    guide = GrammarGuide(tokenizer, 50, 1)
    favourite = tokenizer.convert_tokens_to_ids("d")
    illegal = [token for token in range(len(tokenizer)) if not guide.rows[0].legal(token)]
    logits = torch.zeros(1, len(tokenizer))
    logits[0, illegal[:rank]] = 2.0
    logits[0, favourite] = 1.0
    assert guide.step(logits).tolist() == [favourite]


@pytest.mark.parametrize(
    "begun",
    [
        "digraph { a -> b [label=\"it's a long st",
        "graph { a -",
        "graph { a [label=<<TABLE BORDER=",
        "graph { a [label=<x &al",
        "digraph { subgraph",
        "digraph { node",
        "digraph { /* a *",
        "digraph { // a",
        'digraph { "\\',
        'digraph { "a" +',
        "strict",
        "graph {" + "{" * 40,
    ],
)
def test_closes_at_the_last_moment(tokenizer: PreTrainedTokenizerFast, begun: str) -> None:
    """A model that wants to go on for ever uses its whole budget, and its text stays its own."""
    ids = tokenizer.encode(begun)
    budget = len(ids) + 60
    choices = steer(GrammarGuide(tokenizer, budget, 1), ids + tokenizer.encode("x"), len(tokenizer))
    text = tokenizer.decode(choices, skip_special_tokens=True)
    assert text.startswith(begun)
    assert check(text) is None, text
    assert len(choices) <= budget


def test_half_a_character_is_completed(tokenizer: PreTrainedTokenizerFast) -> None:
    ids = tokenizer.encode('graph{"a')
    lead = tokenizer.encode("🙂x")[0]
    choices = steer(GrammarGuide(tokenizer, len(ids) + 8, 1), [*ids, lead], len(tokenizer))
    text = tokenizer.decode(choices, skip_special_tokens=True)
    assert "\N{REPLACEMENT CHARACTER}" not in text
    assert check(text) is None, text


CORNERS = ["digraph { # a", "graph { a // b \r", "graph { a [label=<<TABLE CELL", "graph { a [x=<&"]


def test_there_is_always_a_way_out_and_it_grows_no_faster_than_it_says(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    """Behind any byte that is legal; so it need not be worked out at every token."""
    words = GrammarGuide(tokenizer, SHORTEST, 1).words
    single = {text: token for token, text in enumerate(words.bytes) if len(text) == 1}
    rng = random.Random(8)
    texts = [legal_text(rng, alone=True).encode()[:250] for _ in range(5)]
    for text in [*texts, *(corner.encode() for corner in CORNERS)]:
        matcher = words.start.deep_copy()
        for at in range(len(text)):
            assert matcher.consume_token(single[text[at : at + 1]])
            length = len(words.way_out(matcher))
            every = at % 30 == 0 or text.decode(errors="ignore") in CORNERS
            for byte, token in single.items():
                if not (every or byte == text[at + 1 : at + 2]):
                    continue
                if matcher.validate_tokens([token]) != 1:
                    continue
                behind = matcher.deep_copy()
                behind.consume_token(token)
                way = words.way_out(behind)
                assert way is not None, text[: at + 1] + byte
                begun = CLOSING.markup in text[: at + 1] + byte
                assert len(way) - length <= (CLOSING.markup_growth if begun else CLOSING.growth)
                closed = text[: at + 1] + byte + b"".join(words.bytes[token] for token in way)
                assert at % 9 or accepts(closed.decode(), "answer"), closed


def answers_of_adversaries(
    tokenizer: PreTrainedTokenizerFast, monkeypatch: pytest.MonkeyPatch, words: Vocabulary
) -> list[Row]:
    """The rows behind answers of models that run ahead; asserts that the answers are valid."""
    rows: list[Row] = []

    class Watched(GrammarGuide):
        def final(self, at: int, output: list[int]) -> list[int]:
            rows.append(self.rows[at])
            return super().final(at, output)

    monkeypatch.setattr(guides, "vocabulary", lambda _: words)
    monkeypatch.setattr(decode, "AHEAD", {"cpu"})
    texts = [f"text {'x' * n}" for n in range(12)]
    for seed, budget in enumerate((16, 23, 40)):
        make_guide = partial(Watched, tokenizer, budget)
        model = packed_adversary(tokenizer, 40 + seed)
        for _, answer in generate(model, tokenizer, texts, budget, 12, make_guide):
            assert answer.stopped
            assert answer.tokens <= budget
            assert check(answer.text) is None, answer.text
    return rows


def test_a_row_without_a_way_out_ends_where_it_had_one(
    tokenizer: PreTrainedTokenizerFast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its way out grows faster than the hints promise."""
    words = Vocabulary(tokenizer, replace(CLOSING, growth=0, markup_growth=0))
    assert any(row.mended for row in answers_of_adversaries(tokenizer, monkeypatch, words))


def test_a_matcher_at_its_limits_spoils_no_answer(
    tokenizer: PreTrainedTokenizerFast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then its mask allows the end of the text alone, wherever it stands."""
    limits = LLParserLimits(step_max_items=30, verbose_errors=False)
    monkeypatch.setattr(vocabularies, "_limits", lambda: limits)
    words = Vocabulary(tokenizer)
    assert Row(words, 100).mask() is None
    answers_of_adversaries(tokenizer, monkeypatch, words)


@pytest.mark.parametrize("said", [7, 30])
def test_circles_are_left(tokenizer: PreTrainedTokenizerFast, said: int) -> None:
    """A statement said seven times is what the model wants; for the thirtieth time it is not."""
    head, again = tokenizer.encode("digraph { a -> b;"), tokenizer.encode(" center=true;")
    wishes = [*head, *again * said, *tokenizer.encode(" }")]
    budget = len(wishes) + 2
    choices = steer(GrammarGuide(tokenizer, budget, 1), wishes, len(tokenizer))
    text = tokenizer.decode(choices, skip_special_tokens=True)
    assert check(text) is None, text
    assert (text.count("center") == said) == (said == 7)
    assert text.count("center") < 16


def test_no_target_goes_round_in_circles(tokenizer: PreTrainedTokenizerFast) -> None:
    for text in list(targets())[::10]:
        ids = tokenizer.encode(text)
        assert not any(circles(ids[:end]) for end in range(LOOK, len(ids), LOOK)), text


def test_rows_can_be_dropped_and_reordered(tokenizer: PreTrainedTokenizerFast) -> None:
    letters = [tokenizer.convert_tokens_to_ids(letter) for letter in "gds"]
    guide = GrammarGuide(tokenizer, 50, 3)
    assert guide.step(torch.eye(len(tokenizer))[letters]).tolist() == letters
    guide.select([2, 0])
    following = [tokenizer.convert_tokens_to_ids(letter) for letter in "tr"]
    assert guide.step(torch.eye(len(tokenizer))[following]).tolist() == following


def test_too_small_a_budget_is_refused(tokenizer: PreTrainedTokenizerFast) -> None:
    with pytest.raises(ValueError, match="at least 8"):
        GrammarGuide(tokenizer, SHORTEST - 1, 1)
