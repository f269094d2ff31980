"""A model behind an OpenAI-compatible chat API: one question, one answer, whatever it takes.

Sent by the standard library: what this needs of HTTP is one POST. Redirects are not followed, so
that a key never travels to another host.
"""

import email.utils
import http.client
import ipaddress
import json
import random
import re
import sys
import threading
import time
import urllib.request
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from anecdot.common.errors import UserError
from anecdot.prompting.prompt import SYSTEM_PROMPT

TIMEOUT = 180.0  # seconds without a byte
TRIES = 7
FIRST_WAIT, LONGEST_WAIT = 1.0, 120.0  # seconds; each wait is twice the one before
LARGEST = 1 << 22  # bytes of an answer
AGAIN = {408, 409, 425, 429, 500, 502, 503, 504, 529}
REFUSED = {400, 413, 422}  # this question, not the whole service
THOUGHTS = re.compile(r"\A\s*<think>.*?</think>\s*", re.DOTALL)

# What some models and servers refuse: the words of their errors.
ADAPTED = {
    "max_tokens": re.compile("max_tokens"),
    "temperature": re.compile("temperature"),
    "system": re.compile("system.{0,20}role|role.{0,20}system|roles must alternate"),
}


class Refused(Exception):
    """The service will not answer this question; the text says why."""


