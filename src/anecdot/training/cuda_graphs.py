"""CUDA graphs of the layers' forward and backward pass: two launches in place of some thousand.

At the speed of a large GPU, Python cannot launch the kernels of a packed row as fast as they run. A
graph is their recording for one length of row: what changes from row to row (ids, positions, where
the sequences end, the gradient of the result) is copied to where the recording reads it.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from anecdot.common.errors import first_line
from anecdot.model.attention import packed_mask

Layers = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]


class GraphedBackbone:
    """Runs the layers plainly for the first row, which warms up, from then on by recordings.

    Args:
        layers: (ids, positions, mask) -> hidden states, as loss.run_layers. Its backward pass
            adds to gradients that stay where they are.
        weights: what needs a gradient.
        sequences: that a row has at most.
        longest: tokens of about the longest row. That is recorded first: what shorter rows need
            then finds room in its memory, where from short to long each would need its own.
        recorder: makes the recordings; None = `CudaGraphs`, and a test may re-run in their place.
    """

    def __init__(
        self,
        layers: Layers,
        weights: torch.Tensor,
        sequences: int,
        longest: int,
        recorder: Any = None,
    ) -> None:
        self.layers, self.weights = layers, weights
        self.sequences, self.longest = sequences, longest
        self.graphs: dict[tuple[int, int], Row] = {}
        self.warm, self.recordable = False, True
        self.recorder = recorder or CudaGraphs()

    def __call__(
        self, ids: torch.Tensor, positions: torch.Tensor, mask: torch.Tensor
    ) -> torch.Tensor:
        """Hidden states, (tokens, hidden size); to be differentiated before the next call."""
        # Attention is told the longest sequence: one of few lengths.
        key = ids.shape[1], 1 << (mask.shape[2] - 1).bit_length()
        if self.warm and not self.graphs:
            self._record(max(key[0], self.longest), key[1])
        if self.warm and key not in self.graphs:
            self._record(*key)
        self.warm = True
        if key not in self.graphs:
            return self.layers(ids, positions, mask)
        return Replay.apply(self.weights, self.graphs[key], ids, positions, mask[0, 0, 0])

    def _record(self, tokens: int, most: int) -> None:
        """Make the recording for rows of so many tokens, `most` in a sequence, where one can be."""
        if not self.recordable:
            return
        try:
            self.graphs[tokens, most] = Row(self, tokens, most)
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as error:  # of a layer that waits for the GPU, say
            self.forget()
            print(f"train: CUDA graphs cannot hold these layers ({first_line(error)})")

    def forget(self) -> bool:
        """Let go of all recordings, and make no more; False where that was so already."""
        self.graphs.clear()
        could, self.recordable, self.recorder = self.recordable, False, None
        return could


class Row:
    """The recording for rows of so many tokens, and what it reads."""

    def __init__(self, owner: GraphedBackbone, tokens: int, longest: int) -> None:
        device = owner.weights.device
        self.ids, self.positions = torch.zeros(2, 1, tokens, dtype=torch.int64, device=device)
        self.cu_seqlens = torch.zeros(owner.sequences + 1, dtype=torch.int32, device=device)
        mask = packed_mask(self.cu_seqlens, longest)
        self.recording = owner.recorder(partial(owner.layers, self.ids, self.positions, mask))

    def fill(self, ids: torch.Tensor, positions: torch.Tensor, cu_seqlens: torch.Tensor) -> None:
        """Copy a row to where the recording reads it."""
        self.ids.copy_(ids)
        self.positions.copy_(positions)
        given = len(cu_seqlens)
        self.cu_seqlens[:given] = cu_seqlens
        self.cu_seqlens[given:] = ids.shape[1]  # the other sequences are empty


class CudaGraphs:
    """Records as CUDA graphs, which share their memory: one is run at a time."""

    def __init__(self) -> None:
        self.stream, self.pool = torch.cuda.Stream(), torch.cuda.graph_pool_handle()
        self.kept: torch.Tensor | None = None

    def __call__(self, function: Callable[[], torch.Tensor]) -> "CudaRecording":
        return CudaRecording(function, self)

    def ends(self, hidden: torch.Tensor) -> torch.Tensor:
        """Where such hidden states and their gradient stay, (2, tokens, hidden size)."""
        if self.kept is None or self.kept.shape[1] < len(hidden):
            self.kept = hidden.new_empty(2, *hidden.shape)
        return self.kept[:, : len(hidden)]


class CudaRecording:
    """Two CUDA graphs, one for each direction. Recording runs nothing."""

    def __init__(self, function: Callable[[], torch.Tensor], graphs: CudaGraphs) -> None:
        where = {"pool": graphs.pool, "stream": graphs.stream}
        forward, backward = torch.cuda.CUDAGraph(), torch.cuda.CUDAGraph()
        usual = torch.cuda.current_stream()
        try:
            with torch.cuda.graph(forward, **where):
                hidden = function()
                self.hidden, self.grad = graphs.ends(hidden.detach())
                self.hidden.copy_(hidden.detach())
            with torch.cuda.graph(backward, **where):
                torch.autograd.backward(hidden, self.grad)
        finally:  # a recording that failed would leave its own
            torch.cuda.set_stream(usual)
        self.forward, self.backward = forward.replay, backward.replay


class Replay(torch.autograd.Function):
    """The layers by their recording, as a function of the weights."""

    @staticmethod
    def forward(
        ctx: torch.autograd.function.FunctionCtx,
        weights: torch.Tensor,
        row: Row,
        ids: torch.Tensor,
        positions: torch.Tensor,
        cu_seqlens: torch.Tensor,
    ) -> torch.Tensor:
        """Hidden states, (tokens, hidden size)."""
        ctx.recording = row.recording
        row.fill(ids, positions, cu_seqlens)
        row.recording.forward()
        return row.recording.hidden.detach()

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, grad: torch.Tensor) -> tuple[None, ...]:
        ctx.recording.grad.copy_(grad)
        ctx.recording.backward()
        return None, None, None, None, None
