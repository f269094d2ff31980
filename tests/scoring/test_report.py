"""The report: complete, the same every time, harmless whatever a model wrote, and usable."""

import base64
import hashlib
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import report_rows
from conftest import ROOT, resize

from anecdot import dot, scoring
from anecdot.scoring.report import write_report
from anecdot.scoring.report.charts import lines
from anecdot.scoring.report.drawings import compact, draw_gallery
from anecdot.scoring.report.page import Figure, plain

ALLOWED_ATTRIBUTES = """
    lang charset http-equiv content name class id href role rowspan colspan
    tabindex title type value checked open
    hidden for dir scope placeholder autocomplete method autofocus label
    viewbox width height x y x1 y1 x2 y2 cx cy rx ry r d points fill stroke stroke-width transform
    font-size font-family font-weight font-style text-anchor text-decoration offset stop-color
    stop-opacity gradientunits stroke-dasharray preserveaspectratio fx fy baseline-shift
    fill-opacity stroke-opacity opacity
    """
HOSTILE = [
    "</script><script>alert(1)</script>",
    "</pre></article><img src=x onerror=alert(2)>",
    "\"><svg onload=alert(3)>' onclick='alert(4)",
    "&lt;script&gt;alert(5)&lt;/script&gt; &#60;script&#62; &NewLine;javascript&colon;alert(6)",
    "{{ 7 * 7 }} {% raw %} \x00\x1b[31m\x7f \u202e\ufffe ]]> <!-- <![CDATA[",
]
HOSTILE_GRAPHS = [
    'digraph { a [label="</text><script>alert(1)</script>" URL="javascript:alert(2)"]; }',
    'digraph { "\\"><script>alert(3)</script>" -> "<img src=x onerror=alert(4)>"; }',
    'digraph { a [label=<<b>x</b>&lt;script&gt;> href="javascript:alert(5)" target="_top"]; }',
    'digraph { a [image="/etc/passwd" tooltip="\' onmouseover=alert(6)"]; }',
    'digraph { a [id="x\\" onload=alert(7)" shapefile="/etc/passwd"]; }',
    'digraph { stylesheet="http://example.org/x.css"; a [class="extra\\" onclick=\\"alert(8)"]; }',
    'digraph { a [fillcolor="red\\" onload=\\"alert(9):blue" style=filled color="&quot;x"]; }',
    'digraph { a [label="&lt;script&gt;alert(10)&lt;/script&gt;" fontname="x\\"/><script>"]; }',
]


class Page(HTMLParser):
    """What a page holds: (tag, attributes) in order, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def report(folder: Path, rows: list[dict[str, Any]], answers: dict[str, list[dict]]) -> Path:
    predictions = scoring.score(rows, answers)
    training = report_rows.write_training(folder / "train")
    found = scoring.metrics(predictions, report_rows.losses(answers), training)
    write_report(folder / "report.html", *found, predictions, training)
    return folder / "report.html"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = report_rows.rows(40)
    return report(tmp_path_factory.mktemp("report"), rows, report_rows.answers(rows))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every text of every row is an attack."""
    rows, outputs = [], HOSTILE + HOSTILE_GRAPHS
    for number, text in enumerate(outputs):
        fields = dict.fromkeys(("source", "kind", "style", "task_type", "input_text"), text)
        graph = text if text in HOSTILE_GRAPHS else "digraph { a }"
        where = {"block": ("validation", "novel")[number % 2], "id": f"{number} {text}"}
        rows.append(where | fields | {"origin": text, "output_dot": graph})
    answers = [{"text": text, "stopped": True, "tokens": 9} for text in outputs[1:] + outputs[:1]]
    return report(tmp_path_factory.mktemp("hostile"), rows, {"base": answers, "tuned": answers})


def test_the_same_input_gives_the_same_bytes(path: Path, tmp_path: Path) -> None:
    rows = report_rows.rows(40)
    again = report(tmp_path, rows, report_rows.answers(rows))
    assert again.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("name", ["path", "hostile"])
