"""The parameters: read from params.yaml, checked and typed, in one place.

What each one means stands beside its value in params.yaml. A stage is given only the parameters
that dvc.yaml declares for it, so that no value can influence a result without DVC knowing of it.
"""

import dataclasses
import difflib
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from anecdot.common.errors import UserError


@dataclass(frozen=True)
class Params:
    """All parameters, in the order of params.yaml. They have no defaults in code."""

    train_val_split: float
    error_correction_ratio: float
    max_pair_characters: int
    synthesized_pairs: int
    max_pairs: int
    max_test_pairs: int
    seed: int
    model_name: str
    model_revision: str
    load_in_4bit: bool
    bnb_4bit_quant_type: str
    bnb_4bit_compute_dtype: str
    bnb_4bit_use_double_quant: bool
    dequantize_once: bool
    shard_base: bool
    lora_r: int
    lora_alpha: int
    lora_dropout: float
    lora_target_modules: str | list[str]
    num_train_epochs: int
    per_device_train_batch_size: int
    gradient_accumulation_steps: int
    learning_rate: float
    lr_scheduler_type: str
    warmup_ratio: float
    weight_decay: float
    max_grad_norm: float
    optim: str
    gradient_checkpointing: bool
    max_seq_length: int
    logging_steps: int
    eval_steps: int
    save_steps: int
    save_total_limit: int
    early_stopping_patience: int
    generate_samples_during_eval: bool
    num_eval_samples: int
    launch: str
    decoding: str
    max_new_tokens: int
    eval_batch_size: int

    def as_dict(self) -> dict[str, Any]:
        """The parameters this object holds (those of one stage, or all)."""
        return {f.name: getattr(self, f.name) for f in FIELDS.values() if hasattr(self, f.name)}


FIELDS = {field.name: field for field in dataclasses.fields(Params)}


def _between(low: float, high: float = math.inf) -> tuple[Callable[[Any], bool], str]:
    text = f"{low} or more" if high == math.inf else f"from {low} to {high}"
    return lambda value: low <= value <= high, text


def _one_of(*values: str) -> tuple[Callable[[Any], bool], str]:
    return lambda value: value in values, " or ".join(values)


POSITIVE = (lambda value: value > 0, "more than 0")
NON_NEGATIVE, AT_LEAST_ONE, FRACTION = _between(0), _between(1), _between(0, 1)

# What a value must fulfil beside its type, with the words for the error message.
RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "train_val_split": (lambda value: 0 < value < 1, "between 0 and 1, both excluded"),
    "error_correction_ratio": FRACTION,
    "max_pair_characters": NON_NEGATIVE,
    "synthesized_pairs": NON_NEGATIVE,
    "max_pairs": NON_NEGATIVE,
    "max_test_pairs": NON_NEGATIVE,
    "seed": _between(0, 2**32 - 1),
    "model_name": (lambda value: bool(value.strip()), "a folder or the name of a hub model"),
    "model_revision": (lambda value: bool(value.strip()), "a branch, tag or commit"),
    "bnb_4bit_quant_type": _one_of("nf4", "fp4"),
    "bnb_4bit_compute_dtype": _one_of("bfloat16", "float16", "float32"),
    "lora_r": AT_LEAST_ONE,
    "lora_alpha": AT_LEAST_ONE,
    "lora_dropout": (lambda value: 0 <= value < 1, "from 0 to less than 1"),
    "lora_target_modules": (
        lambda value: value == "all-linear" if isinstance(value, str) else len(value) > 0,
        "all-linear or a list of module names such as [q_proj, v_proj]",
    ),
    "num_train_epochs": NON_NEGATIVE,
    "per_device_train_batch_size": AT_LEAST_ONE,
    "gradient_accumulation_steps": AT_LEAST_ONE,
    "learning_rate": POSITIVE,
    "lr_scheduler_type": _one_of("cosine", "linear", "constant"),
    "warmup_ratio": FRACTION,
    "weight_decay": NON_NEGATIVE,
    "max_grad_norm": POSITIVE,
    "optim": _one_of("adamw", "paged_adamw_8bit"),
    "max_seq_length": _between(16),
    "logging_steps": AT_LEAST_ONE,
    "eval_steps": AT_LEAST_ONE,
    "save_steps": AT_LEAST_ONE,
    "save_total_limit": AT_LEAST_ONE,
    "early_stopping_patience": NON_NEGATIVE,
    "num_eval_samples": AT_LEAST_ONE,
    "launch": (
        lambda value: value == "python" or value.startswith("accelerate launch"),
        "python, or accelerate launch with its options",
    ),
    "decoding": _one_of("greedy", "constrained"),
    "max_new_tokens": _between(16),
    "eval_batch_size": AT_LEAST_ONE,
}


