"""The parameters: type, range and meaning of each in one place; params.yaml holds the values.

A stage is given only the parameters that dvc.yaml declares for it, so that no value can influence
a result without DVC knowing of it.
"""

import difflib
import math
from pathlib import Path
from reprlib import Repr
from types import SimpleNamespace
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, ValidationError
from pydantic.dataclasses import dataclass
from pydantic.fields import FieldInfo

from anecdot.common.errors import UserError
from anecdot.common.yaml_file import read_lines, read_yaml

Positive = Annotated[int, Field(ge=1, le=10**9)]
Count = Annotated[int, Field(ge=0, le=10**9)]
Tokens = Annotated[int, Field(ge=16, le=10**9)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Finite = Field(allow_inf_nan=False)
Auto = bool | Literal["auto"]
AUTO = "auto, true or false"


@dataclass(frozen=True, config=ConfigDict(strict=True))
class Params:
    """All parameters, in the order of params.yaml. They have no defaults in code.

    `Params(...)` and `dataclasses.replace` raise pydantic's ValidationError for a bad value.
    """

    train_val_split: float = Field(gt=0, lt=1, description="share of the pairs to train on")
    error_correction_ratio: Fraction = Field(description="repairs added per training pair")
    max_pairs: Count = Field(description="pairs to train and validate on; 0 = all")
    max_test_pairs: Count = Field(description="pairs to test on; 0 = all")
    synthesized_pairs: Count = Field(description="pairs of the generator added to training")
    max_pair_characters: int = Field(ge=100, le=10**9, description="of a pair's two texts together")
    seed: int = Field(ge=0, le=2**32 - 1, description="of all that is random")
    model_name: str = Field(pattern=r"^[^\x00]*\S[^\x00]*$", description="a folder or a hub model")
    model_revision: str = Field(pattern=r"\S", description="a branch, tag or commit")
    load_in_4bit: bool = Field(description="QLoRA; false = LoRA on 16-bit weights")
    bnb_4bit_quant_type: Literal["nf4", "fp4"] = Field(description="nf4 or fp4")
    bnb_4bit_compute_dtype: Literal["bfloat16", "float16", "float32"] = Field(
        description="bfloat16 or float16 or float32"
    )
    bnb_4bit_use_double_quant: bool = Field(description="quantise the constants too")
    dequantize_once: Auto = Field(description=AUTO)
    shard_base: bool = Field(description="each GPU keeps a part of the base")
    lora_r: Positive = Field(description="rank of the update")
    lora_alpha: Positive = Field(description="scale of the update, times lora_r")
    lora_dropout: float = Field(ge=0, lt=1, description="share of LoRA's inputs left out")
    lora_target_modules: Literal["all-linear"] | Annotated[list[str], Field(min_length=1)] = Field(
        description="all-linear or a list of module names such as [q_proj, v_proj]"
    )
    num_train_epochs: Count = Field(description="passes over the pairs; 0 = no training")
    per_device_train_batch_size: Positive = Field(description="pairs in one forward pass, at most")
    gradient_accumulation_steps: Positive = Field(description="passes an optimizer step, at least")
    learning_rate: float = Field(gt=0, le=1, description="the highest; mostly 1e-5 to 1e-3")
    lr_scheduler_type: Literal["cosine", "linear", "constant"] = Field(
        description="cosine or linear or constant"
    )
    warmup_ratio: Fraction = Field(description="share of the steps")
    weight_decay: float = Field(ge=0, le=1, description="of AdamW")
    max_grad_norm: Annotated[float, Finite] = Field(gt=0, description="gradients are clipped to it")
    optim: Literal["adamw", "paged_adamw_8bit"] = Field(description="adamw or paged_adamw_8bit")
    gradient_checkpointing: Auto = Field(description=AUTO)
    max_seq_length: Tokens = Field(description="tokens; longer pairs are left out")
    logging_steps: Positive = Field(description="in optimizer steps")
    eval_steps: Positive = Field(description="in optimizer steps")
    save_steps: Positive = Field(description="in optimizer steps; each gain is saved, too")
    save_total_limit: Positive = Field(description="checkpoints kept while training")
    early_stopping_patience: Count = Field(description="evaluations without gain; 0 = off")
    generate_samples_during_eval: bool = Field(description="sample answers at each evaluation")
    num_eval_samples: Positive = Field(description="so many samples")
    track: Literal["none", "trackio", "mlflow", "wandb"] = Field(
        description="none or trackio or mlflow or wandb"
    )
    launch: str = Field(
        pattern=r"^(python|accelerate launch(\s[^\x00]*)?)$",
        description="python, or accelerate launch with its options",
    )
    decoding: Literal["greedy", "constrained"] = Field(description="greedy or constrained")
    max_new_tokens: Tokens = Field(description="tokens of an answer, at most")
    eval_batch_size: Positive = Field(description="texts answered together")

    def as_dict(self) -> dict[str, Any]:
        """Names and values."""
        return dict(vars(self))


class StageParams(SimpleNamespace):
    """The parameters that one stage declares, read like those of `Params`."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{name}: add it to the params that dvc.yaml declares for this stage")

    def as_dict(self) -> dict[str, Any]:
        """Names and values."""
        return dict(vars(self))


FIELDS: dict[str, FieldInfo] = Params.__pydantic_fields__

# What a parameter that is on needs of others; `auto` suits itself to it.
NEEDS: dict[str, dict[str, bool]] = {
    "shard_base": {
        "load_in_4bit": True,
        "dequantize_once": False,
        "generate_samples_during_eval": False,
    },
}


def read_params(
    stage: str | None = None, path: Path | str = "params.yaml"
) -> "Params | StageParams":
    """Read and check params.yaml.

    Args:
        stage: give only the parameters that dvc.yaml (beside `path`) declares for this stage;
            reading any other raises AttributeError. None gives all.
        path: the file.

    Raises:
        UserError: naming file, line and remedy, for a missing, unknown or ill-typed parameter or
            one out of range, or parameters that exclude each other.
    """
    entries = read_lines(path, "run from the project's folder or restore it with Git")
    lines = {name: f"{path}:{line}" for name, (_, line) in entries.items()}
    for name in entries:
        if name not in FIELDS:
            near = difflib.get_close_matches(name, FIELDS, n=1)
            hint = f"did you mean {near[0]}?" if near else "remove it"
            raise UserError(f"{lines[name]}: unknown parameter {_short(name)[1:-1]}; {hint}")
    for name in FIELDS:
        if name not in entries:
            raise UserError(f"{path}: parameter {name} is missing; add a line `{name}: ...`")
    try:
        params = Params(**{name: value for name, (value, _) in entries.items()})
    except ValidationError as errors:
        error = errors.errors()[0]
        name = error["loc"][0]
        raise UserError(f"{lines[name]}: {_explain(error, entries[name][0])}") from None
    for name in NEEDS:
        for other, wanted in NEEDS[name].items() if getattr(params, name) else ():
            if getattr(params, other) not in (wanted, "auto"):
                value = str(wanted).lower()
                raise UserError(f"{lines[other]}: {name} needs {other}: {value}; set that")
    if stage is None:
        return params
    declared = _declared(stage, "params", Path(path).with_name("dvc.yaml"))
    values = params.as_dict()
    return StageParams(**{name: values[name] for name in FIELDS if name in declared})


def _explain(error: Any, value: Any) -> str:
    """One of pydantic's errors about a parameter of this value, in the project's words."""
    name, *inner = error["loc"]
    field, kind = FIELDS[name], error["type"]
    meaning = f" ({field.description})"
    if kind in ("int_type", "float_type", "bool_type", "string_type") and not inner:
        words = f"of type {field.annotation.__name__}"
    elif isinstance(value, float) and not math.isfinite(value):
        words = "a finite number"
    elif kind.startswith(("greater_than", "less_than")):
        words = _range(field, value)
    else:  # a choice or a form of text, which the description lists
        words, meaning = field.description, ""
    return f"{name} must be {words}, not {_short(value)}; mend it{meaning}"


def _range(field: FieldInfo, value: float) -> str:
    """The range that a field's number must lie in; an end that is far off only where it is met."""
    bounds = {
        end: getattr(limit, end)
        for limit in field.metadata
        for end in ("gt", "ge", "lt", "le")
        if hasattr(limit, end)
    }
    if bounds.get("le") == 10**9 and value < 10**9:
        del bounds["le"]
    words = {"gt": "more than {}", "ge": "{} or more", "lt": "less than {}", "le": "{} or less"}
    if bounds.keys() == {"gt", "lt"}:
        return "between {gt} and {lt}, both excluded".format(**bounds)
    if bounds.keys() == {"ge", "le"}:
        return "from {ge} to {le}".format(**bounds)
    return " and ".join(words[end].format(bound) for end, bound in bounds.items())


def _short(value: Any) -> str:
    """A value on one line, however long or deep it is."""
    text = Repr().repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def stage_files(stage: str, path: Path | str = "dvc.yaml") -> list[Path]:
    """The files and folders that dvc.yaml declares a stage to depend on."""
    return [Path(name) for name in _declared(stage, "deps", path)]


def _declared(stage: str, what: str, path: Path | str) -> list[str]:
    remedy = f"restore {path} with Git"
    stages = read_yaml(path, "run from the project's folder or restore it with Git").get("stages")
    if not isinstance(stages, dict) or not isinstance(stages.get(stage), dict):
        raise UserError(f"{path}: has no stage {stage}; {remedy}")
    declared = stages[stage].get(what)
    if not isinstance(declared, list) or not all(isinstance(name, str) for name in declared):
        raise UserError(f"{path}: stage {stage} has no list of {what}; {remedy}")
    unknown = set(declared) - FIELDS.keys() if what == "params" else set()
    if unknown:
        raise UserError(f"{path}: stage {stage} has unknown parameter {min(unknown)}; {remedy}")
    return declared
