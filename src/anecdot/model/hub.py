"""Which base model exactly: found on the hub or in a folder, and written down so that it stays.

A hub model's branch moves and a folder's files can be changed, so a small record says what was
used: the hub's commit, the sha256 of weights and tokenizer, the licence. Needs no torch.
"""

import fnmatch
import hashlib
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from yaml import YAMLError

from anecdot.common.errors import UserError
from anecdot.common.files import open_text, write_json
from anecdot.common.params import Params
from anecdot.common.yaml_file import read_value

RECORD = Path("models/base.json")  # the record of this project's base
HASHES = Path(".checkpoints/hashes.json")  # known sha256 by path, size and time

WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
# What decides what a model computes and how it is prompted.
DECISIVE = (
    "config.json", "generation_config.json", "tokenizer*", "vocab*", "merges.txt", "*.model",
    "added_tokens.json", "special_tokens_map.json", "*.jinja",
)  # fmt: skip
FETCHED = (*DECISIVE, "model*.safetensors", INDEX, "README.md", "LICENSE*")

# Licences that let an adapter made from the base be passed on under MIT.
FREE = ("mit", "apache-2.0", "bsd", "bsd-2-clause", "bsd-3-clause", "isc", "cc0-1.0", "unlicense")
LICENCE_TEXTS = {
    "mit": "MIT License",
    "apache-2.0": "Apache License",
    "gemma": "Gemma Terms of Use",
}

Record = dict[str, Any]


def read_record(path: Path = RECORD) -> Record:
    """The record written last; {} where there is none that can be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def resolved_revision(params: Params, path: Path = RECORD) -> str:
    """The commit that the record pins for `params`' model; what `params` say where it has none."""
    record = read_record(path)
    revision = getattr(params, "model_revision", record.get("model_revision"))
    asked = {"model_name": params.model_name, "model_revision": revision}
    if asked.items() <= record.items():
        return record.get("commit") or revision or "main"
    return revision or "main"


def record_of(params: Params) -> Record:
    """The record of the base model of `params`: the one written, or a new one where none was."""
    record = read_record()
    if record.get("model_name") == params.model_name:
        return record
    return resolve(params.model_name, params.model_revision)[0]


def resolve(name: str, revision: str, known: Record | None = None) -> tuple[Record, Path]:
    """The record of a base model, and the folder in which its files lie.

    Args:
        name: a folder with config.json, or owner/name on the hub.
        revision: branch, tag or commit of a hub model.
        known: the record written last. Where it is of this name and revision its commit holds,
            whatever the branch is by now; with the files at hand nothing is asked of the network.

    Raises:
        UserError: no such model, no access, no network, no safetensors weights.
    """
    local = Path(name)
    if local.is_dir() or _looks_local(name):
        return _record(name, None, None, local), local
    pinned = None
    if known and (known.get("model_name"), known.get("model_revision")) == (name, revision):
        pinned = known.get("commit")
    if pinned:
        folder = _snapshot(name, pinned)
        if all((folder / file).is_file() for file in known["files"]):
            return known, folder
    folder = fetch(name, pinned or revision)
    return _record(name, revision, folder.name, folder), folder


def _looks_local(name: str) -> bool:
    return name.count("/") != 1 or name.startswith((".", "/", "~", "models/"))


def _snapshot(name: str, commit: str) -> Path:
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE, f"models--{name.replace('/', '--')}", "snapshots", commit)


def fetch(name: str, revision: str = "main") -> Path:
    """Bring a hub model into the local cache, or find it there: its folder, named by the commit.

    Raises UserError with what to do where it cannot be had.
    """
    from huggingface_hub import errors, snapshot_download

    page = f"https://huggingface.co/{name}"
    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=list(FETCHED)))
    except errors.GatedRepoError:
        trouble = f"gated; accept its licence at {page}, then run `hf auth login`"
    except errors.RevisionNotFoundError:
        trouble = f"has no model_revision {revision}; see {page}/commits"
    except errors.RepositoryNotFoundError:
        trouble = f"not on the hub, or private; check the name at {page} or run `hf auth login`"
    except errors.HFValidationError:
        trouble = "neither a folder nor a name on the hub (owner/name)"
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:80] or type(error).__name__
        trouble = (
            f"not in the local cache, and the hub cannot be reached ({reason}); fetch it where "
            f"there is network with `hf download {name}`"
        )
    raise UserError(f"model_name {name}: {trouble}") from None


def _record(name: str, revision: str | None, commit: str | None, folder: Path) -> Record:
    config = _config(name, folder)
    shapes = tensor_shapes(folder)
    about = _front_matter(folder)
    nested = config.get("text_config") or {}
    architectures = config.get("architectures") or nested.get("architectures") or [None]
    return {
        "model_name": name,
        "model_revision": revision,
        "commit": commit,
        "architecture": architectures[0],
        "parameters": sum(math.prod(shape) for shape in shapes.values()),
        "license": about.get("license") or _licence_text(folder),
        "license_name": about.get("license_name"),
        "license_link": about.get("license_link"),
        "quantised_before": about.get("quantised_before"),
        "files": _hashes(folder),
    }


