"""The base model and its tokenizer: fetching, loading, quantising and dequantising."""

import logging
import sys
import warnings
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import nn
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    PreTrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils import logging as transformers_logging

from anecdot.common.errors import UserError, first_line
from anecdot.common.params import Params
from anecdot.model import nf4, proof
from anecdot.model.device import check_device, compute_dtype
from anecdot.model.hub import resolved_revision

# These libraries report on themselves; the stages report on the run.
logging.getLogger("bitsandbytes").setLevel(logging.ERROR)
transformers_logging.set_verbosity_error()
transformers_logging.disable_progress_bar()
warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")


def _load(loader: Any, name: str, revision: str, **kwargs: Any) -> Any:
    """Call a `from_pretrained`, turning its failures into what the user can do about them."""
    local = Path(name)
    if local.is_dir():
        if not (local / "config.json").is_file():
            raise UserError(f"{name}: no config.json in this folder; restore it with Git")
        try:
            return loader.from_pretrained(name, **kwargs)
        except Exception as error:  # on damaged files the libraries raise whatever they stumble on
            if isinstance(error, (MemoryError, torch.OutOfMemoryError)) or "memory" in str(error):
                raise
            raise UserError(
                f"{name}: cannot be loaded ({first_line(error)}); restore the folder with Git"
            ) from None
    if name.count("/") > 1 or name.startswith((".", "/", "models/")):
        raise UserError(f"model_name {name}: no such folder; restore it with Git or check the path")
    try:
        return loader.from_pretrained(name, revision=revision, **kwargs)
    except (OSError, ValueError, SafetensorError) as error:
        raise UserError(
            f"model_name {name}: cannot be loaded ({first_line(error)}); fetch it beforehand, "
            f"where there is network, with `hf download {name}` (gated models: `hf auth login` "
            "first)"
        ) from None


def load_config(params: Params) -> PreTrainedConfig:
    """The base model's configuration."""
    return _load(AutoConfig, params.model_name, resolved_revision(params))


def context_of(params: Params) -> int:
    """Tokens that the base model reads; sys.maxsize where its configuration sets no limit."""
    config = load_config(params).get_text_config()
    return getattr(config, "max_position_embeddings", None) or sys.maxsize


def tokenizer_of(params: Params) -> PreTrainedTokenizerBase:
    """The tokenizer of the base model that `params` name, as the record pins it."""
    return load_tokenizer(params.model_name, resolved_revision(params))


def load_tokenizer(name: str, revision: str = "main") -> PreTrainedTokenizerBase:
    """The tokenizer of a base model, with a padding token (eos where it has none of its own)."""
    tokenizer = _load(AutoTokenizer, name, revision)
    if tokenizer.eos_token is None:
        raise UserError(f"{name}: its tokenizer names no eos_token; restore the folder with Git")
    if tokenizer.pad_token is None:
        # Safe here: labels are made from lengths, never by comparing with the padding token.
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_base(
    params: Params,
    device: torch.device,
    plain: bool,
    quantize: bool = True,
    prove: bool = True,
) -> PreTrainedModel:
    """The base model as `params` say: in 4 bit, in 16 bit, or dequantised from 4 bit.

    Args:
        params: model_name, model_revision, load_in_4bit and bnb_4bit_*.
        device: where to put it.
        plain: replace the 4-bit layers by ordinary ones that hold the same (dequantised) values
            in the compute dtype: faster, with the memory of a 16-bit model.
        quantize: False leaves that to the caller, whatever `params` say.
        prove: find out how it is computed rightly (see `anecdot.model.proof`); False leaves that
            to the caller.

    Raises:
        UserError: the model is missing, unreachable, no causal language model or has no
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
    revision = resolved_revision(params)
    model, found = _load(
        AutoModelForCausalLM, params.model_name, revision, output_loading_info=True, **kwargs
    )
    if missing := sorted(found["missing_keys"]):  # the library would draw them at random
        raise UserError(
            f"{params.model_name}: lacks {len(missing)} weights ({missing[0]} first); "
            "restore the folder, or fetch the model again"
        )
    if quantize:
        keep_quantised(model, params.model_name)
    if quantize and plain:
        dequantize(model, dtype)
    model.config.use_cache = False
    model.eval()
    if prove:
        proof.prove(model)
    return model


def keep_quantised(model: PreTrainedModel, name: str) -> None:
    """Have bitsandbytes compute with 4-bit weights as they were quantised, on a CPU, too.

    One with bfloat16 instructions would repack them at the first pass without gradients: rounded
    once more, and no gradient comes through them any longer.

    Raises:
        UserError: rows that it misreads with AVX-512: of 16 times n, but of no multiple of a block.
    """
    import bitsandbytes as bnb

    misread = model.device.type == "cpu" and "AVX512" in torch.backends.cpu.get_cpu_capability()
    for layer, module in model.named_modules():
        if isinstance(module, bnb.nn.Linear4bit):
            module.support_avx512bf16_for_cpu = False
            length = module.in_features
            if misread and length % 16 == 0 and length % nf4.BLOCK:
                raise UserError(
                    f"{name}: bitsandbytes misreads {layer}'s rows of {length} in 4 bit on this "
                    f"CPU, since they are no multiple of {nf4.BLOCK}; use load_in_4bit: false"
                )


def dequantize(model: PreTrainedModel, dtype: torch.dtype) -> None:
    """Replace every 4-bit layer in place by a plain one with the dequantised weights."""
    import bitsandbytes as bnb

    quantised = [n for n, m in model.named_modules() if isinstance(m, bnb.nn.Linear4bit)]
    for name in quantised:
        module = model.get_submodule(name)
        weight = bnb.functional.dequantize_4bit(module.weight.data, module.weight.quant_state)
        plain = nn.Linear(1, 1, bias=False, device="meta")
        plain.in_features, plain.out_features = module.in_features, module.out_features
        plain.weight = nn.Parameter(weight.to(dtype), requires_grad=False)
        plain.bias = module.bias
        model.set_submodule(name, plain)
        module.weight.module = None  # the layer, which would keep both in memory
    del model.hf_quantizer, model.quantization_method
    del model.config.quantization_config
    model.is_quantized = model.is_loaded_in_4bit = False
