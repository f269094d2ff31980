"""LoRA: attaching, saving, loading and merging an adapter."""

import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch import nn
from transformers import AutoModelForCausalLM, PreTrainedModel, PreTrainedTokenizerBase, set_seed
from transformers.pytorch_utils import Conv1D

from anecdot.common.errors import UserError, first_line
from anecdot.common.files import take_place, write_json
from anecdot.common.params import Params
from anecdot.model import plan as plans
from anecdot.model.base import load_base, load_config, tokenizer_of
from anecdot.model.device import pick_device
from anecdot.model.loss import LOGITS_AT_A_TIME
from anecdot.model.memory import card_memory, with_reserve
from anecdot.model.merging import check, damaged, merge, read_adapter


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
        raise UserError(
            f"params.yaml: {params.model_name} takes no such adapter ({first_line(error)}); "
            "name other layers in lora_target_modules, of "
            f"{', '.join(sorted(linear))}, or set lora_dropout to 0"
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
    params: Params, adapter: Path | str | None, plain: bool | None = None
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Base model (in plain weights, of 4-bit values) with an adapter merged into it, and tokenizer.

    It is merged into the plain weights: into 4-bit ones it would be rounded again. Where the card
    does not hold those, the base stays in 4 bit with the adapter beside it: slower, the same model.

    Args:
        params: of the base model.
        adapter: its folder; None = the untouched base.
        plain: whether to take plain weights; None = where the card holds them.

    Raises:
        UserError: the adapter was made for another base model than `params.model_name`, or is
            damaged.
    """
    plain = holds_plain(params) if plain is None else plain
    if not adapter:
        return load_base(params, pick_device(), plain), tokenizer_of(params)
    if not plain:
        return load_adapter(params, adapter, plain).get_base_model(), tokenizer_of(params)
    tuned = read_adapter(adapter)
    tuned.check_base(params)
    model = load_base(params, pick_device(), plain)
    merge(tuned, dict(model.named_parameters()))
    return model, tokenizer_of(params)


def load_adapter(params: Params, adapter: Path | str, plain: bool | None = None) -> PeftModel:
    """The base model with an adapter beside it; arguments and errors as in `load_tuned`."""
    tuned = read_adapter(adapter)
    tuned.check_base(params)
    base = load_base(params, pick_device(), holds_plain(params) if plain is None else plain)
    check(tuned, dict(_as_if_plain(base)))
    try:
        return PeftModel.from_pretrained(base, str(adapter)).eval()
    except (KeyError, RuntimeError, TypeError, ValueError) as error:
        if "memory" in str(error):
            raise
        raise damaged(adapter, str(error).strip().split("\n")[-1].strip()) from None


def holds_plain(params: Params, memory: int | None = None) -> bool:
    """Whether the base's plain weights fit the card, with room to answer; says so where not.

    Args:
        params: of the base model.
        memory: bytes of the card; None = of the one at hand (a CPU's are not asked for).
    """
    memory = card_memory(pick_device()) if memory is None else memory
    if memory is None or not params.load_in_4bit:
        return True
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(load_config(params).get_text_config())
    size = getattr(torch, params.bnb_4bit_compute_dtype).itemsize
    weights = sum(parameter.numel() for parameter in model.parameters()) * size
    logits = LOGITS_AT_A_TIME * model.get_output_embeddings().out_features * size
    estimate = plans.Estimate(weights, adapter=0, activations=0, working=logits)
    if with_reserve(estimate.total) <= memory:
        return True
    print(
        f"{memory / 1e9:.1f} GB do not hold the base in {8 * size} bit ({estimate}): "
        "it answers from 4 bit, dequantised in each pass, which is slower",
        file=sys.stderr,
    )
    return False


def _as_if_plain(model: PreTrainedModel) -> Iterator[tuple[str, torch.Tensor]]:
    """The weights by name; those in 4 bit without values, in the shape that they stand for."""
    for name, weight in model.named_parameters():
        state = getattr(weight, "quant_state", None)
        yield name, torch.empty(state.shape, device="meta") if state else weight
