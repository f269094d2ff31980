"""Which rows are recorded, and what a recording is given; the GPU's own part is re-run plainly."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from conftest import ROOT

from anecdot.common.params import read_params
from anecdot.model import adapter, attention
from anecdot.model import base as model
from anecdot.model.loss import completion_loss, run_layers
from anecdot.prompting.examples import Example
from anecdot.training.cuda_graphs import CudaGraphs, GraphedBackbone
from anecdot.training.fused_lora import FusedLora

# Lengths of the pairs of each row, and its recording: how many tokens, and the longest pair up to
# a power of two. Fewer pairs come after more, whose ends must not be left standing.
ROWS = [[20, 17, 27], [17, 15, 15, 17], [32, 32], [33, 31], [8, 40], [64], [17, 17, 30], [40, 8]]
KEYS = [(64, 32), (64, 32), (64, 32), (64, 64), (48, 64), (64, 64), (64, 32), (48, 64)]


class Reruns:
    """In place of CUDA graphs: the same function on the same memory, run again by Python."""

    def __init__(self, room: bool = True, refuses: bool = False) -> None:
        self.room, self.refuses, self.made = room, refuses, 0

    def has_room(self) -> bool:
        return self.room

    def __call__(self, function: Callable[[], torch.Tensor]) -> "Rerun":
        self.made += 1
        if self.refuses:
            raise attention.NotRecordable
        return Rerun(function)


class Rerun:
    def __init__(self, function: Callable[[], torch.Tensor]) -> None:
        self.function, self.runs, self.hidden = function, 0, torch.empty(0)

    def forward(self) -> None:
        self.runs += 1
        with torch.enable_grad():  # a function of autograd switches it off
            self.live = self.function()
        if not self.hidden.numel():
            self.hidden, self.grad = torch.empty_like(self.live), torch.empty_like(self.live)
        self.hidden.copy_(self.live.detach())

    def backward(self) -> None:
        torch.autograd.backward(self.live, self.grad)


@pytest.fixture
def run(tiny_base: Path) -> Callable[..., tuple[GraphedBackbone, list[tuple[int, int]]]]:
    """Losses and gradients of ROWS, compared with those of the plain layers."""
    params = replace(
        read_params(path=ROOT / "params.yaml"), model_name=str(tiny_base),
        bnb_4bit_compute_dtype="float32", lora_dropout=0.1,
    )  # fmt: skip
    causal_lm = model.load_base(params, torch.device("cpu"), plain=True)
    lora_model = adapter.add_lora(causal_lm, params).train()
    causal_lm.set_attn_implementation(attention.PACKED)
    for weight in (w for w in lora_model.parameters() if w.requires_grad):
        torch.nn.init.normal_(weight, std=0.1)
    lora = FusedLora(lora_model)

    def layers(ids: torch.Tensor, positions: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        # What the kernel is told of the longest sequence must reach it.
        assert mask.shape[2] >= mask[0, 0, 0].diff().max()
        return run_layers(causal_lm, ids, positions, mask)

    def loss_and_gradient(
        row: list[int], seed: int, backbone: Callable[..., torch.Tensor]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        generator = torch.Generator().manual_seed(seed)
        pairs = [
            Example(torch.randint(2, 300, (n,), generator=generator).tolist(), n // 2) for n in row
        ]
        torch.manual_seed(seed)  # of dropout
        lora.weights.grad.zero_()
        loss = completion_loss(causal_lm, pairs, backbone, rows=16)
        (loss / 3).backward()
        return loss.detach(), lora.weights.grad.clone()

    def compare(recorder: Reruns) -> GraphedBackbone:
        graphed = GraphedBackbone(layers, lora.weights, 4, recorder)
        for seed, row in enumerate(ROWS):
            found = loss_and_gradient(row, seed, graphed)
            wanted = loss_and_gradient(row, seed, partial(run_layers, causal_lm))
            assert wanted[1].any()
            for one, other in zip(found, wanted, strict=True):
                torch.testing.assert_close(one, other)
        return graphed

    return compare


def test_a_length_is_recorded_when_it_comes_again_and_computes_what_the_layers_do(run):
    recorder = Reruns()
    graphed = run(recorder)
    assert recorder.made == len(graphed.graphs) == len(set(KEYS))
    runs = {key: row.recording.runs for key, row in graphed.graphs.items()}
    assert runs == {key: KEYS.count(key) - 1 for key in KEYS}


def test_without_room_nothing_is_recorded(run):
    recorder = Reruns(room=False)
    assert not run(recorder).graphs
    assert recorder.made == 0


def test_what_cannot_be_recorded_is_tried_once(run):
    recorder = Reruns(refuses=True)
    assert not run(recorder).graphs
    assert recorder.made == 1


@pytest.mark.parametrize(("peak", "room"), [(8.4, False), (7.4, True)])
def test_room_is_that_of_the_memory_that_this_process_may_have(monkeypatch, peak, room):
    """Of 24 GB half; 5 stay, and what a pass needs beyond them is needed once more."""
    for name, value in {
        "_lazy_init": None, "current_device": 0, "memory_allocated": 5e9,
        "max_memory_allocated": peak * 1e9,
        "get_device_properties": SimpleNamespace(total_memory=24e9),
    }.items():  # fmt: skip
        monkeypatch.setattr(torch.cuda, name, lambda *_, value=value: value)
        monkeypatch.setattr(torch.cuda.memory, name, lambda *_, value=value: value, raising=False)
    monkeypatch.setattr(torch._C, "_cuda_getMemoryFraction", lambda _: 0.5, raising=False)
    assert CudaGraphs.has_room(object()) is room


def test_what_was_recorded_is_forgotten_where_memory_runs_out(run):
    recorder = Reruns()
    graphed = run(recorder)
    assert graphed.forget()
    assert not graphed.graphs
    assert not graphed.recordable
    assert not graphed.forget()