# What a parameter that is on needs of others.
NEEDS: dict[str, dict[str, bool]] = {
    "shard_base": {
        "load_in_4bit": True,
        "dequantize_once": False,
        "generate_samples_during_eval": False,
    },
}


def read_params(stage: str | None = None, path: Path | str = "params.yaml") -> Params:
    """Read and check params.yaml.

    Args:
        stage: give only the parameters that dvc.yaml (beside `path`) declares for this stage;
            reading any other raises AttributeError. None gives all.
        path: the file.

    Raises:
        UserError: naming file, line and remedy, for a missing, unknown or ill-typed parameter or
            one out of range, or parameters that exclude each other.
    """
    values = _load(path)
    lines = {key: f"{path}:{values.lc.key(key)[0] + 1}" for key in values}
    for key in values:
        if key not in FIELDS:
            near = difflib.get_close_matches(str(key), FIELDS, n=1)
            hint = f"did you mean {near[0]}?" if near else "remove it"
            raise UserError(f"{lines[key]}: unknown parameter {key}; {hint}")
    checked = {}
    for name in FIELDS:
        if name not in values:
            raise UserError(f"{path}: parameter {name} is missing; add a line `{name}: ...`")
        checked[name] = _check(name, values[name], lines[name])
    for name in filter(checked.get, NEEDS):
        for other, wanted in NEEDS[name].items():
            if checked[other] != wanted:
                value = str(wanted).lower()
                raise UserError(f"{lines[other]}: {name} needs {other}: {value}; set that")
    params = Params(**checked)
    if stage is not None:
        declared = _declared(stage, Path(path).with_name("dvc.yaml"))
        for name in FIELDS.keys() - declared:
            object.__delattr__(params, name)
    return params


def _check(name: str, value: Any, where: str) -> Any:
    wanted = FIELDS[name].type
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    elif wanted == str | list[str] and isinstance(value, list):
        value = [str(item) for item in value]
    kinds = {bool: bool, int: int, float: float, str: str, str | list[str]: (str, list)}[wanted]
    if not isinstance(value, kinds) or (isinstance(value, bool) and wanted is not bool):
        name_of_type = getattr(wanted, "__name__", "text or list")
        raise UserError(f"{where}: {name} must be of type {name_of_type}, not {value!r}; mend it")
    # Subclasses that keep YAML's formatting become plain values.
    value = wanted(value) if wanted in (int, float, str) else value
    if isinstance(value, float) and not math.isfinite(value):
        raise UserError(f"{where}: {name} must be a finite number, not {value}")
    rule, words = RULES.get(name, (lambda _: True, ""))
    if not rule(value):
        raise UserError(f"{where}: {name} must be {words}, not {value!r}")
    return value


def _load(path: Path | str) -> Any:
    # YAML 1.2: 1e-05 is a number there, as DVC writes it; in YAML 1.1 (PyYAML) it is a string.
    try:
        values = YAML(typ="rt", pure=True).load(Path(path))
    except FileNotFoundError:
        message = f"{path}: no such file; run from the project's folder or restore it with Git"
        raise UserError(message) from None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not readable"
        raise UserError(
            f"{path}{line}: not valid YAML ({problem}); mend it or the line before"
        ) from None
    if not isinstance(values, dict):
        raise UserError(f"{path}: must be a list of `name: value` lines")
    return values


def _declared(stage: str, path: Path) -> set[str]:
    return set(_load(path)["stages"][stage]["params"])


def declared_deps(stage: str, path: Path | str = "dvc.yaml") -> list[str]:
    """The dependencies that dvc.yaml declares for a stage."""
    return list(_load(path)["stages"][stage]["deps"])
