"""The prompt in its three forms, and what of it is trained."""

from pathlib import Path
from typing import Any

import pytest
from conftest import door
from transformers import AutoTokenizer

from anecdot.prompting.prompt import (
    SYSTEM_PROMPT,
    encode_pair,
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


def test_what_is_trained_is_the_target_and_one_terminator(tokenizer):
    pair = door(3)
    encoded = encode_pair(tokenizer, pair)
    ids, start = encoded["input_ids"], encoded["prompt_length"]
    assert ids[:start] == encode_prompt(tokenizer, pair["input_text"])
    assert ids[-1] in stop_ids(tokenizer)
    assert not set(ids[start:-1]) & set(stop_ids(tokenizer))
    assert tokenizer.decode(ids[start:-1]) == pair["output_dot"]


def test_the_context_snippet_is_part_of_the_prompt(tokenizer):
    pair = door(3) | {"context_snippet": "The yard is locked."}
    encoded = encode_pair(tokenizer, pair)
    prompt = encoded["input_ids"][: encoded["prompt_length"]]
    assert prompt == encode_prompt(tokenizer, user_text(pair))
    text = tokenizer.decode(prompt)
    assert text.index(pair["input_text"]) < text.index("The yard is locked.")


def test_the_end_of_text_ends_a_generation(tokenizer):
    assert tokenizer.eos_token_id in stop_ids(tokenizer)


def test_the_text_begins_with_at_most_one_bos(tokenizer):
    ids = encode_prompt(tokenizer, "two rooms")
    assert ids.count(tokenizer.bos_token_id) == (1 if tokenizer.chat_template == NO_SYSTEM else 0)


def test_the_fallback_reads_as_documented(tiny_base):
    tokenizer = AutoTokenizer.from_pretrained(tiny_base)
    prompt, completion = render(tokenizer, "two rooms", "graph {}")
    assert prompt + completion == (
        "<|system|>\nYou are a DOT graph generator. Convert the given input into a valid DOT graph "
        "representation.\n<|user|>\ntwo rooms\n<|assistant|>\ngraph {}<|endoftext|>"
    )