def test_nothing_but_the_pages_own_style_and_script_can_act(
    name: str, request: pytest.FixtureRequest
) -> None:
    text = request.getfixturevalue(name).read_text(encoding="utf-8")
    page = Page(text)
    tags = [tag for tag, _ in page.tags]
    assert tags.count("script") == tags.count("style") == 1
    assert not {"link", "img", "image", "iframe", "object", "embed", "use", "base"} & set(tags)
    for tag, attributes in page.tags:
        names = {name for name in attributes if not name.startswith(("data-", "aria-"))}
        assert names <= set(ALLOWED_ATTRIBUTES.split()), (tag, names)
        assert (attributes.get("href") or "#").startswith("#")
    (policy,) = (a["content"] for _, a in page.tags if "http-equiv" in a)
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (body,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_what_a_model_wrote_is_shown_as_it_is(hostile: Path) -> None:
    text = "".join(Page(hostile.read_text(encoding="utf-8")).text)
    for attack in HOSTILE[:4] + HOSTILE_GRAPHS:
        assert attack in text
    assert plain(HOSTILE[4]) in text
    assert plain("a\x00\n\x7f\ud800") == "a␀\n␡�"


def prediction(expected: str, graph: str, message: str = "") -> scoring.Prediction:
    """What a drawing is made of; all else is empty."""
    fields = dict.fromkeys(scoring.Prediction.__dataclass_fields__, "")
    said = {"output_dot": graph, "valid": not message, "message": message}
    return scoring.Prediction(**fields | {"expected": expected} | said)


def test_differences_are_marked_in_both_drawings() -> None:
    expected = 'digraph { a -> b [label="x"]; b -> c; c -> d; d -> lost }'
    graph = 'digraph { a -> b [label="y"]; c -> b; c -> d; d -> new }'
    (pictures,) = draw_gallery([{"tuned": prediction(expected, graph)}])

    def marked(name: str) -> dict[str, list[str]]:
        found = re.findall(r'<g class="([a-z -]+)">(.*?)</g>', pictures[name].svg)
        texts = {mark: re.findall(r"<text[^>]*>([^<]*)", body) for mark, body in found}
        return texts | {"count": [mark for mark, _ in found]}

    assert marked("tuned")["extra fill"] == ["new"]
    assert marked("expected")["fill missing-tuned"] == ["lost"]
    assert sorted(marked("tuned")["count"]) == ["extra", "extra fill", "wrong", "wrong"]
    assert sorted(marked("expected")["count"]) == [
        "fill missing-tuned", "missing-tuned", "wrong-tuned", "wrong-tuned",
    ]  # fmt: skip


def test_an_answer_without_a_drawing_says_why() -> None:
    broken = prediction("digraph { a }", "x", "syntax error")
    unloved = prediction("digraph { a }", "digraph { a [label=<<b>>] }")
    first, second = draw_gallery([{"base": broken}, {"base": unloved}])
    assert (first["base"].svg, first["base"].message) == (None, "syntax error")
    assert second["base"].svg is None
    assert second["base"].message
    assert "missing" not in first["expected"].svg


def test_only_drawings_within_the_limits_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        prediction("digraph { a }", f"digraph {{ {'b;' * n} {'b->c;' * n} }}") for n in (1, 400)
    ]
    small, large = draw_gallery([{"base": row} for row in rows])
    assert small["base"].svg
    assert large["base"].svg is None
    assert large["base"].message
    monkeypatch.setattr("anecdot.scoring.report.drawings.MAX_TOTAL", 500)
    (crowded,) = draw_gallery([{"base": rows[0]}])
    assert crowded["expected"].svg
    assert crowded["base"].svg is None


