"""Turn text or code into a DOT graph with the trained adapter.

    python src/generate.py "A door lock with states Locked and Unlocked ..."
    python src/generate.py - < description.txt
    python src/generate.py --svg lock.svg --constrained "..."
    python src/generate.py --input requests.jsonl --output graphs.jsonl

Prints DOT. Exit status 1, with the reason on standard error, when it is not valid DOT.
"""

import argparse
import sys
from pathlib import Path

from anecdot import cli, dot
from anecdot.errors import UserError
from anecdot.files import digest, read_jsonl, write_jsonl
from anecdot.params import read_params

ADAPTER = Path("models/adapter")


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
    if not args.base and not (args.adapter / "adapter_config.json").is_file():
        raise UserError(
            f"{args.adapter}: no adapter here; train one with `dvc repro`, get one with "
            "`dvc pull`, or use --base"
        )
    return answer_file(args) if args.input else answer_text(args)


def answer_text(args: argparse.Namespace) -> int:
    """Answer one text on standard output."""
    text = sys.stdin.read() if args.text == "-" else args.text
    if not text.strip():
        raise UserError("the text is empty; describe the graph to draw")
    [answer] = answers(args, [text])
    graph = dot.extract(answer) or answer
    print(graph)
    if problem := dot.check(graph):
        print(f"error: not valid DOT: {problem}; try --constrained", file=sys.stderr)
        return 1
    if args.svg:
        args.svg.write_text(dot.render_svg(graph), encoding="utf-8")
    if args.png:
        args.png.write_bytes(dot.render_png(graph))
    return 0


def answer_file(args: argparse.Namespace) -> int:
    """Answer each row of a file; continues where an interrupted run of it stopped."""
    rows = []
    for number, row in read_jsonl(args.input):
        if not isinstance(row.get("input_text"), str) or not row["input_text"].strip():
            raise UserError(f"{args.input}:{number}: lacks input_text; give every row one")
        rows.append(row)
    partial = args.output.with_name(f".{args.output.name}.{run_key(args)[:12]}.partial")
    graphs = answers(args, [row["input_text"] for row in rows], partial)
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
    return digest(args.input, args.base, args.constrained, args.max_new_tokens, *model)


def answers(args: argparse.Namespace, texts: list[str], log: Path | None = None) -> list[str]:
    """The model's answers; kept in `log` while it works, where one is given."""
    from tempfile import TemporaryDirectory

    from anecdot import model as models
    from anecdot.answers import answer_all

    params = read_params()
    model, tokenizer = models.load_tuned(params, None if args.base else args.adapter)
    with TemporaryDirectory() as folder:
        generations = answer_all(
            model, tokenizer, texts, args.max_new_tokens or params.max_new_tokens,
            params.eval_batch_size, args.constrained, log or Path(folder) / "log",
            stage="generate",
        )  # fmt: skip
    return [generation.text for generation in generations]


if __name__ == "__main__":
    cli.main(main)
