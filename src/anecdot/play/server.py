"""The page's HTTP server: nothing but the standard library, and nothing from any other host.

    GET  /           the page; /style.css and /play.js belong to it
    POST /answer     {"text": ...}: a line of JSON for each event (`waiting.Event`), any of
                     status, error (both in words), there (what the graphs are compared with),
                     panels and words (see `panels`)
    POST /download   the form fields dot, format (dot, svg or png) and name: the graph as a file

What a model wrote is hostile until proved otherwise: it is drawn by `dot.render` alone, and the
content-security policy lets the page run and load only what this server gave it. A page of another
site cannot use the server through its reader's browser: requests of another origin, or by another
name than this machine's, are refused.
"""

import json
import queue
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from anecdot import dot
from anecdot.common.command import explain
from anecdot.common.errors import UserError
from anecdot.play.waiting import Line
from anecdot.prompting.text import normalise
from anecdot.scoring.report.page import FOLDER as REPORT

DRAWING = threading.BoundedSemaphore(2)
"""A file to download is drawn by a process of its own: two at a time."""

FOLDER = Path(__file__).parent
MAX_CHARACTERS = 20_000
"""Of a text, and of a graph to download."""

MAX_BYTES = 12 * MAX_CHARACTERS
"""Of a request: so many a character that JSON or a form writes as escapes."""

LOCAL = ("127.0.0.1", "localhost")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TYPES = {"dot": "text/vnd.graphviz", "svg": "image/svg+xml", "png": "image/png"}