def _config(name: str, folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        raise UserError(f"model_name {name}: no such folder; restore it or check the path")
    path = folder / "config.json"
    if not path.is_file():
        raise UserError(f"{name}: no config.json in this folder; is it a base model?")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        return config if isinstance(config, dict) else {}
    except ValueError:
        raise UserError(f"{path}: not valid JSON; restore the folder") from None


def weight_files(folder: Path) -> list[Path]:
    """The safetensors files of a model, in order. Raises UserError where one is missing."""
    index = folder / INDEX
    names = [WEIGHTS]
    if not (folder / WEIGHTS).exists() and index.is_file():
        with open_text(index, "restore the folder") as file:
            try:
                names = sorted(set(json.load(file)["weight_map"].values()))
            except (ValueError, KeyError, AttributeError, TypeError):
                raise UserError(f"{index}: damaged; restore the folder") from None
    files = [folder / name for name in names]
    if missing := [path.name for path in files if not path.is_file()]:
        raise UserError(
            f"{folder}: no {missing[0]}; only weights in safetensors are read: convert the model "
            "(`save_pretrained` writes them) or restore the folder"
        )
    return files


def tensor_shapes(folder: Path) -> dict[str, tuple[int, ...]]:
    """The shape of each weight, from the headers of the safetensors files alone."""
    shapes = {}
    for path in weight_files(folder):
        try:
            with path.open("rb") as file:
                length = int.from_bytes(file.read(8), "little")
                tensors = json.loads(file.read(length))
            tensors.pop("__metadata__", None)
            end = max((tensor["data_offsets"][1] for tensor in tensors.values()), default=0)
            if path.stat().st_size != 8 + length + end:
                raise ValueError("cut off")
            shapes |= {name: tuple(tensor["shape"]) for name, tensor in tensors.items()}
        except (ValueError, KeyError, TypeError, AttributeError, MemoryError, OverflowError):
            raise UserError(f"{path}: damaged or cut off; restore the file") from None
    return shapes


def check_targets(params: Params, folder: Path) -> None:
    """Raises UserError for a module of `lora_target_modules` that the base's weights do not have.

    Checked by the names in the headers: a weight of two dimensions below a layer's number.
    """
    if isinstance(params.lora_target_modules, str):
        return
    weight = re.compile(r"\.\d+\.(?:.+\.)?(\w+)\.weight$")
    linear = {
        found[1]
        for name, shape in tensor_shapes(folder).items()
        if len(shape) == 2 and (found := weight.search(name))
    }
    if missing := sorted(set(params.lora_target_modules) - linear):
        raise UserError(
            f"params.yaml: {params.model_name} has no module {', '.join(missing)} for "
            f"lora_target_modules; it has {', '.join(sorted(linear))}"
        )


def _front_matter(folder: Path) -> dict[str, Any]:
    """What the model card in a folder says of itself between two lines of `---`."""
    card = folder / "README.md"
    if not card.is_file():
        return {}
    text = card.read_text(encoding="utf-8", errors="replace")
    found = re.match(r"---\s*\n(.*?)\n---\s*(\n|$)", text, re.DOTALL)
    try:
        values = read_value(found[1]) if found else {}
    except YAMLError:
        return {}
    return values if isinstance(values, dict) else {}


def _licence_text(folder: Path) -> str | None:
    for path in sorted(folder.glob("LICENSE*")):
        start = path.read_text(encoding="utf-8", errors="replace")[:2000].lower()
        for name, words in LICENCE_TEXTS.items():
            if words in start:
                return name
    return None


def licence_of(record: Record) -> dict[str, str]:
    """Licence of an adapter of this base, as fields of a model card's head.

    MIT, as this project's, where the base's licence lets it; else the base's, which asks to be
    passed on (Gemma's, Llama's and Stability AI's do); `unknown` where none was found.
    """
    base = record.get("license")
    if isinstance(base, list):
        base = base[0] if base else None
    if base and str(base).lower() in FREE:
        return {"license": "mit"}
    fields = {"license": str(base or "unknown")}
    for name in ("license_name", "license_link"):
        if base and record.get(name):
            fields[name] = str(record[name])
    return fields


def _hashes(folder: Path) -> dict[str, str]:
    """sha256 of the decisive files and the weights, by name."""
    found = {*weight_files(folder), *_decisive(folder)}
    if (index := folder / INDEX).is_file():
        found.add(index)
    try:
        cache = json.loads(HASHES.read_text(encoding="utf-8"))
        cache = cache if isinstance(cache, dict) else {}
    except (OSError, ValueError):
        cache = {}
    hashes, before = {}, dict(cache)
    for path in sorted(found):
        real = path.resolve()
        if re.fullmatch(r"[0-9a-f]{64}", real.name):  # the hub's cache: its name is its hash
            hashes[path.name] = real.name
            continue
        stat = real.stat()
        stamp = [stat.st_size, stat.st_mtime_ns]
        if cache.get(str(real), [])[:2] != stamp:
            cache[str(real)] = [*stamp, sha256_of(real)]
        hashes[path.name] = cache[str(real)][2]
    if cache != before:
        write_json(HASHES, cache)
    return hashes


def _decisive(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_file() and any(fnmatch.fnmatch(path.name, pattern) for pattern in DECISIVE):
            yield path


def sha256_of(path: Path) -> str:
    """sha256 (hex) of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
