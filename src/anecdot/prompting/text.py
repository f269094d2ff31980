"""What a person gives, made plain: one rule for training, evaluating and generating."""

import re
import unicodedata

from anecdot.common.errors import UserError

# Signs without width: byte order mark, zero-width space, word joiner, soft hyphen, marks and
# embeddings of writing direction. The joiners of scripts and emoji (U+200C, U+200D) have a meaning.
INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
LINE_END = re.compile("\r\n?|\u2028|\u2029")
ODD_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
CONTROLS = (
    "NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI "
    "DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US"
).split()


def normalise(text: str, where: str) -> str:
    """The text with plain line ends and spaces, without invisible signs and outer blank lines.

    Args:
        text: as read from a file, an argument or standard input.
        where: begins the error: a file with its line, or the words for another place.

    Raises:
        UserError: naming the first control character or lone surrogate, and its line.
    """
    if not text.isascii():
        text = ODD_SPACE.sub(" ", INVISIBLE.sub("", text))
    text = LINE_END.sub("\n", text)
    if found := REFUSED.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise UserError(
            f"{where}: {_name(found[0])} in line {line} of the text; remove it or write a space"
        )
    return text.strip("\n").rstrip()


def _name(sign: str) -> str:
    code = ord(sign)
    if unicodedata.category(sign) == "Cs":
        return f"a lone surrogate (U+{code:04X}), which is half a character,"
    if code >= 0xFDD0:
        return f"U+{code:04X}, which is no character,"
    name = CONTROLS[code] if code < len(CONTROLS) else "DEL" if code == 0x7F else "C1"
    return f"the control character {name} (U+{code:04X})"
