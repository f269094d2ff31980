"""The Llama architecture over a cache, without transformers; Qwen2 is it with biases.

The same operations in the same order as transformers' classes, so the same bits: `tests/model/
test_light.py` holds that. It exists for the time of the first graph: importing such a class and
what it brings along takes twice as long as loading torch, more than all else of one answer, and
a larger model is read, quantised and proved there in minutes, here in seconds.
"""

from types import SimpleNamespace
from typing import Any

import torch
from torch.nn.functional import linear, silu

from anecdot.model.cached import CACHED, PACKED, Blocks, cached_attention

# Linear layers of a layer: those that are quantised.
LINEAR = (
    "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
    "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj",
)  # fmt: skip
NORMS = ("input_layernorm", "post_attention_layernorm")
BIASED = LINEAR[:3]  # in Qwen2

# What a configuration must say (or leave out, where None stands, too) to be computed here.
PLAIN: dict[str, tuple[Any, ...]] = {
    "architectures": (["LlamaForCausalLM"], ["Qwen2ForCausalLM"]),
    "model_type": ("llama", "qwen2"),
    "hidden_act": ("silu",),
    "attention_bias": (False, None),
    "mlp_bias": (False, None),
    "rope_scaling": (None,),
    "use_sliding_window": (False, None),
    "quantization_config": (None,),
}


def is_plain(config: dict[str, Any]) -> bool:
    """Whether a base's config.json describes what this module computes."""
    rope = config.get("rope_parameters")
    return (
        all(config.get(name) in values for name, values in PLAIN.items())
        and config["architectures"][0].lower().startswith(config["model_type"])
        and isinstance(rope, dict)
        and rope.keys() == {"rope_type", "rope_theta"}
        and rope["rope_type"] == "default"
    )


def shapes(config: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """The shape of each weight that a configuration asks for, by its name in the files."""
    hidden, inner, size = config["hidden_size"], config["intermediate_size"], head_size(config)
    queries, keys = (config[f"num_{x}_heads"] * size for x in ("attention", "key_value"))
    layer = dict(
        zip(
            LINEAR,
            [(queries, hidden), (keys, hidden), (keys, hidden), (hidden, queries),
             (inner, hidden), (inner, hidden), (hidden, inner)],
            strict=True,
        )
    ) | dict.fromkeys(NORMS, (hidden,))  # fmt: skip
    words = (config["vocab_size"], hidden)
    wanted = {"model.embed_tokens.weight": words, "model.norm.weight": (hidden,)}
    if not config["tie_word_embeddings"]:
        wanted["lm_head.weight"] = words
    for at in range(config["num_hidden_layers"]):
        wanted |= {f"model.layers.{at}.{name}.weight": shape for name, shape in layer.items()}
        if config["model_type"] == "qwen2":
            wanted |= {f"model.layers.{at}.{name}.bias": layer[name][:1] for name in BIASED}
    return wanted


def head_size(config: dict[str, Any]) -> int:
    """Of an attention head, by the configuration."""
    return config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]


class Llama:
    """A model as decoding in batches takes it; it reads over a cache alone.

    Args:
        config: the base's config.json; see `is_plain`.
        weights: by their names in the files; see `shapes`.
        generation: the base's generation_config.json.
    """

    device = torch.device("cpu")

    def __init__(
        self, config: dict[str, Any], weights: dict[str, torch.Tensor], generation: dict[str, Any]
    ) -> None:
        self.config = SimpleNamespace(**config, _attn_implementation=PACKED)
        self.config.get_text_config = lambda: self.config
        self.generation_config = SimpleNamespace(**generation)
        self.weights = weights
        self.embeddings = torch.nn.Embedding.from_pretrained(weights["model.embed_tokens.weight"])
        self.head_size = head_size(config)
        powers = torch.arange(0, self.head_size, 2).float() / self.head_size
        self.frequencies = 1 / config["rope_parameters"]["rope_theta"] ** powers

    def get_input_embeddings(self) -> torch.nn.Embedding:
        """The layer that makes vectors of ids."""
        return self.embeddings

    def set_attn_implementation(self, name: str) -> None:
        """Say how attention is computed, as transformers' models are told; there is but one way."""
        if name not in (PACKED, CACHED):
            raise ValueError(f"no attention {name}")
        self.config._attn_implementation = name

    def __call__(
        self,
        input_ids: torch.Tensor,
        position_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        past_key_values: Blocks,
        logits_to_keep: torch.Tensor,
        use_cache: bool,
    ) -> SimpleNamespace:
        """Logits of some tokens, (rows, kept, vocabulary), as `.logits`.

        Args:
            input_ids, position_ids: (rows, tokens).
            attention_mask: see `cached_attention`.
            past_key_values: what was read before; what is read now is added.
            logits_to_keep: indices of those tokens, (kept,).
            use_cache: always.
        """
        x = self.embeddings(input_ids)  # (rows, tokens, hidden size)
        angles = position_ids[..., None].float() * self.frequencies
        angles = torch.cat((angles, angles), -1)[:, None]  # (rows, 1, tokens, head size)
        turn = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
        for at in range(self.config.num_hidden_layers):
            layer = f"model.layers.{at}"
            h = self._norm(x, f"{layer}.{NORMS[0]}")
            x = x + self._attend(h, layer, at, turn, attention_mask, past_key_values)
            h = self._norm(x, f"{layer}.{NORMS[1]}")
            gate, up = (self._linear(h, f"{layer}.mlp.{name}_proj") for name in ("gate", "up"))
            x = x + self._linear(silu(gate) * up, f"{layer}.mlp.down_proj")
        x = self._norm(x[:, logits_to_keep], "model.norm")
        tied = self.config.tie_word_embeddings
        return SimpleNamespace(logits=self._linear(x, "model.embed_tokens" if tied else "lm_head"))

    def _attend(
        self,
        x: torch.Tensor,
        layer: str,
        at: int,
        turn: tuple[torch.Tensor, torch.Tensor],
        mask: torch.Tensor,
        cache: Blocks,
    ) -> torch.Tensor:
        q, k, v = (
            self._linear(x, f"{layer}.self_attn.{name}_proj")
            .view(*x.shape[:2], -1, self.head_size)
            .transpose(1, 2)
            for name in "qkv"
        )  # (rows, heads, tokens, head size)
        k, v = cache.update(rotated(k, *turn), v, at)
        scaling = self.head_size**-0.5
        out, _ = cached_attention(None, rotated(q, *turn), k, v, mask, scaling=scaling)
        return self._linear(out.reshape(*x.shape[:2], -1), f"{layer}.self_attn.o_proj")

    def _linear(self, x: torch.Tensor, name: str) -> torch.Tensor:
        return linear(x, self.weights[f"{name}.weight"], self.weights.get(f"{name}.bias"))

    def _norm(self, x: torch.Tensor, name: str) -> torch.Tensor:
        """RMSNorm, in float32."""
        full = x.float()
        full = full * torch.rsqrt(full.pow(2).mean(-1, keepdim=True) + self.config.rms_norm_eps)
        return self.weights[f"{name}.weight"] * full.to(x.dtype)


def rotated(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """Rotary positions: each pair of x's halves (rows, heads, tokens, head size) turned."""
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat((-second, first), -1) * sin
