"""In which dtype a device computes."""

from dataclasses import replace

import pytest
import torch
from conftest import ROOT

from anecdot.common.params import read_params
from anecdot.model import base as models
from anecdot.model import device

PARAMS = read_params(path=ROOT / "params.yaml")


@pytest.mark.parametrize(
    ("instructions", "gpu", "asked", "dtype"),
    [
        ({"avx2": True}, False, "bfloat16", torch.float32),
        ({"avx512_f": True, "avx512_bf16": False}, False, "bfloat16", torch.float32),
        ({"avx512_bf16": True}, False, "bfloat16", torch.bfloat16),
        ({"amx_bf16": True}, False, "bfloat16", torch.bfloat16),
        ({"neon": True, "bf16": True}, False, "bfloat16", torch.bfloat16),
        ({"avx2": True}, True, "bfloat16", torch.bfloat16),
        ({"avx2": True}, True, "float16", torch.float16),
        ({"avx512_bf16": True}, False, "float32", torch.float32),
    ],
)
def test_a_cpu_without_bf16_instructions_computes_in_fp32(
    instructions, gpu, asked, dtype, monkeypatch, capsys
):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: instructions)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    device.has_bf16_instructions.cache_clear()
    params = replace(PARAMS, bnb_4bit_compute_dtype=asked)
    assert [device.compute_dtype(params) for _ in range(2)] == [dtype] * 2
    said = capsys.readouterr().err
    assert said.count("no bfloat16 instructions") == (asked == "bfloat16" != str(dtype)[6:])
    device.has_bf16_instructions.cache_clear()


def test_a_base_is_loaded_in_that_dtype(tiny_base):
    params = replace(PARAMS, model_name=str(tiny_base))
    for plain in (True, False):
        model = models.load_base(params, torch.device("cpu"), plain=plain)
        dtype = device.compute_dtype(params)
        assert model.get_output_embeddings().weight.dtype == dtype
        ids = torch.arange(2, 8)[None]
        assert model(ids).logits.dtype == dtype
