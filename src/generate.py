"""Turn text or code into a DOT graph with the trained adapter.

    python src/generate.py "A door lock with states Locked and Unlocked ..."
    python src/generate.py - < description.txt
    python src/generate.py --svg lock.svg --constrained "..."
    python src/generate.py --input requests.jsonl --output graphs.jsonl

Prints DOT. Exit status 1, with the reason on standard error, when it is not valid DOT.
"""

import argparse
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

from anecdot import dot
from anecdot.common import command
from anecdot.common.errors import UserError
from anecdot.common.files import digest, write_jsonl
from anecdot.common.params import read_params
from anecdot.model import released
from anecdot.pairs.reading import read_requests
from anecdot.prompting.prompt import do_not_fit, user_text
from anecdot.prompting.text import normalise

LEAST_TOKENS = 16  # as for max_new_tokens in params.yaml


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("text", nargs="?", help="what to draw; - reads standard input")
    parser.add_argument("--input", type=named, help="JSON Lines file with input_text in each row")
    parser.add_argument(
        "--output", type=named, help="where its rows go, with output_dot, valid, message"
    )
    parser.add_argument("--svg", type=named, help="draw the graph into this file")
    parser.add_argument("--png", type=named, help="draw the graph into this file")
    parser.add_argument("--base", action="store_true", help="use the untouched base model")
    parser.add_argument("--adapter", type=Path, help=released.DEFAULT)
    parser.add_argument("--constrained", action="store_true", help="only valid DOT can come out")
    parser.add_argument("--max-new-tokens", type=int, help="default: max_new_tokens of params.yaml")
    args = parser.parse_args()
    if bool(args.text) == bool(args.input) or bool(args.input) != bool(args.output):
        parser.error("give a text (or -), or both --input and --output")
    if args.input and (args.svg or args.png):
        parser.error("--svg and --png draw the graph of one text")
    if args.svg and args.svg == args.png:
        parser.error("--svg and --png name one file")
    if args.max_new_tokens is not None and args.max_new_tokens < LEAST_TOKENS:
        parser.error(f"--max-new-tokens must be {LEAST_TOKENS} or more")
    check_paths(args)
    args.params = read_params()
    if not args.base:
        args.adapter, args.params = released.choose(args.adapter, args.params)
    return answer_file(args) if args.input else answer_text(args)


def named(text: str) -> Path:
    """The path of a file on the command line."""
    if not text:
        raise argparse.ArgumentTypeError("names no file")
    return Path(text)


def check_paths(args: argparse.Namespace) -> None:
    """Refuse what cannot be read or written, before anything is loaded."""
    for path in filter(None, (args.output, args.svg, args.png)):
        if path.is_dir():
            raise UserError(f"{path}: is a folder; name a file")
        path.parent.mkdir(parents=True, exist_ok=True)
        if not os.access(path.parent, os.W_OK):
            raise UserError(f"{path.parent}: cannot be written; name a file in another folder")
    if args.input and args.input.resolve() == args.output.resolve():
        raise UserError(f"{args.output}: is the --input itself; name another file for --output")


