"""The prompt: one function for training, evaluation and generation.

A model's own chat template is used where it has one, with the system text folded into the user
turn where the template refuses a system role (Gemma). A model without one (phi-2, the embedded
base) gets the plain format of FALLBACK.
"""

from collections.abc import Mapping
from typing import Any

SYSTEM_PROMPT = (
    "You are a DOT graph generator. Convert the given input into a valid DOT graph representation."
)
FALLBACK = "<|system|>\n{system}\n<|user|>\n{user}\n<|assistant|>\n"


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
        return _from_template(tokenizer, system, answer)
    except (jinja2.TemplateError, ValueError):
        return _from_template(tokenizer, folded, answer)


def _from_template(tokenizer: Any, messages: list[dict[str, str]], answer: str) -> tuple[str, str]:
    prompt = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    turn = [*messages, {"role": "assistant", "content": answer}]
    # White space behind the terminator (Gemma's newline) belongs to the next turn.
    whole = tokenizer.apply_chat_template(turn, tokenize=False).rstrip()
    if not whole.startswith(prompt):
        raise ValueError("the chat template writes an answer differently from a generation prompt")
    completion = whole[len(prompt) :]
    if not completion.endswith(tuple(tokenizer.all_special_tokens)):
        completion += tokenizer.eos_token
    return prompt, completion


def user_text(row: Mapping[str, str]) -> str:
    """What the user says: the input, with the context snippet where the pair has one."""
    snippet = row.get("context_snippet")
    return f"{row['input_text']}\n\nContext:\n{snippet}" if snippet else row["input_text"]


def encode_prompt(tokenizer: Any, text: str) -> list[int]:
    """Token ids of the prompt, with exactly one beginning-of-text token if the model has one."""
    return _ids(tokenizer, render(tokenizer, text)[0], first=True)


def encode_pair(tokenizer: Any, row: Mapping[str, str]) -> dict[str, Any]:
    """Token ids of a pair and the number of them that are prompt.

    Prompt and completion are tokenised apart, so that the ids trained on continue exactly the ids
    that generation starts from. The completion ends with the terminator and is never empty.
    """
    prompt, completion = render(tokenizer, user_text(row), row["output_dot"])
    prompt_ids = _ids(tokenizer, prompt, first=True)
    return {
        "input_ids": prompt_ids + _ids(tokenizer, completion),
        "prompt_length": len(prompt_ids),
    }


def stop_ids(tokenizer: Any) -> list[int]:
    """Ids that end a generation: the terminator trained on, and the end-of-text token."""
    terminator = _ids(tokenizer, render(tokenizer, "", "x")[1])[-1]
    return sorted({terminator, tokenizer.eos_token_id} - {None})


def _ids(tokenizer: Any, text: str, first: bool = False) -> list[int]:
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    bos = tokenizer.bos_token_id
    # Templates write the token themselves; only a tokenizer that would add it gets it here.
    if first and bos is not None and ids[:1] != [bos] and tokenizer("x")["input_ids"][0] == bos:
        ids = [bos, *ids]
    return ids
