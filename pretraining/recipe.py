"""The recipe of the embedded base: what recipe.yaml holds, read and checked."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from anecdot.common.errors import UserError
from anecdot.common.yaml_file import read_yaml


@dataclass(frozen=True)
class Recipe:
    """What pretraining/recipe.yaml holds; each value is explained there."""

    seed: int
    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    context: int
    rope_theta: float
    tokenizer_documents: int
    validation_documents: int
    reuse: int
    shuffle_rows: int
    batch_rows: int
    device_rows: int
    learning_rate: float
    weight_decay: float
    warmup: float
    cooldown: float
    max_grad_norm: float
    minutes: float

    @staticmethod
    def read(path: Path) -> "Recipe":
        """Read and check a recipe. Raises UserError for a wrong, missing or unknown entry."""
        values = read_yaml(path)
        kinds = {field.name: field.type for field in dataclasses.fields(Recipe)}
        for name in set(kinds) ^ set(values):
            state = "missing" if name in kinds else "not a setting of the recipe"
            raise UserError(f"{path}: {name} is {state}; compare with pretraining/recipe.yaml")
        for name, value in values.items():
            try:
                values[name] = kinds[name](value)
            except (TypeError, ValueError):
                raise UserError(f"{path}: {name}: {value!r} is no number; give one") from None
        return Recipe(**values)


def rate(fraction: float, recipe: Recipe) -> float:
    """Learning rate when `fraction` of the schedule is done: up, level, linearly down to zero."""
    up = fraction / recipe.warmup if recipe.warmup else 1.0
    down = (1 - fraction) / recipe.cooldown if recipe.cooldown else 1.0
    return recipe.learning_rate * max(0.0, min(1.0, up, down))