class Pace:
    """No more than so many requests a minute (0: any number), all threads together."""

    def __init__(self, per_minute: float) -> None:
        self._interval = 60 / per_minute if per_minute else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Wait for this request's turn."""
        with self._lock:
            now = time.monotonic()
            at = max(now, self._next)
            self._next = at + self._interval
        time.sleep(at - now)

    def hold(self, seconds: float) -> None:
        """Let nobody ask for so long."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)


class Endpoint:
    """A model of a service.

    Args:
        url: of the API, such as http://127.0.0.1:11434/v1.
        model: its name there.
        key: sent as bearer token; "" sends none.
        max_tokens: of an answer.
        pace: shared by all threads.

    Raises:
        UserError: not a URL, a secret in it, or a key that would travel in the clear.
    """

    def __init__(self, url: str, model: str, key: str, max_tokens: int, pace: Pace) -> None:
        self.model, self.max_tokens, self.pace = model, max_tokens, pace
        self.adapted: list[str] = []  # of ADAPTED, settled by the first answer
        self._settled = False
        self._key = key
        try:
            parts = urlsplit(url)
            known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            known = False
        if not known:
            raise UserError(f"--endpoint {url}: give a URL such as http://127.0.0.1:11434/v1")
        if not (key.isascii() and key.isprintable()):
            raise UserError("the key has a line break or an odd character; set its variable again")
        if parts.username or parts.password:
            raise UserError("--endpoint: has a user or password in it; set the key's variable")
        local = _is_loopback(parts.hostname)
        if key and parts.scheme == "http" and not local:
            raise UserError(
                f"--endpoint {parts.hostname}: the key would travel unencrypted; use https, or "
                "--key-env '' to send none"
            )
        path = parts.path.rstrip("/").removesuffix("/chat/completions")
        self.name = f"{parts.scheme}://{parts.netloc}{path}"  # a query may hold a secret
        self._url = f"{self.name}/chat/completions" + (f"?{parts.query}" if parts.query else "")
        handlers = [_NoRedirect, *([urllib.request.ProxyHandler({})] if local else [])]
        self._opener = urllib.request.build_opener(*handlers)

    def answer(self, text: str) -> dict[str, Any]:
        """The answer to one text: text, stopped (did it end by itself?) and tokens.

        The first answer settles how all are asked for: no one else may ask until it is there.

        Raises:
            Refused: this question alone was refused.
            UserError: the service cannot be used, or not now.
        """
        wait = FIRST_WAIT
        for attempt in range(1, TRIES + 1):
            self.pace.wait()
            try:
                answer = _read(self._post(self._body(text)))
                self._settled = True
                return answer
            except HTTPError as error:
                said = self._said(error)
                if self._adapt(error.code, said):
                    continue
                if error.code in REFUSED:
                    raise Refused(f"HTTP {error.code}: {said}") from None
                if error.code not in AGAIN:
                    raise UserError(f"{self.name}: {_explain(error.code)} ({said})") from None
                why, wanted = f"HTTP {error.code}: {said}", _retry_after(error.headers)
            except (OSError, http.client.HTTPException) as error:
                reason = error.reason if isinstance(error, URLError) else error
                why, wanted = str(reason) or type(reason).__name__, None
            except (ValueError, LookupError, TypeError, RecursionError):
                why, wanted = "no chat completion came back", None
            if attempt < TRIES:
                pause = min(LONGEST_WAIT, wanted or wait * (1 + random.random() / 4))
                print(f"{self.name}: {why}; again in {pause:.1f} s", file=sys.stderr)
                self.pace.hold(pause)
                wait *= 2
        raise UserError(
            f"{self.name}: no answer in {TRIES} attempts ({why}); check the URL and run "
            "the command again: it goes on behind the last answer"
        )

    def _body(self, text: str) -> dict[str, Any]:
        turns = [("system", SYSTEM_PROMPT), ("user", text)]
        if "system" in self.adapted:
            turns = [("user", f"{SYSTEM_PROMPT}\n\n{text}")]
        limit = "max_completion_tokens" if "max_tokens" in self.adapted else "max_tokens"
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": role, "content": content} for role, content in turns],
            limit: self.max_tokens,
            "stream": False,
        }
        return body if "temperature" in self.adapted else body | {"temperature": 0}

    def _post(self, body: dict[str, Any]) -> Any:
        headers = {"Content-Type": "application/json", "User-Agent": "anecdot"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = urllib.request.Request(self._url, json.dumps(body).encode(), headers)
        with self._opener.open(request, timeout=TIMEOUT) as response:
            return json.loads(response.read(LARGEST))

    def _said(self, error: HTTPError) -> str:
        """The service's own words on one short line, without the key."""
        try:
            said = error.read(LARGEST).decode(errors="replace")
            found = json.loads(said)
            found = found.get("error", found)
            said = str(found.get("message", found) if isinstance(found, dict) else found)
        except (OSError, http.client.HTTPException):
            said = ""
        except (ValueError, AttributeError, RecursionError):
            pass
        said = " ".join((said or error.reason or "").split())
        return (said.replace(self._key, "***") if self._key else said)[:300]

    def _adapt(self, code: int, said: str) -> bool:
        """Whether there is something that this service refuses, which goes otherwise from now."""
        if self._settled or code not in REFUSED:
            return False
        for name, words in ADAPTED.items():
            if name not in self.adapted and words.search(said.lower()):
                self.adapted.append(name)
                return True
        return False


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def _read(reply: dict[str, Any]) -> dict[str, Any]:
    choice = reply["choices"][0]
    text = choice["message"].get("content") or ""
    return {
        "text": THOUGHTS.sub("", text) if isinstance(text, str) else json.dumps(text),
        "stopped": choice.get("finish_reason") == "stop",
        "tokens": int((reply.get("usage") or {}).get("completion_tokens") or 0),
    }


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _explain(code: int) -> str:
    if code in (401, 403):
        return f"HTTP {code}, the key was refused; set the variable that --key-env names"
    if code == 404:
        return "HTTP 404, no such model or path; check --endpoint (it mostly ends in /v1), --model"
    if 300 <= code < 400:
        return f"HTTP {code}, it is elsewhere; give the address that it moved to"
    return f"HTTP {code}; check --endpoint and --model"


def _retry_after(headers: Any) -> float | None:
    """Seconds to wait that the service asks for, as a number or as a date."""
    value = headers.get("Retry-After", "") if headers else ""
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
