"""The prompt: one function for training, evaluation and generation.

A model's own chat template is used where it has one, with the system text folded into the user
turn where the template refuses a system role (Gemma). A model without one (phi-2, the embedded
base) gets the plain format of FALLBACK.

A prompt is the same on every day and for every mood of a template: the clock stands still, and a
model that can think is told not to. Special tokens that a user or a graph spells out are text.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from itertools import chain
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

Turns = Callable[[str], list[dict[str, str]]]

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
    template = getattr(tokenizer, "chat_template", None)
    if not template:
        return FALLBACK.format(system=SYSTEM_PROMPT, user=text), answer + tokenizer.eos_token
    turns, terminator = _layout(tokenizer, len(tokenizer), template, tokenizer.eos_token)
    return _prompt(tokenizer, turns(text)), answer + terminator


@lru_cache(maxsize=4)
def _layout(tokenizer: Any, _size: int, _template: str, _eos: str) -> tuple[Turns, str]:
    """The turns that a template takes, and what it writes behind an answer up to its terminator."""
    import jinja2

    try:
        return _system_turns, _terminator(tokenizer, _system_turns("x"))
    except (jinja2.TemplateError, ValueError):
        return _user_turns, _terminator(tokenizer, _user_turns("x"))


def _system_turns(text: str) -> list[dict[str, str]]:
    return [{"role": "system", "content": SYSTEM_PROMPT}, {"role": "user", "content": text}]


def _user_turns(text: str) -> list[dict[str, str]]:
    """For templates that refuse a system role."""
    return [{"role": "user", "content": f"{SYSTEM_PROMPT}\n\n{text}"}]


def _filled(tokenizer: Any, turns: list[dict[str, str]], **options: bool) -> str:
    template = tokenizer.get_chat_template()
    if "strftime_now" in template:
        template = STILL_CLOCK + template
    return tokenizer.apply_chat_template(
        turns, chat_template=template, tokenize=False, **NO_THOUGHTS, **options
    )


def _prompt(tokenizer: Any, turns: list[dict[str, str]]) -> str:
    prompt = _filled(tokenizer, turns, add_generation_prompt=True)
    if prompt.rstrip().endswith("<think>"):
        prompt = f"{prompt.rstrip()}\n\n</think>\n\n"
    return prompt


def _terminator(tokenizer: Any, turns: list[dict[str, str]]) -> str:
    answered = [*turns, {"role": "assistant", "content": ANSWER}]
    before, _, terminator = _filled(tokenizer, answered).rpartition(ANSWER)
    if EMPTY_THOUGHTS.sub("", before) != EMPTY_THOUGHTS.sub("", _prompt(tokenizer, turns)):
        raise ValueError("the chat template writes an answer differently from a generation prompt")
    # White space behind the terminator (Gemma's newline) belongs to the next turn.
    terminator = terminator.rstrip()
    if not terminator.endswith(tuple(tokenizer.all_special_tokens)):
        terminator += tokenizer.eos_token
    return terminator


def user_text(row: Mapping[str, Any]) -> str:
    """What the user says: the input, with the context snippet where the pair has one."""
    snippet = row.get("context_snippet")
    return f"{row['input_text']}\n\nContext:\n{snippet}" if snippet else row["input_text"]


def encode_prompt(tokenizer: Any, text: str) -> list[int]:
    """Token ids of the prompt, with exactly one beginning-of-text token if the model has one."""
    return _ids(tokenizer, [render(tokenizer, _as_text(tokenizer, text))[0]], first=True)[0]


def encode_pair(tokenizer: Any, row: Mapping[str, str]) -> dict[str, Any]:
    """See `encode_pairs`."""
    return encode_pairs(tokenizer, [row])[0]


def encode_pairs(tokenizer: Any, rows: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Token ids of each pair and the number of them that are prompt.

    Prompt and completion are tokenised apart, so that the ids trained on continue exactly the ids
    that generation starts from. The completion ends with the terminator and is never empty.
    """
    as_text = partial(_as_text, tokenizer)
    texts = [render(tokenizer, as_text(user_text(r)), as_text(r["output_dot"])) for r in rows]
    prompts = _ids(tokenizer, [prompt for prompt, _ in texts], first=True)
    completions = _ids(tokenizer, [completion for _, completion in texts])
    return [
        {"input_ids": prompt + completion, "prompt_length": len(prompt)}
        for prompt, completion in zip(prompts, completions, strict=True)
    ]


def stop_ids(tokenizer: Any, generation_config: Any = None) -> list[int]:
    """Ids that end a generation.

    They are the terminator trained on, the tokenizer's end-of-text token, and those that the
    model's `generation_config` names, where it is given.
    """
    terminator = _ids(tokenizer, [render(tokenizer, "", "x")[1]])[0][-1]
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
    pairs = encode_pairs(tokenizer, [{"output_dot": "", **row} for row in rows])
    for index, pair in enumerate(pairs):
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


def _ids(tokenizer: Any, texts: list[str], first: bool = False) -> list[list[int]]:
    """Ids of each text; all at once, which takes all cores."""
    parts = [[part for part in text.split(CUT) if part] for text in texts]
    found = iter(tokenizer(list(chain.from_iterable(parts)), add_special_tokens=False)["input_ids"])
    ids = [[i for _ in text for i in next(found)] for text in parts]
    bos = tokenizer.bos_token_id
    # Templates write the token themselves; only a tokenizer that would add it gets it here.
    if first and bos is not None and tokenizer(["x"])["input_ids"][0][0] == bos:
        ids = [text if text[:1] == [bos] else [bos, *text] for text in ids]
    return ids
