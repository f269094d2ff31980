"""The prompt in its three forms, and what of it is trained."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import door
from tokenizers.processors import TemplateProcessing
from transformers import AutoTokenizer, GenerationConfig

from anecdot.prompting.prompt import (
    SYSTEM_PROMPT,
    do_not_fit,
    encode_pair,
    encode_pairs,
    encode_prompt,
    render,
    stop_ids,
    user_text,
)

# Templates in the manner of the models supported, written for this test.
CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
NO_SYSTEM = (
    "{{ bos_token }}{% for m in messages %}"
    "{% if m.role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "<start>{{ 'model' if m.role == 'assistant' else m.role }}\n{{ m.content | trim }}<end>\n"
    "{% endfor %}{% if add_generation_prompt %}<start>model\n{% endif %}"
)
TEMPLATES = {"chatml": CHATML, "no system role": NO_SYSTEM, "none": None}


@pytest.fixture(params=TEMPLATES)
def tokenizer(request: pytest.FixtureRequest, tiny_base: Path) -> Any:
    tokenizer = AutoTokenizer.from_pretrained(tiny_base)
    tokenizer.chat_template = TEMPLATES[request.param]
    added = {"chatml": ["<|im_start|>", "<|im_end|>"], "no system role": ["<start>", "<end>"]}
    tokenizer.add_special_tokens(
        {"additional_special_tokens": added.get(request.param, []), "bos_token": "<|bos|>"}
    )
    if request.param == "chatml":
        tokenizer.eos_token = "<|im_end|>"
    return tokenizer


def test_the_system_text_reaches_every_model_once(tokenizer):
    prompt, _ = render(tokenizer, "two rooms")
    assert prompt.count(SYSTEM_PROMPT) == 1
    assert prompt.index(SYSTEM_PROMPT) < prompt.index("two rooms")


def test_templates_are_given_the_roles_that_they_know(tokenizer):
    prompts = {
        CHATML: f"<|im_start|>system\n{SYSTEM_PROMPT}<|im_end|>\n"
        "<|im_start|>user\ntwo rooms<|im_end|>\n<|im_start|>assistant\n",
        NO_SYSTEM: f"<|bos|><start>user\n{SYSTEM_PROMPT}\n\ntwo rooms<end>\n<start>model\n",
        None: f"<|system|>\n{SYSTEM_PROMPT}\n<|user|>\ntwo rooms\n<|assistant|>\n",
    }
    assert render(tokenizer, "two rooms")[0] == prompts[tokenizer.chat_template]


def test_what_is_trained_is_the_target_and_one_terminator(tokenizer):
    pair = door(3)
    encoded = encode_pair(tokenizer, pair)
    ids, start = encoded["input_ids"], encoded["prompt_length"]
    assert ids[:start] == encode_prompt(tokenizer, pair["input_text"])
    assert ids[-1] in stop_ids(tokenizer)
    assert not set(ids[start:-1]) & set(stop_ids(tokenizer))
    assert tokenizer.decode(ids[start:-1]) == pair["output_dot"]


def test_pairs_have_the_same_ids_together_as_alone(tokenizer):
    rows = [door(number) for number in range(3)]
    rows[1] = rows[1] | {"input_text": f"{tokenizer.eos_token} is spelled out{tokenizer.eos_token}"}
    assert encode_pairs(tokenizer, rows) == [encode_pair(tokenizer, row) for row in rows]


def test_the_context_snippet_is_part_of_the_prompt(tokenizer):
    pair = door(3) | {"context_snippet": "The yard is locked."}
    encoded = encode_pair(tokenizer, pair)
    prompt = encoded["input_ids"][: encoded["prompt_length"]]
    assert prompt == encode_prompt(tokenizer, user_text(pair))
    assert f"{pair['input_text']}\n\nContext:\nThe yard is locked." in tokenizer.decode(prompt)


def test_the_end_of_text_ends_a_generation(tokenizer):
    assert tokenizer.eos_token_id in stop_ids(tokenizer)


def test_the_text_begins_with_at_most_one_bos(tokenizer):
    ids = encode_prompt(tokenizer, "two rooms")
    assert ids.count(tokenizer.bos_token_id) == (1 if tokenizer.chat_template == NO_SYSTEM else 0)


def test_a_model_that_expects_a_bos_is_given_one(tiny_base):
    tokenizer = AutoTokenizer.from_pretrained(tiny_base)
    tokenizer.add_special_tokens({"bos_token": "<|bos|>"})
    bos = tokenizer.bos_token_id
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
        single="<|bos|> $A", special_tokens=[("<|bos|>", bos)]
    )
    for tokenizer.chat_template in TEMPLATES.values():
        for ids in encode_prompt(tokenizer, "two"), encode_pair(tokenizer, door(3))["input_ids"]:
            assert [at for at, token in enumerate(ids) if token == bos] == [0]


def test_the_fallback_reads_as_documented(tiny_base):
    tokenizer = AutoTokenizer.from_pretrained(tiny_base)
    prompt, completion = render(tokenizer, "two rooms", "graph {}")
    assert prompt + completion == (
        "<|system|>\nYou are a DOT graph generator. Convert the given input into a valid DOT graph "
        "representation.\n<|user|>\ntwo rooms\n<|assistant|>\ngraph {}<|endoftext|>"
    )


# A template with a clock, one whose model thinks unless it is told not to, one that always thinks.
DATED = (
    "{%- if strftime_now is defined %}{%- set today = strftime_now('%d %b %Y') %}"
    "{%- else %}{%- set today = 'no day' %}{%- endif %}"
    "{%- macro head() %}Day: {{ today }}, {{ strftime_now('%A, %B %d') }}\n{% endmacro %}"
    "{{ head() }}" + CHATML
)
SWITCHED = (
    "{%- set on = enable_thinking if enable_thinking is defined else true %}"
    "{% for m in messages %}<|im_start|>{{ m.role }}\n"
    "{% if m.role == 'assistant' and not on %}<think>\n\n</think>\n{% endif %}"
    "{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if not on %}<think>\n\n</think>\n{% endif %}{% endif %}"
)
ALWAYS = CHATML.replace(
    "<|im_start|>assistant\n{% endif", "<|im_start|>assistant\n<think>\n{% endif"
)


def with_template(base: Path, template: str) -> Any:
    tokenizer = AutoTokenizer.from_pretrained(base)
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})
    tokenizer.chat_template = template
    tokenizer.eos_token = "<|im_end|>"
    return tokenizer


def test_a_prompt_is_the_same_on_every_day(tiny_base, monkeypatch):
    from transformers.utils import chat_template_utils

    class Faked(datetime):
        day_now = 1

        @classmethod
        def now(cls, tz=None):
            return cls(2031, 5, cls.day_now)

    monkeypatch.setattr(chat_template_utils, "datetime", Faked)
    prompts = []
    for Faked.day_now in (1, 2):
        tokenizer = with_template(tiny_base, DATED)
        prompts.append(encode_pair(tokenizer, door(3)))
    assert prompts[0] == prompts[1]
    assert tokenizer.decode(prompts[0]["input_ids"]).startswith(
        "Day: 26 Jul 2024, Friday, July 26\n<|im_start|>"
    )


OTHERWISE = SWITCHED.replace("enable_thinking", "thinking")


@pytest.mark.parametrize(
    "template", [SWITCHED, OTHERWISE, ALWAYS], ids=["switched", "otherwise", "always"]
)
def test_thinking_is_over_before_the_answer_begins(tiny_base, template):
    tokenizer = with_template(tiny_base, template)
    prompt, completion = render(tokenizer, "two rooms", "graph {}")
    assert re.search(r"<\|im_start\|>assistant\n<think>\s*</think>\s*$", prompt)
    assert prompt.count("<think>") == 1
    assert completion == "graph {}<|im_end|>"


def test_an_answer_ends_with_a_special_token_whatever_the_template_writes(tiny_base):
    bare = "{% for m in messages %}[{{ m.role }}] {{ m.content }} .\n{% endfor %}"
    bare += "{% if add_generation_prompt %}[assistant] {% endif %}"
    tokenizer = with_template(tiny_base, bare)
    assert render(tokenizer, "two rooms", "graph {}")[1] == "graph {} .<|im_end|>"
    assert render(tokenizer, "two rooms")[1] == " .<|im_end|>"
    assert stop_ids(tokenizer) == [tokenizer.eos_token_id]
    tokenizer.chat_template = bare.replace(
        "[{{ m.role }}] ", "[{{ m.role }}]{% if m.role == 'assistant' %}: {% else %} {% endif %}"
    )
    with pytest.raises(ValueError, match="differently"):
        render(tokenizer, "two rooms", "graph {}")


def test_tokens_that_the_model_itself_stops_at_stop_it(tiny_base):
    tokenizer = with_template(tiny_base, CHATML)
    ours = stop_ids(tokenizer)
    assert stop_ids(tokenizer, GenerationConfig(eos_token_id=[7, ours[0]])) == sorted({7, *ours})
    assert stop_ids(tokenizer, GenerationConfig(eos_token_id=9)) == sorted({9, *ours})
    assert stop_ids(tokenizer, GenerationConfig()) == ours


def test_special_tokens_of_a_user_are_text(tokenizer):
    special = set(tokenizer.all_special_ids)
    text = "A to B<|endoftext|> and <|im_end|><end> to D"
    graph = 'digraph {\n  A -> "<|endoftext|><|im_end|><end>";\n}'
    spelt, plain = (
        encode_pair(tokenizer, {"input_text": t, "output_dot": g})
        for t, g in ((text, graph), ("A to B", "digraph {\n  A -> B;\n}"))
    )
    counts = [sum(i in special for i in pair["input_ids"]) for pair in (spelt, plain)]
    assert counts[0] == counts[1]
    whole = tokenizer.decode(spelt["input_ids"])
    assert text in whole
    assert graph in whole
    assert tokenizer.decode(encode_prompt(tokenizer, text)) in whole


def test_of_other_tokens_those_that_the_template_writes_are_text(tiny_base):
    tokenizer = with_template(tiny_base, CHATML.replace("<|im_start|>", "<turn>    "))
    tokenizer.add_tokens(["<turn>", "<tool>", "    "])  # none of them special

    def counts(text: str) -> list[int]:
        ids = encode_prompt(tokenizer, text)
        return [ids.count(tokenizer.convert_tokens_to_ids(t)) for t in ("<turn>", "<tool>", "    ")]

    assert counts("-") == [3, 0, 3]
    assert counts("<turn><tool>    -") == [3, 1, 4]
    tokenizer.chat_template = None
    assert counts("<turn><tool>    -") == [1, 1, 1]


def test_rows_that_the_model_cannot_read_are_told_before_it_is_loaded(tokenizer):
    rows = [door(1), door(1) | {"input_text": "room " * 500}, door(1) | {"output_dot": "a" * 900}]
    long = len(encode_prompt(tokenizer, rows[1]["input_text"])) + 50
    assert do_not_fit(tokenizer, rows, budget=50, context=600) == {
        1: long,
        2: len(encode_pair(tokenizer, rows[2])["input_ids"]),
    }
    texts = [{"input_text": row["input_text"]} for row in rows]
    assert do_not_fit(tokenizer, texts, budget=50, context=600) == {1: long}
    assert do_not_fit(tokenizer, texts, budget=50, context=long) == {}
