"""The tokenizer of the embedded base, trained on a sample of the documents."""

import hashlib
from pathlib import Path
from typing import Any

from recipe import Recipe

from synthesis.stream import documents

END, PAD = "<|endoftext|>", "<|pad|>"

WORDS = r" ?\p{Lu}?\p{Ll}+| ?\p{Lu}+(?!\p{Ll})| ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
"""Words are cut where case changes, so that OrderService and "Order Service" share their pieces;
digits stand alone; white space before a word belongs to it."""


def train_tokenizer(recipe: Recipe) -> Any:
    """A byte-level BPE `tokenizers.Tokenizer` trained on a sample of the documents."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORDS), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    stream = documents(f"{recipe.seed}/tokenizer")
    sample = (
        "".join(text for text, _ in next(stream).segments)
        for _ in range(recipe.tokenizer_documents)
    )
    trainer = trainers.BpeTrainer(
        vocab_size=recipe.vocab_size,
        special_tokens=[END, PAD],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(sample, trainer)
    return tokenizer


def save_tokenizer(tokenizer: Any, recipe: Recipe, folder: Path) -> None:
    """Save a tokenizer so that `AutoTokenizer.from_pretrained(folder)` loads it."""
    from transformers import PreTrainedTokenizerFast

    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=PAD,
        model_max_length=recipe.context,
        clean_up_tokenization_spaces=False,
    ).save_pretrained(folder)


def documents_hash(recipe: Recipe, count: int = 1000) -> str:
    """SHA-256 of the first `count` documents of the recipe's seed: names the generator's state."""
    digest = hashlib.sha256()
    stream = documents(f"{recipe.seed}/sample")
    for _ in range(count):
        digest.update("".join(text for text, _ in next(stream).segments).encode() + b"\0")
    return digest.hexdigest()