def answer_text(args: argparse.Namespace) -> int:
    """Answer one text on standard output."""
    where = "standard input" if args.text == "-" else "the text"
    text = normalise(read_stdin() if args.text == "-" else args.text, where)
    if not text.strip():
        raise UserError(f"{where} is empty; describe the graph to draw")
    [answer] = answers(args, [text], [where])
    graph = dot.extract(answer) or answer
    print(graph)
    if problem := dot.check(graph):
        print(f"error: not valid DOT: {problem}; try --constrained", file=sys.stderr)
        return 1
    try:
        if args.svg:
            write_whole(args.svg, dot.render_svg(graph).encode())
        if args.png:
            write_whole(args.png, dot.render_png(graph))
    except dot.RenderError as error:
        print(f"error: valid DOT that Graphviz does not draw: {error}", file=sys.stderr)
        return 1
    return 0


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that takes its name only once all of it is written."""
    if path.exists() and not path.is_file():  # /dev/stdout: nothing to replace
        path.write_bytes(content)
        return
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def read_stdin() -> str:
    """The text on standard input."""
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise UserError(
            f"standard input: not UTF-8 (byte {error.start}); convert the text"
        ) from None


def answer_file(args: argparse.Namespace) -> int:
    """Answer each row of a file; continues where an interrupted run of it stopped."""
    found = read_rows(args.input)
    lines, rows = [f"{args.input}:{line}" for line, _ in found], [row for _, row in found]
    if not rows:
        raise UserError(f"{args.input}: holds no rows; give it one with input_text for each graph")
    partial = args.output.with_name(f".{args.output.name}.{run_key(args, rows)[:12]}.partial")
    graphs = answers(args, [user_text(row) for row in rows], lines, partial)
    invalid = 0
    for row, answer in zip(rows, graphs, strict=True):
        graph = dot.extract(answer) or answer
        problem = dot.check(graph)
        row |= {"output_dot": graph, "valid": problem is None, "message": problem or ""}
        invalid += problem is not None
    write_jsonl(args.output, rows)
    partial.unlink()
    print(f"{len(rows) - invalid} of {len(rows)} valid: {args.output}", file=sys.stderr)
    return 0


def read_rows(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """Lines and rows of a file, or of a pipe, which can be read but once."""
    if not path.exists():
        raise UserError(f"{path}: no such file; check the path")
    if path.is_file() or path.is_dir():
        return list(read_requests(path))
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        copy = Path(folder) / "input.jsonl"
        copy.write_bytes(path.read_bytes())
        try:
            return list(read_requests(copy))
        except UserError as error:
            raise UserError(str(error).replace(str(copy), str(path))) from None


def run_key(args: argparse.Namespace, rows: list[dict[str, Any]]) -> str:
    """Names the partial file: what an interrupted run must share to be continued."""
    params = args.params
    base = Path(params.model_name)
    folders = [*([base] if base.is_dir() else []), *([] if args.base else [args.adapter])]
    return digest(
        rows, args.base, args.constrained, args.max_new_tokens, params.as_dict(), *folders
    )


def answers(
    args: argparse.Namespace, texts: list[str], places: list[str], log: Path | None = None
) -> list[str]:
    """The model's answers to `texts`, which stand at `places`; `log` keeps them meanwhile."""
    print("loading ...", file=sys.stderr, flush=True)
    from tempfile import TemporaryDirectory

    from anecdot.model import light

    params = args.params
    tokens = args.max_new_tokens or params.max_new_tokens
    tokenizer, config = light.tokenizer_of(params), light.config_of(params)
    if tokenizer is None:
        from anecdot.model.base import load_config, tokenizer_of

        tokenizer, config = tokenizer_of(params), load_config(params).get_text_config().to_dict()
    room = config.get("max_position_embeddings") or sys.maxsize
    rows = [{"input_text": text} for text in texts]
    if long := do_not_fit(tokenizer, rows, tokens, room):
        raise UserError(
            "\n".join(
                f"{places[index]}: with {tokens} tokens for the answer it needs {needed}, more "
                f"than the {room} that the model reads; shorten it, or lower --max-new-tokens"
                for index, needed in long.items()
            )
        )
    adapter = None if args.base else args.adapter
    model = light.load(params, adapter)
    if model is None:
        from anecdot.model.adapter import load_tuned

        model, tokenizer = load_tuned(params, adapter)
    guide = None
    if args.constrained:
        from anecdot.grammar.guide import GrammarGuide

        guide = partial(GrammarGuide, tokenizer, tokens)
    from anecdot.model.answers import answer_all

    with TemporaryDirectory() as folder:
        generations = answer_all(
            model, tokenizer, texts, tokens, params.eval_batch_size, guide,
            log or Path(folder) / "log", stage="generate",
        )  # fmt: skip
    return [generation.text for generation in generations]


if __name__ == "__main__":
    command.run(main)
