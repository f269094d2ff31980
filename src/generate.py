"""Turn text or code into a DOT graph with the trained adapter.

    python src/generate.py "A door lock with states Locked and Unlocked ..."
    python src/generate.py - < description.txt
    python src/generate.py --svg lock.svg --constrained "..."
    python src/generate.py --input requests.jsonl --output graphs.jsonl

Prints DOT. Exit status 1, with the reason on standard error, when it is not valid DOT.
"""

import argparse
import sys
from functools import partial
from pathlib import Path

from anecdot import dot
from anecdot.common import command
from anecdot.common.errors import UserError
from anecdot.common.files import digest, read_jsonl, write_jsonl
from anecdot.common.params import read_params
from anecdot.prompting.prompt import encode_prompt, user_text

ADAPTER = Path("models/adapter")
LEAST_TOKENS = 16  # as for max_new_tokens in params.yaml


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("text", nargs="?", help="what to draw; - reads standard input")
    parser.add_argument("--input", type=Path, help="JSON Lines file with input_text in each row")
    parser.add_argument(
        "--output", type=Path, help="where its rows go, with output_dot, valid, message"
    )
    parser.add_argument("--svg", type=Path, help="draw the graph into this file")
    parser.add_argument("--png", type=Path, help="draw the graph into this file")
    parser.add_argument("--base", action="store_true", help="use the untouched base model")
    parser.add_argument("--adapter", type=Path, default=ADAPTER, help=f"default: {ADAPTER}")
    parser.add_argument("--constrained", action="store_true", help="only valid DOT can come out")
    parser.add_argument("--max-new-tokens", type=int, help="default: max_new_tokens of params.yaml")
    args = parser.parse_args()
    if bool(args.text) == bool(args.input) or bool(args.input) != bool(args.output):
        parser.error("give a text (or -), or both --input and --output")
    if args.input and (args.svg or args.png):
        parser.error("--svg and --png draw the graph of one text")
    if args.max_new_tokens is not None and args.max_new_tokens < LEAST_TOKENS:
        parser.error(f"--max-new-tokens must be {LEAST_TOKENS} or more")
    for path in filter(None, (args.output, args.svg, args.png)):
        if path.is_dir():
            raise UserError(f"{path}: is a folder; name a file")
        path.parent.mkdir(parents=True, exist_ok=True)
    if not args.base and not (args.adapter / "adapter_config.json").is_file():
        raise UserError(
            f"{args.adapter}: no adapter here; train one with `dvc repro`, bring the last one back "
            "with `dvc checkout`, get a pushed one with `dvc pull`, or use --base"
        )
    return answer_file(args) if args.input else answer_text(args)


def answer_text(args: argparse.Namespace) -> int:
    """Answer one text on standard output."""
    text = read_stdin() if args.text == "-" else args.text
    if not text.strip():
        raise UserError("the text is empty; describe the graph to draw")
    [answer] = answers(args, [text])
    graph = dot.extract(answer) or answer
    print(graph)
    if problem := dot.check(graph):
        print(f"error: not valid DOT: {problem}; try --constrained", file=sys.stderr)
        return 1
    try:
        if args.svg:
            args.svg.write_text(dot.render_svg(graph), encoding="utf-8")
        if args.png:
            args.png.write_bytes(dot.render_png(graph))
    except dot.RenderError as error:
        print(f"error: valid DOT that Graphviz does not draw: {error}", file=sys.stderr)
        return 1
    return 0


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
    rows = []
    for number, row in read_jsonl(args.input):
        if not isinstance(row.get("input_text"), str) or not row["input_text"].strip():
            raise UserError(f"{args.input}:{number}: lacks input_text; give every row one")
        rows.append(row)
    partial = args.output.with_name(f".{args.output.name}.{run_key(args)[:12]}.partial")
    graphs = answers(args, [user_text(row) for row in rows], partial)
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


def run_key(args: argparse.Namespace) -> str:
    """Names the partial file: what an interrupted run must share to be continued."""
    model = [] if args.base else [args.adapter]
    params = read_params().as_dict()
    return digest(args.input, args.base, args.constrained, args.max_new_tokens, params, *model)


def answers(args: argparse.Namespace, texts: list[str], log: Path | None = None) -> list[str]:
    """The model's answers; kept in `log` while it works, where one is given."""
    from tempfile import TemporaryDirectory

    from anecdot.grammar.guide import GrammarGuide
    from anecdot.model.adapter import load_tuned
    from anecdot.model.answers import answer_all

    params = read_params()
    tokens = args.max_new_tokens or params.max_new_tokens
    model, tokenizer = load_tuned(params, None if args.base else args.adapter)
    config = model.config.get_text_config()
    room = getattr(config, "max_position_embeddings", None) or sys.maxsize
    for number, text in enumerate(texts, 1):
        if (length := len(encode_prompt(tokenizer, text))) + tokens > room:
            raise UserError(
                f"text {number} has {length} tokens; with {tokens} for the answer it is longer "
                f"than the {room} that the model reads; shorten it, or lower --max-new-tokens"
            )
    guide = partial(GrammarGuide, tokenizer, tokens) if args.constrained else None
    with TemporaryDirectory() as folder:
        generations = answer_all(
            model, tokenizer, texts, tokens, params.eval_batch_size, guide,
            log or Path(folder) / "log", stage="generate",
        )  # fmt: skip
    return [generation.text for generation in generations]


if __name__ == "__main__":
    command.run(main)
