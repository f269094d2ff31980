"""An export answers as generate.py does, by transformers alone and through the endpoint."""

import base64
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from conftest import ROOT
from inputs.harness import REMEDY, run
from transformers import Qwen2Tokenizer

from anecdot import dot
from anecdot.common.params import read_params
from anecdot.exporting.ollama import knows_tokenizer
from anecdot.prompting.prompt import SYSTEM_PROMPT, render, stop_ids

TEXTS = [
    "A door lock has two states. From Locked it goes to Unlocked when the code is right.",
    "The baker calls the miller. The miller calls the farmer. Draw them as boxes.",
    "class Dog(Animal): pass\nclass Cat(Animal): pass",
]
VALUES = {  # the same on every CPU, and short
    "bnb_4bit_compute_dtype: bfloat16": "bnb_4bit_compute_dtype: float32",
    "max_new_tokens: 400": "max_new_tokens: 48",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The current folder: the embedded base, an adapter, its exports in models/."""
    import torch

    from anecdot.model import adapter as adapters
    from anecdot.model import base as models

    folder = tmp_path_factory.mktemp("exporting") / "a project"
    shutil.copytree(ROOT / "models/base", folder / "models/base")
    text = (ROOT / "params.yaml").read_text(encoding="utf-8")
    for old, new in VALUES.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "params.yaml").write_text(text, encoding="utf-8")
    rows = "".join(json.dumps({"input_text": text}) + "\n" for text in TEXTS)
    (folder / "requests.jsonl").write_text(rows, encoding="utf-8")
    before = Path.cwd()
    os.chdir(folder)
    params = read_params()
    base = models.load_base(params, torch.device("cpu"), plain=True, prove=False)
    lora = adapters.add_lora(base, params)
    with torch.no_grad():  # never trained, but it changes the answers
        for name, weight in lora.named_parameters():
            if "lora_B" in name:
                weight.normal_(std=0.02)
    adapters.save_adapter(lora, models.tokenizer_of(params), "# Its card", Path("models/adapter"))
    status, said = run(("export", "--merged", "models/merged", "--ollama", "models/ollama"))
    assert status == 0, said
    assert "Ollama does not know this tokenizer" in said
    yield folder
    os.chdir(before)


@pytest.fixture(scope="module")
def graphs(project: Path) -> list[str]:
    """What generate.py answers to TEXTS."""
    status, said = run(("generate", "--input", "requests.jsonl", "--output", "graphs.jsonl"))
    assert status == 0, said
    lines = (project / "graphs.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["output_dot"] for line in lines]


def graph_in(answer: str) -> str:
    return dot.extract(answer) or answer


def refused(said: str) -> str:
    """The one line of an error, with its remedy."""
    [line] = [line for line in said.splitlines() if "error: " in line]
    assert REMEDY.search(line), line
    return line


def test_plain_transformers_answers_as_generate_does(project, graphs):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from anecdot.model.base import tokenizer_of

    def answers(model: Any) -> list[str]:
        found = []
        for text in TEXTS:
            prompt = tokenizer.apply_chat_template(
                [{"role": "user", "content": text}],
                add_generation_prompt=True, return_dict=True, return_tensors="pt",
            )  # fmt: skip
            answer = model.generate(**prompt)[0, prompt["input_ids"].shape[1] :]
            found.append(graph_in(tokenizer.decode(answer, skip_special_tokens=True)))
        return found

    tokenizer = AutoTokenizer.from_pretrained("models/merged")
    model = AutoModelForCausalLM.from_pretrained("models/merged")
    assert answers(model) == graphs
    config = model.generation_config
    assert config.eos_token_id == stop_ids(tokenizer_of(read_params()))
    assert (config.do_sample, config.max_new_tokens) == (False, 48)
    base = AutoModelForCausalLM.from_pretrained("models/base", dtype=model.dtype)
    base.generation_config = config
    assert answers(base) != graphs  # so the adapter is in the export


def test_the_card_names_base_and_licence_and_no_figures_of_another_adapter(project):
    card = Path("models/merged/README.md").read_text(encoding="utf-8")
    weights = "634e43fbd8607d1e84aca2fd280995a7ec97974fe82f148c9c0ae8e71530dde8"
    for words in ("\nlicense: mit\n", weights, "stored in float32", "Not measured"):
        assert words in card
    assert Path("models/merged/TRAINING.md").read_text(encoding="utf-8") == "# Its card"


def test_the_card_has_the_figures_that_dvc_recorded_for_this_adapter(project, tmp_path):
    """dvc.lock is DVC's own, of a stage that depends on the adapter."""
    from anecdot.exporting.card import merged_card
    from anecdot.model.hub import record_of

    (tmp_path / "metrics").mkdir()
    shutil.copytree("models/adapter", tmp_path / "models/adapter")
    for name in ("metrics/evaluate.json", "metrics/evidence.json", "metrics/prepare.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "data").mkdir()
    stages = (
        "stages: {prepare: {cmd: 'true', deps: [data/]}, evaluate: {cmd: 'true', deps: "
        "[models/adapter], metrics: [metrics/evaluate.json: {cache: false}]}}"
    )
    (tmp_path / "dvc.yaml").write_text(stages, encoding="utf-8")
    for command in (["init", "--no-scm", "-q"], ["commit", "-f", "-q"]):
        subprocess.run(["dvc", *command], cwd=tmp_path, check=True)
    params = read_params()
    about = params, record_of(params), tmp_path / "models/adapter", "float32", tmp_path
    figures = json.loads((ROOT / "metrics/evaluate.json").read_text(encoding="utf-8"))
    row = f"{figures['novel']['tuned']['edge_f1']:.3f} ("
    assert row in merged_card(*about)
    (tmp_path / "models/adapter/README.md").write_text("another", encoding="utf-8")
    assert row not in merged_card(*about)


def test_ollama_is_given_the_prompt_the_stops_and_no_penalty(project):
    from anecdot.model.base import tokenizer_of

    text = Path("models/ollama/Modelfile").read_text(encoding="utf-8")
    template, system = re.findall(r'^\w+ """(.*?)"""', text, re.DOTALL | re.MULTILINE)
    filled = template.replace("{{ .System }}", system).replace("{{ .Prompt }}", "A to B.")
    prompt, terminator = render(tokenizer_of(read_params()), "A to B.")
    assert filled == f"{prompt}{{{{ .Response }}}}{terminator}"
    assert system == SYSTEM_PROMPT
    assert text.startswith("FROM .\n")
    for line in ("temperature 0", "repeat_penalty 1", "num_predict 48", 'stop "<|endoftext|>"'):
        assert f"\nPARAMETER {line}\n" in text
    assert Path("models/ollama/model.safetensors").is_file()
    config = json.loads(Path("models/ollama/config.json").read_text(encoding="utf-8"))
    assert config["rope_theta"] == config["rope_parameters"]["rope_theta"]


def test_ollama_knows_the_tokenizer_of_qwen(tmp_path):
    tokenizer = Qwen2Tokenizer(
        vocab={"a": 0, "b": 1, "ab": 2, "<|endoftext|>": 3}, merges=[("a", "b")]
    )
    tokenizer.save_pretrained(tmp_path)
    assert knows_tokenizer(tmp_path)
    file = tmp_path / "tokenizer.json"
    file.write_text(
        file.read_text(encoding="utf-8").replace(r"\\p{N}", r"\\p{N}+"), encoding="utf-8"
    )
    assert not knows_tokenizer(tmp_path)


def test_gguf_is_the_work_of_a_converter_or_one_line(project, tmp_path, monkeypatch):
    target = tmp_path / "graph.gguf"
    monkeypatch.setenv("PATH", str(tmp_path))
    status, said = run(("export", "--gguf", str(target)))
    assert status == 1
    assert "requirements-convert.txt" in refused(said)
    script = tmp_path / "convert.py"  # in the place of llama.cpp's, with its arguments
    script.write_text(
        "import sys, pathlib\n"
        "_, folder, outfile, target = sys.argv\n"
        "pathlib.Path(target).write_bytes(pathlib.Path(folder, 'config.json').read_bytes())\n"
        "if pathlib.Path('refuse').exists():\n    raise NotImplementedError('not recognized')\n",
        encoding="utf-8",
    )
    export = ("export", "--gguf", str(target), "--converter", str(script))
    Path("refuse").touch()
    status, said = run(export)
    Path("refuse").unlink()
    assert status == 1
    assert "NotImplementedError: not recognized" in refused(said)
    assert list(tmp_path.iterdir()) == [script]  # nothing half-written
    status, said = run(export)
    assert status == 0, said
    assert json.loads(target.read_text(encoding="utf-8"))["model_type"] == "llama"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--merged", "models/base"), "models/base"),
        (("--merged", "params.yaml"), "params.yaml"),
        (("--merged", "new", "--adapter", "missing"), "missing"),
        (("--merged", "new", "--push", "a/b/c"), "a/b/c"),
        (("--merged", "new", "--push", "owner/name"), "hf auth login"),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_is_loaded(
    project, monkeypatch, tmp_path, arguments, words
):
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "token"))
    status, said = run(("export", *arguments))
    assert status == 1
    assert words in refused(said)
    assert "merging" not in said
    assert not Path("new").exists()


