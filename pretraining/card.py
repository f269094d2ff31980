"""The model card of the embedded base, from the record of its training."""

from typing import Any

from tokenizer import END, PAD


def card(record: dict[str, Any]) -> str:
    """The model card, from the record of the training."""
    recipe = record["recipe"]
    families: dict[str, list[dict[str, float]]] = {}
    for form, result in record["validation"].items():
        families.setdefault(form.split("/")[0], []).append(result)
    forms = "\n".join(
        f"| {family} | {_mean(results, 'loss'):.3f} | {_mean(results, 'exact'):.2f} | "
        f"{sum(result['documents'] for result in results)} |"
        for family, results in families.items()
    )
    settings = "\n".join(f"| {name} | {value} |" for name, value in recipe.items())
    count, device = record["devices"]
    return CARD.format(
        forms=forms, settings=settings, count=count, device=device, end=END, pad=PAD,
        million=record["parameters"] / 1e6, megabytes=record["parameters"] * 2 / 1e6,
        billion=record["tokens"] / 1e9, minutes=record["seconds"] / 60, steps=record["steps"],
        unseen=record["unseen_share"], sha=record["documents_sha256"],
        layers=recipe["num_hidden_layers"], width=recipe["hidden_size"],
        context=recipe["context"], vocabulary=recipe["vocab_size"],
        seed=recipe["seed"], final=record["log"][-1]["loss"] if record["log"] else float("nan"),
    )  # fmt: skip


def _mean(results: list[dict[str, float]], key: str) -> float:
    """Mean over the documents of several forms."""
    count = sum(result["documents"] for result in results)
    return sum(result[key] * result["documents"] for result in results) / count


CARD = """---
license: mit
pipeline_tag: text-generation
library_name: transformers
---
# AnecDOT embedded base

A language model of {million:.1f} million parameters that has read generated graph documents: the
same small graph as prose, tables, lists, code and notations, and in Graphviz DOT. It exists so that
the whole pipeline (4-bit loading, LoRA, decoding, evaluation) can be run, tested and demonstrated
in minutes on two CPU cores, without a hub account, a download or a GPU. It is a demonstration and
test model, not a rival of models a hundred times its size.

## Model

Llama architecture: {layers} layers, width {width}, context {context}, tied embeddings, byte-level
BPE of {vocabulary} words with single digits; {megabytes:.0f} MB in bf16. `{end}` ends a text;
`{pad}` is a padding token of its own. There is no chat template: the project's plain prompt format
is used.

## Training

`python pretraining/pretrain.py` wrote this folder: {billion:.2f} billion tokens in {steps} steps
and {minutes:.1f} minutes on {count} × {device}, seed {seed}, last training loss (weighted)
{final:.3f}.
The documents were generated while training ({unseen:.0%} of the rows were seen for the first time
when drawn); about a tenth is Python's standard library as found beside the running interpreter.
SHA-256 of the first 1,000 documents of this seed: `{sha}`.

| setting | value |
| --- | --- |
{settings}

## Held-out documents

Loss over the tokens that the text before them determines (the DOT and its end), and the share of
documents whose every such token is the model's first choice.

| form | loss | exact | documents |
| --- | --- | --- | --- |
{forms}

## Use and limits

For this project's pipeline, its tests and for demonstrations of small graphs (up to about fifteen
nodes) in English and common code. Everything it knows, it knows from generated text: long inputs,
other languages, world knowledge, instructions beyond graphs and texts whose wording is far from
the generator's are out of its reach, and it will write a wrong graph without hesitation. Check what
it writes. It has seen no personal data beyond the names in Python's standard library.

## Licence

MIT, like the code that made it.
"""
