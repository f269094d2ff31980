"""Muon for the matrices inside the blocks, AdamW for the embedding and the norms."""

from typing import Any

import torch
from recipe import Recipe
from torch import nn


class Optimizer:
    """Both optimizers at one learning rate: Muon's update is scaled to the size of AdamW's.

    Muon orthogonalises its update in bf16, which a CPU without bf16 instructions does slowly.
    """

    def __init__(self, model: nn.Module, recipe: Recipe, fused: bool) -> None:
        matrices = [p for p in model.model.layers.parameters() if p.ndim == 2]
        chosen = {id(p) for p in matrices}
        others = [p for p in model.parameters() if id(p) not in chosen]
        self._all = [
            torch.optim.Muon(
                matrices,
                lr=0.0,
                momentum=0.95,
                weight_decay=recipe.weight_decay,
                adjust_lr_fn="match_rms_adamw",
            ),
            torch.optim.AdamW(others, lr=0.0, betas=(0.9, 0.95), weight_decay=0.0, fused=fused),
        ]

    def step(self, learning_rate: float) -> None:
        """One update at `learning_rate`; gradients are cleared."""
        for optimizer in self._all:
            for group in optimizer.param_groups:
                group["lr"] = learning_rate
            optimizer.step()
            optimizer.zero_grad()

    def state_dict(self) -> list[dict[str, Any]]:
        """The states of both."""
        return [optimizer.state_dict() for optimizer in self._all]

    def load_state_dict(self, states: list[dict[str, Any]]) -> None:
        """Take the states of both."""
        for optimizer, state in zip(self._all, states, strict=True):
            optimizer.load_state_dict(state)
