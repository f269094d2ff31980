"""The models at their published shapes, and tiny ones of the same architectures.

Weights are random: speed and memory do not depend on their values.
"""

from pathlib import Path
from typing import Any

ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]


def _rope(theta: float, part: float = 1.0) -> dict[str, Any]:
    return {"rope_type": "default", "rope_theta": theta, "partial_rotary_factor": part}


# Values of the published config.json files; `parameters` is the total these give.
SHAPES: dict[str, dict[str, Any]] = {
    "gemma-2b-it": {
        "model_type": "gemma", "vocab_size": 256_000, "hidden_size": 2048,
        "intermediate_size": 16_384, "num_hidden_layers": 18, "num_attention_heads": 8,
        "num_key_value_heads": 1, "head_dim": 256, "hidden_act": "gelu_pytorch_tanh",
        "hidden_activation": "gelu_pytorch_tanh", "max_position_embeddings": 8192,
        "rms_norm_eps": 1e-6, "rope_parameters": _rope(10_000.0), "tie_word_embeddings": True,
    },
    "phi-2": {
        "model_type": "phi", "vocab_size": 51_200, "hidden_size": 2560,
        "intermediate_size": 10_240, "num_hidden_layers": 32, "num_attention_heads": 32,
        "num_key_value_heads": 32, "hidden_act": "gelu_new", "max_position_embeddings": 2048,
        "layer_norm_eps": 1e-5, "rope_parameters": _rope(10_000.0, 0.4),
        "tie_word_embeddings": False,
    },
    "qwen2.5-1.5b-instruct": {
        "model_type": "qwen2", "vocab_size": 151_936, "hidden_size": 1536,
        "intermediate_size": 8960, "num_hidden_layers": 28, "num_attention_heads": 12,
        "num_key_value_heads": 2, "hidden_act": "silu", "max_position_embeddings": 32_768,
        "rms_norm_eps": 1e-6, "rope_parameters": _rope(1_000_000.0), "tie_word_embeddings": True,
    },
    "stablelm-2-zephyr-1_6b": {
        "model_type": "stablelm", "vocab_size": 100_352, "hidden_size": 2048,
        "intermediate_size": 5632, "num_hidden_layers": 24, "num_attention_heads": 32,
        "num_key_value_heads": 32, "hidden_act": "silu", "max_position_embeddings": 4096,
        "layer_norm_eps": 1e-5, "use_qkv_bias": True, "rope_parameters": _rope(10_000.0, 0.25),
        "tie_word_embeddings": False,
    },
    "llama-7b": {
        "model_type": "llama", "vocab_size": 32_000, "hidden_size": 4096,
        "intermediate_size": 11_008, "num_hidden_layers": 32, "num_attention_heads": 32,
        "num_key_value_heads": 32, "hidden_act": "silu", "max_position_embeddings": 4096,
        "rms_norm_eps": 1e-5, "rope_parameters": _rope(10_000.0), "tie_word_embeddings": False,
    },
}  # fmt: skip

# Too large for one small card: measured with its base shared by several.
LARGE = "llama-7b"

PARAMETERS = {
    "gemma-2b-it": 2_506_172_416,
    "phi-2": 2_779_683_840,
    "qwen2.5-1.5b-instruct": 1_543_714_304,
    "stablelm-2-zephyr-1_6b": 1_644_515_328,
    "llama-7b": 6_738_415_616,
}

TINY = {
    "vocab_size": 4096, "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
    "num_attention_heads": 4, "max_position_embeddings": 1024,
}  # fmt: skip


def lora_targets(name: str) -> list[str]:
    """The attention's linear layers under the names that the architecture gives them."""
    return [*ATTENTION[:3], "dense"] if name == "phi-2" else ATTENTION


def config(name: str, tiny: bool = False) -> Any:
    """The configuration of a model: published, or a tiny one of the same architecture."""
    from transformers import AutoConfig

    values = dict(SHAPES[name])
    if tiny:
        values |= TINY
        values["num_key_value_heads"] = min(values["num_key_value_heads"], 4)
        if "head_dim" in values:
            values["head_dim"] = 32
    ids = {"bos_token_id": None, "eos_token_id": 0, "pad_token_id": 1}
    return AutoConfig.for_model(**values, **ids)


def write_model(name: str, folder: Path, device: str, tiny: bool = False) -> int:
    """Save the model with random bf16 weights as a base model; returns its parameter count."""
    import torch
    from transformers import AutoModelForCausalLM

    torch.manual_seed(0)
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device(device):
            model = AutoModelForCausalLM.from_config(config(name, tiny))
    finally:
        torch.set_default_dtype(torch.float32)
    model.to(torch.bfloat16).save_pretrained(folder)
    return sum(p.numel() for p in model.parameters())
