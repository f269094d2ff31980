"""The page and its server: in a real browser, under attack, with a queue.

A text stands for what the models would write: base the part before ---, the others what follows it.
"""

import http.client
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from conftest import resize

from anecdot.model.decode import Generation
from anecdot.play.page import Example, render
from anecdot.play.panels import panels
from anecdot.play.server import MAX_BYTES, MAX_CHARACTERS, Server
from anecdot.play.waiting import MOST, Event

ABC = "digraph { a -> b; b -> c }"
EXAMPLE = Example("abc", "validation", "state_machine", ABC, "digraph { a -> b; b -> d }")
HOSTILE = """digraph {
  stylesheet="http://example.org/x.css"; bgcolor="red\\"/><script>alert(1)</script>";
  a [label="</text><script>alert(2)</script>" URL="javascript:alert(3)"
    tooltip="' onload=alert(4)"];
  b [image="/etc/passwd" shapefile="/etc/passwd" shape=custom label="<img src=x onerror=alert(5)>"];
  c [label=<<TABLE><TR><TD HREF="javascript:alert(6)"><IMG SRC="/etc/passwd"/></TD></TR></TABLE>>];
  a -> b -> c;
}"""


class Site:
    """A running server whose models write what they are asked; `gate` holds them up."""

    def __init__(self) -> None:
        self.server = Server("127.0.0.1", 0)
        self.server.page = render("models/base", [EXAMPLE])
        self.gate, self.asked = threading.Event(), []
        self.gate.set()
        for work in (self.server.serve_forever, lambda: self.server.line.work(self.answer)):
            threading.Thread(target=work, daemon=True).start()

    def answer(self, text: str) -> Iterator[Event]:
        self.asked.append(text)
        target = EXAMPLE.target if text == EXAMPLE.text else None
        yield {"there": "the expected graph" if target else "base"}
        assert self.gate.wait(60)
        base, _, tuned = text.partition("---")
        texts = {"tuned": tuned or base, "base": base, "constrained": tuned or base}
        written = {model: Generation(text, True, 9) for model, text in texts.items()}
        yield panels(written, target)
        yield {"status": "Done."}

    def request(self, path: str, body: Any = None, **headers: str) -> http.client.HTTPResponse:
        """The reply to a GET, or to a POST where there is a body."""
        connection = http.client.HTTPConnection(*self.server.server_address[:2], timeout=60)
        body = json.dumps(body).encode() if isinstance(body, dict) else body
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET" if body is None else "POST", path, body, headers)
        return connection.getresponse()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


