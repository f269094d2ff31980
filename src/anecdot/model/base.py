"""Tokenizer, 4-bit base model, LoRA, saving and merging. Knows nothing of DOT."""

import contextlib
import ctypes
import json
import os
import shutil
import sys
import warnings
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from peft import LoraConfig, PeftConfig, PeftModel, get_peft_model
from safetensors import SafetensorError
from torch import nn
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    PreTrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    set_seed,
)
from transformers.utils import logging as transformers_logging

from anecdot.common.errors import UserError
from anecdot.common.files import write_json
from anecdot.common.params import Params
from anecdot.model import kernels

# These libraries report on themselves; the stages report on the run.
transformers_logging.set_verbosity_error()
transformers_logging.disable_progress_bar()
warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")


def keep_freed_memory() -> None:
    """Let glibc keep what tensors free instead of handing it back to the kernel.

    Otherwise every larger tensor costs a page fault for each 4 KB: on a virtual machine that was
    two thirds of a training step.
    """
    with contextlib.suppress(OSError, AttributeError):  # another C library
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in MALLOC_OPTIONS.items():
            mallopt(option, value)


def pick_device() -> torch.device:
    """The GPU of this process if there is one, else the CPU."""
    if not torch.cuda.is_available():
        keep_freed_memory()
        return torch.device("cpu")
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    torch.cuda.set_device(device)
    return device


# malloc.h: M_TRIM_THRESHOLD, M_TOP_PAD and M_MMAP_MAX, in bytes, bytes and number of mappings.
MALLOC_OPTIONS = {-1: 2**31 - 1, -2: 1 << 28, -4: 0}

# Values that no CPU can serve, with what to use instead.
GPU_ONLY = {
    ("bnb_4bit_compute_dtype", "float16"): "bfloat16 or float32",
    ("optim", "paged_adamw_8bit"): "adamw",
}


# What some architectures do to logits and scores, which the loss and the attention here leave out.
NOT_COMPUTED = (
    *("logits_scaling", "logit_scale", "final_logit_softcapping", "attn_logit_softcapping"),
    "sliding_window",
)
HARMLESS = {None, False, 1.0}
LONGEST = 2048  # tokens of a pair and more: a wider window shuts nothing out


def check_architecture(params: Params, config: PreTrainedConfig) -> None:
    """Raises UserError for a base model whose losses would be silently wrong here."""
    longest = max(LONGEST, getattr(params, "max_seq_length", 0))
    for setting in NOT_COMPUTED:
        value = getattr(config, setting, None)
        if value not in HARMLESS and not (setting == "sliding_window" and value >= longest):
            raise UserError(
                f"model_name {params.model_name}: {setting} {value} in its config.json is not "
                "supported; choose another base model"
            )


def check_device(params: Params) -> None:
    """Raises UserError for a parameter that needs a GPU where there is none."""
    for (name, value), instead in GPU_ONLY.items():
        if getattr(params, name, None) == value and not torch.cuda.is_available():
            raise UserError(f"params.yaml: {name} {value} needs a GPU; use {instead}")


def compute_dtype(params: Params) -> torch.dtype:
    """The dtype of matrix products and plain weights.

    In place of bfloat16 it is float32 on a CPU without instructions for the former, which would
    take fifty times as long.
    """
    dtype = getattr(torch, params.bnb_4bit_compute_dtype)
    slow = dtype == torch.bfloat16 and not torch.cuda.is_available() and not has_bf16_instructions()
    return torch.float32 if slow else dtype


