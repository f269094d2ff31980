"""A merged model as a folder that any program reads which reads models of transformers."""

import shutil
from pathlib import Path
from typing import Any

import torch
from transformers import GenerationConfig, PreTrainedModel

from anecdot.common.errors import UserError
from anecdot.exporting.ollama import add_rotary_base
from anecdot.exporting.templates import chat_template, ollama_template
from anecdot.prompting.prompt import SYSTEM_PROMPT, encode_pair, stop_ids

CARD, TRAINING = "README.md", "TRAINING.md"

# Ollama's own penalty of repetition would keep the model from naming a node twice.
MODELFILE = '''FROM .
TEMPLATE """{template}"""
SYSTEM """{system}"""
PARAMETER temperature 0
PARAMETER repeat_penalty 1
PARAMETER num_predict {budget}
{stops}
'''


def check_target(folder: Path) -> None:
    """Raises UserError where `folder` cannot be written, or holds what is no export."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder}: is a file; name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / TRAINING).is_file():
        raise UserError(f"{folder}: holds other files; name a new folder")


def prepare(model: PreTrainedModel, tokenizer: Any, budget: int) -> str:
    """Write prompt and stops that were trained into model and tokenizer; returns a Modelfile.

    Args:
        model: with the adapter merged into it.
        tokenizer: of the base model.
        budget: tokens that an answer may have.

    Raises:
        UserError: the prompt cannot be written as a template.
    """
    stops = stop_ids(tokenizer, model.generation_config)
    go, jinja = ollama_template(tokenizer), chat_template(tokenizer)
    terminator = encode_pair(tokenizer, {"input_text": "", "output_dot": ""})["input_ids"][-1]
    tokenizer.chat_template = jinja
    tokenizer.eos_token = tokenizer.convert_ids_to_tokens(terminator)
    model.generation_config = GenerationConfig(
        do_sample=False, max_new_tokens=budget, eos_token_id=stops,
        bos_token_id=tokenizer.bos_token_id, pad_token_id=tokenizer.pad_token_id,
        use_cache=model.generation_config.use_cache,
    )  # fmt: skip
    text = model.config.get_text_config()
    text.eos_token_id, text.use_cache = terminator, True
    words = tokenizer.convert_ids_to_tokens(stops)
    return MODELFILE.format(
        template=go, system=SYSTEM_PROMPT, budget=budget,
        stops="\n".join(f'PARAMETER stop "{word}"' for word in words),
    )  # fmt: skip


def write_folder(
    folder: Path,
    model: PreTrainedModel,
    tokenizer: Any,
    dtype: torch.dtype,
    files: dict[str, str],
) -> None:
    """Write safetensors of `dtype`, tokenizer and `files` (name: text).

    `folder` takes its name, and the place of an earlier export, only once all is written.
    """
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        model.to(dtype).save_pretrained(partial)
        add_rotary_base(partial)
        tokenizer.save_pretrained(partial)
        for name, text in files.items():
            (partial / name).write_text(text, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
