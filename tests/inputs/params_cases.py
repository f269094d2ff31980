"""params.yaml and dvc.yaml: wrong types and ranges of every parameter, damaged YAML, encodings."""

import re

from conftest import ROOT
from inputs.harness import Case

from anecdot.common.params import FIELDS

TEXT = (ROOT / "params.yaml").read_text(encoding="utf-8")
DVC = (ROOT / "dvc.yaml").read_text(encoding="utf-8")
PREPARE = ("prepare",)

# No parameter takes any of these.
NEVER = {"null": "null", "a mapping": "{a: 1}", "nan": ".nan", "nested": "[[1], {b: 2}]"}


def with_lines(values: dict[str, str]) -> bytes:
    """params.yaml with other values of some parameters."""
    text = TEXT
    for name, value in values.items():
        text, count = re.subn(rf"(?m)^{name}: .*$", lambda _: f"{name}: {value}", text)  # noqa: B023
        assert count == 1, name
    return text.encode()


def with_line(name: str, value: str) -> bytes:
    """params.yaml with another value of one parameter."""
    return with_lines({name: value})


def of_type(name: str) -> dict[str, str]:
    """Values that a parameter does not take, for its type."""
    kind = FIELDS[name].annotation
    if kind in (int, float):
        return {"text": "abc", "true": "true", "minus": "-1", "list": "[1]"}
    if kind is bool:
        return {"one": "1", "yes": "yes", "text": '"true"'}
    return {"a number": "3", "true": "true" if "auto" not in str(kind) else "2.5", "blank": '" "'}


EDGES = {
    "train_val_split": ("0", "1", "1.0", "1e-400"),
    "learning_rate": ("0", "1e9", ".inf", "1e-05x", "1,000"),
    "seed": ("4294967296", "1.5", "0x10", "010", "9" * 5000, "1_000"),
    "lora_r": ("0", "1e1", "99999999999", "16 32", "'16'"),
    "lora_dropout": ("1", "1.0", ".inf"),
    "max_seq_length": ("15", "1e3"),
    "max_new_tokens": ("15",),
    "max_pair_characters": ("99",),
    "lora_target_modules": ("[]", "q_proj", "[1, 2]", "[[q_proj]]", "[q_proj, null]"),
    "launch": ("bash", "python3", "accelerate", "accelerate launcher", "rm -rf /"),
    "bnb_4bit_quant_type": ("NF4", "int8"),
    "bnb_4bit_compute_dtype": ("bf16", "float64"),
    "lr_scheduler_type": ("cos", "Cosine"),
    "decoding": ("beam", "Greedy"),
    "optim": ("sgd", "adamw_torch"),
    "dequantize_once": ("Auto", "maybe"),
}

DAMAGED = {
    "empty": b"",
    "blank": b"\n\n",
    "a list": b"- a\n- b\n",
    "a text": b"hello",
    "an open bracket": TEXT.replace("seed: 42", "seed: [42").encode(),
    "an open quote": TEXT.replace("model_revision: main", 'model_revision: "main').encode(),
    "a tab": TEXT.replace("seed: 42", "\tseed: 42").encode(),
    "indented": TEXT.replace("seed: 42", "  seed: 42").encode(),
    "no space": TEXT.replace("seed: 42", "seed:42").encode(),
    "equals": TEXT.replace("seed: 42", "seed = 42").encode(),
    "twice": (TEXT + "seed: 7\n").encode(),
    "two documents": (TEXT + "---\nseed: 7\n").encode(),
    "an unknown anchor": with_line("seed", "*anchor"),
    "itself": with_line("seed", "&a [*a]"),
    "python": with_line("seed", "!!python/object/apply:os.system [ls]"),
    "an odd tag": with_line("seed", "!!int abc"),
    "a timestamp": with_line("seed", "!!timestamp abc"),
    "binary": with_line("seed", "!!binary =="),
    "a set": with_line("seed", "!!set [1]"),
    "merge": (TEXT + "<<: {seed: 7}\n").encode(),
    "a list as a name": (TEXT + "? [a]\n: 3\n").encode(),
    "a mapping as a name": (TEXT + "? {a: 1}\n: 3\n").encode(),
    "a number as a name": (TEXT + "3: 3\n").encode(),
    "two lines as a name": (TEXT + '"a\\nb": 3\n').encode(),
    "a long name": (TEXT + "x" * 100 + ": 3\n").encode(),
    "deep lists": with_line("seed", "[" * 100_000),
    "deep mappings": with_line("seed", "{a: " * 20_000),
    "many aliases": (
        "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*b{n - 1}, *b{n - 1}]\n" for n in range(1, 5))
    ).encode(),
    "a misspelt name": TEXT.replace("lora_r:", "lora_rank:").encode(),
    "upper case": TEXT.replace("lora_r:", "LORA_R:").encode(),
    "latin-1": TEXT.replace("# --- data", "# donn\xe9es").encode("latin-1"),
    "utf-16": TEXT.encode("utf-16"),
    "utf-32": TEXT.encode("utf-32"),
    "zeros": bytes(1000),
    "a bell": TEXT.replace("seed: 42", "seed: 42 # \x07").encode(),
    "a zero byte": TEXT.encode().replace(b"seed: 42", b"seed: 4\x002"),
    "half a character": TEXT.encode() + b"# \xe2\x82",
    "a binary file": bytes(range(256)),
    "conflict marks": (f"<<<<<<< HEAD\n{TEXT}=======\n>>>>>>> other\n").encode(),
    "JSON cut off": b'{"seed": 42, ',
}

