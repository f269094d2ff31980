"""The model card of an adapter."""

from typing import Any

from anecdot.common.params import Params
from anecdot.prompting.prompt import FALLBACK, SYSTEM_PROMPT

CARD = """---
base_model: {model_name}
library_name: peft
license: mit
tags: [lora, qlora, graphviz, dot]
---

# Text or code to Graphviz DOT: LoRA adapter for {model_name}

Trained by this project's pipeline on {pairs} (text, DOT) pairs ({pairs_left_out} too long for
`max_seq_length` were left out). The weights are those of step {best_step} of {steps}, where the
validation loss was lowest: {first:.4f} before training, {best:.4f} here.

    from transformers import AutoModelForCausalLM, AutoTokenizer
    model = AutoModelForCausalLM.from_pretrained("models/adapter")
    tokenizer = AutoTokenizer.from_pretrained("models/adapter")

The prompt is the base model's own chat template with the system text "{system}", or, where it has
none, this one, ended by the end-of-text token:

{fallback}

How well it does, on pairs it was not trained on: `metrics/evaluate.json`. Its output can be wrong
or no valid DOT: check it with Graphviz, as `src/generate.py` does.

## Parameters

{parameters}
"""


def adapter_card(params: Params, summary: dict[str, Any]) -> str:
    """The card's text, from the run's parameters and its summary."""
    fallback = FALLBACK.format(system=SYSTEM_PROMPT, user="{input_text}")
    return CARD.format(
        **summary,
        **summary["validation_loss"],
        model_name=params.model_name,
        system=SYSTEM_PROMPT,
        fallback="\n".join("    " + line for line in (fallback + "{output_dot}").split("\n")),
        parameters="\n".join(f"- `{k}`: {v}" for k, v in params.as_dict().items()),
    )
