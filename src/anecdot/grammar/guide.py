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

from anecdot.grammar.grammar import CLOSING, Closing, grammar

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


@lru_cache(maxsize=4)
def vocabulary(tokenizer: PreTrainedTokenizerFast) -> Vocabulary:
    """The tokenizer's vocabulary, made once (some seconds for 256,000 words)."""
    return Vocabulary(tokenizer)


class Row:
    """One text in the making. `left` counts the tokens of the budget still to be written."""

    def __init__(self, words: Vocabulary, budget: int) -> None:
        self.words = words
        self.written: list[int] = []
        self._begin()
        self.left = budget
        self.complete = False
        self.finished = False
        self._costs = words.costs
        self._way: list[int] | None = words.shortest
        """The way out from here; None where it has not been worked out."""
        self._credit = budget - len(words.shortest) - 1
        """By so many tokens may the way out and what is written grow before it is worked out."""

    def _begin(self) -> None:
        """Have a matcher behind what is written. An illegal token ends the use of a matcher."""
        self.matcher = self.words.start.deep_copy()
        self.matcher.consume_tokens(self.written)
        # Looked up once: they are called for every token of every row.
        self._consume, self._accepting = self.matcher.consume_token, self.matcher.is_accepting

    def legal(self, token: int) -> bool:
        """Whether the grammar allows `token` here."""
        return token < self.words.size and self.matcher.validate_tokens([token]) == 1

    def mask(self) -> np.ndarray:
        """(vocabulary,) bool: what the grammar allows here."""
        bits = np.frombuffer(self.matcher.compute_bitmask(), dtype=np.uint8)
        return np.unpackbits(bits, bitorder="little")[: self.words.size].astype(bool)

    def take_all(self, tokens: list[int]) -> bool:
        """Write `tokens` at once, which is faster than one by one; False if anything may hinder."""
        words = self.words
        if self.complete or words.end in tokens or max(tokens) >= words.size:
            return False
        credit = self._credit - sum(self._costs[token] for token in tokens)
        if credit < 0 or not words.markup.isdisjoint(tokens):
            return False
        if not self.matcher.consume_tokens(tokens):
            self._begin()
            return False
        self.written += tokens
        self.left -= len(tokens)
        self._credit, self._way = credit, None
        self.complete = self._accepting()
        return True

    def take(self, token: int) -> int | None:
        """Write `token`, or, where the budget does not allow it, a step of the way out.

        Returns the token written; None for an illegal one: nothing has been written then.
        """
        if token >= self.words.size:
            return None
        if not self._consume(token):
            # To begin again is rare and cheaper than to ask before each token.
            self._begin()
            return None
        if token in self.words.markup:
            self._costs = self.words.markup_costs
        self._credit -= self._costs[token]
        if self._credit >= 0:
            self._way = None
        elif not self._affordable():
            self.matcher.rollback(1)
            token = self._step_out()
        self.written.append(token)
        self.left -= 1
        self.complete = self._accepting()
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

    def follow(self, at: int, wished: list[int], logits: list[torch.Tensor]) -> list[int]:
        """Let row `at` write `wished`, one token or more, as far as it may.

        Where it may not, one other token takes the place of the next: the best legal one, one
        towards the end where the budget asks for it, or the end-of-text token behind a complete
        text.

        Args:
            at: a row that is not finished.
            wished: the token of the highest logit in each step.
            logits: (batch, vocabulary) of each step, on any device; not looked at for legal wishes.

        Returns:
            What was written.
        """
        row, taken = self.rows[at], []
        if len(wished) > 1 and row.take_all(wished):
            return wished
        for step, token in enumerate(wished):
            chosen = row.end() if row.complete else row.take(token)
            if chosen is None:
                chosen = row.take(self._legal(row, logits[step][at]))
            taken.append(chosen)
            if row.finished or chosen != token:
                break
        return taken

    def step(self, logits: torch.Tensor) -> torch.Tensor:
        """The next token of each row, consumed.

        logits: (batch, vocabulary), on any device. Returns (batch,) int64 on the same device; for
        finished rows it is padding.
        """
        chosen = [
            self.words.pad if row.finished else self.follow(at, [token], [logits])[0]
            for at, (row, token) in enumerate(
                zip(self.rows, logits.argmax(-1).tolist(), strict=True)
            )
        ]
        return torch.tensor(chosen, device=logits.device)

    def _legal(self, row: Row, scores: torch.Tensor) -> int:
        """The best legal token, where the best of all is illegal; scores: (vocabulary,)."""
        for token in scores.topk(min(RUNNERS_UP, len(scores))).indices.tolist():
            if row.legal(token):
                return token
        allowed = torch.from_numpy(row.mask()[: len(scores)]).to(scores.device)
        return int(scores[: len(allowed)].masked_fill(~allowed, -torch.inf).argmax())
