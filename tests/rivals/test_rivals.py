"""Rivals against a real server on loopback that answers, fails and refuses by a script."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import door, write_rows

from anecdot.common.errors import UserError
from anecdot.common.files import read_jsonl
from anecdot.prompting.prompt import SYSTEM_PROMPT
from anecdot.rivals import answering, endpoint
from anecdot.rivals.answering import ask, column, read_rivals
from anecdot.rivals.endpoint import Endpoint, Pace
from anecdot.rivals.few_shot import Examples

KEY = "sk-very-secret"
ROWS = [{"block": "novel", **door(number)} for number in range(12)]
SOON = {"Retry-After": "0.01"}


class Service:
    """A server; `failures` are (status, headers, body) given before it answers again."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: set[str | None] = set()
        self.failures: list[tuple[int, dict[str, str], bytes]] = []
        self.refuses = ""  # a text in the question that it will not answer
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.keys.add(self.headers["Authorization"])
                question = body["messages"][-1]["content"]
                if service.failures:
                    self.reply(*service.failures.pop())
                elif service.refuses and service.refuses in question:
                    self.reply(400, {}, b'{"error": {"message": "not that"}}')
                else:
                    service.asked.append(body)
                    choice = {"message": {"content": f"<think>hm</think>\n{question}"}}
                    choice["finish_reason"] = "stop" if len(question) < 9000 else "length"
                    self.reply(200, {}, json.dumps({"choices": [choice]}).encode())

            def reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.chdir(tmp_path)
    write_rows(Path("train.jsonl"), [door(number) for number in range(50, 90)])
    found = Service()
    yield found
    found.server.shutdown()


def rival(service: Service, key: str = "", model: str = "acme/Chat-7b:free") -> Endpoint:
    return Endpoint(service.url, model, key, 99, Pace(0))


def questions(service: Service) -> list[str]:
    return [body["messages"][-1]["content"] for body in service.asked]


def test_every_pair_is_asked_as_our_models_are_and_answers_keep_their_order(service):
    ask(rival(service, KEY), ROWS, column("acme/Chat-7b:free", 0), None, 0, 4)
    assert {body["messages"][0]["content"] for body in service.asked} == {SYSTEM_PROMPT}
    assert sorted(questions(service)) == sorted(row["input_text"] for row in ROWS)
    assert {(body["temperature"], body["max_tokens"]) for body in service.asked} == {(0, 99)}
    assert service.keys == {f"Bearer {KEY}"}
    [(name, answers)] = read_rivals(ROWS).items()
    assert name == "acme-chat-7b-free"
    assert [answer["text"] for answer in answers] == [row["input_text"] for row in ROWS]
    assert all(answer["stopped"] for answer in answers)
    written = b"".join(path.read_bytes() for path in Path().rglob("*") if path.is_file())
    assert KEY.encode() not in written


def test_a_run_goes_on_where_it_was_and_asks_what_changed(service, monkeypatch):
    monkeypatch.setattr(endpoint, "TRIES", 1)
    real = Endpoint.answer

    def dies(self: Endpoint, text: str) -> dict[str, Any]:
        if len(service.asked) == 5:
            service.failures = [(500, {}, b"")]
        return real(self, text)

    monkeypatch.setattr(Endpoint, "answer", dies)
    with pytest.raises(UserError, match="goes on behind the last answer"):
        ask(rival(service), ROWS, "one", None, 0, 1)
    assert not Path("metrics").exists()
    [log] = Path(".checkpoints").iterdir()
    log.write_text(log.read_text()[:-20])  # cut off in a line: that answer is asked for again
    monkeypatch.setattr(Endpoint, "answer", real)
    ask(rival(service), ROWS, "one", None, 0, 3)
    assert len(service.asked) == len(ROWS) + 1
    assert not log.exists()
    changed = [ROWS[0] | {"input_text": "X to Y."}, *ROWS[1:], {"block": "mine", **door(70)}]
    assert read_rivals(changed) == {}
    ask(rival(service), changed, "one", None, 0, 3)
    assert len(service.asked) == len(ROWS) + 3
    assert set(questions(service)[-2:]) == {"X to Y.", door(70)["input_text"]}
    assert len(read_rivals(changed)["one"]) == len(changed)
    with pytest.raises(UserError, match="answers of acme/Chat-7b:free"):
        ask(rival(service, model="other"), ROWS, "one", None, 0, 1)


