"""Constrained greedy decoding: a model can only write what a grammar derives, within its budget.

    guide = GrammarGuide(tokenizer, max_new_tokens, batch_size)
    while not all(guide.finished):
        tokens = guide.step(logits)      # (batch, vocabulary) -> (batch,), already consumed

Every row is one complete text of the grammar and the end-of-text token, in at most
`max_new_tokens` tokens. Three things make this so:

- llguidance says which tokens are legal. The model's best token nearly always is, which costs
  microseconds; only where it is not are the runners-up tried, then the whole vocabulary masked.
- Each row knows a way to the end of its text, written in one-byte tokens and checked by the
  grammar. A token is taken only if from behind it there is such a way that fits what is left of
  the budget; otherwise the row goes one step along the way it knows. Far from the end of the
  budget the way is not worked out: a byte of text makes it longer by a bounded number of bytes.
- A row that goes round in circles (see `circles`) goes along the way out from there on.

What is written is never taken on trust: should there be no way that fits after all (the grammar's
hints are wrong, or a matcher is at llguidance's limits), the row ends as the longest beginning of
its text from which there is one; see `GrammarGuide.final`.

This module knows tokens and bytes, and nothing of what they mean.
"""

from typing import Any

import numpy as np
import torch

from anecdot.grammar.vocabulary import Vocabulary, vocabulary

RUNNERS_UP = 16
"""So many of the next best tokens are tried before the vocabulary is masked."""

LOOK = 16
"""A row looks for circles whenever it has written a multiple of so many tokens."""

_LONGEST_PIECE, _TIMES, _LONG_ENOUGH = 24, 8, 48


def circles(written: list[int]) -> bool:
    """Whether a text goes round in circles.

    It does when it ends with one piece of at most 24 tokens, eight times in a row or more, which
    fill 48 tokens or more: no answer that means something does (`benchmarks/grammar_fuzz.py`).
    """
    for piece in range(1, _LONGEST_PIECE + 1):
        length = max(_LONG_ENOUGH, _TIMES * piece)
        if length > len(written):
            return False
        if (
            written[-1] == written[-1 - piece]
            and written[-length:-piece] == written[piece - length :]
        ):
            return True
    return False