def test_drawings_lose_only_what_the_style_says_already() -> None:
    source = 'digraph { a [fontcolor=black]; b [style=filled fillcolor="red:blue"]; a -> b }'
    first, second = (
        compact(dot.render_svg(text), number)
        for number, text in enumerate((source, "digraph { a -> b }"))
    )
    assert 'class="drawing paper"' in first
    assert 'fill="url(#d0' in first
    assert 'id="d0' in first
    assert 'stop-color="red"' in first
    assert 'class="drawing"' in second
    assert not re.search(r"style=|white|black|Times|<title|\d\.\d\d", first + second)
    assert second.count("<ellipse") == 2


def test_a_run_without_training_has_a_report(tmp_path: Path) -> None:
    rows = report_rows.rows(4)
    predictions = scoring.score(rows, report_rows.answers(rows, constrained=False))
    losses = report_rows.losses({"base": 0, "tuned": 0})
    found = scoring.metrics(predictions, losses, tmp_path)
    write_report(tmp_path / "report.html", *found, predictions, tmp_path)
    assert "No loss was logged" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_only_what_is_more_than_chance_is_coloured(path: Path, tmp_path: Path) -> None:
    rows = report_rows.rows(40)
    predictions = scoring.score(rows, report_rows.answers(rows))
    _, evidence = scoring.metrics(
        predictions, report_rows.losses({"base": 0, "tuned": 0, "constrained": 0}), tmp_path
    )
    sure = sum(
        value < 0.05
        for block in ("validation", "novel")
        for name in ("comparison", "constrained_against_tuned")
        for key, value in evidence[block][name].items()
        if key.endswith("_holm_p_value")
    )
    coloured = re.findall(r'<b class="(up|down|same)">', path.read_text(encoding="utf-8"))
    assert 0 < sure < len(coloured)
    assert len(coloured) - coloured.count("same") == sure


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (0.5, "%", "50%"),
        (0.1234, "%", "12.3%"),
        (0.1234, "+%", "+12.3 points"),
        (-0.25, "+3", "−0.250"),
        (0.0001, "p", "p < 0.001"),
        (None, "3", "–"),
        (float("nan"), "2", "–"),
    ],
)
def test_numbers_read_well(value: float | None, spec: str, text: str) -> None:
    assert format(Figure(value), spec) == text


def test_a_loss_chart_leaves_out_what_is_not_a_number() -> None:
    chart = lines({"training": [(1, 2.0), (2, float("nan")), (3, float("inf")), (4, 1.0)]})
    assert "training loss from 2.000 to 1.000" in chart
    assert "nan" not in chart
    assert lines({"training": []}) is None


