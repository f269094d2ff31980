"""A tokenizer's words under the grammar: their bytes, and the way from any text to its end."""

import json
import re
from copy import copy
from functools import lru_cache
from typing import Any

from llguidance import LLMatcher, LLParserLimits, LLTokenizer

from anecdot.grammar.grammar import CLOSING, Closing, grammar

_LONGEST_WAY = 20_000
TAG = re.compile(r"</?[a-z0-9]+>")


def _limits() -> LLParserLimits:
    """llguidance's limits, meant for grammars from strangers, raised for large vocabularies.

    A mask over 256,000 words walks through more of the grammar than they allow.
    """
    return LLParserLimits(
        max_items_in_row=100_000,
        step_lexer_fuel=1_000_000_000,
        step_max_items=100_000_000,
        max_lexer_states=10_000_000,
        verbose_errors=False,
    )


class Vocabulary:
    """A tokenizer as llguidance sees it, its one-byte tokens, and the compiled grammar.

    Raises ValueError for a tokenizer without an end-of-text token, or without tokens for the
    single characters that end a text.
    """

    def __init__(self, tokenizer: Any, closing: Closing = CLOSING) -> None:
        if tokenizer.eos_token_id is None:
            raise ValueError("the tokenizer has no end-of-text token")
        if getattr(tokenizer, "backend_tokenizer", None) is None:
            raise ValueError("the tokenizer is none of the library tokenizers (a fast one)")
        backend = copy(tokenizer.backend_tokenizer)
        backend.no_padding()
        backend.no_truncation()
        self.tokens = LLTokenizer(_described(backend), eos_token=tokenizer.eos_token_id)
        self.size = self.tokens.vocab_size
        self.end: int = tokenizer.eos_token_id
        self.pad: int = self.end if tokenizer.pad_token_id is None else tokenizer.pad_token_id
        self.bytes = [self._spelling(token) for token in range(self.size)]
        single = {
            spelling: token for token, spelling in enumerate(self.bytes) if len(spelling) == 1
        }

        def spell(texts: tuple[bytes, ...]) -> list[list[int]]:
            spelled = [[single.get(bytes([byte])) for byte in text] for text in texts]
            return [tokens for tokens in spelled if None not in tokens]

        # What a token takes of a row's credit: itself, and how much longer it can make the way out.
        self.costs = [1 + closing.growth * len(spelling) for spelling in self.bytes]
        self.markup_costs = [1 + closing.markup_growth * len(spelling) for spelling in self.bytes]
        self.markup = {t for t, spelling in enumerate(self.bytes) if closing.markup in spelling}
        self.free = spell((closing.free,))
        self.exits = spell(closing.exits)
        self.moves = spell(closing.moves)
        self.start = LLMatcher(self.tokens, grammar("answer"), log_level=0, limits=_limits())
        if self.start.is_error():
            raise ValueError(f"the grammar does not compile: {self.start.get_error()}")
        way = self.way_out(self.start) if self.free else None
        if way is None:
            raise ValueError("the tokenizer has no tokens for the single characters of DOT")
        self.shortest = way

    def _spelling(self, token: int) -> bytes:
        return b"" if self.tokens.is_special_token(token) else self.tokens.decode_bytes([token])

    def way_out(self, matcher: LLMatcher) -> list[int] | None:
        """One-byte tokens that complete the text of `matcher`; None when none are found."""
        matcher = matcher.deep_copy()
        way: list[int] = []
        while not matcher.is_accepting():
            step = self._next_move(matcher)
            if step is None or len(way) > _LONGEST_WAY or not matcher.consume_tokens(step):
                return None
            way += step
        return way

    def _next_move(self, matcher: LLMatcher) -> list[int] | None:
        [free] = self.free
        if matcher.validate_tokens(free):
            leaving = (e for e in self.exits if matcher.validate_tokens(e + free) == len(e))
            return next(leaving, free)
        return next((m for m in self.moves if matcher.validate_tokens(m) == len(m)), None)


def _described(backend: Any) -> str:
    """A tokenizer of the library's as JSON, its added words that are text no longer added ones.

    llguidance takes every added word in angle brackets for a special one, which no text holds;
    Gemma's `<tr>` and `</b>` are what a label with a table is written in.
    """
    text = backend.to_str()
    if not any(_is_tag(added) for added in backend.get_added_tokens_decoder().values()):
        return text
    described = json.loads(text)
    words = described["model"].get("vocab", ())
    described["added_tokens"] = [
        added
        for added in described["added_tokens"]
        if added["special"] or not TAG.fullmatch(added["content"]) or added["content"] not in words
    ]
    return json.dumps(described)


def _is_tag(added: Any) -> bool:
    return not added.special and TAG.fullmatch(added.content) is not None


@lru_cache(maxsize=4)
def vocabulary(tokenizer: Any) -> Vocabulary:
    """The tokenizer's vocabulary, made once (some seconds for 256,000 words)."""
    return Vocabulary(tokenizer)
