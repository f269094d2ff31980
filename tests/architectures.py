"""Every causal architecture of transformers, tiny and random, through the project's own code."""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch.nn.functional import cross_entropy
from transformers import CONFIG_MAPPING, AutoModelForCausalLM, PreTrainedModel
from transformers import __version__ as VERSION
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES as CLASSES

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
    "is_decoder": True, "is_causal": True, "vocab_size_per_layer_input": WORDS,
    "hidden_size_per_layer_input": 8, "shared_expert_intermediate_size": 24,
    # Recurrent, convolution and hybrid layers.
    "mamba_n_heads": 8, "mamba_d_head": 8, "mamba_d_state": 8, "mamba_d_ssm": 64,
    "mamba_num_heads": 8, "mamba_head_dim": 8, "ssm_state_size": 8, "state_size": 8,
    "mamba_chunk_size": 16, "chunk_size": 16, "linear_key_head_dim": 8, "linear_value_head_dim": 8,
    "linear_num_key_heads": 2, "linear_num_value_heads": 4, "linear_head_dim": 8,
    "linear_num_heads": 4, "attention_window_size": 16, "window_size": 16, "block_multiple_of": 16,
    # Latent attention.
    "kv_lora_rank": 16, "q_lora_rank": 16, "qk_nope_head_dim": 8, "qk_rope_head_dim": 8,
    "v_head_dim": 8,
}  # fmt: skip
# Where peft refuses LoRA on all linear layers.
TARGETS = {
    "falcon_h1": ["q_proj", "v_proj"],
    "falcon_mamba": ["in_proj"],
    "mamba": ["in_proj"],
    "mamba2": ["in_proj"],
    "nemotron_h": ["q_proj", "v_proj"],
}
# Parts of a model that do not read text.
BESIDE = {
    "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 1, "num_attention_heads": 2,
    "num_heads": 2, "depth": 1, "image_size": 28, "patch_size": 14,
}  # fmt: skip
HYBRID = ["linear_attention", "full_attention"]
# What some architectures need beside, or in another form.
SPECIAL: dict[str, dict[str, Any]] = {
    "bamba": {"attn_layer_indices": [1]},
    "codegen": {"rotary_dim": 4},
    "deepseek_v2": {"num_key_value_heads": 4},
    "deepseek_v3": {"num_key_value_heads": 4},
    "gptj": {"rotary_dim": 4},
    "gemma3_text": {"layer_types": ["sliding_attention", "full_attention"]},
    "gemma3n_text": {"num_kv_shared_layers": 0},
    "gpt_neo": {"attention_types": [[["global", "local"], 1]]},
    "granitemoehybrid": {"layer_types": HYBRID},
    "jamba": {"attn_layer_period": 2, "attn_layer_offset": 1},
    "kimi_linear": {"layer_types": HYBRID, "num_key_value_heads": 4},
    "minicpm3": {"num_key_value_heads": 4},
    "lfm2": {"layer_types": ["conv", "full_attention"]},
    "lfm2_moe": {"layer_types": ["conv", "full_attention"], "num_dense_layers": 1},
    "mamba2": {"num_heads": 8, "head_dim": 8, "n_groups": 1},
    "nemotron_h": {"n_groups": 1},
    "olmo_hybrid": {"layer_types": HYBRID},
    "qwen3_5_text": {"layer_types": HYBRID},
    "qwen3_next": {"layer_types": HYBRID},
    "recurrent_gemma": {"block_types": ["recurrent", "attention"]},
    "zamba2": {"layers_block_type": ["linear_attention", "hybrid"]},
    "zaya": {"num_experts_per_tok": 1},
}
NAMES = """
afmoe apertus arcee bamba bailing_hybrid bert biogpt bitnet bloom codegen cohere cohere2 cwm
deepseek_v2 deepseek_v3 diffllama doge ernie4_5 ernie4_5_moe exaone4 falcon falcon_h1 falcon_mamba
gemma gemma2 gemma3 gemma3_text gemma3n_text glm glm4 glm4_moe gpt2 gpt_bigcode gpt_neo gpt_neox
gpt_oss gptj granite granitemoe granitemoehybrid granite_swa helium hunyuan_v1_dense jamba
kimi_linear lfm2 lfm2_moe llama llama4_text mamba mamba2 minicpm3 ministral mistral mixtral mpt
nanochat nemotron nemotron_h olmo olmo2 olmo3 olmo_hybrid olmoe opt persimmon phi phi3 qwen2
qwen2_moe qwen3 qwen3_5_text qwen3_moe qwen3_next recurrent_gemma rwkv seed_oss smollm3 stablelm
starcoder2 vaultgemma xglm zamba2
""".split()
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
    parts = {key: getattr(usual, key) for key in usual.sub_configs}
    return kind(**{
        key: values if part is text else {k: v for k, v in BESIDE.items() if k in part.to_dict()}
        for key, part in parts.items() if part is not None
    })  # fmt: skip


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
    params = work.parameters("tiny", TARGETS.get(name, "all-linear"), lora_r=4, lora_dropout=0.0)
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


def page(rows: dict[str, Finding]) -> str:
    """The text of docs/ARCHITECTURES.md."""
    counts = Counter(found.way for found in rows.values())
    lines = [
        "# Which base models are computed how",
        "",
        f"Tiny random models of {len(rows)} causal architectures of transformers {VERSION}, "
        f"through the project's own code: {counts['fast']} fast, {counts['slower']} slower, "
        f"{counts['refused']} refused.",
        "",
        "- **fast**: pairs packed in one row, decoding in batches over the project's own cache.",
        "- **slower**: one sequence at a time, by transformers' own attention and `generate`.",
        "- **refused**: with the line that says why.",
        "",
        "Loss and LoRA gradient (all linear layers, fp32) are within 1e-5 of one pair at a time by "
        "definition; answers are, token by token, the best ones of plain forward passes. No list "
        "of names decides: each run proves it on its very model when that is loaded.",
        "",
        "| `model_type` | class | way |",
        "| --- | --- | --- |",
    ]
    for name, found in rows.items():
        way = found.way if found.way != "refused" else f"refused: {found.line}"
        if name in TARGETS:
            way += f" (LoRA on {', '.join(TARGETS[name])}: peft refuses all-linear)"
        lines.append(f"| {name} | {CLASSES[name]} | {way} |")
    return "\n".join([*lines, ""])
