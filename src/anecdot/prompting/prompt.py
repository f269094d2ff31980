"""The prompt: one function for training, evaluation and generation.

A model's own chat template is used where it has one, with the system text folded into the user
turn where the template refuses a system role (Gemma). A model without one (phi-2, the embedded
base) gets the plain format of FALLBACK.

A prompt is the same on every day and for every mood of a template: the clock stands still, and a
model that can think is told not to. Special tokens that a user or a graph spells out are text.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

SYSTEM_PROMPT = (
    "You are a DOT graph generator. Convert the given input into a valid DOT graph representation."
)
FALLBACK = "<|system|>\n{system}\n<|user|>\n{user}\n<|assistant|>\n"

# Llama's templates name this day where there is no clock.
TODAY = datetime(2024, 7, 26)
# In front of a template, this macro takes the place of the library's function of the same name.
STILL_CLOCK = "{%- macro strftime_now(format) -%}{{ format"
for letter in "aAbBcdHIjmMpSUwWxXyYfZz":
    STILL_CLOCK += f" | replace('%{letter}', '{TODAY.strftime('%' + letter)}')"
STILL_CLOCK += " }}{%- endmacro %}"

# What templates that know a switch call it; others get their block of thoughts closed.
NO_THOUGHTS = {"enable_thinking": False, "thinking": False}
EMPTY_THOUGHTS = re.compile(r"<think>\s*</think>\s*")

# Signs that no text holds (Unicode keeps them for programs).
ANSWER, CUT = "\ufdd0", "\ufdd1"


def render(tokenizer: Any, text: str, answer: str = "") -> tuple[str, str]:
    """The prompt and the completion as text, special tokens written out.

    Args:
        tokenizer: of the base model; its chat template decides the format.
        text: the user's input.
        answer: the DOT target; the completion is it with the turn's terminator.

    Returns:
        (prompt, completion). The completion is the terminator alone for an empty answer.
    """
    if not getattr(tokenizer, "chat_template", None):
        return FALLBACK.format(system=SYSTEM_PROMPT, user=text), answer + tokenizer.eos_token
    import jinja2

    system = [{"role": "system", "content": SYSTEM_PROMPT}, {"role": "user", "content": text}]
    folded = [{"role": "user", "content": f"{SYSTEM_PROMPT}\n\n{text}"}]
    try:
        prompt, terminator = _from_template(tokenizer, system)
    except (jinja2.TemplateError, ValueError):
        prompt, terminator = _from_template(tokenizer, folded)
    return prompt, answer + terminator


def _from_template(tokenizer: Any, messages: list[dict[str, str]]) -> tuple[str, str]:
    """The prompt, and what the template writes behind an answer up to its terminator."""
    template = tokenizer.get_chat_template()
    if "strftime_now" in template:
        template = STILL_CLOCK + template

    def filled(turns: list[dict[str, str]], **options: bool) -> str:
        return tokenizer.apply_chat_template(
            turns, chat_template=template, tokenize=False, **NO_THOUGHTS, **options
        )

    prompt = filled(messages, add_generation_prompt=True)
    if prompt.rstrip().endswith("<think>"):
        prompt = f"{prompt.rstrip()}\n\n</think>\n\n"
    before, _, terminator = filled(
        [*messages, {"role": "assistant", "content": ANSWER}]
    ).rpartition(ANSWER)
    if EMPTY_THOUGHTS.sub("", before) != EMPTY_THOUGHTS.sub("", prompt):
        raise ValueError("the chat template writes an answer differently from a generation prompt")
    # White space behind the terminator (Gemma's newline) belongs to the next turn.
    terminator = terminator.rstrip()
    if not terminator.endswith(tuple(tokenizer.all_special_tokens)):
        terminator += tokenizer.eos_token
    return prompt, terminator


def user_text(row: Mapping[str, Any]) -> str:
    """What the user says: the input, with the context snippet where the pair has one."""
    snippet = row.get("context_snippet")
    return f"{row['input_text']}\n\nContext:\n{snippet}" if snippet else row["input_text"]


def encode_prompt(tokenizer: Any, text: str) -> list[int]:
    """Token ids of the prompt, with exactly one beginning-of-text token if the model has one."""
    return _ids(tokenizer, render(tokenizer, _as_text(tokenizer, text))[0], first=True)


def encode_pair(tokenizer: Any, row: Mapping[str, str]) -> dict[str, Any]:
    """Token ids of a pair and the number of them that are prompt.

    Prompt and completion are tokenised apart, so that the ids trained on continue exactly the ids
    that generation starts from. The completion ends with the terminator and is never empty.
    """
    text, answer = (_as_text(tokenizer, part) for part in (user_text(row), row["output_dot"]))
    prompt, completion = render(tokenizer, text, answer)
    prompt_ids = _ids(tokenizer, prompt, first=True)
    return {
        "input_ids": prompt_ids + _ids(tokenizer, completion),
        "prompt_length": len(prompt_ids),
    }


def stop_ids(tokenizer: Any, generation_config: Any = None) -> list[int]:
    """Ids that end a generation.

    They are the terminator trained on, the tokenizer's end-of-text token, and those that the
    model's `generation_config` names, where it is given.
    """
    terminator = _ids(tokenizer, render(tokenizer, "", "x")[1])[-1]
    named = getattr(generation_config, "eos_token_id", None)
    named = named if isinstance(named, (list, tuple)) else [named]
    return sorted({terminator, tokenizer.eos_token_id, *named} - {None})


def do_not_fit(
    tokenizer: Any, rows: list[Mapping[str, Any]], budget: int, context: int
) -> dict[int, int]:
    """Which rows are longer than the model reads; needs no model.

    Args:
        tokenizer: of the base model.
        rows: with input_text, and output_dot where the target is to be read too.
        budget: tokens that an answer may have.
        context: tokens that the model reads.

    Returns:
        Index of each row that does not fit, in order, and the tokens that it would need: prompt
        and budget, or prompt and target, whichever is more.
    """
    found = {}
    for index, row in enumerate(rows):
        pair = encode_pair(tokenizer, {"output_dot": "", **row})
        needed = max(pair["prompt_length"] + budget, len(pair["input_ids"]))
        if needed > context:
            found[index] = needed
    return found


def _as_text(tokenizer: Any, text: str) -> str:
    """The text with a CUT in each special token that it spells out, where `_ids` takes it apart."""
    special = _special(tokenizer, len(tokenizer), getattr(tokenizer, "chat_template", None))
    return special.sub(rf"\g<0>{CUT}", text) if special else text


@lru_cache(maxsize=4)
def _special(tokenizer: Any, _size: int, _template: str | None) -> re.Pattern[str] | None:
    """The first sign of each special token: those so marked, and those that the template writes."""
    prompt, completion = render(tokenizer, "x", "x")
    added = tokenizer.added_tokens_decoder.values()
    tokens = [
        token.content
        for token in added
        if len(token.content) > 1
        and (token.special or (token.content in prompt + completion and token.content.strip()))
    ]
    # Looking ahead, so that tokens that overlap are all cut.
    return re.compile(f"(?=(?:{'|'.join(map(re.escape, tokens))}))(?s:.)") if tokens else None


def _ids(tokenizer: Any, text: str, first: bool = False) -> list[int]:
    parts = [part for part in text.split(CUT) if part]
    ids = [i for part in parts for i in tokenizer(part, add_special_tokens=False)["input_ids"]]
    bos = tokenizer.bos_token_id
    # Templates write the token themselves; only a tokenizer that would add it gets it here.
    if first and bos is not None and ids[:1] != [bos] and tokenizer("x")["input_ids"][0] == bos:
        ids = [bos, *ids]
    return ids
