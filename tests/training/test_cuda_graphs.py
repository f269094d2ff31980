"""Which rows are recorded, and what a recording is given; the GPU's own part is re-run plainly."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

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
# a power of two. Fewer pairs come after more, whose ends must not be left standing. One is longer
# than is expected.
ROWS = [[20, 17, 27], [17, 15, 15, 17], [32, 32], [33, 31], [8, 40], [64], [50, 50], [40, 8]]
KEYS = [(64, 32), (64, 32), (64, 32), (64, 64), (48, 64), (64, 64), (100, 64), (48, 64)]
LONGEST = 80


class Reruns:
    """In place of CUDA graphs: the same function on the same memory, run again by Python."""

    ends = CudaGraphs.ends

    def __init__(self, refuses: int | None = None) -> None:
        self.refuses, self.made, self.kept = refuses, 0, None

    def __call__(self, function: Callable[[], torch.Tensor]) -> "Rerun":
        self.made += 1
        if self.made == self.refuses:
            raise RuntimeError("it waits")
        return Rerun(function, self)


class Rerun:
    def __init__(self, function: Callable[[], torch.Tensor], graphs: Reruns) -> None:
        self.function, self.graphs, self.runs = function, graphs, 0

    def forward(self) -> None:
        self.runs += 1
        with torch.enable_grad():  # a function of autograd switches it off
            self.live = self.function()
        if self.runs == 1:
            self.hidden, self.grad = self.graphs.ends(self.live.detach())
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
        graphed = GraphedBackbone(layers, lora.weights, 4, LONGEST, recorder)
        for seed, row in enumerate(ROWS):
            found = loss_and_gradient(row, seed, graphed)
            wanted = loss_and_gradient(row, seed, partial(run_layers, causal_lm))
            assert wanted[1].any()
            for one, other in zip(found, wanted, strict=True):
                torch.testing.assert_close(one, other)
        return graphed

    return compare


def test_behind_a_row_that_warms_up_each_length_is_recorded_and_computes_what_the_layers_do(run):
    recorder = Reruns()
    graphed = run(recorder)
    runs = {key: row.recording.runs for key, row in graphed.graphs.items()}
    assert runs == {(LONGEST, 32): 0} | {key: KEYS[1:].count(key) for key in KEYS}
    assert recorder.made == len(runs)


def test_the_longest_row_is_recorded_first(run):
    """Its memory then holds the others' activations, too."""
    assert next(iter(run(Reruns()).graphs)) == (LONGEST, 32)


@pytest.mark.parametrize("refuses", [1, 3])
def test_behind_what_cannot_be_recorded_all_runs_plainly(run, capsys, refuses):
    recorder = Reruns(refuses)
    assert not run(recorder).graphs
    assert recorder.made == refuses
    assert capsys.readouterr().out == "train: CUDA graphs cannot hold these layers (it waits)\n"


def test_what_was_recorded_is_forgotten_where_memory_runs_out(run):
    recorder = Reruns()
    graphed = run(recorder)
    assert graphed.forget()
    assert not graphed.graphs
    assert not graphed.recordable
    assert not graphed.forget()
