"""An adapter's weights: read, checked against the base's, added to them. Needs torch alone.

The merged weight is W + (alpha / r) B A (Hu et al. 2021, "LoRA", section 4.1), added in float32 and
rounded once to W's dtype.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open

from anecdot.common.errors import UserError, first_line
from anecdot.common.params import Params

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
PREFIX = "base_model.model."

# Variants of LoRA that compute something else, or change other weights, and what plain LoRA says.
VARIANTS = (
    "alpha_pattern", "bias", "layer_replication", "lora_bias", "modules_to_save", "rank_pattern",
    "target_parameters", "trainable_token_indices", "use_bdlora", "use_dora", "use_qalora",
    "use_rslora",
)  # fmt: skip
OFF = (None, False, "none", {}, [])


@dataclass(frozen=True)
class Adapter:
    """An adapter's folder, its configuration and its weights by name."""

    folder: Path
    config: dict[str, Any]
    weights: dict[str, torch.Tensor]

    @property
    def base(self) -> str:
        """The base model that it was made for."""
        return self.config["base_model_name_or_path"]

    def check_base(self, params: Params) -> None:
        """Raises UserError where it was made for another base than `params.model_name`."""
        if self.base != params.model_name:
            raise UserError(
                f"{self.folder}: made for {self.base}, but params.yaml says model_name "
                f"{params.model_name}; set that, or train an adapter with `dvc repro`"
            )


def read_adapter(folder: Path | str) -> Adapter:
    """Read an adapter.

    Raises:
        UserError: it is damaged, or no plain LoRA.
    """
    folder = Path(folder)
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        if not isinstance(config, dict):
            raise damaged(folder, f"{CONFIG} holds no mapping")
        rank, alpha = config["r"], config["lora_alpha"]
        if not (isinstance(rank, int) and rank > 0 and isinstance(alpha, (int, float))):
            raise damaged(folder, f"{CONFIG} has r {rank!r} and lora_alpha {alpha!r}")
        if not isinstance(config["target_modules"], (str, list)):
            raise damaged(folder, f"{CONFIG} names no target_modules")
        if config.get("peft_type") != "LORA" or not isinstance(
            config["base_model_name_or_path"], str
        ):
            raise damaged(folder, f"{CONFIG} is not that of a LoRA adapter with a base")
        if not (folder / WEIGHTS).is_file():
            raise damaged(folder, f"no file {WEIGHTS}")
        with safe_open(folder / WEIGHTS, "pt") as file:
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except KeyError as error:
        raise damaged(folder, f"{CONFIG} lacks {error.args[0]}") from None
    except (AttributeError, RecursionError, SafetensorError, TypeError, ValueError) as e:
        raise damaged(folder, first_line(e)) from None
    if odd := [name for name in VARIANTS if config.get(name) not in OFF]:
        raise UserError(f"{folder}: a variant of LoRA ({odd[0]}); plain LoRA alone is read")
    return Adapter(folder, config, weights)


def damaged(adapter: Path | str, reason: str) -> UserError:
    """The error of an adapter that cannot be used."""
    return UserError(
        f"{adapter}: damaged ({reason}); restore it with `dvc checkout` or train it again"
    )


def check(adapter: Adapter, base: Mapping[str, torch.Tensor]) -> list[str]:
    """The modules of the base that the adapter changes; base: its weights by name.

    Raises:
        UserError: the adapter lacks weights, or has others than the base has a place for.
    """
    rank, turned = adapter.config["r"], adapter.config.get("fan_in_fan_out")
    modules = [
        name.removesuffix(".weight")
        for name, weight in base.items()
        if name.endswith(".weight") and weight.dim() == 2 and _targeted(adapter.config, name[:-7])
    ]
    expected = {}
    for module in modules:
        out, into = base[f"{module}.weight"].shape[:: -1 if turned else 1]
        expected[f"{PREFIX}{module}.lora_A.weight"] = (rank, into)
        expected[f"{PREFIX}{module}.lora_B.weight"] = (out, rank)
    found = {name: tuple(weight.shape) for name, weight in adapter.weights.items()}
    if odd := sorted(expected.keys() - found.keys()):
        reason = f"lacks {len(odd)} of {len(expected)} weights, {odd[0]} first"
        raise damaged(adapter.folder, reason)
    if odd := sorted(name for name in found.keys() - expected.keys() if "lora_" in name):
        reason = f"has weights that the base has no place for, {odd[0]} first"
        raise damaged(adapter.folder, reason)
    if odd := sorted(name for name, shape in expected.items() if found[name] != shape):
        name = odd[0]
        reason = f"{name} has shape {list(found[name])}, not {list(expected[name])}"
        raise damaged(adapter.folder, reason)
    return modules


def _targeted(config: dict[str, Any], module: str) -> bool:
    """Whether an adapter of this configuration changes a module of this name."""
    excluded, wanted = config.get("exclude_modules"), config["target_modules"]
    if isinstance(excluded, str) and re.fullmatch(excluded, module):
        return False
    if isinstance(wanted, str):
        return re.fullmatch(wanted, module) is not None
    return f".{module}".endswith(tuple(f".{name}" for name in wanted))


@torch.no_grad()
def merge(adapter: Adapter, base: Mapping[str, torch.Tensor]) -> None:
    """Add an adapter to the base's weights, by name and in place; errors as in `check`."""
    scale = adapter.config["lora_alpha"] / adapter.config["r"]
    for module in check(adapter, base):
        weight = base[f"{module}.weight"]
        a, b = (
            adapter.weights[f"{PREFIX}{module}.lora_{x}.weight"].to(weight.device).float()
            for x in "AB"
        )  # (r, inputs), (outputs, r)
        update = b @ a * scale
        weight += update.T if adapter.config.get("fan_in_fan_out") else update
