"""Constrained greedy decoding: a model can only write what a grammar derives, within its budget.

    guide = GrammarGuide(tokenizer, max_new_tokens, batch_size)
    while not all(guide.finished):
        tokens = guide.step(logits)      # (batch, vocabulary) -> (batch,), already consumed

Every row is one complete text of the grammar and the end-of-text token, in at most
`max_new_tokens` tokens. Two things make this so:

- llguidance says which tokens are legal. The model's best token nearly always is, which costs
  microseconds; only where it is not are the runners-up tried, then the whole vocabulary masked.
- Each row knows a way to the end of its text, written in one-byte tokens and checked by the
  grammar. A token is taken only if from behind it there is such a way that fits what is left of
  the budget; otherwise the row goes one step along the way it knows. Far from the end of the
  budget the way is not worked out: a byte of text makes it longer by a bounded number of bytes.

This module knows tokens and bytes, and nothing of what they mean.
"""

from functools import lru_cache

import numpy as np
import torch
from llguidance import LLMatcher, LLParserLimits, LLTokenizer
from llguidance.hf import from_tokenizer
from transformers import PreTrainedTokenizerFast

from anecdot.dot.grammar import CLOSING, Closing, grammar

RUNNERS_UP = 16
"""So many of the next best tokens are tried before the vocabulary is masked."""

_LONGEST_WAY = 20_000


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

    def __init__(self, tokenizer: PreTrainedTokenizerFast, closing: Closing = CLOSING) -> None:
        if tokenizer.eos_token_id is None:
            raise ValueError("the tokenizer has no end-of-text token")
        self.tokens: LLTokenizer = from_tokenizer(tokenizer)
        self.size = self.tokens.vocab_size
        self.end: int = tokenizer.eos_token_id
        self.pad: int = self.end if tokenizer.pad_token_id is None else tokenizer.pad_token_id
        self.closing = closing
        self.bytes = [self._spelling(token) for token in range(self.size)]
        single = {
            spelling: token for token, spelling in enumerate(self.bytes) if len(spelling) == 1
        }

        def spell(texts: tuple[bytes, ...]) -> list[list[int]]:
            spelled = [[single.get(bytes([byte])) for byte in text] for text in texts]
            return [tokens for tokens in spelled if None not in tokens]

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


@lru_cache(maxsize=4)
def vocabulary(tokenizer: PreTrainedTokenizerFast) -> Vocabulary:
    """The tokenizer's vocabulary, made once (some seconds for 256,000 words)."""
    return Vocabulary(tokenizer)


class Row:
    """One text in the making. `left` counts the tokens of the budget still to be written."""

    def __init__(self, words: Vocabulary, budget: int) -> None:
        self.words = words
        self.matcher = words.start.deep_copy()
        self.written: list[int] = []
        self.left = budget
        self.complete = False
        self.finished = False
        self._growth = words.closing.growth
        self._way: list[int] | None = words.shortest
        """The way out from here; None where it has not been worked out."""
        self._credit = budget - len(words.shortest) - 1
        """By so many tokens may the way out and what is written grow before it is worked out."""

    def legal(self, token: int) -> bool:
        """Whether the grammar allows `token` here."""
        return token < self.words.size and self.matcher.validate_tokens([token]) == 1

    def mask(self) -> np.ndarray:
        """(vocabulary,) bool: what the grammar allows here."""
        bits = np.frombuffer(self.matcher.compute_bitmask(), dtype=np.uint8)
        return np.unpackbits(bits, bitorder="little")[: self.words.size].astype(bool)

    def take(self, token: int) -> int | None:
        """Write `token`, or, where the budget does not allow it, a step of the way out.

        Returns the token written; None for an illegal one: nothing has been written then.
        """
        if token >= self.words.size:
            return None
        if not self.matcher.consume_token(token):
            # To begin again is rare and cheaper than to ask before each token.
            self.matcher = self.words.start.deep_copy()
            self.matcher.consume_tokens(self.written)
            return None
        spelling = self.words.bytes[token]
        if self.words.closing.markup in spelling:
            self._growth = self.words.closing.markup_growth
        self._credit -= 1 + self._growth * len(spelling)
        if self._credit >= 0:
            self._way = None
        elif not self._affordable():
            self.matcher.rollback(1)
            token = self._step_out()
        self.written.append(token)
        self.left -= 1
        self.complete = self.matcher.is_accepting()
        return token

    def _affordable(self) -> bool:
        """Whether, behind the token just consumed, a way to the end fits the budget; learn it."""
        way = self.words.way_out(self.matcher)
        if way is None or len(way) + 1 > self.left - 1:
            return False
        self._way = way
        self._credit = self.left - 1 - (len(way) + 1)
        return True

    def _step_out(self) -> int:
        """Take and return the first token of the way out."""
        way = self.words.way_out(self.matcher) if self._way is None else self._way
        if not way or len(way) + 1 > self.left:
            raise RuntimeError("no way out fits the budget: the closing hints are wrong")
        self._way = way[1:]
        self._credit = 0
        if not self.matcher.consume_token(way[0]):
            raise RuntimeError(f"the grammar's matcher failed: {self.matcher.get_error()}")
        return way[0]

    def end(self) -> int:
        """Write the end-of-text token."""
        self.finished = True
        self.left -= 1
        return self.words.end


