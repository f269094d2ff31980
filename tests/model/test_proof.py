"""What the proof at load lets pass, and what not, also where rounding is coarse."""

from types import SimpleNamespace

import architectures
import pytest
import torch
from peft import LoraConfig, get_peft_model
from transformers import AttentionInterface, AutoModelForCausalLM, BertConfig, PreTrainedModel

from anecdot.common.errors import UserError
from anecdot.model import attention, cached, kernels, proof
from anecdot.training import sharding

# So that scores, of a few units, have a say.
LARGE = {"query_pre_attn_scalar": 8, "attn_logit_softcapping": 2.0}


def tiny(name: str, dtype: torch.dtype, seed: int = 0) -> PreTrainedModel:
    torch.manual_seed(seed)
    config = architectures.config_of(name)
    for key in LARGE.keys() & config.to_dict().keys():
        setattr(config, key, LARGE[key])
    return AutoModelForCausalLM.from_config(config).to(dtype).eval()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize(
    ("name", "packed"), [("llama", True), ("gemma3_text", True), ("lfm2", False)]
)
def test_state_that_leaks_from_pair_to_pair_is_found(name, packed, dtype):
    model = tiny(name, dtype)
    own = model.config._attn_implementation
    line = proof.settle(model)
    assert attention.is_packed(model) == packed
    assert packed or model.config._attn_implementation == own
    assert ("slower and right" in line) != packed


@pytest.mark.parametrize("tied", [False, True])
def test_a_shared_base_with_lora_is_computed_packed(tied):
    """Its first weight may be LoRA's, in fp32: rounding is still that of 16 bit."""
    torch.manual_seed(0)
    config = architectures.config_of("llama")
    config.tie_word_embeddings = tied
    base = AutoModelForCausalLM.from_config(config).to(torch.bfloat16).eval()
    model = get_peft_model(base, LoraConfig(r=2, target_modules=["q_proj"]))
    for weight in model.parameters():
        weight.data = weight.data.float() if weight.requires_grad else weight.data
    quantised = SimpleNamespace(bnb_4bit_use_double_quant=True, bnb_4bit_quant_type="nf4")
    sharding.shard(model, torch.device("cpu"), quantised)
    assert "slower" not in proof.settle(base)
    assert attention.is_packed(base)


@pytest.mark.parametrize("wrong", ["window", "packed", "cached"])
def test_a_wrong_computation_is_found(wrong, monkeypatch):
    model = tiny("gemma3_text", torch.bfloat16)
    right = attention.attend_one_by_one

    def unbounded(q, k, v, mask, *rest):
        return right(q, k, v, attention.mask_of([q.shape[1]]), *rest)

    if wrong == "packed":
        monkeypatch.setattr(attention, "attend_one_by_one", unbounded)
    else:
        shown = {"window": lambda window, mask: mask, "cached": lambda window, mask: mask * 0}
        monkeypatch.setattr(cached, "within", shown[wrong])
    proof.settle(model)
    assert not attention.is_packed(model)


@pytest.mark.parametrize("way", [attention.PACKED, attention.CACHED])
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("gemma3_text", lambda given: {"sliding_window": None}),
        ("gemma3_text", lambda given: {"scaling": 1.1 * given["scaling"]}),
        ("llama", lambda given: {"scaling": 0.9 * given["scaling"]}),
        ("gemma2", lambda given: {"softcap": None}),
    ],
    ids=["window", "larger scores", "smaller scores", "softcap"],
)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_what_rounding_does_not_explain_is_found(name, change, way, dtype, monkeypatch):
    functions = AttentionInterface._global_mapping
    right = functions[way]
    monkeypatch.setitem(
        functions, way, lambda *args, **given: right(*args, **(given | change(given)))
    )
    model = tiny(name, dtype)
    line = proof.settle(model)
    assert "in plain 16 bit" in line
    assert not attention.is_packed(model)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", ["llama", "gemma2", "gemma3_text", "qwen3_moe"])
def test_rounding_alone_is_let_pass(name, seed, dtype):
    model = tiny(name, dtype, seed)
    line = proof.settle(model)
    assert attention.is_packed(model), line


def test_few_logits_are_held_of_a_text_beyond_its_window():
    model = tiny("gemma3_text", torch.bfloat16)
    expected = proof.expect(model, model.config._attn_implementation, 0)
    assert len(expected.texts[0]) >= 2 * model.config.sliding_window
    assert {len(x) for x in expected.logits} == {proof.LAST, proof.SHORT}


def test_kernels_that_compute_something_else_are_taken_off(monkeypatch):
    model = tiny("llama", torch.float32)
    mlp = model.model.layers[0].mlp

    def damage(_):
        mlp.forward = lambda x: 2 * type(mlp).forward(mlp, x)
        return lambda: vars(mlp).pop("forward")

    monkeypatch.setattr(kernels, "speed_up", damage)
    assert "without the kernels" in proof.settle(model)
    assert attention.is_packed(model)
    assert "forward" not in vars(mlp)
    monkeypatch.setattr(kernels, "speed_up", lambda _: lambda: None)
    assert "without the kernels" not in proof.settle(tiny("lfm2", torch.float32))


def test_single_tokens_have_the_strides_of_rows():
    """As a norm leaves queries: by heads, where a token's stride may be any."""
    for x in (torch.randn(5, 3, 1, 8), torch.randn(5, 1, 3, 8).transpose(1, 2)):
        y = kernels.token_by_token(x)
        assert torch.equal(x, y)
        assert y.transpose(1, 2).stride() == (24, 24, 8, 1)


def test_a_model_that_reads_ahead_is_refused():
    config = BertConfig(
        vocab_size=96, hidden_size=32, intermediate_size=48, num_hidden_layers=1,
        num_attention_heads=2,
    )  # fmt: skip
    model = AutoModelForCausalLM.from_config(config).eval()
    for weight in model.parameters():
        weight.data *= 5
    with pytest.raises(UserError, match="depends on those behind it"):
        proof.settle(model)