@cache
def has_bf16_instructions() -> bool:
    """Whether this CPU multiplies in bfloat16; says once what follows where it does not."""
    can = torch.cpu.get_capabilities()
    if any(can.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16", "sve_bf16")):
        return True
    print("this CPU has no bfloat16 instructions: computing in float32", file=sys.stderr)
    return False


def _load(loader: Any, name: str, revision: str, **kwargs: Any) -> Any:
    """Call a `from_pretrained`, turning its failures into what the user can do about them."""
    local = Path(name)
    if local.is_dir():
        if not (local / "config.json").is_file():
            raise UserError(f"{name}: no config.json in this folder; is it a base model?")
        try:
            return loader.from_pretrained(name, **kwargs)
        except (OSError, ValueError, SafetensorError) as error:
            reason = str(error).strip().split("\n")[0]
            raise UserError(f"{name}: cannot be loaded ({reason}); restore the folder") from None
    if name.count("/") > 1 or name.startswith((".", "/", "models/")):
        raise UserError(f"model_name {name}: no such folder; restore it with Git or check the path")
    try:
        return loader.from_pretrained(name, revision=revision, **kwargs)
    except (OSError, ValueError, SafetensorError) as error:
        reason = str(error).strip().split("\n")[0]
        raise UserError(
            f"model_name {name}: cannot be loaded ({reason}); fetch it beforehand, where there is "
            f"network, with `hf download {name}` (gated models: `hf auth login` first)"
        ) from None


def fetch(name: str, revision: str = "main") -> None:
    """Bring a hub model into the local cache. Raises UserError where it cannot be reached."""
    from huggingface_hub import snapshot_download

    def download(name: str, revision: str = "main") -> None:
        files = ["*.json", "*.safetensors", "tokenizer*", "*.jinja"]
        snapshot_download(name, revision=revision, allow_patterns=files)

    _load(SimpleNamespace(from_pretrained=download), name, revision)


def load_tokenizer(name: str, revision: str = "main") -> PreTrainedTokenizerBase:
    """The tokenizer of a base model, with a padding token (eos where it has none of its own)."""
    tokenizer = _load(AutoTokenizer, name, revision)
    if tokenizer.pad_token is None:
        # Safe here: labels are made from lengths, never by comparing with the padding token.
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_base(
    params: Params, device: torch.device, plain: bool, quantize: bool = True
) -> PreTrainedModel:
    """The base model as `params` say: in 4 bit, in 16 bit, or dequantised from 4 bit.

    Args:
        params: model_name, model_revision, load_in_4bit and bnb_4bit_*.
        device: where to put it.
        plain: replace the 4-bit layers by ordinary ones that hold the same (dequantised) values
            in the compute dtype: faster, with the memory of a 16-bit model.
        quantize: False leaves that to the caller, whatever `params` say.

    Raises:
        UserError: the model is missing, unreachable, of an unsupported architecture or has no
            safetensors weights.
    """
    check_device(params)
    dtype = compute_dtype(params)
    kwargs: dict[str, Any] = {"dtype": dtype, "use_safetensors": True, "device_map": {"": device}}
    quantize = quantize and params.load_in_4bit
    if quantize:
        kwargs["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type=params.bnb_4bit_quant_type,
            bnb_4bit_compute_dtype=dtype,
            bnb_4bit_use_double_quant=params.bnb_4bit_use_double_quant,
        )
    model = _load(AutoModelForCausalLM, params.model_name, params.model_revision, **kwargs)
    check_architecture(params, model.config)
    if quantize and plain:
        dequantize(model, dtype)
    model.config.use_cache = False
    return model.eval()


def dequantize(model: PreTrainedModel, dtype: torch.dtype) -> None:
    """Replace every 4-bit layer in place by a plain one with the dequantised weights."""
    import bitsandbytes as bnb

    for name, module in list(model.named_modules()):
        if isinstance(module, bnb.nn.Linear4bit):
            weight = bnb.functional.dequantize_4bit(module.weight.data, module.weight.quant_state)
            plain = nn.Linear(1, 1, bias=False, device="meta")
            plain.in_features, plain.out_features = module.in_features, module.out_features
            plain.weight = nn.Parameter(weight.to(dtype), requires_grad=False)
            plain.bias = module.bias
            model.set_submodule(name, plain)
    del model.hf_quantizer, model.quantization_method
    del model.config.quantization_config
    model.is_quantized = model.is_loaded_in_4bit = False


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
        if isinstance(module, nn.Linear) and module is not head
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
        base_model_name_or_path=params.model_name,
    )
    set_seed(params.seed)  # before get_peft_model, which draws the initial weights
    peft_model = get_peft_model(model, config)
    for parameter in peft_model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()
    return peft_model


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
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


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
    return model, load_tokenizer(params.model_name, params.model_revision)


def load_adapter(params: Params, adapter: Path | str) -> PeftModel:
    """The base model in plain weights with an adapter beside it; errors as in `load_tuned`."""
    try:
        made_for = PeftConfig.from_pretrained(str(adapter)).base_model_name_or_path
        if made_for != params.model_name:
            raise UserError(
                f"{adapter}: made for {made_for}, but params.yaml says model_name "
                f"{params.model_name}; set that, or train an adapter with `dvc repro`"
            )
        return PeftModel.from_pretrained(_fast_base(params), str(adapter))
    except (json.JSONDecodeError, SafetensorError) as error:
        raise UserError(
            f"{adapter}: damaged ({error}); restore it with `dvc checkout` or train it again"
        ) from None


def _fast_base(params: Params) -> PreTrainedModel:
    model = load_base(params, pick_device(), plain=True)
    kernels.speed_up(model)
    return model


def local_folder(name: str) -> list[Path]:
    """The folder of a base model that lies on this machine; empty for one on the hub."""
    return [Path(name)] if Path(name).is_dir() else []


def memory_estimate(model: PeftModel, params: Params) -> str:
    """One line: what weights, adapter, optimizer and activations are going to need, in GB.

    Activations are estimated for full sequences: per token and layer about 34 values of the
    hidden size in 2 bytes (Korthikanti et al. 2022, without dropout masks and attention
    scores, which are never stored), or one with gradient checkpointing.
    """
    config = model.config
    held = [*model.parameters(), *model.buffers()]
    weights = sum(p.numel() * p.element_size() for p in held if not p.requires_grad)
    adapter = sum(p.numel() for p in model.parameters() if p.requires_grad)
    state = {"adamw": 8, "paged_adamw_8bit": 2}[params.optim]
    tokens = params.per_device_train_batch_size * params.max_seq_length
    per_token = config.hidden_size * config.num_hidden_layers * 2
    per_token *= 1 if params.gradient_checkpointing else 34
    logits = min(tokens, 1024) * config.vocab_size * 4 * 3
    parts = {
        "weights": weights,
        "adapter and gradients": adapter * 8,
        "optimizer": adapter * state,
        "activations at most": tokens * per_token + logits,
    }
    text = ", ".join(f"{name} {size / 1e9:.2f}" for name, size in parts.items())
    return f"memory in GB: {text}; together {sum(parts.values()) / 1e9:.2f}"
