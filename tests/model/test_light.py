"""The light way to one answer: the values, ids and logits of the libraries that it does without."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace

import bitsandbytes.functional as bnb
import pytest
import torch
from conftest import ROOT, door
from safetensors.torch import load_file, save_file
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

from anecdot.common.errors import UserError
from anecdot.common.params import read_params
from anecdot.model import adapter as adapters
from anecdot.model import base, decode, light, llama, merging, nf4
from anecdot.prompting.prompt import encode_prompt

HEAVY = {"transformers", "peft", "bitsandbytes", "accelerate", "datasets", "torch._dynamo"}
TEXTS = [
    "A leads to B.",
    "Ünïcode, ends <|endoftext|> and <|pad|> spelled out.\n\n\tx -> y",
    *(door(number)["input_text"] for number in range(3)),
]


@pytest.fixture
def params(tiny_base):
    return replace(read_params(path=ROOT / "params.yaml"), model_name=str(tiny_base), lora_r=4)


@pytest.fixture
def adapter(params, tmp_path):
    """An adapter of the tiny base that changes every answer."""
    model = adapters.add_lora(base.load_base(params, torch.device("cpu"), plain=True), params)
    generator = torch.Generator().manual_seed(3)
    for name, weight in model.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(weight, std=0.1, generator=generator)
    adapters.save_adapter(model, base.tokenizer_of(params), "card", tmp_path / "adapter")
    return tmp_path / "adapter"


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("double", [True, False])
def test_nf4_values_are_those_of_bitsandbytes(dtype, double):
    generator = torch.Generator().manual_seed(0)
    weights = [torch.randn(*shape, generator=generator) for shape in ((700, 128), (33, 62), (3, 2))]
    weights += [torch.zeros(4, 64), torch.full((300, 64), 0.37)]
    middles = (nf4.LEVELS[:-1] + nf4.LEVELS[1:]) / 2
    weights.append(torch.cat([middles, torch.ones(1)]).repeat(64).view(-1, 64))
    for weight in weights:
        weight = weight.to(dtype)
        packed, state = bnb.quantize_4bit(weight, quant_type="nf4", compress_statistics=double)
        assert torch.equal(nf4.rounded(weight, double), bnb.dequantize_4bit(packed, state))


@pytest.mark.parametrize("in_4bit", [True, False])
def test_model_tokenizer_and_answers_are_those_of_transformers(params, adapter, in_4bit):
    params = replace(params, load_in_4bit=in_4bit)
    model, tokenizer = light.load(params, adapter), light.tokenizer_of(params)
    expected, usual = adapters.load_tuned(params, adapter)
    weights = dict(expected.named_parameters())
    assert all(torch.equal(weights[name], value) for name, value in model.weights.items())
    assert len(weights) == len(model.weights)
    ids = [encode_prompt(tokenizer, text) for text in TEXTS]
    assert ids == [encode_prompt(usual, text) for text in TEXTS]
    answers = [dict(decode.generate(*pair, TEXTS, 12, 2))
               for pair in ((model, tokenizer), (expected, usual))]  # fmt: skip
    assert answers[0] == answers[1]
    assert logits(model, ids) == logits(expected, ids)


def logits(model, ids):
    """Of two steps behind prompts of unequal length."""
    model.set_attn_implementation("cached")
    with torch.no_grad():
        batch = decode.Batch(model, ids, 1)
        return [step.tolist() for step in batch.run(2, keep=True)[1]]


def test_shared_keys_and_a_head_of_its_own_in_bfloat16(params, tmp_path):
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=512, hidden_size=48, intermediate_size=80, num_hidden_layers=2, head_dim=8,
        num_attention_heads=6, num_key_value_heads=2, tie_word_embeddings=False,
        rms_norm_eps=1e-5, eos_token_id=0, pad_token_id=1,
    )  # fmt: skip
    LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(tmp_path)
    expected = LlamaForCausalLM.from_pretrained(tmp_path, dtype=torch.bfloat16).eval()
    settings = json.loads((tmp_path / "config.json").read_text())
    assert llama.is_plain(settings)
    weights = load_file(tmp_path / "model.safetensors")
    assert {n: tuple(w.shape) for n, w in weights.items()} == llama.shapes(settings)
    model = llama.Llama(settings, weights, {})
    base.proof.settle(expected)
    ids = [[5, 9, 300, 7], [40, 41]]
    assert logits(model, ids) == logits(expected, ids)


def test_weights_that_the_library_misreads_are_refused(params, tmp_path):
    """With rows of 48 on a CPU with AVX-512; any other reads them rightly."""
    config = LlamaConfig(
        vocab_size=512, hidden_size=48, intermediate_size=64, num_hidden_layers=1,
        num_attention_heads=6, eos_token_id=0, pad_token_id=1,
    )  # fmt: skip
    LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(tmp_path)
    params = replace(params, model_name=str(tmp_path))
    if "AVX512" in torch.backends.cpu.get_cpu_capability():
        with pytest.raises(UserError, match=r"rows of 48 .*load_in_4bit: false"):
            base.load_base(params, torch.device("cpu"), plain=True)
        return
    weights = dict(base.load_base(params, torch.device("cpu"), plain=True).named_parameters())
    name = "model.layers.0.mlp.up_proj.weight"
    weight = load_file(tmp_path / "model.safetensors")[name].to(weights[name].dtype)
    assert torch.equal(weights[name], nf4.rounded(weight, True))


def test_the_head_reads_what_is_asked_for_alone(params):
    """Nothing of the prompts, and never a view that PyTorch would copy the head's weights for."""
    model, seen = base.load_base(params, torch.device("cpu"), plain=True), []
    model.get_output_embeddings().register_forward_pre_hook(
        lambda _, inputs: seen.append((*inputs[0].shape[:2], inputs[0].is_contiguous()))
    )
    model.set_attn_implementation("cached")
    with torch.no_grad():
        decode.Batch(model, [[5, 9, 300, 7], [40, 41]], 1).run(2, keep=False)
    assert seen == [(2, 0, True), (2, 1, True), (2, 1, True)]


