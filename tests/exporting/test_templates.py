"""A template gives the ids of the prompt, whatever the model's own does."""

import pytest
from prompting.test_prompt import ALWAYS, CHATML, DATED, NO_SYSTEM, SWITCHED
from transformers import AutoTokenizer

from anecdot.common.errors import UserError
from anecdot.exporting.templates import chat_template, ollama_template
from anecdot.prompting.prompt import SYSTEM_PROMPT, encode_prompt, render

FORMS = {"none": None, "chatml": CHATML, "no system role": NO_SYSTEM, "dated": DATED,
         "thinks unless told": SWITCHED, "always thinks": ALWAYS}  # fmt: skip
TEXT = "{{ x }} -> \"b\"\n\n  [label='c'] {% raw %}"


def tokenizer_with(folder, template):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.add_special_tokens(
        {"additional_special_tokens": ["<|im_start|>", "<|im_end|>", "<start>", "<end>"],
         "bos_token": "<|bos|>"}
    )  # fmt: skip
    tokenizer.chat_template = template
    return tokenizer


@pytest.mark.parametrize("form", FORMS)
def test_a_message_becomes_the_prompt_trained_with(tiny_base, form):
    tokenizer = tokenizer_with(tiny_base, FORMS[form])
    wanted = encode_prompt(tokenizer, TEXT)
    system = {"role": "system", "content": SYSTEM_PROMPT}
    user = {"role": "user", "content": TEXT}
    prompt, terminator = render(tokenizer, TEXT)
    go = ollama_template(tokenizer)
    tokenizer.chat_template = chat_template(tokenizer)
    for messages in ([user], [system, user]):
        ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=False)
        assert ids == wanted
    own = tokenizer.apply_chat_template(
        [{"role": "system", "content": "Draw."}, user], tokenize=False
    )
    assert "Draw." in own
    assert SYSTEM_PROMPT not in own
    filled = go.replace("{{ .System }}", SYSTEM_PROMPT).replace("{{ .Prompt }}", TEXT)
    assert filled == f"{prompt}{{{{ .Response }}}}{terminator}"


def test_the_first_token_is_written_where_training_put_it(tiny_base):
    from tokenizers.processors import TemplateProcessing

    tokenizer = tokenizer_with(tiny_base, None)
    bos = tokenizer.bos_token_id
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
        single="<|bos|> $A", special_tokens=[("<|bos|>", bos)]
    )
    assert encode_prompt(tokenizer, "x")[0] == bos
    template = chat_template(tokenizer)
    ids = tokenizer.apply_chat_template(
        [{"role": "user", "content": "x"}], chat_template=template,
        add_generation_prompt=True, return_dict=False,
    )  # fmt: skip
    assert ids == encode_prompt(tokenizer, "x")
    assert ollama_template(tokenizer).startswith("<|system|>")  # Ollama adds it


def test_what_no_template_gives_is_refused(tiny_base, monkeypatch):
    tokenizer = tokenizer_with(tiny_base, CHATML)
    monkeypatch.setattr(
        "anecdot.exporting.templates.encode_prompt", lambda tokenizer, text: [0, 1, 2]
    )
    with pytest.raises(UserError, match="generate"):
        chat_template(tokenizer)
