"""What `ollama create` makes of an exported folder: tried with Ollama 0.32.15."""

import hashlib
import json
from pathlib import Path

# Ollama knows how a tokenizer splits words by the sha256 of its regular expressions, and no other
# sign. It takes any other tokenizer for GPT-2's, says so in its server's log alone, and the model
# reads other tokens than it was trained on.
SPLITS = {
    "d98f9631be1e9607a9848c26c1f9eac1aa9fc21ac6ba82a2fc0741af9780a48f": "Llama 3",
    "03df5c5863ad70781dcfdef491ead25140f895fe8010964be0daefe27be32b02": "DeepSeek LLM",
    "21cde974d587f0d54dc8d56b183cc1e6239600172035c68fbd6d4b9f8da0576e": "DeepSeek Coder",
    "1ff7f41064896984db5d1bb6ff64fa4bc29007d08c1b439e505b7392777a319e": "Qwen 2",
    "00431aed57e696b747435f734d1e3b9b1bfd931a121fb5cac7129e97c181e9ba": "Qwen 3.5",
}


def knows_tokenizer(folder: Path) -> bool:
    """Whether Ollama reads the tokenizer of an exported folder as it is."""
    file = folder / "tokenizer.json"
    if not file.is_file():
        return False
    splitter = json.loads(file.read_text(encoding="utf-8")).get("pre_tokenizer") or {}
    expressions = "".join(
        part["pattern"].get("Regex", "")
        for part in splitter.get("pretokenizers", [])
        if part["type"] == "Split"
    )
    return hashlib.sha256(expressions.encode()).hexdigest() in SPLITS


def add_rotary_base(folder: Path) -> None:
    """Say the base of rotary positions where Ollama looks for it in config.json, too.

    transformers writes `rope_parameters` alone; without `rope_theta` beside it Ollama takes 10,000,
    of Qwen 2 zero, and the model writes nonsense.
    """
    file = folder / "config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    rope = config.get("rope_parameters") or {}
    if "rope_theta" in rope:
        config.setdefault("rope_theta", rope["rope_theta"])
        file.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
