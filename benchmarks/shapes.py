"""The models at their published shapes, and tiny ones of the same architectures.

Weights are random: speed and memory do not depend on their values.
"""

from pathlib import Path
from typing import Any

ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]


def _shape(
    model_type: str, words: int, hidden: int, inner: int, layers: int, heads: int, shared: int,
    theta: float, *, act: str = "silu", part: float = 1.0, tied: bool = True, reads: int = 32_768,
    **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """A configuration; `shared`: heads of keys and values, `part`: share of a head that rotates."""
    return {
        "model_type": model_type, "vocab_size": words, "hidden_size": hidden,
        "intermediate_size": inner, "num_hidden_layers": layers, "num_attention_heads": heads,
        "num_key_value_heads": shared, "hidden_act": act, "max_position_embeddings": reads,
        "tie_word_embeddings": tied, "rope_parameters": {
            "rope_type": "default", "rope_theta": theta, "partial_rotary_factor": part,
        },
    } | more  # fmt: skip


def _gemma3(hidden: int, inner: int, layers: int) -> dict[str, Any]:
    full, window = ({"rope_type": "default", "rope_theta": theta} for theta in (1e6, 1e4))
    return _shape(
        "gemma3_text", 262_144, hidden, inner, layers, 4, 1, 0, head_dim=256, sliding_window=512,
        hidden_activation="gelu_pytorch_tanh",
        rope_parameters={"full_attention": full, "sliding_attention": window},
    )  # fmt: skip


# Values of the published config.json files; `PARAMETERS` is the total that these give.
SHAPES: dict[str, dict[str, Any]] = {
    "gemma-2b-it": _shape(
        "gemma", 256_000, 2048, 16_384, 18, 8, 1, 1e4, act="gelu_pytorch_tanh", reads=8192,
        head_dim=256, hidden_activation="gelu_pytorch_tanh",
    ),
    "phi-2": _shape(
        "phi", 51_200, 2560, 10_240, 32, 32, 32, 1e4, act="gelu_new", part=0.4, tied=False,
        reads=2048, layer_norm_eps=1e-5,
    ),
    "qwen2.5-1.5b-instruct": _shape("qwen2", 151_936, 1536, 8960, 28, 12, 2, 1e6),
    "stablelm-2-zephyr-1_6b": _shape(
        "stablelm", 100_352, 2048, 5632, 24, 32, 32, 1e4, part=0.25, tied=False, reads=4096,
        layer_norm_eps=1e-5, use_qkv_bias=True,
    ),
    "llama-7b": _shape("llama", 32_000, 4096, 11_008, 32, 32, 32, 1e4, tied=False, reads=4096),
    "gemma-3-270m": _gemma3(640, 2048, 18),
    "gemma-3-1b-it": _gemma3(1152, 6912, 26),
    "granite-4.0-micro": _shape(
        "granitemoehybrid", 100_352, 2560, 8192, 40, 40, 8, 1e7, shared_intermediate_size=8192,
        num_local_experts=0, num_experts_per_tok=0, layer_types=["attention"] * 40,
        position_embedding_type="rope", embedding_multiplier=12, logits_scaling=10,
        residual_multiplier=0.22, attention_multiplier=0.015625,
    ),
    "llama-3.2-1b-instruct": _shape("llama", 128_256, 2048, 8192, 16, 32, 8, 5e5, head_dim=64),
    "llama-3.2-3b-instruct": _shape("llama", 128_256, 3072, 8192, 28, 24, 8, 5e5, head_dim=128),
    "phi-4-mini-instruct": _shape(
        "phi3", 200_064, 3072, 8192, 32, 24, 8, 1e4, part=0.75,
        original_max_position_embeddings=4096,
    ),
    "qwen2.5-coder-0.5b-instruct": _shape("qwen2", 151_936, 896, 4864, 24, 14, 2, 1e6),
    "qwen2.5-coder-1.5b-instruct": _shape("qwen2", 151_936, 1536, 8960, 28, 12, 2, 1e6),
    "qwen2.5-coder-3b-instruct": _shape("qwen2", 151_936, 2048, 11_008, 36, 16, 2, 1e6),
    "qwen3-1.7b": _shape("qwen3", 151_936, 2048, 6144, 28, 16, 8, 1e6, head_dim=128),
    "qwen3-4b-instruct-2507": _shape("qwen3", 151_936, 2560, 9728, 36, 32, 8, 5e6, head_dim=128),
    "smollm2-135m-instruct": _shape("llama", 49_152, 576, 1536, 30, 9, 3, 1e5, reads=8192),
    "smollm2-360m-instruct": _shape("llama", 49_152, 960, 2560, 32, 15, 5, 1e5, reads=8192),
    "smollm2-1.7b-instruct": _shape("llama", 49_152, 2048, 8192, 24, 32, 32, 1.3e5, reads=8192),
    "smollm3-3b": _shape("smollm3", 128_256, 2048, 11_008, 36, 16, 4, 5e6),
}  # fmt: skip

# Too large for one small card: measured with its base shared by several.
LARGE = "llama-7b"
# Those whose parts are measured one by one.
SEED_MODELS = ("gemma-2b-it", "phi-2", "qwen2.5-1.5b-instruct", "stablelm-2-zephyr-1_6b")

PARAMETERS = {
    "gemma-2b-it": 2_506_172_416,
    "phi-2": 2_779_683_840,
    "qwen2.5-1.5b-instruct": 1_543_714_304,
    "stablelm-2-zephyr-1_6b": 1_644_515_328,
    "llama-7b": 6_738_415_616,
    "gemma-3-270m": 268_098_176,
    "gemma-3-1b-it": 999_885_952,
    "granite-4.0-micro": 3_402_836_480,
    "llama-3.2-1b-instruct": 1_235_814_400,
    "llama-3.2-3b-instruct": 3_212_749_824,
    "phi-4-mini-instruct": 3_836_021_760,
    "qwen2.5-coder-0.5b-instruct": 494_032_768,
    "qwen2.5-coder-1.5b-instruct": 1_543_714_304,
    "qwen2.5-coder-3b-instruct": 3_085_938_688,
    "qwen3-1.7b": 1_720_574_976,
    "qwen3-4b-instruct-2507": 4_022_468_096,
    "smollm2-135m-instruct": 134_515_008,
    "smollm2-360m-instruct": 361_821_120,
    "smollm2-1.7b-instruct": 1_711_376_384,
    "smollm3-3b": 3_075_098_624,
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
        if values["num_key_value_heads"] > 2:  # it has to divide the four of queries
            values["num_key_value_heads"] = 4
        if "head_dim" in values:
            values["head_dim"] = 32
        if "layer_types" in values:
            values["layer_types"] = values["layer_types"][:2]
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
