"""The model and the tokenizer that one answer needs, loaded without transformers.

For bases of the architectures Llama and Qwen2 that lie in a folder, on a CPU; the tokenizer for
those without a chat template (the embedded one). Values and answers are those of `anecdot.model.
adapter.load_tuned`, bit for bit. What is not served here, a damaged file too, is left to that and
its errors.
"""

import json
from functools import cached_property
from pathlib import Path
from typing import Any

from anecdot.common.params import Params
from anecdot.model import hub

TEMPLATES = ("chat_template.jinja", "chat_template.json", "additional_chat_templates")
TOKENIZER_CLASSES = ("TokenizersBackend", "PreTrainedTokenizerFast")


class Tokenizer:
    """What prompts, decoding and the grammar's guide ask of a tokenizer, from its tokenizer.json.

    Args:
        folder: of the base.
        settings: its tokenizer_config.json.
    """

    chat_template = None
    bos_token_id = None

    def __init__(self, folder: Path, settings: dict[str, Any]) -> None:
        from tokenizers import Tokenizer as Backend

        self.backend_tokenizer = Backend.from_file(str(folder / "tokenizer.json"))
        self.backend_tokenizer.no_padding()
        self.backend_tokenizer.no_truncation()
        self.eos_token, self.pad_token = settings["eos_token"], settings["pad_token"]
        self.eos_token_id, self.pad_token_id = map(
            self.backend_tokenizer.token_to_id, (self.eos_token, self.pad_token)
        )

    def __call__(self, texts: list[str], add_special_tokens: bool = True) -> dict[str, Any]:
        """The ids of each text, as `input_ids`."""
        found = self.backend_tokenizer.encode_batch(texts, add_special_tokens=add_special_tokens)
        return {"input_ids": [text.ids for text in found]}

    def __len__(self) -> int:
        return self.backend_tokenizer.get_vocab_size(with_added_tokens=True)

    @cached_property
    def added_tokens_decoder(self) -> dict[int, Any]:
        """The added tokens by their ids."""
        return self.backend_tokenizer.get_added_tokens_decoder()

    def decode(self, ids: list[int], skip_special_tokens: bool = False) -> str:
        """The text of ids."""
        return self.backend_tokenizer.decode(ids, skip_special_tokens=skip_special_tokens)


def tokenizer_of(params: Params) -> Tokenizer | None:
    """The base's tokenizer; None where it is not served here."""
    folder = Path(params.model_name)
    settings, config = _read(folder / "tokenizer_config.json"), config_of(params)
    if (
        not config
        or any((folder / name).exists() for name in TEMPLATES)
        or settings.get("chat_template")
        or settings.get("bos_token")
        or settings.get("clean_up_tokenization_spaces")
        or settings.get("tokenizer_class") not in TOKENIZER_CLASSES
        or not all(isinstance(settings.get(name), str) for name in ("eos_token", "pad_token"))
    ):
        return None
    try:
        tokenizer = Tokenizer(folder, settings)
    except Exception:  # the library raises no other on a damaged file
        return None
    return None if None in (tokenizer.eos_token_id, tokenizer.pad_token_id) else tokenizer


def config_of(params: Params) -> dict[str, Any]:
    """The base's config.json; {} where the base is not served here."""
    from anecdot.model import llama

    config = _read(Path(params.model_name) / "config.json")
    if not llama.is_plain(config) or params.bnb_4bit_quant_type != "nf4":
        return {}
    try:
        wanted = llama.shapes(config)
        found = hub.tensor_shapes(Path(params.model_name))
    except Exception:  # of a damaged file
        return {}
    return config if wanted.items() <= found.items() else {}


def load(params: Params, adapter: Path | None) -> Any:
    """A `Llama` of the base's values with an adapter merged; None where it is not served here.

    Raises:
        UserError: the adapter is damaged or another base's.
    """
    import torch
    from safetensors import safe_open

    from anecdot.model import llama, nf4
    from anecdot.model.device import check_device, compute_dtype, keep_freed_memory
    from anecdot.model.merging import merge, read_adapter

    config = config_of(params)
    if not config or torch.cuda.is_available():
        return None
    check_device(params)
    folder, dtype = Path(params.model_name), compute_dtype(params)
    tuned = read_adapter(adapter) if adapter else None
    if tuned:
        tuned.check_base(params)
    keep_freed_memory()
    quantised = tuple(f"{name}.weight" for name in llama.LINEAR)
    weights, wanted = {}, llama.shapes(config)
    for path in hub.weight_files(folder):
        with safe_open(path, "pt") as file:  # one after the other: a large base is held once
            for name in wanted.keys() & set(file.keys()):
                weight = file.get_tensor(name).to(dtype)
                if params.load_in_4bit and name.endswith(quantised):
                    weight = nf4.rounded(weight, params.bnb_4bit_use_double_quant)
                weights[name] = weight
    if tuned:
        merge(tuned, weights)
    return llama.Llama(config, weights, _read(folder / "generation_config.json"))


def _read(path: Path) -> dict[str, Any]:
    """A JSON object; {} where it is missing or damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, RecursionError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
