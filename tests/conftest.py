"""Real parts, made small: a tiny base model, and a project folder of its own with Git and DVC."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# A busy machine is no failure.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

ROOT = Path(__file__).parents[1]
CHROMIUM_FLAGS = """
    --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync
    --disable-background-networking --disable-component-update --disable-dev-shm-usage
    --proxy-server=127.0.0.1:9
    """
os.environ["HF_HUB_OFFLINE"] = "1"
# Small models gain nothing from threads, which wait for each other on a busy machine.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["DVC_NO_ANALYTICS"] = "1"
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def door(number: int) -> dict[str, str]:
    """A small (text, DOT) pair, another one for each number."""
    names = [f"room{number}", f"hall{number % 7}", f"yard{number % 5}"]
    return {
        "id": f"door-{number:03}",
        "source": "doors" if number % 3 else "gates",
        "license": "MIT",
        "task_type": "NL_TO_DOT",
        "kind": "network",
        "style": "terse",
        "origin": f"door-{number:03}",
        "input_text": f"A door leads from {names[0]} to {names[1]} and from there to {names[2]}.",
        "output_dot": f"digraph {{\n  {names[0]} -> {names[1]};\n  {names[1]} -> {names[2]};\n}}",
    }


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Llama of two layers with a byte-level tokenizer trained on the doors."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=512,
        special_tokens=["<|endoftext|>", "<|pad|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    texts = [text for number in range(40) for text in door(number).values()]
    tokenizer.train_from_iterator(texts, trainer)
    folder = tmp_path_factory.mktemp("models") / "base"
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|endoftext|>", pad_token="<|pad|>"
    ).save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=64, intermediate_size=128,
        num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        tie_word_embeddings=True, eos_token_id=0, bos_token_id=None, pad_token_id=1,
    )  # fmt: skip
    LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)
    return folder


class Project:
    """A project folder of its own: this code, small data, a tiny base model, Git and DVC."""

    def __init__(self, folder: Path, base: Path) -> None:
        self.folder = folder
        for name in (
            "src",
            ".dvc/config",
            ".dvc/plots",
            "dvc.yaml",
            "params.yaml",
            "requirements.txt",
            "metrics/rivals/README.md",
            "data/tests/README.md",
            ".gitignore",
            ".dvcignore",
        ):
            source, target = ROOT / name, folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        for number, stream in enumerate(("logic", "documentation", "attribute-docs", "synthetic")):
            rows = [door(number * 12 + row) for row in range(12)]
            write_rows(folder / f"data/streams/{stream}-stream.jsonl", rows)
        machine = door(90) | {"input_code": "a => b;", "source": "statemachine_cat"}
        del machine["input_text"]
        pairs = folder / "data/training/statemachine_cat/pairs.json"
        pairs.parent.mkdir(parents=True)
        pairs.write_text(json.dumps([machine], indent=1), encoding="utf-8")
        write_rows(folder / "data/novel/terse.jsonl", [door(n) for n in range(100, 106)])
        shutil.copytree(base, folder / "models/base")
        self.set(num_train_epochs=1, max_new_tokens=24, eval_steps=2, save_steps=1,
                 logging_steps=1, per_device_train_batch_size=8, lora_r=4)  # fmt: skip
        self.run("git", "init", "-q", "-b", "main")
        self.run("git", "config", "user.name", "Test")
        self.run("git", "config", "user.email", "test@example.org")
        self.commit()

    def set(self, **params: object) -> None:
        """Change values in params.yaml."""
        path = self.folder / "params.yaml"
        lines = path.read_text(encoding="utf-8").split("\n")
        for name, value in params.items():
            at = next(i for i, line in enumerate(lines) if line.startswith(f"{name}:"))
            lines[at] = f"{name}: {json.dumps(value)}"
        path.write_text("\n".join(lines), encoding="utf-8")

    def run(self, *command: str, ok: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command in the folder; with `ok`, fail the test where it fails."""
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, timeout=300
        )
        assert not ok or done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done

    def commit(self) -> None:
        """Commit everything that Git does not ignore."""
        self.run("git", "add", "-A")
        self.run("git", "commit", "-q", "-m", "state")


@pytest.fixture
def project(tmp_path: Path, tiny_base: Path) -> Project:
    return Project(tmp_path / "a project", tiny_base)


@pytest.fixture(scope="session")
def make_project(tiny_base: Path) -> Callable[[Path], Project]:
    return lambda folder: Project(folder, tiny_base)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A real Chromium that reaches no network."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("needs chromium and chromedriver")
    webdriver = pytest.importorskip("selenium.webdriver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in CHROMIUM_FLAGS.split():
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('chromium')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = webdriver.Chrome(options, webdriver.ChromeService(driver))
    yield chrome
    chrome.quit()


def resize(browser: Any, width: int, scheme: str = "light") -> None:
    screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
