"""Liger's kernels: where they are put, that they leave the rest alone, and single tokens."""

import os
import subprocess
import sys
from functools import partial
from unittest.mock import PropertyMock, patch

import architectures
import pytest
import torch
from conftest import ROOT
from transformers import AutoModelForCausalLM

from anecdot.model import kernels

pytest.importorskip("liger_kernel")

SINGLE_TOKENS = """
import torch
from liger_kernel.ops.rope import rope_forward
from transformers.models.qwen3.modeling_qwen3 import apply_rotary_pos_emb
from anecdot.model.kernels import token_by_token

torch.manual_seed(0)
q, k = torch.randn(3, 4, 1, 16), torch.randn(3, 2, 1, 16)  # contiguous by heads, as a norm leaves
cos, sin = (torch.randn(3, 1, 8).repeat(1, 1, 2) for _ in "cs")
for wanted, found in zip(
    apply_rotary_pos_emb(q, k, cos, sin),
    rope_forward(token_by_token(q.clone()), token_by_token(k.clone()), cos, sin)[:2],
):
    torch.testing.assert_close(found, wanted)
"""


def test_single_tokens_behind_a_norm_of_queries_get_their_positions():
    """By Triton's interpreter; without `token_by_token` every row is wrong."""
    done = subprocess.run(
        [sys.executable, "-c", SINGLE_TOKENS], cwd=ROOT, capture_output=True, text=True,
        env=os.environ | {"TRITON_INTERPRET": "1"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_kernels_of_one_model_change_no_other():
    model = AutoModelForCausalLM.from_config(architectures.config_of("qwen3"))
    from transformers.models.qwen3 import modeling_qwen3 as source

    before = dict(vars(source))
    norm, mlp = model.model.norm, model.model.layers[0].mlp
    with patch.object(type(model), "device", PropertyMock(return_value=torch.device("cuda"))):
        take_off = kernels.speed_up(model)
    changed = {name for name in before if vars(source)[name] is not before[name]}
    assert changed == {kernels.ROTARY}
    assert "forward" in vars(norm)
    assert "forward" in vars(mlp)
    q, k, cos, sin = (torch.randn(2, heads, 3, 8) for heads in (4, 2, 1, 1))
    there = partial(source.apply_rotary_pos_emb, q, k, cos[:, 0], sin[:, 0])
    assert torch.equal(there()[0], before[kernels.ROTARY](q, k, cos[:, 0], sin[:, 0])[0])
    take_off()
    assert dict(vars(source)) == before
    assert "forward" not in vars(norm)
