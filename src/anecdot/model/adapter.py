"""LoRA: attaching, saving, loading and merging an adapter."""

import json
import re
import shutil
import warnings
from pathlib import Path

import torch
from peft import LoraConfig, PeftConfig, PeftModel, get_peft_model, get_peft_model_state_dict
from safetensors import SafetensorError, safe_open
from torch import nn
from transformers import PreTrainedModel, PreTrainedTokenizerBase, set_seed
from transformers.pytorch_utils import Conv1D

from anecdot.common.errors import UserError
from anecdot.common.files import take_place, write_json
from anecdot.common.params import Params
from anecdot.model import kernels
from anecdot.model.base import load_base, tokenizer_of
from anecdot.model.device import pick_device


def add_lora(model: PreTrainedModel, params: Params) -> PeftModel:
    """Freeze the base and attach LoRA as `params` say, initialised from `seed`.

    Raises:
        UserError: the architecture has no module of a name in `lora_target_modules`.
    """
    targets = params.lora_target_modules
    head = model.get_output_embeddings()
    linear = {
        name.rpartition(".")[2]
        for name, module in model.named_modules()
        if isinstance(module, (nn.Linear, Conv1D)) and module is not head
    }
    if targets != "all-linear" and (missing := sorted(set(targets) - linear)):
        raise UserError(
            f"params.yaml: {params.model_name} has no module {', '.join(missing)} for "
            f"lora_target_modules; it has {', '.join(sorted(linear))}"
        )
    config = LoraConfig(
        task_type="CAUSAL_LM",
        r=params.lora_r,
        lora_alpha=params.lora_alpha,
        lora_dropout=params.lora_dropout,
        target_modules=targets,
        exclude_modules=_left_out(model),
        base_model_name_or_path=params.model_name,
    )
    set_seed(params.seed)  # before get_peft_model, which draws the initial weights
    try:
        peft_model = get_peft_model(model, config)
    except ValueError as error:
        reason = str(error).strip().split("\n")[0]
        raise UserError(
            f"params.yaml: {params.model_name} takes no such adapter ({reason}); name other layers "
            f"in lora_target_modules, of {', '.join(sorted(linear))}, or set lora_dropout to 0"
        ) from None
    for parameter in peft_model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()
    return peft_model


def _left_out(model: PreTrainedModel) -> str | None:
    """A pattern of the modules that take no LoRA; None for most models.

    They are those that do not read text, and linear layers whose class computes something else
    (routers of experts).
    """
    named = list(model.named_modules())
    out = [
        re.escape(name)
        for name, module in named
        if isinstance(module, nn.Linear)
        and type(module).__module__.startswith("transformers.")
        and not _is_linear(module)
    ]
    if model.config.get_text_config() is not model.config:
        decoder = model.get_decoder()
        prefix = next(name for name, module in named if module is decoder)
        out += [rf"(?!{re.escape(prefix)}\.).*"] if prefix else []
    return "|".join(out) or None


@torch.no_grad()
def _is_linear(module: nn.Linear) -> bool:
    """Whether a class derived from nn.Linear computes what that does."""
    if type(module).forward is nn.Linear.forward:
        return True
    x = torch.ones_like(module.weight[:1])
    try:
        y = module(x)
    except (LookupError, RuntimeError, TypeError, ValueError):  # it wants something else
        return False
    expected = nn.functional.linear(x, module.weight, module.bias)
    return isinstance(y, torch.Tensor) and torch.allclose(y, expected, rtol=0.01)


def save_adapter(
    model: PeftModel, tokenizer: PreTrainedTokenizerBase, card: str, folder: Path
) -> None:
    """Write adapter (safetensors), tokenizer and model card; `folder` takes its name at the end."""
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    model.save_pretrained(partial)
    tokenizer.save_pretrained(partial)
    config = partial / "adapter_config.json"
    values = json.loads(config.read_text(encoding="utf-8"))
    values["target_modules"] = sorted(values["target_modules"])  # a set: its order is random
    write_json(config, values)
    (partial / "README.md").write_text(card, encoding="utf-8")
    take_place(partial, folder)


def load_tuned(
    params: Params, adapter: Path | str | None
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Base model (in plain weights, of 4-bit values) with an adapter merged into it, and tokenizer.

    Merged is W + (alpha / r) B A; into 4-bit weights that would round again.

    Raises:
        UserError: the adapter was made for another base model than `params.model_name`, or is
            damaged.
    """
    model = load_adapter(params, adapter).merge_and_unload() if adapter else _fast_base(params)
    return model, tokenizer_of(params)


def load_adapter(params: Params, adapter: Path | str) -> PeftModel:
    """The base model in plain weights with an adapter beside it; errors as in `load_tuned`."""
    made_for, shapes = _read_adapter(Path(adapter))
    if made_for != params.model_name:
        raise UserError(
            f"{adapter}: made for {made_for}, but params.yaml says model_name "
            f"{params.model_name}; set that, or train an adapter with `dvc repro`"
        )
    base = _fast_base(params)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Found missing adapter keys")  # refused below
            model = PeftModel.from_pretrained(base, str(adapter))
    except (KeyError, RuntimeError, TypeError, ValueError) as error:
        if "memory" in str(error):
            raise
        raise _damaged(adapter, str(error).strip().split("\n")[-1].strip()) from None
    expected = {
        name: list(weight.shape)
        for name, weight in get_peft_model_state_dict(model, save_embedding_layers=False).items()
    }
    if odd := sorted(name for name in expected if name not in shapes):
        raise _damaged(adapter, f"lacks {len(odd)} of {len(expected)} weights, {odd[0]} first")
    if odd := sorted(name for name in shapes if name not in expected and "lora_" in name):
        raise _damaged(adapter, f"has weights that the base has no place for, {odd[0]} first")
    if odd := sorted(name for name, shape in expected.items() if shapes[name] != shape):
        name = odd[0]
        raise _damaged(adapter, f"{name} has shape {shapes[name]}, not {expected[name]}")
    return model


def _read_adapter(folder: Path) -> tuple[str, dict[str, list[int]]]:
    """The base that an adapter was made for, and the shapes of its weights."""
    weights = folder / "adapter_model.safetensors"
    try:
        config = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
        made_for = PeftConfig.from_pretrained(str(folder)).base_model_name_or_path
        if not weights.is_file():  # the library would look for them on the hub
            raise _damaged(folder, f"no file {weights.name}")
        with safe_open(weights, "pt") as tensors:
            names = tensors.keys()
            shapes = {name: tensors.get_slice(name).get_shape() for name in names}
    except (AttributeError, KeyError, RecursionError, SafetensorError, TypeError, ValueError) as e:
        raise _damaged(folder, str(e).strip().split("\n")[0]) from None
    if not isinstance(config, dict):
        raise _damaged(folder, "adapter_config.json holds no mapping")
    return made_for, shapes


def _damaged(adapter: Path | str, reason: str) -> UserError:
    return UserError(
        f"{adapter}: damaged ({reason}); restore it with `dvc checkout` or train it again"
    )


def _fast_base(params: Params) -> PreTrainedModel:
    model = load_base(params, pick_device(), plain=True)
    kernels.speed_up(model)
    return model