class Hub(BaseHTTPRequestHandler):
    """Stands in for the hub's side of the wire, and keeps what it is sent."""

    sent: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.sent.append((self.path, body))
        answer: dict[str, Any] = {
            "url": "https://huggingface.co/owner/name",
            "errors": [],
            "warnings": [],
        }
        if "/preupload/" in self.path:
            paths = [file["path"] for file in json.loads(body)["files"]]
            answer = {"files": [{"path": p, "uploadMode": "regular", "shouldIgnore": False,
                                 "oid": None} for p in paths]}  # fmt: skip
        elif "/commit/" in self.path:
            answer = {"commitUrl": "https://huggingface.co/owner/name/commit/1", "commitOid": "1"}
        content = json.dumps(answer).encode()
        self.send_response(403 if b"taken" in body else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing on the tests' standard error."""


def test_push_sends_the_folder_with_its_card_into_a_private_repository(
    project, tmp_path, monkeypatch, capsys
):
    from huggingface_hub import HfApi

    import export

    folder = tmp_path / "export"
    shutil.copytree("models/merged", folder, ignore=shutil.ignore_patterns("*.safetensors"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    Hub.sent = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    Thread(target=server.serve_forever, daemon=True).start()
    api = HfApi(endpoint=f"http://127.0.0.1:{server.server_port}", token="hf_of_nobody")
    try:
        export.push(api, folder, "owner/name")
        with pytest.raises(export.UserError, match="check the name"):
            export.push(api, folder, "taken/name")
    finally:
        server.shutdown()
        server.server_close()
    assert "https://huggingface.co/owner/name/commit/1" in capsys.readouterr().out
    sent = dict(reversed(Hub.sent))
    assert json.loads(sent["/api/repos/create"])["visibility"] == "private"
    [commit] = [body for path, body in Hub.sent if "/owner/name/commit/" in path]
    files = {}
    for line in map(json.loads, commit.splitlines()):
        if line["key"] == "file":
            files[line["value"]["path"]] = base64.b64decode(line["value"]["content"])
    assert files == {path.name: path.read_bytes() for path in folder.iterdir()}
    assert "README.md" in files


@pytest.fixture(scope="module")
def endpoint(project: Path) -> Iterator[str]:
    """The address of the export's server, on loopback."""
    for package in ("fastapi", "openai", "uvicorn"):
        pytest.importorskip(package, reason="pip install -r requirements-serve.txt")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, str(ROOT / "src/serve.py"), "models/merged", "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            assert server.poll() is None, server.stdout.read().decode()
            try:
                with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
                    assert json.load(answer) == {"status": "ok"}
                break
            except OSError:
                time.sleep(1)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def test_the_endpoint_answers_as_generate_does(endpoint, graphs):
    import openai

    client = openai.OpenAI(base_url=f"{endpoint}/v1", api_key="none", max_retries=0, timeout=300)
    [model] = [model.id for model in client.models.list()]
    for text, graph in zip(TEXTS, graphs, strict=True):
        asked = {"model": model, "messages": [{"role": "user", "content": text}]}
        answer = client.chat.completions.create(**asked)
        assert graph_in(answer.choices[0].message.content) == graph
        assert answer.model == model == "merged"
    stream = client.chat.completions.create(**asked, stream=True)
    pieces = [chunk.choices[0].delta.content or "" for chunk in stream]
    assert len(pieces) > 3
    assert graph_in("".join(pieces)) == graph


USER = {"role": "user", "content": "A to B."}


@pytest.mark.parametrize(
    ("status", "words", "body"),
    [
        (400, "JSON object", []),
        (400, "messages", {}),
        (400, "messages", {"messages": []}),
        (400, "messages", {"messages": "A to B."}),
        (400, "messages[0]", {"messages": [{"content": "A to B."}]}),
        (400, "messages[1]", {"messages": [USER, {"role": "user", "content": 3}]}),
        (400, "the last one", {"messages": [USER, {"role": "assistant", "content": "x"}]}),
        (400, "not empty", {"messages": [{"role": "user", "content": " "}]}),
        (400, "1024", {"messages": [{"role": "user", "content": "word " * 3000}]}),
        (400, "1024", {"messages": [USER], "max_tokens": 1024}),
        (400, "max_tokens", {"messages": [USER], "max_tokens": 0}),
        (400, "max_completion_tokens", {"messages": [USER], "max_completion_tokens": "9"}),
        (404, "merged", {"messages": [USER], "model": "another"}),
        (422, "nothing", {"messages": [USER], "nothing": 1}),
    ],
)
def test_a_bad_request_is_refused_in_one_line(endpoint, status, words, body):
    request = urllib.request.Request(
        f"{endpoint}/v1/chat/completions", json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )  # fmt: skip
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(request, timeout=60)
    assert refusal.value.code == status
    message = json.load(refusal.value)["error"]["message"]
    assert words in message
    assert "\n" not in message