class Row:
    """One text in the making. `left` counts the tokens of the budget still to be written."""

    def __init__(self, words: Vocabulary, budget: int) -> None:
        self.words = words
        self.written: list[int] = []
        self._begin()
        self.left = budget
        self.complete = False
        self.finished = False
        self.mended = False
        """Whether `written` is not what has been returned token by token; see `_mend`."""
        self._leaving = False
        self._look = LOOK
        self._costs = words.costs
        self._way: list[int] | None = words.shortest
        """The way out from here; None where it has not been worked out."""
        self._credit = budget - len(words.shortest) - 1
        """By so many tokens may the way out and what is written grow before it is worked out."""

    def _begin(self) -> bool:
        """Have a matcher behind what is written. An illegal token ends the use of a matcher.

        False if it cannot be had, since llguidance's limits are in the way.
        """
        self.matcher = self.words.start.deep_copy()
        # Looked up once: they are called for every token of every row.
        self._consume, self._accepting = self.matcher.consume_token, self.matcher.is_accepting
        return self.matcher.consume_tokens(self.written)

    def legal(self, token: int) -> bool:
        """Whether the grammar allows `token` here."""
        return token < self.words.size and self.matcher.validate_tokens([token]) == 1

    def mask(self) -> np.ndarray | None:
        """(vocabulary,) bool: what the grammar allows here; None at llguidance's limits.

        There its matcher allows the end of the text, wherever it stands.
        """
        bits = np.frombuffer(self.matcher.compute_bitmask(), dtype=np.uint8)
        if self.matcher.is_error():
            self._begin()
            return None
        return np.unpackbits(bits, bitorder="little")[: self.words.size].astype(bool)

    def take_all(self, tokens: list[int]) -> bool:
        """Write `tokens` at once, which is faster than one by one; False if anything may hinder."""
        words, length = self.words, len(self.written) + len(tokens)
        if self.complete or self._leaving or length > self._look:
            return False
        if words.end in tokens or max(tokens) >= words.size:
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
        if length == self._look:
            self._look_back()
        return True

    def take(self, token: int) -> int | None:
        """Write `token`, or, where the budget or circles do not allow it, a step of the way out.

        Returns the token written, which is the end-of-text token where no way is left; None for an
        illegal one: nothing has been written then.
        """
        if self._leaving:
            return self.step_out()
        if token >= self.words.size:
            return None
        if not self._consume(token):
            # To begin again is rare and cheaper than to ask before each token.
            return None if self._begin() else self._mend()
        if token in self.words.markup:
            self._costs = self.words.markup_costs
        self._credit -= self._costs[token]
        if self._credit >= 0:
            self._way = None
        elif not self._affordable():
            return self.step_out() if self.matcher.rollback(1) else self._mend()
        return self._write(token)

    def step_out(self) -> int:
        """Write and return the first token of the way out."""
        way = self.words.way_out(self.matcher) if self._way is None else self._way
        if not way or len(way) + 1 > self.left or not self._consume(way[0]):
            return self._mend()
        self._way = way[1:]
        self._credit = 0
        return self._write(way[0])

    def _write(self, token: int) -> int:
        self.written.append(token)
        self.left -= 1
        self.complete = self._accepting()
        if len(self.written) == self._look:
            self._look_back()
        return token

    def _look_back(self) -> None:
        self._look += LOOK
        self._leaving = self._leaving or circles(self.written)

    def _affordable(self) -> bool:
        """Whether, behind the token just consumed, a way to the end fits the budget; learn it."""
        way = self.words.way_out(self.matcher)
        if way is None or len(way) + 1 > self.left - 1:
            return False
        self._way = way
        self._credit = self.left - 1 - (len(way) + 1)
        return True

    def _mend(self) -> int:
        """End as the longest beginning of the text from which a way out is known, and that way.

        The whole budget allows at least the beginning of no tokens. Returns the end-of-text token.
        """
        written, budget = self.written, self.left + len(self.written)
        for length in range(len(written), -1, -1):
            self.written = written[:length]
            way = self.words.way_out(self.matcher) if self._begin() else None
            if way is not None and length + len(way) + 1 <= budget:
                break
        else:
            way = self.words.shortest
        self.written += way
        self.left = budget - len(self.written)
        self.mended = self.complete = True
        return self.end()

    def end(self) -> int:
        """Write the end-of-text token."""
        self.finished = True
        self.left -= 1
        return self.words.end


class GrammarGuide:
    """Greedy choice under the grammar for a batch of rows, all at their beginning.

    Raises ValueError when `max_new_tokens` is too small for the shortest text and its end.
    """

    def __init__(self, tokenizer: Any, max_new_tokens: int, batch_size: int) -> None:
        self.words, self.budget = vocabulary(tokenizer), max_new_tokens
        least = len(self.words.shortest) + 1
        if max_new_tokens < least:
            raise ValueError(f"max_new_tokens is {max_new_tokens}; a graph takes at least {least}")
        self.rows = [Row(self.words, max_new_tokens) for _ in range(batch_size)]

    @property
    def finished(self) -> list[bool]:
        """Per row: whether its end-of-text token has been written."""
        return [row.finished for row in self.rows]

    def final(self, at: int, output: list[int]) -> list[int]:
        """What row `at`, which is finished, has written in the end.

        Args:
            at: the row.
            output: what `follow` returned for it, all together.

        Returns:
            `output`; seldom an end of it is another, since no way out was left.
        """
        row = self.rows[at]
        return [*row.written, self.words.end] if row.mended else output

    def begin(self, at: int) -> None:
        """Let row `at` begin another text."""
        self.rows[at] = Row(self.words, self.budget)

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
                legal = self._legal(row, logits[step][at])
                chosen = None if legal is None else row.take(legal)
            if chosen is None:
                chosen = row.step_out()
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

    def _legal(self, row: Row, scores: torch.Tensor) -> int | None:
        """The best legal token, where the best of all is illegal; None where there is none.

        scores: (vocabulary,).
        """
        for token in scores.topk(min(RUNNERS_UP, len(scores))).indices.tolist():
            if row.legal(token):
                return token
        mask = row.mask()
        if mask is None or not mask[: len(scores)].any():
            return None
        allowed = torch.from_numpy(mask[: len(scores)]).to(scores.device)
        return int(scores[: len(allowed)].masked_fill(~allowed, -torch.inf).argmax())
