"""Documents -> rows of token ids for the trainer, written by many processes at once.

A row holds whole documents, each followed by the end-of-text token, and begins with one; only its
last few tokens may be the beginning of another. Every token carries the weight of its loss, in
percent.
"""

import multiprocessing
import os
import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from queue import Empty
from typing import Any

import numpy as np

from synthesis.document import Document
from synthesis.stream import documents

BLOCK_ROWS = 64
"""Rows that a process hands over at once."""


@dataclass(eq=False)
class Encoded:
    """One document as tokens: ids and loss weights (percent), both [length], end-of-text last."""

    form: str
    ids: list[int]
    weights: list[int]


def encode(tokenizer: Any, documents: Iterable[Document]) -> list[Encoded]:
    """Tokenise documents segment by segment, as a prompt and its answer are tokenised later.

    Args:
        tokenizer: a `tokenizers.Tokenizer` whose id 0 is the end-of-text token.
        documents: what to tokenise; the end-of-text token takes the last segment's weight.
    """
    documents = list(documents)
    texts = [text for document in documents for text, _ in document.segments]
    pieces = iter(tokenizer.encode_batch_fast(texts, add_special_tokens=False))
    encoded = []
    for document in documents:
        ids: list[int] = []
        weights: list[int] = []
        for (_, weight), piece in zip(document.segments, pieces, strict=False):
            ids += piece.ids
            weights += [round(100 * weight)] * (len(ids) - len(weights))
        encoded.append(Encoded(document.form, [*ids, 0], [*weights, weights[-1]]))
    return encoded


def pack(
    encoded: Iterable[Encoded], length: int, waiting: int = 48
) -> Iterator[tuple[list[int], list[int]]]:
    """Rows (ids, weights) of exactly `length` tokens, each beginning with a document.

    Where the next document does not fit, the longest of those `waiting` that does goes in; what
    room is left is filled with the beginning of one that comes later in full.
    """
    encoded = iter(encoded)
    line = list(islice(encoded, waiting))
    while True:
        ids: list[int] = []
        weights: list[int] = []
        while len(ids) < length:
            room = length - len(ids)
            chosen = line[0]
            if len(chosen.ids) > room and ids:
                fitting = [one for one in line if len(one.ids) <= room]
                if not fitting:
                    ids += chosen.ids[:room]
                    weights += chosen.weights[:room]
                    break
                chosen = max(fitting, key=lambda one: len(one.ids))
            line.remove(chosen)
            line += islice(encoded, 1)
            if not line:
                return
            ids += chosen.ids[:room]
            weights += chosen.weights[:room]
        yield ids, weights


def _encoded_stream(tokenizer: Any, seed: str, batch: int = 256) -> Iterator[Encoded]:
    stream = documents(seed)
    while True:
        yield from encode(tokenizer, (next(stream) for _ in range(batch)))


def _work(queue: Any, tokenizer_file: str, seed: str, length: int) -> None:
    """One process: fill blocks of rows for ever (it is ended from outside)."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    from tokenizers import Tokenizer

    rows = pack(_encoded_stream(Tokenizer.from_file(tokenizer_file), seed), length)
    while True:
        block = [next(rows) for _ in range(BLOCK_ROWS)]
        ids = np.array([row[0] for row in block], np.int16)
        weights = np.array([row[1] for row in block], np.uint8)
        queue.put((ids.tobytes(), weights.tobytes()))


class Rows:
    """Rows from `workers` processes; rows are seen again when the trainer is faster.

    Args:
        tokenizer_file: a `tokenizer.json`.
        seed: of this stream; each process derives its own.
        length: tokens a row.
        workers: number of processes.
        capacity: rows kept to draw from again.
        reuse: how often a row may be drawn; then the trainer waits for the generator.
    """

    def __init__(
        self, tokenizer_file: str, seed: str, length: int, workers: int, capacity: int, reuse: int
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._queue = context.Queue(maxsize=4 * workers)
        self._length, self._reuse = length, reuse
        self._ids = np.zeros((capacity, length), np.int16)
        self._weights = np.zeros((capacity, length), np.uint8)
        self._uses = np.full(capacity, reuse, np.int16)
        self._next = 0
        self._random = np.random.default_rng(random.Random(seed).getrandbits(64))
        self.fresh = self.drawn = 0
        self._workers = [
            context.Process(
                target=_work,
                args=(self._queue, tokenizer_file, f"{seed}/{number}", length),
                daemon=True,
            )
            for number in range(workers)
        ]
        for worker in self._workers:
            worker.start()

    def batch(self, rows: int) -> tuple[np.ndarray, np.ndarray]:
        """(ids int16, weights uint8), both [rows, length]: unseen rows first, then seen ones."""
        unseen = self._receive(rows)
        while True:
            old = np.flatnonzero((self._uses > 0) & (self._uses < self._reuse))
            if len(unseen) + len(old) >= rows:
                break
            self._alive()
            time.sleep(0.002)
            unseen = self._receive(rows)
        taken = unseen[:rows]
        if len(taken) < rows:
            seen = self._random.choice(old, rows - len(taken), replace=False)
            taken = np.concatenate([taken, seen])
        self.fresh += int((self._uses[taken] == 0).sum())
        self.drawn += rows
        self._uses[taken] += 1
        return self._ids[taken], self._weights[taken]

    def _receive(self, rows: int) -> np.ndarray:
        """Take waiting blocks until `rows` unseen rows are there; indices of the unseen rows."""
        while True:
            unseen = np.flatnonzero(self._uses == 0)
            if len(unseen) >= rows:
                return unseen
            try:
                ids, weights = self._queue.get_nowait()
            except Empty:
                return unseen
            # The oldest rows make room; they have been seen, since unseen ones are drawn first.
            place = np.arange(self._next, self._next + BLOCK_ROWS) % len(self._uses)
            self._ids[place] = np.frombuffer(ids, np.int16).reshape(BLOCK_ROWS, -1)
            self._weights[place] = np.frombuffer(weights, np.uint8).reshape(BLOCK_ROWS, -1)
            self._uses[place] = 0
            self._next = (self._next + BLOCK_ROWS) % len(self._uses)

    def _alive(self) -> None:
        """Raise if a process has died: the trainer would wait for ever."""
        for worker in self._workers:
            if worker.exitcode is not None:
                raise RuntimeError(
                    f"a process that writes rows ended with status {worker.exitcode}"
                )

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            worker.join()
        self._queue.close()
        self._queue.cancel_join_thread()
