"""CUDA graphs of the layers' forward and backward pass: two launches in place of some thousand.

At the speed of a large GPU, Python cannot launch the kernels of a packed row as fast as they run. A
graph is their recording for one length of row: what changes from row to row (ids, positions, where
the sequences end, the gradient of the result) is copied to where the recording reads it.
"""

from collections import Counter
from collections.abc import Callable

import torch

from anecdot.model.attention import NotRecordable, packed_mask

Layers = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]


class GraphedBackbone:
    """Runs the layers plainly for the first row of a length, from then on by its graphs.

    Recorded activations have memory of their own, so graphs are used only where the GPU has twice
    the memory that training needs without them.

    Args:
        layers: (ids, positions, mask) -> hidden states, as loss.run_layers. Its backward pass
            adds to gradients that stay where they are.
        weights: what needs a gradient.
        sequences: that a row has at most.
    """

    def __init__(self, layers: Layers, weights: torch.Tensor, sequences: int) -> None:
        self.layers, self.weights, self.sequences = layers, weights, sequences
        self.graphs: dict[tuple[int, int], Graphs] = {}
        self.rows: Counter[tuple[int, int]] = Counter()
        self.recordable = True
        self.stream, self.pool = torch.cuda.Stream(), torch.cuda.graph_pool_handle()

    def __call__(
        self, ids: torch.Tensor, positions: torch.Tensor, mask: torch.Tensor
    ) -> torch.Tensor:
        """Hidden states, (tokens, hidden size); to be differentiated before the next call."""
        # Attention is told the longest sequence: one of few lengths.
        key = ids.shape[1], 1 << (mask.shape[2] - 1).bit_length()
        self.rows[key] += 1
        if key not in self.graphs:
            if self.rows[key] == 1 or not self.recordable or not has_room():
                return self.layers(ids, positions, mask)
            try:
                self.graphs[key] = Graphs(self, *key)
            except NotRecordable:
                self.recordable = False
                return self.layers(ids, positions, mask)
        return Replay.apply(self.weights, self.graphs[key], ids, positions, mask[0, 0, 0])


def has_room() -> bool:
    """Whether the GPU could hold twice of what was held so far."""
    return 2 * torch.cuda.max_memory_allocated() < torch.cuda.mem_get_info()[1]


class Graphs:
    """The two recordings for rows of so many tokens, and what they read and write.

    Recording runs nothing.
    """

    def __init__(self, owner: GraphedBackbone, tokens: int, longest: int) -> None:
        device = owner.weights.device
        self.ids, self.positions = torch.zeros(2, 1, tokens, dtype=torch.int64, device=device)
        self.cu_seqlens = torch.zeros(owner.sequences + 1, dtype=torch.int32, device=device)
        mask = packed_mask(self.cu_seqlens, longest)
        self.forward, self.backward = torch.cuda.CUDAGraph(), torch.cuda.CUDAGraph()
        where = {"pool": owner.pool, "stream": owner.stream}
        with torch.cuda.graph(self.forward, **where):
            hidden = owner.layers(self.ids, self.positions, mask)
        self.hidden, self.grad = hidden.detach(), torch.zeros_like(hidden)
        with torch.cuda.graph(self.backward, **where):
            torch.autograd.backward(hidden, self.grad)


class Replay(torch.autograd.Function):
    """The layers by their graphs, as a function of the weights."""

    @staticmethod
    def forward(
        ctx: torch.autograd.function.FunctionCtx,
        weights: torch.Tensor,
        graphs: Graphs,
        ids: torch.Tensor,
        positions: torch.Tensor,
        cu_seqlens: torch.Tensor,
    ) -> torch.Tensor:
        """Hidden states, (tokens, hidden size)."""
        ctx.graphs = graphs
        graphs.ids.copy_(ids)
        graphs.positions.copy_(positions)
        given = len(cu_seqlens)
        graphs.cu_seqlens[:given] = cu_seqlens
        graphs.cu_seqlens[given:] = ids.shape[1]  # the other sequences are empty
        graphs.forward.replay()
        return graphs.hidden.detach()

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, grad: torch.Tensor) -> tuple[None, ...]:
        ctx.graphs.grad.copy_(grad)
        ctx.graphs.backward.replay()
        return None, None, None, None, None
