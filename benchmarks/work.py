"""What the arms of a benchmark share: pairs of the standard job, parameters, a tokenizer."""

import json
import re
import shutil
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from anecdot.common.errors import UserError
from anecdot.common.params import Params, read_params
from anecdot.prompting.examples import Example

ROOT = Path(__file__).parents[1]


def copy_project(folder: Path, values: dict[str, Any]) -> None:
    """What the stages need of the project, in a new folder, with other parameters."""
    shutil.rmtree(folder, ignore_errors=True)
    unwanted = shutil.ignore_patterns("prepared", "__pycache__", "node_modules")
    for name in ("src", "data", "benchmarks"):
        shutil.copytree(ROOT / name, folder / name, ignore=unwanted)
    for name in ("dvc.yaml", "requirements.txt"):
        shutil.copy(ROOT / name, folder / name)
    text = (ROOT / "params.yaml").read_text(encoding="utf-8")
    for name, value in values.items():
        text, found = re.subn(rf"^{name}:.*", f"{name}: {json.dumps(value)}", text, flags=re.M)
        if not found:
            raise UserError(f"params.yaml: no parameter {name}; check the name")
    (folder / "params.yaml").write_text(text, encoding="utf-8")
    (folder / "models").mkdir()
    for path in (ROOT / "models").iterdir():
        if path.name != "adapter":
            (folder / "models" / path.name).symlink_to(path)


def synchronize() -> None:
    """Wait for the GPU, where there is one."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()


class Pairs(list):
    """Tokenised pairs in memory, with what the trainer asks of them."""

    synthesized = 0

    @property
    def targets(self) -> int:
        """Tokens trained on."""
        return sum(example.targets for example in self)

    @property
    def lengths(self) -> np.ndarray:
        """Tokens of each pair."""
        return np.array([len(example.input_ids) for example in self])


def standard_pairs(count: int, vocabulary: int, longest: int = 512, seed: int = 0) -> Pairs:
    """Random pairs of the standard job's lengths: mean 370 tokens, cut at 512, 45% of it target.

    The lengths are log-normal; with `longest` below 512 they shrink in proportion.
    """
    generator = torch.Generator().manual_seed(seed)
    lengths = torch.empty(count).log_normal_(5.9, 0.42, generator=generator).clamp(64, 512)
    lengths = (lengths * longest / 512).long()
    pairs = Pairs()
    for length in lengths.tolist():
        ids = torch.randint(2, vocabulary, (length,), generator=generator).tolist()
        pairs.append(Example(ids, int(length * 0.55)))
    return pairs


def parameters(folder: Path, targets: list[str], **values: Any) -> Params:
    """The project's parameters with those of the standard job: r=16, 16 pairs a step, 5 epochs."""
    standard = {
        "model_name": str(folder), "lora_target_modules": targets, "lora_r": 16,
        "learning_rate": 2e-4, "num_train_epochs": 5, "per_device_train_batch_size": 16,
        "gradient_accumulation_steps": 1, "logging_steps": 5, "eval_steps": 10_000,
        "save_steps": 10_000, "optim": "adamw", "dequantize_once": True,
        "gradient_checkpointing": False, "shard_base": False,
    }  # fmt: skip
    return replace(read_params(path=ROOT / "params.yaml"), **(standard | values))


LOW_MEMORY = {
    "gradient_checkpointing": True, "dequantize_once": False, "optim": "paged_adamw_8bit",
}  # fmt: skip


def left_padded(
    prompts: list[list[int]], padding: int, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor]:
    """Prompts as transformers' `generate` takes a batch of them: ids and mask, (rows, longest)."""
    pads = [max(map(len, prompts)) - len(prompt) for prompt in prompts]
    ids = [[padding] * pad + prompt for pad, prompt in zip(pads, prompts, strict=True)]
    mask = [[0] * pad + [1] * len(prompt) for pad, prompt in zip(pads, prompts, strict=True)]
    return torch.tensor(ids, device=device), torch.tensor(mask, device=device)


class WordIds(dict):
    """Ids of words, each worked out once: as fast as the tokenizer that it stands for."""

    def __init__(self, vocabulary: int, known: dict[str, int]) -> None:
        super().__init__(known)
        self.vocabulary = vocabulary

    def __missing__(self, word: str) -> int:
        self[word] = 2 + zlib.crc32(word.encode()) % (self.vocabulary - 2)
        return self[word]


class WordTokenizer:
    """A tokenizer in which a word is a token, for models with random weights."""

    chat_template = None
    bos_token_id, eos_token_id, pad_token_id = None, 0, 1
    eos_token, all_special_tokens = "<|end|>", ("<|end|>",)

    def __init__(self, vocabulary: int) -> None:
        self.ids = WordIds(vocabulary, {self.eos_token: self.eos_token_id})

    def __call__(self, texts: list[str], **_: Any) -> dict[str, list[list[int]]]:
        words = [text.replace(self.eos_token, f" {self.eos_token}").split() for text in texts]
        return {"input_ids": [[self.ids[word] for word in text] for text in words]}

    @property
    def added_tokens_decoder(self) -> dict[int, Any]:
        """No token is more than a word."""
        return {}

    def __len__(self) -> int:
        return self.ids.vocabulary

    def decode(self, ids: list[int], **_: Any) -> str:
        """The ids as text."""
        return " ".join(map(str, ids))


def texts(count: int, words: int) -> list[str]:
    """Random user inputs of so many words."""
    return [" ".join(f"w{(n * 7919 + k) % 9973}" for k in range(words)) for n in range(count)]
