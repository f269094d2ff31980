"""Finding the graph in what a model wrote: prose around it, Markdown fences, text after it."""

import re

from anecdot.dot.tokens import NAME, NUMBER, STRING, graph_end, tokenize

# White space and comments before the brace. Possessive and bounded, so that no text takes long.
_SPACE = r"(?:[ \t\r\n]+|(?://|\#)[^\n]{0,200}\n|/\*.{0,200}?\*/)"
_GAP = rf"{_SPACE}*+"
_ID = rf"(?:{_SPACE}++(?:{NAME}|{NUMBER})|{_GAP}{STRING}|{_GAP}<[^<>]*>)"
_HEADER = re.compile(
    rf"(?<![\w\"'])(?:strict{_SPACE}++)?(?:di)?graph{_ID}?{_GAP}\{{", re.IGNORECASE | re.DOTALL
)
# A graph whose opening brace is missing still is one (a wrong one): the keyword begins a line,
# and an edge or a statement end follows it.
_BRACELESS = re.compile(
    r"^[ \t]*(?:strict\s+)?(?:di)?graph\b(?=.{0,1000}?(?:->|--|[;}]))",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_FENCE = re.compile(r"\n[ \t]*(?:```|~~~)")


def extract(text: str) -> str | None:
    """The first graph in `text`, from its keyword to the brace that closes it; None without one.

    Where the brace is missing, the graph reaches to the closing fence or to the end of the text:
    it is then for `check` to say what is wrong.
    """
    header = _HEADER.search(text) or _BRACELESS.search(text)
    if header is None:
        return None
    start = header.start() + len(header[0]) - len(header[0].lstrip())
    tokens = tokenize(text, start)
    # Outside a string, three backticks can only be the fence that ends the code block.
    fence = next((t.start for t in tokens if text.startswith(("```", "~~~"), t.start)), None)
    end = graph_end(tokens)
    if end is not None and (fence is None or tokens[end - 1].end <= fence):
        return text[start : tokens[end - 1].end]
    if fence is None and (match := _FENCE.search(text, start)):  # inside a string left open
        fence = match.start()
    return text[start:fence].rstrip()