class Refused(Exception):
    """A request that is not served: HTTP status, and why, in one line."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Server(ThreadingHTTPServer):
    """The server, listening from the start; it answers once `page` is set and it is run.

    Raises:
        UserError: the port is taken, or the address is none of this machine's.
    """

    daemon_threads = True

    def __init__(self, host: str, port: int) -> None:
        self.line = Line()
        self.page = ""
        try:
            super().__init__((host, port), Handler)
        except (OSError, OverflowError) as error:
            raise UserError(
                f"port {port} of {host} cannot be had ({getattr(error, 'strerror', error)}); "
                "name another one with --port"
            ) from None
        self.local = host in LOCAL

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host}:{port}"

    def handle_error(self, *_: object) -> None:
        """What nobody foresaw, in one line; a reader who went away is no error."""
        if not isinstance(error := sys.exception(), (ConnectionError, TimeoutError)):
            print(f"error: {explain(error)}", file=sys.stderr)


class Handler(BaseHTTPRequestHandler):
    """One request. Its thread waits and writes; the model works in the main thread."""

    server: Server
    timeout = 30  # seconds that a silent client may take over its request

    def do_GET(self) -> None:
        files = {"/style.css": ("text/css", "play.css"), "/play.js": ("text/javascript", "play.js")}
        path = urlsplit(self.path).path
        try:
            self.admit()
            if path == "/":
                self.reply("text/html", self.server.page.encode())
            elif path == "/favicon.ico":
                self.reply("image/x-icon", b"", HTTPStatus.NO_CONTENT)
            elif path in files:
                kind, name = files[path]
                style = (REPORT / "report.css").read_bytes() if name == "play.css" else b""
                self.reply(kind, style + (FOLDER / name).read_bytes())
            else:
                raise Refused(HTTPStatus.NOT_FOUND, "no such page; the only one is /")
        except Refused as refused:
            self.refuse(refused)

    def do_POST(self) -> None:
        ways = {"/answer": self.answer, "/download": self.download}
        try:
            self.admit()
            if self.path not in ways:
                raise Refused(HTTPStatus.NOT_FOUND, "no such page; the only one is /")
            ways[self.path](self.body())
        except Refused as refused:
            self.refuse(refused)
        except (ConnectionError, TimeoutError):
            pass  # nobody reads the answer

    def admit(self) -> None:
        """Refuse what a page of another site sends through its reader's browser."""
        host, origin = self.headers.get("Host", ""), self.headers.get("Origin")
        try:
            name, came_from = urlsplit(f"//{host}").hostname, urlsplit(origin or "").netloc
        except ValueError:
            reason = "the request's Host or Origin is none"
            raise Refused(HTTPStatus.BAD_REQUEST, reason) from None
        if self.server.local and name not in LOCAL:
            raise Refused(HTTPStatus.FORBIDDEN, "this server is for its own machine; see --host")
        if origin and came_from != host:
            raise Refused(HTTPStatus.FORBIDDEN, "this came from a page of another site")

    def body(self) -> bytes:
        """What a request carries, within the limit."""
        try:
            length = int(self.headers["Content-Length"])
        except (TypeError, ValueError):
            raise Refused(
                HTTPStatus.LENGTH_REQUIRED, "the request does not say its length"
            ) from None
        if not 0 <= length <= MAX_BYTES:
            raise Refused(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"the text is longer than {MAX_CHARACTERS:,} characters; shorten it",
            )
        return self.rfile.read(length)

    def answer(self, body: bytes) -> None:
        """Queue a text up and pass on what is told of it."""
        job = self.server.line.join(text_of(body))
        if job is None:
            reason = "too many texts wait already; try again in a minute"
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, reason)
        try:
            self.start("application/x-ndjson")
            while True:
                try:
                    event = job.events.get(timeout=1)
                except queue.Empty:
                    ahead = self.server.line.ahead(job)
                    event = {"status": f"Waiting: {ahead} before you ..."} if ahead else {}
                if event is None:
                    return
                self.wfile.write(json.dumps(event).encode() + b"\n")  # fails once nobody listens
        finally:
            job.left.set()

    def download(self, body: bytes) -> None:
        """Draw a graph into a file."""
        try:
            fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=8)
        except ValueError:
            raise Refused(HTTPStatus.BAD_REQUEST, "not a form in UTF-8") from None
        text = fields.get("dot", [""])[0].replace("\r\n", "\n")
        form = fields.get("format", [""])[0]
        name = fields.get("name", [""])[0]
        if form not in TYPES or len(text) > MAX_CHARACTERS:
            what = f"format is one of {', '.join(TYPES)}, dot at most {MAX_CHARACTERS:,} characters"
            raise Refused(HTTPStatus.BAD_REQUEST, what)
        draw = {"dot": str.encode, "svg": svg_file, "png": dot.render_png}[form]
        try:
            with DRAWING:
                content = draw(text)
        except (dot.RenderError, UnicodeEncodeError) as error:
            raise Refused(HTTPStatus.BAD_REQUEST, f"Graphviz does not draw it: {error}") from None
        name = name if name.isascii() and name.isalpha() else "graph"
        self.reply(TYPES[form], content, name=f"{name}.{form}")

    def refuse(self, refused: Refused) -> None:
        """Say why a request is not served, as an event."""
        self.close_connection = True
        content = json.dumps({"error": str(refused)}).encode() + b"\n"
        self.reply("application/x-ndjson", content, refused.status)

    def reply(
        self, kind: str, content: bytes, status: HTTPStatus = HTTPStatus.OK, name: str = ""
    ) -> None:
        """Send a whole answer, as a file to keep where it has a name."""
        more = {"Content-Length": str(len(content))}
        more |= {"Content-Disposition": f'attachment; filename="{name}"'} if name else {}
        try:
            self.start(kind, status, more)
            self.wfile.write(content)
        except (ConnectionError, TimeoutError):
            pass  # nobody reads the answer

    def start(
        self, kind: str, status: HTTPStatus = HTTPStatus.OK, more: dict[str, str] | None = None
    ) -> None:
        """Send the headers."""
        self.send_response(status)
        for name, value in {
            "Content-Type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
            **(more or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Texts are their writers' own: nothing is logged."""


def text_of(body: bytes) -> str:
    """The text in a request; Refused where there is none that can be drawn."""
    try:
        text = json.loads(body)["text"]
        if not isinstance(text, str):
            raise TypeError
        text = normalise(text, "the text")
    except UserError as error:
        raise Refused(HTTPStatus.BAD_REQUEST, str(error)) from None
    except (KeyError, RecursionError, TypeError, ValueError):
        raise Refused(HTTPStatus.BAD_REQUEST, 'give JSON: {"text": "..."}') from None
    if not text.strip():
        raise Refused(HTTPStatus.BAD_REQUEST, "the text is empty; describe the graph to draw")
    if len(text) > MAX_CHARACTERS:
        many = f"the text has {len(text):,} characters, {MAX_CHARACTERS:,} at most; shorten it"
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, many)
    return text


def svg_file(text: str) -> bytes:
    """A graph as an SVG file of its own, made as safe as the page's drawings."""
    return dot.render_svg(text).encode()
