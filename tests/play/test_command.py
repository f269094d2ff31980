"""The command behind the page, with the embedded base and its released adapter."""

import contextlib
import html
import http.client
import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from anecdot import dot

TEXT = "A door has two states, Open and Closed. From Open it goes to Closed on close."
WAYS = {"base": ["--base"], "tuned": [], "constrained": ["--constrained"]}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What a clone has before any training; short answers."""
    for name in ("models/base", "models/released/embedded"):
        shutil.copytree(ROOT / name, tmp_path / name)
    text = (ROOT / "params.yaml").read_text(encoding="utf-8")
    (tmp_path / "params.yaml").write_text(
        re.sub(r"(?m)^max_new_tokens: \d+", "max_new_tokens: 80", text), encoding="utf-8"
    )
    return tmp_path


def play(folder: Path, *args: str) -> subprocess.Popen[str]:
    # Ctrl-C reaches it even where the tests run in the background, which ignores it.
    return subprocess.Popen(
        [sys.executable, str(ROOT / "src/play.py"), *args], cwd=folder, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def ask(port: str, text: str) -> list[dict]:
    """What the page is told about a text."""
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=300)
    connection.request("POST", "/answer", json.dumps({"text": text}))
    return [json.loads(line) for line in connection.getresponse()]


def generated(folder: Path, way: list[str]) -> str:
    """What generate.py prints for the same text."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "src/generate.py"), *way, TEXT], cwd=folder, text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.stdout.removesuffix("\n")


def test_the_command_shows_what_generate_prints_and_ends_with_ctrl_c(clone: Path) -> None:
    with play(clone, "--port", "0") as process, contextlib.ExitStack() as stack:
        stack.callback(process.kill)  # whatever fails below
        port = process.stdout.readline().split()[0].rpartition(":")[2]
        second = play(clone, "--port", port)
        _, said = second.communicate(timeout=300)
        assert second.returncode == 1
        wanted = rf"no models/adapter yet: .*\nerror: port {port} of 127.0.0.1 cannot be had \(.*\n"
        assert re.fullmatch(wanted, said)
        panels: dict[str, str] = {}
        for event in ask(port, TEXT):
            panels |= event.get("panels", {})
        assert list(panels) == ["tuned", "base", "constrained"]
        shown = {}
        for model, panel in panels.items():
            text = html.unescape(re.search(r"<pre.*?>(.*?)</pre>", panel, re.DOTALL)[1])
            shown[model] = dot.extract(text) or text
        assert shown == {model: generated(clone, way) for model, way in WAYS.items()}
        assert dot.check(shown["tuned"]) is None
        assert shown["base"] != shown["tuned"]
        assert any("more than the 1024 that the model reads" in event["error"]
                   for event in ask(port, "é" * 3000) if "error" in event)  # fmt: skip
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=300)
    assert process.returncode == 0
    assert said.endswith("\nended\n")
    assert "Traceback" not in said


def test_without_an_adapter_the_command_says_how_to_get_one(clone: Path) -> None:
    shutil.rmtree(clone / "models/released")
    process = play(clone)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 1
    assert re.fullmatch(r"error: models/adapter: no adapter here; .*`dvc repro`.*\n", said)
