"""Run the pipeline on one of the hub models, as a DVC experiment with the values that suit it.

    python src/experiment.py gemma-2b-it
    python src/experiment.py phi-2 -S num_train_epochs=3 --queue

What stands behind the model's name goes to `dvc exp run`. The changed parameters show in
`dvc exp show`. Needs the model in the local cache or a network, and says so before any work.
"""

import argparse
import os

from anecdot.common import command
from anecdot.common.params import read_params

ATTENTION = "[q_proj,k_proj,v_proj,o_proj]"
SHARED = {
    "learning_rate": "2e-4",
    "per_device_train_batch_size": 4,
    "gradient_accumulation_steps": 4,
    "dequantize_once": "false",
    "gradient_checkpointing": "true",
    "eval_batch_size": 32,
}
PRESETS = {
    "gemma-2b-it": {"model_name": "google/gemma-2b-it", "lora_target_modules": ATTENTION},
    "phi-2": {
        "model_name": "microsoft/phi-2",
        "lora_target_modules": "[q_proj,k_proj,v_proj,dense]",  # its name for o_proj
    },
    "qwen2.5-1.5b-instruct": {
        "model_name": "Qwen/Qwen2.5-1.5B-Instruct",
        "lora_target_modules": ATTENTION,
    },
    "stablelm-2-zephyr-1_6b": {
        "model_name": "stabilityai/stablelm-2-zephyr-1_6b",
        "lora_target_modules": ATTENTION,
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", choices=PRESETS)
    args, options = parser.parse_known_args()
    values = SHARED | PRESETS[args.model]

    from anecdot.model.base import fetch

    fetch(str(values["model_name"]), read_params().model_revision)
    settings = [text for name, value in values.items() for text in ("-S", f"{name}={value}")]
    os.execvp("dvc", ["dvc", "exp", "run", "-n", args.model, *settings, *options])


if __name__ == "__main__":
    command.run(main)
