"""A model in 16 bit computes in float32 for a while, and is the same model afterwards."""

from copy import deepcopy

import architectures
import bitsandbytes as bnb
import pytest
import torch
from torch import nn
from torch.nn.functional import linear
from transformers import AutoModelForCausalLM

from anecdot.model.loss import logits_alone
from anecdot.model.truth import in_float32


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("name", ["gemma3_text", "granitemoe", "deepseek_v3"])
@torch.no_grad()
def test_values_are_those_of_a_copy_in_float32(name, dtype):
    config = architectures.config_of(name)
    config.tie_word_embeddings = name == "gemma3_text"
    model = AutoModelForCausalLM.from_config(config).to(dtype).eval()
    tensors = [*model.parameters(), *model.buffers()]
    before = [(x.dtype, x.data_ptr(), x.clone()) for x in tensors]
    ids = torch.arange(30, 50)[None]
    expected = logits_alone(deepcopy(model).float(), ids, 20)
    with in_float32(model):
        assert torch.equal(logits_alone(model, ids, 20), expected)
    with pytest.raises(IndexError), in_float32(model):
        model(input_ids=ids + architectures.WORDS)
    for x, (kind, address, values) in zip(tensors, before, strict=True):
        assert (x.dtype, x.data_ptr()) == (kind, address)
        assert torch.equal(x, values)
    assert logits_alone(model, ids, 20).dtype == dtype


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