def test_what_passes_is_tried_again_and_what_does_not_is_said_at_once(service, monkeypatch):
    monkeypatch.setattr(endpoint, "FIRST_WAIT", 0.01)
    service.failures = [
        (200, {}, b"<html>"), (503, {}, b"busy"), (429, SOON, b'{"error": {"message": "slow"}}'),
    ]  # fmt: skip
    assert rival(service).answer("hello")["text"] == "hello"
    service.failures = [(401, {}, f'{{"error": "wrong key {KEY}"}}'.encode())]
    with pytest.raises(UserError) as error:
        rival(service, KEY).answer("hello")
    assert "HTTP 401, the key was refused" in str(error.value)
    assert KEY not in str(error.value)
    service.failures = [(404, {}, b"")]
    with pytest.raises(UserError, match="no such model or path"):
        rival(service).answer("hello")
    elsewhere = Service()
    service.failures = [(307, {"Location": f"{elsewhere.url}/chat/completions"}, b"")]
    with pytest.raises(UserError, match="elsewhere"):
        rival(service, KEY).answer("hello")
    assert elsewhere.keys == set()  # the key went nowhere else
    elsewhere.server.shutdown()
    elsewhere.server.server_close()
    with pytest.raises(UserError, match=r"refused.*check the URL"):
        rival(elsewhere).answer("hello")


def test_a_service_is_asked_in_the_way_that_it_takes(service):
    for words in ("use max_completion_tokens, not max_tokens", "System role not supported"):
        service.failures.append((400, {}, json.dumps({"error": {"message": words}}).encode()))
    one = rival(service)
    one.answer("hello")
    [body] = service.asked
    assert [turn["role"] for turn in body["messages"]] == ["user"]
    assert body["messages"][0]["content"] == f"{SYSTEM_PROMPT}\n\nhello"
    assert (body["max_completion_tokens"], "max_tokens" in body) == (99, False)


@pytest.mark.parametrize("refused", [0, 5])
def test_one_question_refused_counts_as_wrong(service, capsys, refused):
    service.refuses = f"room{refused} "
    ask(rival(service), ROWS, "shy", None, 0, 2)
    assert "refused 1 of 12" in capsys.readouterr().out
    answers = read_rivals(ROWS)["shy"]
    assert [a["text"] == "" for a in answers] == [number == refused for number in range(12)]


def test_a_service_that_refuses_the_first_few_is_asked_no_more_and_they_are_asked_again(service):
    service.refuses = "A door"
    with pytest.raises(UserError, match="not that"):
        ask(rival(service), ROWS, "no", None, 0, 2)
    service.refuses = ""
    ask(rival(service), ROWS, "no", None, 0, 2)
    assert all(answer["text"] for answer in read_rivals(ROWS)["no"])


def test_examples_are_the_training_pairs_most_like_and_never_held_out(service):
    training = Path("train.jsonl")
    pairs = [row for _, row in read_jsonl(training)]
    wanted = "A door leads from room77 to somewhere."
    shown = Examples(pairs).like(wanted, 3)
    assert shown[-1]["id"] == "door-077"
    assert len(Examples(pairs).like(wanted, 99)) == len(pairs)
    ask(rival(service), ROWS[:2], "shown", training, 3, 1)
    text = questions(service)[0]
    assert text.count("Graph:\ndigraph {") == 3
    assert text.endswith(f"Text:\n{ROWS[0]['input_text']}\n\nGraph:")
    assert len(read_rivals(ROWS[:2])["shown"][0]["examples"]) == 3
    # Held out by another split now, it has been seen by the rival: no figures of that.
    example = read_rivals(ROWS[:2])["shown"][0]["examples"][0]
    leaked = {"block": "validation", **door(int(example[-3:]))}
    path = answering.FOLDER / "shown/answers.jsonl"
    rows = [row for _, row in read_jsonl(path)]
    asked = answering._key(leaked)[2]
    write_rows(path, [*rows, rows[0] | {"block": "validation", "id": example, "asked": asked}])
    assert read_rivals([*ROWS[:2], leaked]) == {}


@pytest.mark.parametrize(
    ("url", "key", "words"),
    [
        ("ftp://x/v1", "", "give a URL"),
        ("http://me:pw@127.0.0.1/v1", "", "user or password"),
        ("http://example.org/v1", KEY, "unencrypted"),
    ],
)
def test_a_secret_travels_to_nobody_else(url, key, words):
    with pytest.raises(UserError, match=words):
        Endpoint(url, "m", key, 9, Pace(0))
    Endpoint("https://example.org/v1", "m", KEY, 9, Pace(0))


def test_a_rate_spreads_the_questions():
    pace = Pace(60 / 0.05)
    began = time.monotonic()
    for _ in range(5):
        pace.wait()
    assert 0.19 < time.monotonic() - began < 2
