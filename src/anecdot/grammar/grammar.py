"""The grammar of DOT (`dot.lark`) for llguidance, a recogniser made of it, how to close a graph.

`accepts` says whether the grammar derives a whole text. `CLOSING` is what somebody who knows DOT
tries, in order, to end an unfinished text soon; `anecdot.grammar.guide` walks along it, asking the
grammar at every step, so that no hint can make a text invalid.
"""

import string
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from llguidance import LLMatcher, LLTokenizer, TokenizerWrapper

_FILE = Path(__file__).with_name("dot.lark")
_END = 256


@dataclass(frozen=True)
class Closing:
    """How to end a text of the grammar soon, from wherever it stands.

    free: a character that is legal only in running text: strings, comments, text of a label.
    exits: what ends running text; the first after which `free` is illegal is right. Where none is
        (behind a backslash, say), `free` itself is written first.
    moves: elsewhere, what to write: the first that is legal. Each is nearer to the end than what
        follows it, so that the walk cannot go round in circles.
    growth: at most so many bytes longer gets the way to the end by one byte of text ...
    markup_growth: ... and so many once `markup` has been written (from `<` to `<TABLE><TR>...`).
    """

    free: bytes
    exits: tuple[bytes, ...]
    moves: tuple[bytes, ...]
    growth: int
    markup: bytes
    markup_growth: int


# `=` before letters: `[x` needs `=`. `{` and `[` before letters: `subgraph `, `node `, `graph `.
# Letters complete keywords, tags and entities, and are the shortest id; `g` before `d` and `s`:
# `graph` is the shortest head. `/` closes `/` to a comment. Then the rest of a UTF-8 character,
# and what alone is legal behind a carriage return in a line comment.
CLOSING = Closing(
    free=b"$",
    exits=(b'"', b"\n", b"*/", b"'", b">", b"</"),
    moves=(
        *(b"}", b"]", b"/>", b">", b"=", b";", b"[", b"{"),
        *(letter.encode() for letter in "ag" + string.ascii_letters),
        *(b'"', b"'", b"1", b"2", b"3", b"0", b"-", b"</", b"<", b" ", b"/"),
        *(b"\x80", b"\x90", b"\xa0", b"\xb0", b"\n"),
    ),
    growth=6,
    markup=b"<",
    markup_growth=40,
)


def grammar(rule: str = "text") -> str:
    """The Lark grammar that starts at `rule`: `text` (a file) or `answer` (a graph alone)."""
    return f"start: {rule}\n{_FILE.read_text(encoding='utf-8')}"


def accepts(text: str, rule: str = "text") -> bool:
    """Whether the grammar derives the whole of `text`."""
    matcher = _matcher(rule).deep_copy()
    data = list(text.encode())
    return matcher.try_consume_tokens(data) == len(data) and matcher.is_accepting()


def accepted_prefix(text: str, rule: str = "text") -> str:
    """The longest beginning of `text` that some text of the grammar begins with."""
    data = text.encode()
    taken = _matcher(rule).deep_copy().try_consume_tokens(list(data))
    return data[:taken].decode(errors="ignore")


@cache
def _matcher(rule: str) -> LLMatcher:
    matcher = LLMatcher(byte_tokenizer(), grammar(rule))
    if matcher.is_error():
        raise RuntimeError(f"{_FILE.name}: {matcher.get_error()}")
    return matcher


@cache
def byte_tokenizer() -> LLTokenizer:
    """A vocabulary of the 256 bytes, in order, and an end token."""
    return LLTokenizer(TokenizerWrapper(_Bytes()), n_vocab=_END + 1)


class _Bytes:
    """What llguidance asks of a tokenizer."""

    eos_token_id = _END
    bos_token_id = None
    special_token_ids = (_END,)
    tokens = (*(bytes([byte]) for byte in range(256)), b"<end>")

    def __call__(self, text: str | bytes) -> list[int]:
        return list(text.encode() if isinstance(text, str) else text)