@pytest.mark.parametrize("in_4bit", [True, False])
def test_qwen2_is_served_with_its_biases(params, tmp_path, in_4bit):
    """With a chat template: the tokenizer is transformers' then, the model this one."""
    torch.manual_seed(2)
    config = Qwen2Config(
        vocab_size=512, hidden_size=64, intermediate_size=128, num_hidden_layers=2,
        num_attention_heads=8, num_key_value_heads=2, tie_word_embeddings=False,
        eos_token_id=0, pad_token_id=1,
    )  # fmt: skip
    model = Qwen2ForCausalLM(config)
    for name, weight in model.named_parameters():
        if name.endswith(".bias"):
            torch.nn.init.normal_(weight)
    model.to(torch.bfloat16).save_pretrained(tmp_path)
    params = replace(params, model_name=str(tmp_path), load_in_4bit=in_4bit)
    expected = base.load_base(params, torch.device("cpu"), plain=True)
    model = light.load(params, None)
    weights = dict(expected.named_parameters())
    assert len(weights) == len(model.weights)
    assert all(torch.equal(weights[name], value) for name, value in model.weights.items())
    ids = [[5, 9, 300, 7], [40, 41]]
    assert logits(model, ids) == logits(expected, ids)
    settings = json.loads((tmp_path / "config.json").read_text())
    assert not llama.is_plain(settings | {"use_sliding_window": True})


def test_merging_is_what_peft_merges(params, adapter):
    merged = adapters.load_adapter(params, adapter).merge_and_unload()
    ours, _ = adapters.load_tuned(params, adapter)
    weights = dict(ours.named_parameters())
    assert all(torch.equal(weights[name], value) for name, value in merged.named_parameters())
    plain = dict(base.load_base(params, torch.device("cpu"), plain=True).named_parameters())
    assert any(not torch.equal(weights[name], plain[name]) for name in plain)


def test_a_card_too_small_for_plain_weights_answers_from_4_bit(params, adapter, capsys):
    """The same model but for what merging rounds; the untouched base's logits lie further off."""
    assert adapters.holds_plain(params)  # a CPU
    assert adapters.holds_plain(params, memory=2_000_000_000)
    assert not adapters.holds_plain(params, memory=600_000_000)
    assert "0.6 GB do not hold the base" in capsys.readouterr().err
    ids = [encode_prompt(base.tokenizer_of(params), text) for text in TEXTS]

    def found(adapter, plain):
        model, _ = adapters.load_tuned(params, adapter, plain=plain)
        return model, torch.tensor(logits(model, ids))

    (merged, expected), (lean, beside), (_, untouched) = (
        found(*given) for given in ((adapter, True), (adapter, False), (None, False))
    )
    assert lean.get_memory_footprint() < 0.7 * merged.get_memory_footprint()
    assert (beside - expected).abs().max() < 0.05 * (untouched - expected).abs().max()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda w: w.popitem(), "lacks 1 of"),
        (lambda w: w.update({"base_model.model.x.lora_A.weight": torch.ones(4, 2)}), "no place"),
        (lambda w: w.update({sorted(w)[0]: torch.ones(4, 2)}), "has shape"),
    ],
)
def test_half_an_adapter_is_refused(params, adapter, change, words):
    weights = load_file(adapter / merging.WEIGHTS)
    change(weights)
    save_file(weights, adapter / merging.WEIGHTS)
    for load in (light.load, adapters.load_tuned):
        with pytest.raises(UserError, match=words):
            load(params, adapter)


def test_a_variant_of_lora_is_refused(params, adapter):
    config = json.loads((adapter / merging.CONFIG).read_text())
    (adapter / merging.CONFIG).write_text(json.dumps(config | {"use_dora": True}))
    with pytest.raises(UserError, match="use_dora"):
        light.load(params, adapter)


def test_what_is_not_served_is_left_to_transformers(params, tiny_base, tmp_path):
    folder = shutil.copytree(tiny_base, tmp_path / "base")
    params = replace(params, model_name=str(folder))
    assert light.tokenizer_of(params)
    settings = json.loads((folder / "config.json").read_text())
    for change in ({"hidden_act": "gelu"}, {"attention_bias": True}, {"hidden_size": 65}):
        (folder / "config.json").write_text(json.dumps(settings | change))
        assert light.tokenizer_of(params) is None
    (folder / "config.json").write_text(json.dumps(settings))
    (folder / "chat_template.jinja").write_text("{{ messages }}")
    assert light.tokenizer_of(params) is None


def test_a_graph_needs_no_heavy_import(project):
    """peft, bitsandbytes or transformers' models would double the time of the first graph."""
    code = (
        "import runpy, sys\n"
        "sys.argv = ['generate.py', '--base', '--constrained', '--max-new-tokens=60', 'A to B']\n"
        "try: runpy.run_path('src/generate.py', run_name='__main__')\n"
        f"finally: print(sorted({HEAVY} & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project.folder, capture_output=True, text=True,
        env={"PYTHONPATH": "src", "PATH": "/usr/bin"}, check=True,
    )  # fmt: skip
    assert "graph" in done.stdout
    assert done.stderr.startswith("loading")
    assert done.stderr.endswith("[]\n")
