"""A model in 16 bit computes in float32 for a while, and is the same model afterwards."""

from copy import deepcopy

import architectures
import bitsandbytes as bnb
import pytest
import torch
from torch import nn
from torch.nn.functional import linear
from transformers import AutoModelForCausalLM

from anecdot.model import truth
from anecdot.model.loss import logits_alone
from anecdot.model.truth import in_float32


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("name", ["gemma3_text", "granitemoe", "deepseek_v3", "phi"])
@torch.no_grad()
def test_values_are_those_of_a_copy_in_float32(name, dtype, monkeypatch):
    config = architectures.config_of(name)
    config.tie_word_embeddings = name == "gemma3_text"
    model = AutoModelForCausalLM.from_config(config).to(dtype).eval()
    tensors = [*model.parameters(), *model.buffers()]
    before = [(x.dtype, x.data_ptr(), x.clone()) for x in tensors]
    ids = torch.arange(30, 50)[None]
    expected = logits_alone(deepcopy(model).float(), ids, 20)
    with in_float32(model):
        assert torch.equal(logits_alone(model, ids, 20), expected)
        monkeypatch.setattr(truth, "AT_A_TIME", 5000)  # a part of the head, and a smaller last one
        torch.testing.assert_close(logits_alone(model, ids, 20), expected)
    with pytest.raises(IndexError), in_float32(model):
        model(input_ids=ids + architectures.WORDS)
    for x, (kind, address, values) in zip(tensors, before, strict=True):
        assert (x.dtype, x.data_ptr()) == (kind, address)
        assert torch.equal(x, values)
    assert logits_alone(model, ids, 20).dtype == dtype


@torch.no_grad()
def test_of_embedding_and_head_no_more_is_wide_at_a_time_than_is_needed(monkeypatch):
    model = AutoModelForCausalLM.from_config(architectures.config_of("gemma3_text"))
    model, sizes = model.to(torch.bfloat16).eval(), []
    head, words = model.get_output_embeddings(), model.get_input_embeddings()
    monkeypatch.setattr(truth, "AT_A_TIME", 7 * head.in_features)

    def noted(x, weight, bias):
        sizes.append(len(weight))
        return linear(x, weight, bias)

    monkeypatch.setattr(truth, "linear", noted)
    with in_float32(model):
        words.register_forward_pre_hook(lambda module, _: sizes.append(len(module.weight)))
        logits_alone(model, torch.arange(30, 50).repeat(2)[None], 2)
    assert sizes[0] == 20
    assert max(sizes[1:]) == 7
    assert sum(sizes[1:]) == len(head.weight) == len(words.weight)
    words.weight.data = words.weight.data.float()  # beside its scale in 16 bit
    with in_float32(model):
        logits_alone(model, torch.arange(30, 50)[None], 2)
    assert len(words.weight) == model.config.vocab_size


@torch.no_grad()
def test_a_layer_in_4_bit_keeps_its_weight():
    layer = bnb.nn.Linear4bit(64, 32, compute_dtype=torch.bfloat16, quant_type="nf4")
    layer = layer.to(torch.bfloat16).to("cpu")
    layer.support_avx512bf16_for_cpu = False
    weight, bias, x = layer.weight, layer.bias, torch.randn(3, 64)
    state = deepcopy(weight.quant_state)
    state.dtype = torch.float32
    held = bnb.functional.dequantize_4bit(weight.data, state)
    with in_float32(nn.Sequential(layer)):
        wide = layer(x)
    torch.testing.assert_close(wide, linear(x, held, bias.float()))
    assert layer.weight is weight
    assert (weight.dtype, bias.dtype) == (torch.uint8, torch.bfloat16)
    assert layer.compute_dtype == torch.bfloat16
    assert not torch.allclose(layer(x), wide, rtol=1e-4, atol=1e-4)