class GrammarGuide:
    """Greedy choice under the grammar for a batch of rows, all at their beginning.

    Raises ValueError when `max_new_tokens` is too small for the shortest text and its end.
    """

    def __init__(
        self, tokenizer: PreTrainedTokenizerFast, max_new_tokens: int, batch_size: int
    ) -> None:
        self.words = vocabulary(tokenizer)
        least = len(self.words.shortest) + 1
        if max_new_tokens < least:
            raise ValueError(f"max_new_tokens is {max_new_tokens}; a graph takes at least {least}")
        self.rows = [Row(self.words, max_new_tokens) for _ in range(batch_size)]

    @property
    def finished(self) -> list[bool]:
        """Per row: whether its end-of-text token has been written."""
        return [row.finished for row in self.rows]

    def select(self, rows: list[int]) -> None:
        """Go on with these rows alone: the others have left the batch."""
        self.rows = [self.rows[row] for row in rows]

    def step(self, logits: torch.Tensor) -> torch.Tensor:
        """The next token of each row, consumed.

        logits: (batch, vocabulary), on any device. Returns (batch,) int64 on the same device.
        """
        return torch.tensor(self.choose(logits.argmax(-1).tolist(), logits), device=logits.device)

    def choose(self, best: list[int], logits: torch.Tensor) -> list[int]:
        """The next token of each row, consumed: `best`, the token of the highest logit, if legal.

        Else the best legal token, a token towards the end where the budget asks for it, the
        end-of-text token behind a complete text, and padding for finished rows. `logits` are not
        looked at where all of `best` are legal.
        """
        chosen: list[int | None] = [
            self.words.pad if row.finished else row.end() if row.complete else row.take(token)
            for row, token in zip(self.rows, best, strict=True)
        ]
        illegal = [i for i, token in enumerate(chosen) if token is None]
        for i, token in zip(illegal, self._legal(logits, illegal), strict=True):
            chosen[i] = self.rows[i].take(token)
        return chosen

    def _legal(self, logits: torch.Tensor, rows: list[int]) -> list[int]:
        """The best legal token of each of `rows`, whose best token of all is illegal."""
        if not rows:
            return []
        scores = logits[rows]
        runners_up = scores.topk(min(RUNNERS_UP, scores.shape[1]), dim=-1).indices.tolist()
        found = [
            next((token for token in tokens if self.rows[i].legal(token)), None)
            for i, tokens in zip(rows, runners_up, strict=True)
        ]
        hard = [position for position, token in enumerate(found) if token is None]
        if hard:
            allowed = np.zeros((len(hard), scores.shape[1]), dtype=bool)
            for line, position in enumerate(hard):
                mask = self.rows[rows[position]].mask()[: scores.shape[1]]
                allowed[line, : len(mask)] = mask
            barred = torch.from_numpy(~allowed).to(scores.device)
            best = scores[hard].masked_fill(barred, -torch.inf).argmax(dim=-1).tolist()
            for position, token in zip(hard, best, strict=True):
                found[position] = token
        return found
