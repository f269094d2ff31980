"""Attention over packed sequences, as far as a CPU can show it."""

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from anecdot.model import attention

# (query heads, key-value heads, head size) of the published models.
HEADS = {
    "gemma-2b-it": (8, 1, 256),
    "phi-2": (32, 32, 80),
    "qwen2.5-1.5b-instruct": (12, 2, 128),
    "stablelm-2-zephyr-1_6b": (32, 32, 64),
    "smollm2-135m-instruct": (9, 3, 64),
    "gemma-3-270m": (4, 1, 256),
    "qwen2.5-coder-0.5b-instruct": (14, 2, 64),
    "llama-3.2-3b-instruct": (24, 8, 128),
    "llama-3.2-1b-instruct": (32, 8, 64),
}
LENGTHS = [5, 1, 7]


def states(heads: int, kv_heads: int, size: int, **kwargs) -> list[torch.Tensor]:
    """query, key and value of a packed row of LENGTHS."""
    return [torch.randn(1, n, sum(LENGTHS), size, **kwargs) for n in (heads, kv_heads, kv_heads)]


@pytest.mark.parametrize("model", HEADS)
def test_the_kernel_accepts_each_models_heads(model, monkeypatch):
    """Tensors without data go through all of the kernel's checks, forward and backward."""
    monkeypatch.setattr(attention, "has_kernel", lambda *_: True)
    heads, kv_heads, size = HEADS[model]
    query, key, value = states(heads, kv_heads, size, device="meta", dtype=torch.bfloat16)
    query.requires_grad_()
    mask = attention.mask_of(LENGTHS, torch.device("meta"))
    output, _ = attention.packed_attention(None, query, key, value, mask, scaling=0.1)
    assert output.shape == (1, sum(LENGTHS), heads, size)
    output.sum().backward()
    assert query.grad.shape == query.shape


def test_the_kernel_is_told_the_scale_and_where_sequences_end(monkeypatch):
    given = {}

    def varlen_attn(q, k, v, cu_q, cu_k, longest, _, **options):
        given.update(options, cu_seqlens=cu_q.tolist(), longest=longest)
        return q

    monkeypatch.setattr(attention, "varlen_attn", varlen_attn)
    monkeypatch.setattr(attention, "has_kernel", lambda *_: True)
    q, k, v = states(4, 2, 8)
    attention.packed_attention(None, q, k, v, attention.mask_of(LENGTHS), scaling=0.3)
    assert given == {
        "cu_seqlens": [0, 5, 6, 13], "longest": 7, "scale": 0.3, "enable_gqa": True,
        "window_size": (-1, 0),
    }  # fmt: skip


@pytest.mark.parametrize("what", ["softcap", "sinks", "large heads"])
def test_what_the_kernel_cannot_do_is_computed_one_by_one(what, monkeypatch):
    q, k, v = states(4, 2, 512 if what == "large heads" else 8)
    extra = {"softcap": {"softcap": 2.0}, "sinks": {"s_aux": torch.randn(4)}}.get(what, {})
    mask = attention.mask_of(LENGTHS)
    expected, _ = attention.packed_attention(None, q, k, v, mask, **extra)
    monkeypatch.setattr(attention, "has_kernel", lambda *_: True)
    assert torch.equal(attention.packed_attention(None, q, k, v, mask, **extra)[0], expected)


@pytest.mark.parametrize("scaling", [None, 0.3])
def test_one_by_one_is_causal_attention_in_each_sequence(scaling):
    q, k, v = states(4, 2, 8)
    mask = attention.mask_of(LENGTHS)
    output, _ = attention.packed_attention(None, q, k, v, mask, scaling=scaling)
    parts = zip(*(x.split(LENGTHS, 2) for x in (q, k, v)), strict=True)
    each = [
        scaled_dot_product_attention(*part, is_causal=True, scale=scaling, enable_gqa=True)
        for part in parts
    ]
    torch.testing.assert_close(output, torch.cat(each, 2).transpose(1, 2))


def test_a_card_older_than_ampere_computes_one_by_one(monkeypatch):
    card = torch.device("cuda")
    for capability, kernel in (((7, 5), False), ((8, 0), True), ((9, 0), True)):
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _, c=capability: c)
        assert attention.has_kernel(card, torch.bfloat16) == kernel
        assert not attention.has_kernel(card, torch.float32)
    assert not attention.has_kernel(torch.device("cpu"), torch.bfloat16)