DAMAGED_DVC = {
    "empty": b"",
    "no stages": b"stages: {}\n",
    "stages a list": b"stages: [prepare]\n",
    "stages a number": b"stages: 3\n",
    "no prepare": DVC.replace("  prepare:", "  prepared:").encode(),
    "prepare a text": b"stages: {prepare: x}\n",
    "no params": b"stages: {prepare: {deps: [data/streams]}}\n",
    "params a text": b"stages: {prepare: {params: seed, deps: []}}\n",
    "params mappings": b"stages: {prepare: {params: [{a.yaml: [seed]}]}}\n",
    "an unknown parameter": DVC.replace("- max_pairs", "- max_pears").encode(),
    "not YAML": DVC.replace("  prepare:", "  prepare: [").encode(),
    "latin-1": ("# \xe9\n" + DVC).encode("latin-1"),
    "deep": b"stages: " + b"[" * 50_000,
    "zeros": bytes(100),
    "twice": (DVC + "stages: {}\n").encode(),
}

# What only training can tell: lines of params.yaml, and what it says of them.
REFUSED = (
    ({"model_name": "models/none"}, "no such folder"),
    ({"model_name": "google/gemma-2b-it"}, "hf download"),
    ({"bnb_4bit_compute_dtype": "float16"}, "needs a GPU"),
    ({"optim": "paged_adamw_8bit"}, "needs a GPU"),
    ({"shard_base": "true", "dequantize_once": "true"}, "dequantize_once: false"),
    ({"max_seq_length": "16"}, "raise it in params.yaml"),
)

CASES = [
    *(
        Case(f"train: {values}", ("train",), "params.yaml", with_lines(values), words=words)
        for values, words in REFUSED
    ),
    *(
        Case(f"{name} is {what}", PREPARE, "params.yaml", with_line(name, value), words=name)
        for name in FIELDS
        for what, value in (NEVER | of_type(name)).items()
    ),
    *(
        Case(f"{name}: {value[:20]}", PREPARE, "params.yaml", with_line(name, value), words=".yaml")
        for name, values in EDGES.items()
        for value in values
    ),
    *(
        Case(f"without {name}", PREPARE, "params.yaml",
             re.sub(rf"(?m)^{name}: .*\n", "", TEXT).encode(), words=f"{name} is missing")
        for name in FIELDS
    ),
    *(
        Case(f"params.yaml: {what}", PREPARE, "params.yaml", raw, words="params.yaml")
        for what, raw in DAMAGED.items()
    ),
    Case("params.yaml: removed", PREPARE, "params.yaml", None, words="no such file"),
    *(
        Case(f"dvc.yaml: {what}", PREPARE, "dvc.yaml", raw, words="dvc.yaml")
        for what, raw in DAMAGED_DVC.items()
    ),
    Case("dvc.yaml: removed", PREPARE, "dvc.yaml", None, words="no such file"),
    Case("params.yaml: CRLF", PREPARE, "params.yaml", TEXT.replace("\n", "\r\n").encode(), (0,)),
    Case("params.yaml: a mark of order", PREPARE, "params.yaml", b"\xef\xbb\xbf" + TEXT.encode(),
         (0,)),
]  # fmt: skip
