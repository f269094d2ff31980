"""The loss, the schedule and the batches, against plain definitions."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from conftest import ROOT, door
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy

from anecdot import attention, lora, model, parallel, training
from anecdot.examples import Example
from anecdot.loss import completion_loss, cross_entropy_
from anecdot.params import read_params
from anecdot.prompt import encode_pair


@pytest.fixture(scope="module")
def params(tiny_base: Path):
    return replace(
        read_params(path=ROOT / "params.yaml"), model_name=str(tiny_base), lora_dropout=0.0
    )


@pytest.fixture(scope="module")
def examples(params):
    tokenizer = model.load_tokenizer(params.model_name)
    rows = [door(n) | {"input_text": door(n)["input_text"] * (n % 3 + 1)} for n in range(5)]
    return [Example(**encode_pair(tokenizer, row)) for row in rows]


def test_packed_loss_and_gradients_are_those_of_one_pair_at_a_time(params, examples):
    exact = replace(params, bnb_4bit_compute_dtype="float32")
    base = model.load_base(exact, torch.device("cpu"), plain=True)
    lora = model.add_lora(base, params)
    for weight in (p for p in lora.parameters() if p.requires_grad):
        torch.nn.init.normal_(weight, std=0.1)  # B is zero at first: its gradient would hide A's
    weights = [p for p in lora.parameters() if p.requires_grad]

    base.set_attn_implementation("eager")
    expected = torch.zeros(())
    for example in examples:
        ids = torch.tensor([example.input_ids])
        labels = ids.clone()
        labels[:, : example.prompt_length] = -100
        logits = lora(input_ids=ids).logits
        expected = expected + cross_entropy(logits[0, :-1], labels[0, 1:], reduction="sum")
    wanted = torch.autograd.grad(expected, weights)

    base.set_attn_implementation(attention.PACKED)
    loss = completion_loss(base, examples, rows=16)  # several chunks
    found = torch.autograd.grad(loss, weights)
    torch.testing.assert_close(loss, expected)
    for a, b in zip(found, wanted, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-4)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_fused_loss_is_that_of_its_definition(dtype):
    logits, targets = (4 * torch.randn(5, 20_000)).to(dtype), torch.randint(20_000, (5,))
    fused = logits.cuda()
    losses = cross_entropy_(fused, targets.cuda())
    torch.testing.assert_close(losses.cpu(), cross_entropy_(logits, targets))
    torch.testing.assert_close(fused.cpu(), logits, rtol=0, atol=5e-3)


@given(st.lists(st.integers(1, 512), min_size=1, max_size=70), st.integers(1, 8))
def test_pairs_are_dealt_out_evenly(lengths, hands):
    dealt = parallel.deal(sorted(lengths), hands)
    assert sorted(length for hand in dealt for length in hand) == sorted(lengths)
    counts = [len(hand) for hand in dealt]
    assert max(counts) - min(counts) <= 1
    if len(lengths) % (2 * hands) == 0:  # as often to as fro
        sums = [sum(hand) for hand in dealt]
        assert max(sums) - min(sums) <= max(lengths) - min(lengths)


def test_dequantised_layers_compute_what_the_4_bit_layers_do(params):
    exact = replace(params, bnb_4bit_compute_dtype="float32")
    four = model.load_base(exact, torch.device("cpu"), plain=False)
    plain = model.load_base(exact, torch.device("cpu"), plain=True)
    whole = model.load_base(replace(exact, load_in_4bit=False), torch.device("cpu"), plain=True)
    ids = torch.arange(3, 40)[None]
    with torch.no_grad():
        # The 4-bit CPU kernels round to bfloat16 inside.
        torch.testing.assert_close(four(ids).logits, plain(ids).logits, rtol=0, atol=5e-3)
        assert (plain(ids).logits - whole(ids).logits).abs().max() > 2e-2  # it really is quantised


def test_every_pair_is_seen_once_an_epoch_in_another_order(params):
    small = replace(params, per_device_train_batch_size=4, gradient_accumulation_steps=2)
    steps = training.steps_per_epoch(21, small)
    epochs = [
        [i for s in range(e * steps, (e + 1) * steps) for i in training.batch_of_step(s, 21, small)]
        for e in (0, 1)
    ]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(21))
    assert epochs[0] != epochs[1]


@pytest.mark.parametrize("kind", ["cosine", "linear", "constant"])
def test_the_learning_rate_warms_up_and_comes_down(params, kind):
    p = replace(params, lr_scheduler_type=kind, warmup_ratio=0.1, learning_rate=1.0)
    rates = [training.learning_rate_at(step, 100, p) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[10] == 1.0
    assert rates[-1] == (1.0 if kind == "constant" else pytest.approx(0.0, abs=0.02))


def test_a_module_the_model_lacks_is_named_with_those_it_has(params):
    base = model.load_base(params, torch.device("cpu"), plain=False)
    with pytest.raises(
        model.UserError, match=r"no module dense for .* it has down_proj, gate_proj"
    ):
        model.add_lora(base, replace(params, lora_target_modules=["q_proj", "dense"]))


def test_a_missing_base_and_an_unreachable_hub_are_explained(params):
    with pytest.raises(model.UserError, match="no such folder"):
        model.load_tokenizer("models/nothing")
    with pytest.raises(model.UserError, match="hf download google/gemma-2b-it"):
        model.load_tokenizer("google/gemma-2b-it")


@pytest.mark.parametrize("plain", [True, False])
def test_fused_lora_layers_compute_what_peft_does(params, examples, plain):
    exact = replace(params, bnb_4bit_compute_dtype="float32", lora_target_modules="all-linear")

    def loss_and_gradients(plain: bool, fused: bool) -> tuple[torch.Tensor, ...]:
        base = model.load_base(exact, torch.device("cpu"), plain=plain)
        peft_model = model.add_lora(base, exact)
        base.set_attn_implementation(attention.PACKED)
        weights = [p for p in peft_model.parameters() if p.requires_grad]
        torch.manual_seed(1)
        for weight in weights:
            torch.nn.init.normal_(weight, std=0.1)
        if not fused:
            loss = completion_loss(base, examples)
            return loss, *torch.autograd.grad(loss, weights)
        vector = lora.FusedLora(peft_model).weights
        values = vector.detach().clone()
        vector.detach().copy_(vector.grad)  # zero: peft's weights are views of the vector
        assert not any(weight.any() for weight in weights)
        vector.detach().copy_(values)
        loss = completion_loss(base, examples)
        loss.backward()
        vector.detach().copy_(vector.grad)
        return loss.detach(), *(weight.detach() for weight in weights)

    expected = loss_and_gradients(plain=True, fused=False)
    for a, b in zip(loss_and_gradients(plain, fused=True), expected, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-3)


def test_dropout_drops_its_share():
    torch.manual_seed(0)
    x = torch.ones(40, 500)
    dropped, mask = lora.dropout(x, 0.3)
    assert torch.equal(dropped, mask)
    assert 1 - mask.mean().item() == pytest.approx(0.3, abs=0.01)


def test_dropout_passes_the_gradient_of_what_it_kept_alone(params):
    exact = replace(params, bnb_4bit_compute_dtype="float32", lora_dropout=0.3)
    base = model.load_base(exact, torch.device("cpu"), plain=True)
    peft_model = model.add_lora(base, exact).train()
    layer = base.model.layers[0].mlp.down_proj
    weights = [getattr(layer, kind)["default"].weight for kind in ("lora_A", "lora_B")]
    torch.nn.init.normal_(weights[1], std=0.1)
    a, b = (weight.detach().clone().requires_grad_() for weight in weights)
    fused = lora.FusedLora(peft_model)
    x = torch.randn(7, layer.in_features, requires_grad=True)
    torch.manual_seed(3)
    [found] = torch.autograd.grad(layer(x).sum(), x)
    fused.weights.detach().copy_(fused.weights.grad)  # and so peft's weights, views of it

    torch.manual_seed(3)
    mask = lora.dropout(x, 0.3)[1]
    scale = layer.scaling["default"] / 0.7
    plain = layer.get_base_layer()(x) + scale * (x * mask) @ a.T @ b.T
    wanted = torch.autograd.grad(plain.sum(), (x, a, b))
    for one, other in zip((found, *weights), wanted, strict=True):
        torch.testing.assert_close(one, other)