def until(holds: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait for something to hold, and return what it found."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return found


def done(browser: Any) -> None:
    until(lambda: browser.find_element("id", "status").text == "Done.")


def opened(browser: Any, site: Site, text: str = "", width: int = 1280) -> None:
    """Show the page anew, with the address that asks a text, and wait for the answer."""
    browser.get("about:blank")
    browser.get(f"{site.server.url}/{'#' + urlencode({'text': text}) if text else ''}")
    resize(browser, width)
    if text:
        done(browser)


def test_a_text_is_drawn_and_enlarged_by_keyboard_alone(browser: Any, site: Site) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(browser, site)
    text = browser.switch_to.active_element
    assert text.get_attribute("id") == "text"
    text.send_keys(f"{ABC}---digraph {{ a -> b; b -> x }}", Keys.CONTROL, Keys.ENTER)
    done(browser)
    assert len(browser.find_elements("css selector", "#results svg")) == 3
    assert "has 1 node and 1 edge that base has not" in browser.find_element("id", "words").text
    colour = "return getComputedStyle(document.querySelector('#panel-base .missing-tuned')).color"
    marked = browser.execute_script(colour)
    browser.find_element("id", "mark-tuned").send_keys(Keys.ARROW_RIGHT)
    assert browser.find_element("id", "mark-constrained").is_selected()
    assert browser.execute_script(colour) == marked  # constrained lacks the same
    for _ in range(30):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        if "view" in browser.switch_to.active_element.get_attribute("class"):
            break
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    dialog = browser.find_element("id", "large")
    assert dialog.is_displayed()
    assert dialog.find_elements("tag name", "svg")
    browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert not dialog.is_displayed()
    assert browser.get_log("browser") == []


def test_the_address_reproduces_the_text_and_its_drawing(browser: Any, site: Site) -> None:
    text = 'digraph {\n  "100% + ä&b=c#?" -> "🙂";\n}'
    opened(browser, site)
    browser.execute_script("document.getElementById('text').value = arguments[0]", text)
    browser.find_element("css selector", "button.main").click()
    done(browser)
    link = browser.current_url
    browser.get("about:blank")
    browser.get(link)
    done(browser)
    assert browser.find_element("id", "text").get_property("value") == text
    assert "🙂" in browser.find_element("css selector", "#panel-tuned svg").text


def test_an_example_is_one_click_away_and_compared_with_what_is_expected(
    browser: Any, site: Site
) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(browser, site)
    browser.find_element("link text", "state machine").send_keys(Keys.ENTER)
    done(browser)
    assert browser.find_element("id", "text").get_property("value") == ABC
    panel = browser.find_element("id", "panel-expected")
    assert panel.find_elements("css selector", ".missing-tuned")
    assert "Only in the expected graph: node d" in browser.find_element("id", "panel-tuned").text
    assert browser.find_element("id", "mark-base").is_displayed()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_window_needs_no_sideways_scrolling(browser: Any, site: Site, scheme: str) -> None:
    wide = ";".join(f"{'long' * 30}{n} -> b" for n in range(9))
    opened(browser, site, f"digraph {{ {wide} }}---no graph but {'words' * 99}", width=360)
    resize(browser, 360, scheme)
    overflow = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert browser.execute_script(overflow) == 0
    ground = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", ground)[:3])) < 200) == (scheme == "dark")


def test_gradients_have_their_colours_under_the_policy(browser: Any, site: Site) -> None:
    opened(browser, site, 'digraph { a [style=filled fillcolor="red:blue;0.4"] }')
    colours = """return [...document.querySelectorAll('#panel-tuned stop')].map(
        (stop) => [getComputedStyle(stop).stopColor, stop.getAttribute('offset')])"""
    found = browser.execute_script(colours)
    assert [colour for colour, _ in found] == ["rgb(255, 0, 0)", "rgb(0, 0, 255)"]
    fill = "return getComputedStyle(document.querySelector('#panel-tuned ellipse')).fill"
    (id,) = re.findall(r'url\("#(.+)"\)', browser.execute_script(fill))
    assert browser.find_elements("css selector", f"#panel-tuned linearGradient#{id}")
    assert browser.get_log("browser") == []


@pytest.mark.parametrize(
    "base", [ABC, "</pre><img src=x onerror=alert(7)><script>alert(8)</script>"]
)
def test_chromium_runs_and_loads_nothing_of_a_hostile_answer(
    browser: Any, site: Site, base: str
) -> None:
    opened(browser, site, f"{base}---{HOSTILE}")
    assert browser.find_elements("css selector", "#panel-tuned svg")
    acting = "#results :is(script, img, image, a, style, iframe, use, foreignObject)"
    assert browser.find_elements("css selector", acting) == []
    loaded = "return performance.getEntriesByType('resource').map((entry) => entry.name)"
    own = {
        f"{site.server.url}/{name}" for name in ("style.css", "play.js", "answer", "favicon.ico")
    }
    assert set(browser.execute_script(loaded)) <= own
    assert browser.get_log("browser") == []  # nor did the policy have anything to forbid


def test_the_three_files_are_downloaded(browser: Any, site: Site, tmp_path: Path) -> None:
    way = {"behavior": "allow", "downloadPath": str(tmp_path)}
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", way)
    opened(browser, site, 'digraph {\n  a -> "two\nlines"\n}')
    for form in ("DOT", "SVG", "PNG"):
        browser.find_element("xpath", f"//*[@id='panel-tuned']//button[text()='{form}']").click()
        until((tmp_path / f"tuned.{form.lower()}").is_file)
    assert (tmp_path / "tuned.dot").read_text() == 'digraph {\n  a -> "two\nlines"\n}'
    assert (tmp_path / "tuned.svg").read_text().startswith("<svg")
    assert (tmp_path / "tuned.png").read_bytes().startswith(b"\x89PNG")


def test_a_text_that_is_too_long_or_empty_is_not_sent(browser: Any, site: Site) -> None:
    opened(browser, site)
    asked = len(site.asked)
    for text, words in (("é" * (MAX_CHARACTERS + 3), "3 too many"), (" ", "Nothing to draw")):
        browser.execute_script("document.getElementById('text').value = arguments[0]", text)
        browser.find_element("css selector", "button.main").click()
        assert words in browser.find_element("id", "status").text
    assert len(site.asked) == asked


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("path", "body", "headers", "status", "words"),
    [
        ("/../../etc/passwd", None, {}, 404, "no such page"),
        ("/panels.py", None, {}, 404, "no such page"),
        ("/", None, {"Host": "evil.example"}, 403, "own machine"),
        ("/answer", {"text": "a"}, {"Origin": "http://evil.example"}, 403, "another site"),
        ("/answer", {"text": "a"}, {"Origin": "null"}, 403, "another site"),
        ("/answer", b"{", {}, 400, "give JSON"),
        ("/answer", b"[" * 50_000, {}, 400, "give JSON"),
        ("/answer", {"text": 1}, {}, 400, "give JSON"),
        ("/answer", {"text": " \n"}, {}, 400, "empty"),
        ("/answer", {"text": "a\x00b"}, {}, 400, "NUL"),
        ("/answer", {"text": "a" * (MAX_CHARACTERS + 1)}, {}, 413, "20,001 characters"),
        ("/answer", b"", {"Content_Length": str(MAX_BYTES + 1)}, 413, "20,000 characters"),
        ("/download", b"format=exe&dot=digraph{}", {}, 400, "format is one of"),
        ("/download", b"format=png&dot=digraph{", {}, 400, "does not draw"),
    ],
)
def test_what_cannot_be_served_is_refused_in_one_line(
    site: Site, path: str, body: Any, headers: dict[str, str], status: int, words: str
) -> None:
    reply = site.request(path, body, **headers)
    assert reply.status == status
    assert words in json.loads(reply.read())["error"]
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    assert "unsafe" not in reply.headers["Content-Security-Policy"]


