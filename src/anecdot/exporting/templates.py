"""The prompt that was trained, as other programs write prompts: in Jinja, and in Go for Ollama.

Neither is written down a second time. A template is made around the model's own (or from the plain
format), and taken only where it gives the very ids that `anecdot.prompting.prompt` gives. What it
cannot do is to read special tokens that a text spells out as text.
"""

import json
from collections.abc import Iterator
from typing import Any

from anecdot.common.errors import UserError
from anecdot.prompting.prompt import STILL_CLOCK, SYSTEM_PROMPT, encode_prompt, render

# Of a tokenizer without a template: each turn under its role, an answer ended by its terminator.
TURNS = (
    "{% for message in messages %}"
    "{{ '<|' ~ message.role ~ '|>\\n' ~ message.content"
    " ~ (eos_token if message.role == 'assistant' else '\\n') }}"
    "{% endfor %}{{ '<|assistant|>\\n' if add_generation_prompt }}"
)

# The system text trained with stands in where none is given; some templates refuse the role.
TEXT = json.dumps(SYSTEM_PROMPT)
SYSTEM = (
    "{% if messages[0].role != 'system' %}"
    f"{{% set messages = [{{'role': 'system', 'content': {TEXT}}}] + messages %}}"
    "{% endif %}"
)
FOLDED = (
    "{% if messages[0].role == 'system' %}"
    "{% set system, messages = messages[0].content, messages[1:] %}"
    f"{{% else %}}{{% set system = {TEXT} %}}{{% endif %}}"
    "{% set first = {'role': 'user', 'content': system ~ '\\n\\n' ~ messages[0].content} %}"
    "{% set messages = [first] + messages[1:] %}"
)
NO_THOUGHTS = "{% set enable_thinking, thinking = false, false %}"
CLOSED = (
    "{{% set filled %}}{own}{{% endset %}}{{{{ filled.rstrip() }}}}"
    "{{{{ '\\n\\n</think>\\n\\n' if add_generation_prompt }}}}"
)

PROBES = ("A points to B.", "Draw {{ a }} -> \"b\" [label='c'].\n\n  int main() { return 0; }")
USER = "\ufdd2"  # no text holds it: Unicode keeps it for programs


def chat_template(tokenizer: Any) -> str:
    """A Jinja template that prompts as training did, whether a system message is given or not.

    Args:
        tokenizer: of the base model, with its own template or none.

    Raises:
        UserError: none that can be made gives the ids of the prompt trained with.
    """
    wanted = [encode_prompt(tokenizer, text) for text in PROBES]
    for template in _candidates(tokenizer):
        try:
            given = [_ids(tokenizer, template, text) for text in PROBES]
        except Exception:  # a template raises what it likes: it is not this one
            continue
        if given == wanted:
            return template
    raise UserError(
        "the prompt trained with cannot be written as a chat template for this tokenizer; "
        "use src/generate.py, which needs none"
    )


def _candidates(tokenizer: Any) -> Iterator[str]:
    own = TURNS if tokenizer.chat_template is None else tokenizer.get_chat_template()
    clock = STILL_CLOCK if "strftime_now" in own else ""
    thoughts = NO_THOUGHTS if "thinking" in own else ""
    for body in (own, CLOSED.format(own=own)):
        for system in (SYSTEM, FOLDED):
            for first in ("", "{{ bos_token }}"):
                yield clock + thoughts + system + first + body


def _ids(tokenizer: Any, template: str, text: str) -> list[int]:
    return tokenizer.apply_chat_template(
        [{"role": "user", "content": text}],
        chat_template=template, add_generation_prompt=True, return_dict=False,
    )  # fmt: skip


def ollama_template(tokenizer: Any) -> str:
    """The same prompt, and the answer behind it, in Go's template language.

    The beginning-of-text token is left out where the tokenizer adds it: Ollama adds it then, too.
    """
    prompt, terminator = render(tokenizer, USER)
    bos = tokenizer.bos_token
    if bos and tokenizer("x")["input_ids"][0] == tokenizer.bos_token_id:
        prompt = prompt.removeprefix(bos)
    prompt = prompt.replace("{{", '{{ "{{" }}')
    prompt = prompt.replace(SYSTEM_PROMPT, "{{ .System }}", 1).replace(USER, "{{ .Prompt }}", 1)
    return f"{prompt}{{{{ .Response }}}}{terminator}"
