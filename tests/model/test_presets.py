"""The four models' architectures, tiny, through the project's own path with their prompts."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from conftest import door
from peft import PeftModel
from safetensors.torch import load_file

from anecdot.common.checkpoints import Checkpoints
from anecdot.model import attention, batch
from anecdot.model import base as models
from anecdot.model.adapter import add_lora
from anecdot.model.decode import generate
from anecdot.prompting.examples import Example
from anecdot.prompting.prompt import encode_pair, render
from anecdot.training.trainer import Trainer
from benchmarks import shapes, work

TURNS = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
REFUSING = (
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
    + TURNS
)
TEMPLATES = {
    "gemma-2b-it": REFUSING,
    "phi-2": None,
    "qwen2.5-1.5b-instruct": TURNS,
    "stablelm-2-zephyr-1_6b": TURNS,
}


def silent(_: object) -> None:
    """Log nothing."""


@pytest.mark.parametrize("name", TEMPLATES)
def test_train_resume_merge_and_generate(name, tiny_base, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    base_folder = tmp_path / name
    shapes.write_model(name, base_folder, "cpu", tiny=True)
    tokenizer = models.load_tokenizer(str(tiny_base))
    tokenizer.chat_template = TEMPLATES[name]
    prompt, _ = render(tokenizer, "one to two")
    assert ("<|system|>" in prompt) == (name == "phi-2")
    assert ("<|im_start|>system" in prompt) == (TEMPLATES[name] == TURNS)

    params = work.parameters(
        base_folder, shapes.lora_targets(name), per_device_train_batch_size=4,
        num_train_epochs=2, save_steps=2, eval_steps=2, lora_r=4, learning_rate=1e-3,
    )  # fmt: skip
    pairs = work.Pairs(Example(**encode_pair(tokenizer, door(n))) for n in range(8))

    def trainer(params) -> Trainer:
        base = models.load_base(params, torch.device("cpu"), plain=params.dequantize_once)
        checkpoints = Checkpoints("train", params.as_dict(), [])
        lm = add_lora(base, params)
        return Trainer(lm, pairs, pairs, params, checkpoints)

    first = trainer(params)
    wrapped = {n.split(".")[-3] for n in first._weights() if n.endswith("lora_A.weight")}
    assert wrapped == set(shapes.lora_targets(name))
    whole = first.run()
    losses = [entry["validation_loss"] for entry in whole.history if "validation_loss" in entry]
    assert min(losses) < losses[0]
    first.model.save_pretrained("whole")

    again = trainer(params)  # finds the checkpoint of step 2
    assert again.checkpoints.names()[-1] == "step-00000002"
    again.run()
    again.model.save_pretrained("again")
    weights = (load_file(f"{folder}/adapter_model.safetensors") for folder in ("whole", "again"))
    for one, other in zip(*(w.values() for w in weights), strict=True):
        assert torch.equal(one, other)

    low = trainer(replace(params, **(work.LOW_MEMORY | {"optim": "adamw"})))
    assert low.step(list(pairs[:4]))[0] > 0  # in 4 bit, with checkpointing

    first.model.eval()
    base = models.load_base(params, torch.device("cpu"), plain=True)
    merged = PeftModel.from_pretrained(base, "whole").merge_and_unload()
    for lm in (merged, first.causal_lm):
        lm.set_attn_implementation("eager")
    ids = torch.tensor([pairs[0].input_ids])
    with torch.no_grad():
        torch.testing.assert_close(
            merged(ids).logits, first.causal_lm(ids).logits, rtol=0, atol=0.05
        )
    merged.set_attn_implementation(attention.PACKED)
    texts = ["one to two", "a longer text of words"]
    answers = dict(generate(merged, tokenizer, texts, 8, 2))
    assert answers.keys() == {0, 1}

    monkeypatch.setattr(batch, "BLOCK", 4)
    assert dict(generate(merged, tokenizer, texts, 8, 2)) == answers