@pytest.fixture(scope="module")
def plotted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose plots DVC has drawn, with its own page and with one for no network."""
    folder = tmp_path_factory.mktemp("plots")
    rows = report_rows.rows(12)
    predictions = scoring.score(rows, report_rows.answers(rows, constrained=False))
    scoring.write_plots(folder / "metrics/plots", predictions)
    report_rows.write_training(folder / "metrics/train")
    for name in (".dvc/plots/bars.json", ".dvc/config", "dvc.yaml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    for command in (
        ["git", "init", "-q"],
        ["dvc", "plots", "show", "-q", "-o", "page"],
        [sys.executable, str(ROOT / "src/plots.py")],
        ["dvc", "plots", "show", "-q", "-o", "offline"],
    ):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


def test_dvc_draws_the_plots(plotted: Path) -> None:
    page = (plotted / "page/index.html").read_text(encoding="utf-8")
    for title in ("Loss", "Base against tuned", "Validity by source", "Failure classes"):
        assert f'"text": "{title}"' in page
    assert page.count("var spec") == 5


def test_the_plots_are_drawn_without_a_network(browser: Any, plotted: Path) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    browser.get((plotted / "page/index.html").as_uri())
    assert browser.execute_script("return typeof vegaEmbed") == "undefined"
    browser.get((plotted / "offline/index.html").as_uri())
    drawings = lambda chrome: chrome.find_elements("css selector", ".vega-embed .marks")  # noqa: E731
    WebDriverWait(browser, 60).until(lambda chrome: len(drawings(chrome)) == 5)


def shown(browser: Any) -> int:
    return len(browser.find_elements("css selector", "article:not([hidden])"))


def test_the_gallery_in_chromium(browser: Any, path: Path) -> None:
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import Select

    browser.get(path.as_uri())
    resize(browser, 1280)
    assert shown(browser) == 40
    predictions = browser.find_elements("css selector", "article .badge.invalid")
    assert predictions

    Select(browser.find_element("name", "block")).select_by_visible_text("novel")
    assert shown(browser) == 13
    Select(browser.find_element("name", "verdict")).select_by_value("tuned none")
    exact = shown(browser)
    assert 0 < exact < 13
    assert browser.find_element("id", "count").text == f"{exact} of 40 pairs"
    search = browser.find_element("name", "text")
    search.send_keys("no such text anywhere")
    assert shown(browser) == 0
    assert browser.find_element("id", "nothing").is_displayed()
    browser.find_element("css selector", "[type=reset]").click()
    assert "40 pairs" in browser.find_element("id", "count").text
    assert shown(browser) == 40

    cause = browser.find_element("css selector", ".causes [data-block=validation]")
    cause.send_keys(Keys.ENTER)
    assert shown(browser) == int(cause.text)
    group = browser.find_element("css selector", "[data-show][data-source=logic]")
    group.send_keys(Keys.ENTER)
    assert 0 < shown(browser) < 40
    assert Select(browser.find_element("name", "source")).first_selected_option.text == "logic"

    view = browser.find_element("css selector", "article:not([hidden]) .view")
    view.send_keys(Keys.ENTER)
    dialog = browser.find_element("id", "large")
    assert dialog.is_displayed()
    assert dialog.find_elements("tag name", "svg")
    dialog.send_keys(Keys.ESCAPE)
    assert not dialog.is_displayed()
    assert browser.get_log("browser") == []


def test_marks_follow_the_chosen_model(browser: Any, path: Path) -> None:
    browser.get(path.as_uri())
    colour = "return getComputedStyle(document.querySelector('article .missing-base')).color"
    plain_colour = browser.execute_script(colour)
    browser.find_element("id", "mark-base").click()
    assert browser.execute_script(colour) != plain_colour


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_window_needs_no_sideways_scrolling(browser: Any, path: Path, scheme: str) -> None:
    browser.get(path.as_uri())
    resize(browser, 360, scheme)
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert browser.execute_script(wide) == 0
    ground = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
    dark = sum(map(int, re.findall(r"\d+", ground)[:3])) < 200
    assert dark == (scheme == "dark")


@pytest.mark.parametrize("width", [360, 1280])
def test_no_table_is_cut_off(browser: Any, path: Path, width: int) -> None:
    browser.get(path.as_uri())
    resize(browser, width)
    cut_off = """
        document.querySelectorAll("#groups details").forEach((one) => { one.open = true; });
        return [...document.querySelectorAll(".scroll")].filter((one) =>
            one.scrollWidth > one.clientWidth).map((one) => one.getAttribute("aria-label"));"""
    assert browser.execute_script(cut_off) == []


def test_chromium_runs_nothing_of_a_hostile_page(browser: Any, hostile: Path) -> None:
    browser.get(hostile.as_uri())
    resize(browser, 1280)
    assert shown(browser) == len(HOSTILE + HOSTILE_GRAPHS)
    for element in browser.find_elements("css selector", ".view"):
        browser.execute_script(
            "arguments[0].firstElementChild.dispatchEvent(new Event('click'))", element
        )
    assert browser.get_log("browser") == []  # an alert would have raised, a violation is logged
    urls = browser.execute_script("return performance.getEntriesByType('resource').length")
    assert urls == 0
