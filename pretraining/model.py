"""The embedded base: transformers' own Llama, its logits and its weighted loss."""

from pathlib import Path

import torch
from recipe import Recipe
from torch import Tensor, nn
from torch.nn import functional as F

from anecdot.common.errors import UserError


def new_model(recipe: Recipe) -> nn.Module:
    """A freshly initialised LlamaForCausalLM in fp32; blocks begin as the identity."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(recipe.seed)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=recipe.vocab_size,
            hidden_size=recipe.hidden_size,
            num_hidden_layers=recipe.num_hidden_layers,
            num_attention_heads=recipe.num_attention_heads,
            intermediate_size=recipe.intermediate_size,
            max_position_embeddings=recipe.context,
            rope_theta=recipe.rope_theta,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=0,
            pad_token_id=1,
        )
    )
    for layer in model.model.layers:
        nn.init.zeros_(layer.self_attn.o_proj.weight)
        nn.init.zeros_(layer.mlp.down_proj.weight)
    return model


def logits(model: nn.Module, ids: Tensor) -> Tensor:
    """Next-token logits [rows, length, vocabulary] of ids [rows, length].

    Runs the model's layers directly: its own forward builds a mask tensor under torch.compile,
    which keeps attention from its fast causal kernel.
    """
    inner = model.model
    x = inner.embed_tokens(ids)
    positions = torch.arange(ids.shape[1], device=ids.device)[None]
    rotary = inner.rotary_emb(x, position_ids=positions)
    for layer in inner.layers:
        x = layer(x, attention_mask=None, position_embeddings=rotary, use_cache=False)
    return model.lm_head(inner.norm(x))


def weighted_loss(model: nn.Module, ids: Tensor, weights: Tensor) -> Tensor:
    """Mean cross entropy of each next token, weighted; ids, weights: [rows, length + 1]."""
    scores = logits(model, ids[:, :-1]).float()
    losses = F.cross_entropy(scores.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    weight = weights[:, 1:].flatten().float()
    return (losses * weight).sum() / weight.sum()


def load(folder: Path) -> nn.Module:
    """A saved model, in fp32. Raises UserError when the folder holds none."""
    from transformers import LlamaForCausalLM

    if not (folder / "config.json").is_file():
        raise UserError(f"{folder}: no config.json in this folder; give a model that was saved")
    return LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32)
