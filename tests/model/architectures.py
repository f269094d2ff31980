"""Every causal architecture of transformers, tiny and random, through the project's own code."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch.nn.functional import cross_entropy
from transformers import CONFIG_MAPPING, AutoModelForCausalLM, PreTrainedModel

from anecdot.common.errors import UserError
from anecdot.model import attention, proof
from anecdot.model.adapter import add_lora
from anecdot.model.decode import generate
from anecdot.model.loss import completion_loss, logits_alone
from anecdot.prompting.examples import Example
from anecdot.prompting.prompt import encode_prompt, stop_ids
from anecdot.training.fused_lora import FusedLora
from benchmarks import work

WORDS = 96
TINY: dict[str, Any] = {
    "vocab_size": WORDS, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "sliding_window": 16,
    "max_position_embeddings": 512, "initializer_range": 0.2, "pad_token_id": 1,
    "bos_token_id": 2, "eos_token_id": 0, "n_embd": 32, "n_layer": 2, "n_head": 4,
    "n_positions": 512, "n_inner": 48, "d_model": 32, "num_local_experts": 4, "num_experts": 4,
    "n_routed_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 24,
    "is_decoder": True, "is_causal": True,
}  # fmt: skip
# What some architectures need beside, or in another form.
SPECIAL: dict[str, dict[str, Any]] = {}
TEXTS = ("one to two", "a longer text of words that goes on and on", "three")
BUDGET = 8


@dataclass(frozen=True)
class Finding:
    """How an architecture is computed, and how far that is from the truth.

    Attributes:
        way: fast, slower or refused.
        line: of the proof, or of the refusal.
        loss, gradient: relative errors.
        answers: whether they are those of plain forward passes.
    """

    way: str
    line: str
    loss: float = 0.0
    gradient: float = 0.0
    answers: bool = True


def config_of(name: str) -> Any:
    """A tiny configuration without dropout; text alone where there is more."""
    kind = CONFIG_MAPPING[name]
    usual = kind()
    text = usual.get_text_config()
    known = {**text.to_dict(), **dict.fromkeys(text.attribute_map)}
    values = {key: value for key, value in TINY.items() if key in known}
    values |= {k: 0.0 for k, v in known.items() if "drop" in k and isinstance(v, float)}
    values |= SPECIAL.get(name, {})
    if text is usual:
        return kind(**values)
    part = next(key for key in usual.sub_configs if getattr(usual, key) is text)
    return kind(**{part: values})


@cache
def examine(name: str) -> Finding:
    """Loss, LoRA gradient and answers of a tiny model by the project's way and by definition."""
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(config_of(name)).float().eval()
    own = model.config.get_text_config()._attn_implementation
    try:
        line = proof.settle(model)
    except UserError as error:
        return Finding("refused", str(error))
    way = "fast" if attention.is_packed(model) else "slower"
    answers = answers_agree(model, own)

    generator = torch.Generator().manual_seed(1)
    examples = [
        Example(torch.randint(3, WORDS, (n,), generator=generator).tolist(), n // 3)
        for n in (21, 9, 34)
    ]
    params = work.parameters("tiny", "all-linear", lora_r=4, lora_dropout=0.0)
    try:
        lm = add_lora(model, params).train()
    except UserError as error:
        return Finding("refused", str(error))
    weights = [weight for weight in lm.parameters() if weight.requires_grad]
    for weight in weights:
        torch.nn.init.normal_(weight, std=0.1, generator=generator)
    model.set_attn_implementation("eager" if model._supports_attention_backend else own)
    expected = sum(loss_of(model, example) for example in examples)
    grads = torch.autograd.grad(expected, weights, allow_unused=True, materialize_grads=True)
    truth = torch.cat([grad.flatten() for grad in grads])

    model.set_attn_implementation(attention.PACKED if way == "fast" else own)
    lora = FusedLora(lm)
    lora.refresh()
    loss = completion_loss(model, examples)
    loss.backward()
    found = torch.cat([gradient_of(lora, weight) for weight in weights])
    return Finding(
        way, line, abs(loss.item() / expected.item() - 1),
        ((found - truth).norm() / truth.norm()).item(), answers,
    )  # fmt: skip


def loss_of(lm: PreTrainedModel, example: Example) -> torch.Tensor:
    """The loss of one pair by definition, through transformers alone."""
    ids = torch.tensor([example.input_ids])
    logits = lm(input_ids=ids, use_cache=False).logits[0].float()
    first = example.prompt_length
    return cross_entropy(logits[first - 1 : -1], ids[0, first:], reduction="sum")


def gradient_of(lora: FusedLora, weight: torch.Tensor) -> torch.Tensor:
    """The part of the vector of gradients that belongs to a weight, which is a view of another."""
    start = (weight.data_ptr() - lora.weights.data_ptr()) // weight.element_size()
    return lora.weights.grad[start : start + weight.numel()]


@torch.inference_mode()
def answers_agree(model: PreTrainedModel, own: str) -> bool:
    """Whether answers are, token by token, the best ones of plain forward passes."""
    tokenizer = work.WordTokenizer(WORDS)
    answers = dict(generate(model, tokenizer, TEXTS, BUDGET, len(TEXTS)))
    way = model.config.get_text_config()._attn_implementation
    model.set_attn_implementation(own)
    stops, agree = stop_ids(tokenizer), True
    for index, text in enumerate(TEXTS):
        ids = encode_prompt(tokenizer, text)
        written: list[int] = []
        while len(written) < BUDGET and written[-1:] != [0]:
            logits = logits_alone(model, torch.tensor([ids + written]), 1)
            written.append(logits[0].argmax().item())
        spelled = tokenizer.decode(written[: -(written[-1] in stops) or None])
        agree &= (answers[index].text, answers[index].tokens) == (spelled, len(written))
    model.set_attn_implementation(way)
    return agree
