"""The model card of a merged model: what it is, how to ask it, what was measured."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

from anecdot.common.params import Params
from anecdot.common.yaml_file import read_yaml

FIGURES, EVIDENCE = Path("metrics/evaluate.json"), Path("metrics/evidence.json")
DATA, LOCK = Path("metrics/prepare.json"), Path("dvc.lock")

CARD = """---
{head}
---

# Text or code to Graphviz DOT: {model_name}, tuned

{base} A LoRA adapter trained on (text, DOT) pairs is merged into the base's {quantised} values; the
weights are stored in {dtype}. `TRAINING.md`, the adapter's card, says how it was trained. Licence
of the base: {licence}.

    from transformers import AutoModelForCausalLM, AutoTokenizer
    model = AutoModelForCausalLM.from_pretrained("FOLDER")
    tokenizer = AutoTokenizer.from_pretrained("FOLDER")
    prompt = tokenizer.apply_chat_template(
        [{{"role": "user", "content": "A points to B."}}],
        add_generation_prompt=True, return_dict=True, return_tensors="pt",
    )
    answer = model.generate(**prompt)[0, prompt["input_ids"].shape[1]:]
    print(tokenizer.decode(answer, skip_special_tokens=True))

The chat template holds the system text that was trained; `generation_config.json` the tokens that
end an answer, greedy decoding and a budget of {budget} tokens. An answer can be wrong or no valid
DOT: check it with Graphviz.

## Results

{results}

## Data

{data}
"""
ROWS = {
    "validity_rate": "valid DOT",
    "exact_match_rate": "all that was asked for",
    "same_graph_rate": "its nodes, edges and labels",
    "node_f1": "node F1",
    "edge_f1": "edge F1",
}
UNMEASURED = "Not measured: the project's figures are of another adapter."


def merged_card(
    params: Params, record: dict[str, Any], adapter: Path, dtype: str, root: Path = Path()
) -> str:
    """The card's text.

    Args:
        params: of the run.
        record: of the base (see `anecdot.model.hub`).
        adapter: its folder; figures stand in the card only if they were measured with its files.
        dtype: of the stored weights.
        root: the project's folder.
    """
    name, commit = record["model_name"], record["commit"]
    base = f"The base is `{name}` at commit {commit}."
    if not commit:
        sha = record["files"].get("model.safetensors", "of several files")
        base = f"The base is the project's folder `{name}` (sha256 of its weights: {sha})."
    if record.get("quantised_before"):
        base += f" Its weights were quantised once before: {record['quantised_before']}."
    head = {"base_model": name, "base_model_relation": "finetune"} if commit else {}
    head |= {"library_name": "transformers", "pipeline_tag": "text-generation"}
    # The base's own weights are in the folder, so its licence is the folder's.
    known = {key: record.get(key) for key in ("license_name", "license_link")}
    head |= {"license": str(record.get("license") or "unknown")}
    head |= {key: str(value) for key, value in known.items() if value}
    head |= {"tags": "[graphviz, dot, lora]"}
    measured = results(adapter, root)
    return CARD.format(
        head="\n".join(f"{key}: {value}" for key, value in head.items()),
        model_name=name,
        base=base,
        quantised=params.bnb_4bit_quant_type.upper() if params.load_in_4bit else "16-bit",
        dtype=dtype,
        licence=record.get("license") or "unknown",
        budget=params.max_new_tokens,
        results=measured or UNMEASURED,
        data=_data(root) if measured else "See `TRAINING.md`.",
    )


def _measured(adapter: Path, root: Path) -> bool:
    """Whether metrics/ was measured with the files of this adapter, as dvc.lock has it."""
    if not all((root / path).is_file() for path in (FIGURES, EVIDENCE, DATA, LOCK)):
        return False
    stage = _stage("evaluate", root)
    known = {entry["path"]: entry["md5"] for entry in (*stage["deps"], *stage["outs"])}
    files = [
        {"md5": _md5(path), "relpath": path.relative_to(adapter).as_posix()}
        for path in sorted(adapter.rglob("*"))
        if path.is_file()
    ]
    folder = hashlib.md5(json.dumps(files, sort_keys=True).encode()).hexdigest()
    return known.get("models/adapter") == f"{folder}.dir" and known.get(FIGURES.as_posix()) == _md5(
        root / FIGURES
    )


def _stage(name: str, root: Path) -> dict[str, Any]:
    return read_yaml(root / LOCK, "restore it with Git")["stages"][name]


def _md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes()).hexdigest()


def results(adapter: Path, root: Path = Path()) -> str | None:
    """A table of the held-out blocks, with 95% intervals; None where metrics/ is not of its files.

    Arguments as in `merged_card`.
    """
    if not _measured(adapter, root):
        return None
    figures, evidence = (
        json.loads((root / path).read_text(encoding="utf-8")) for path in (FIGURES, EVIDENCE)
    )
    columns = [
        (f"{block}: {model} (n = {values['n']})", values | evidence[block][model])
        for block, models in figures.items()
        for model, values in models.items()
        if "n" in values
    ]
    lines = [["", *(title for title, _ in columns)], ["---"] * (len(columns) + 1)]
    lines += [[ROWS[name], *(_cell(values, name) for _, values in columns)] for name in ROWS]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"On pairs that were not trained on; in brackets 95% intervals.\n\n{table}"


def _cell(values: dict[str, Any], name: str) -> str:
    interval = values["interval"].get(name)
    bounds = f" ({interval['low']:.3f} to {interval['high']:.3f})" if interval else ""
    return f"{values[name]:.3f}{bounds}"


def _data(root: Path) -> str:
    """Which pairs, and of which revision of the project."""
    pairs = json.loads((root / DATA).read_text(encoding="utf-8"))["train"]
    sources = ", ".join(f"{name} {count}" for name, count in pairs["source"].items())
    deps = _stage("prepare", root)["deps"]
    stated = [f"`{entry['path']}` {entry['md5']}" for entry in deps if entry["path"][:5] == "data/"]
    git = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=False
    )
    revision = git.stdout.strip() or "unknown"
    return (
        f"{pairs['n']} training pairs, before those too long for the model were left out: "
        f"{sources}. Revision of the project: {revision}; "
        f"DVC's hashes of the data: {', '.join(stated)}."
    )
