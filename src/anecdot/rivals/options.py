"""The options of a command that asks a rival."""

import argparse
import os

from anecdot.common.errors import UserError
from anecdot.rivals.answering import column
from anecdot.rivals.endpoint import Endpoint, Pace


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add them to a command's parser."""
    rival = parser.add_argument_group("a rival, behind an OpenAI-compatible API")
    rival.add_argument("--endpoint", metavar="URL", help="such as http://127.0.0.1:11434/v1")
    rival.add_argument("--model", help="its name there")
    rival.add_argument("--name", help="its column's name; by default follows from --model")
    rival.add_argument("--shots", type=int, default=0, help="training pairs shown to it")
    rival.add_argument("--parallel", type=int, default=4, help="questions at once")
    rival.add_argument("--rate", type=float, default=0, help="questions a minute; 0: any number")
    rival.add_argument("--max-tokens", type=int, help="instead of max_new_tokens of params.yaml")
    variable = "OPENAI_API_KEY"
    rival.add_argument("--key-env", default=variable, help=f"variable of its key: {variable}")


def endpoint_of(args: argparse.Namespace, max_tokens: int) -> Endpoint:
    """The endpoint that the options name; `args.name` and `args.max_tokens` are filled in.

    Raises:
        UserError: an option out of range, or what `Endpoint` raises.
    """
    args.max_tokens = max_tokens if args.max_tokens is None else args.max_tokens
    for option, least in (("shots", 0), ("rate", 0), ("parallel", 1), ("max_tokens", 1)):
        value = getattr(args, option)
        if not least <= value < float("inf"):
            name = option.replace("_", "-")
            raise UserError(f"--{name} must be {least} or more, not {value}; mend it")
    args.name = args.name or column(args.model, args.shots)
    key = os.environ.get(args.key_env, "") if args.key_env else ""
    return Endpoint(args.endpoint, args.model, key.strip(), args.max_tokens, Pace(args.rate))