def test_a_hostile_graph_is_downloaded_without_what_acts(site: Site) -> None:
    body = urlencode({"format": "svg", "dot": HOSTILE, "name": '"; x'}).encode()
    reply = site.request("/download", body, Content_Type=FORM)
    assert reply.headers["Content-Disposition"] == 'attachment; filename="graph.svg"'
    text = reply.read().decode()
    assert not re.search(r"<(script|image|a|style)\b|\bon\w+=\"|href|passwd|example\.org", text)


def test_texts_wait_their_turn_and_those_of_readers_who_left_are_dropped(site: Site) -> None:
    site.gate.clear()
    texts = [f"digraph {{ n{number} }}" for number in range(MOST)]
    replies = []
    for text in texts:
        replies.append(site.request("/answer", {"text": text}))
        until(lambda text=text: any(job.text == text for job in site.server.line._jobs))
    full = site.request("/answer", {"text": "one more"})
    assert (full.status, "too many" in full.read().decode()) == (503, True)

    def heard(reply: http.client.HTTPResponse) -> Iterator[dict]:
        return (json.loads(line) for line in reply)

    assert {"status": "Waiting: 2 before you ..."} in heard(replies[2])
    replies[1].close()
    until(lambda: site.server.line._jobs[1].left.is_set())
    site.gate.set()
    assert {"status": "Done."} in heard(replies[-1])
    assert texts[1] not in site.asked
    assert set(texts) - {texts[1]} <= set(site.asked)
