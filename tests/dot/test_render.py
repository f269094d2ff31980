"""Drawing hostile graphs: nothing is read, nothing gets out, nothing takes the caller down."""

import os
import re
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from anecdot.dot import parse
from anecdot.dot.layout import SECONDS, Engine, scrub
from anecdot.dot.parse import reading
from anecdot.dot.render import (
    Drawing,
    Job,
    RenderError,
    render_all,
    render_png,
    render_svg,
    sanitise,
)

ATTACKS = [
    'digraph { a [label="<script>alert(1)</script>"] }',
    'digraph { "<img src=x onerror=alert(1)>" -> "</title><script>alert(1)</script>" }',
    'digraph { a [label="&lt;script&gt;alert(1)&#60;/script&#x3e;"] }',
    'digraph { a [label="]]><script>alert(1)</script><![CDATA["] }',
    'digraph { URL="javascript:alert(1)"; a [URL="javascript:alert(1)", target="_top"] }',
    'digraph { a -> b [href="javascript:alert(1)", labelURL="data:text/html,x", tailURL="vb:x"] }',
    'digraph { a [tooltip="\\" onload=\\"alert(1)", id="\\" onclick=\\"x", class="x onload"] }',
    'digraph { stylesheet="http://example.org/x.css"; a }',
    'digraph { stylesheet="\\"?><script>alert(1)</script>"; a [comment="--><script>"] }',
    'digraph { a [fillcolor="url(javascript:alert(1))", style=filled, color="\\"><script>"] }',
    'digraph { a [fontname="x\\" onload=\\"alert(1)"] }',
    'digraph { fontnames=svg; fontpath="/etc"; a [fontname="url(http://example.org/x)"] }',
    'digraph { a [label=<<TABLE HREF="javascript:alert(1)"><TR><TD ID="x" TITLE="&lt;b&gt;">x</TD>'
    "</TR></TABLE>>] }",
    # Graphviz 14 writes this attribute without escaping it.
    "digraph { a [label=<<FONT FACE='\"&gt;x&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;"
    "&lt;text a=\"'>x</FONT>>] }",
    "digraph { a [label=<<FONT FACE='\" onload=\"alert(1)'>x</FONT>>] }",
    'digraph { charset="latin1"; a [label="+ADw-script+AD4-"] }',
    'digraph { subgraph cluster_0 { URL="javascript:alert(1)"; label="<script>"; a } }',
    'digraph { _background="c 7 -#ff0000 I 0 0 9 9 11 -/etc/passwd"; a }',
    'digraph { class="x\\" onload=\\"alert(1)"; a [style="wedged\\" onload=\\"x"] }',
]


GRADIENT = ("defs", "linearGradient", "stop")


@pytest.fixture(scope="module")
def drawn() -> dict[str, Drawing]:
    return dict(zip(ATTACKS, render_all(ATTACKS), strict=True))


@pytest.mark.parametrize("text", ATTACKS)
def test_no_attack_reaches_the_svg(text: str, drawn: dict[str, Drawing]) -> None:
    svg = drawn[text].svg()
    tree = ET.fromstring(svg)
    tags = {element.tag.rpartition("}")[2] for element in tree.iter()}
    assert tags <= {"svg", "g", "path", "polygon", "ellipse", "text", "title", *GRADIENT}
    for element in tree.iter():
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on")
            assert name not in ("href", "target")
            assert not re.search(r"javascript|data:|http:|url\((?!#g)", value)
            assert name != "style"
            assert name != "id" or element.tag.rpartition("}")[2] in GRADIENT
    markup = re.sub(r">[^<]*<", "><", svg)  # without the text between the tags
    assert not re.search(r"script|alert|javascript|xlink|<\?|<!", markup, re.IGNORECASE)


def test_what_breaks_out_without_balance_is_no_drawing() -> None:
    (drawing,) = render_all(["digraph { a [label=<<FONT FACE='\"&gt;&lt;b&gt;'>x</FONT>>] }"])
    with pytest.raises(RenderError, match="not well-formed"):
        drawing.svg()


def test_text_survives_as_text(drawn: dict[str, Drawing]) -> None:
    tree = ET.fromstring(drawn[ATTACKS[0]].svg())
    assert "<script>alert(1)</script>" in [element.text for element in tree.iter()]


FILE_READERS = [
    'digraph {{ a [image="{0}"] }}',
    'digraph {{ node [image="{0}"]; a; subgraph s {{ node [image="{0}"]; b }} }}',
    'digraph {{ a [shape=custom, shapefile="{0}"] }}',
    'digraph {{ a [shape=epsf, shapefile="{0}"] }}',
    'digraph {{ imagepath="{1}"; fontpath="{1}"; a [image="{2}"] }}',
    'digraph {{ _background="I 0 0 9 9 {3} -{0}"; a }}',
    'digraph {{ a [label=<<TABLE><TR><TD><IMG SRC="{0}"/></TD></TR></TABLE>>] }}',
    'digraph {{ a -> b [headlabel=<<TABLE><TR><TD><img\nscale="true" src="{0}"></img></TD></TR>'
    "</TABLE>>] }}",
    'digraph {{ subgraph cluster_0 {{ label=<<TABLE><TR><TD><ImG SRC="{0}" /></TD></TR></TABLE>>; '
    "a }} }}",
    'digraph {{ a [label=<<TABLE><TR><TD><<img>img src="{0}"/></TD></TR></TABLE>>] }}',
]


def test_no_file_is_opened(tmp_path: Path) -> None:
    """Reading from a pipe that nobody writes to never ends: the layout would run out of time."""
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    texts = [text.format(pipe, tmp_path, pipe.name, len(str(pipe))) for text in FILE_READERS]
    for text, drawing in zip(texts, render_all(texts, seconds=2), strict=True):
        assert "took more" not in (drawing.message or ""), text
        assert b"<image" not in (drawing.data or b"")


def test_without_scrubbing_the_file_would_be_read(tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(render_png("digraph { a }"))
    engine = Engine()
    for text in (
        f'digraph {{ a [image="{picture}"] }}',
        f'digraph {{ a [label=<<TABLE><TR><TD><IMG SRC="{picture}"/></TD></TR></TABLE>>] }}',
    ):
        with reading(text) as graph:
            assert b"<image" in engine.draw(graph, "svg")[0]
        with reading(text) as graph:
            scrub(graph)
            assert b"<image" not in engine.draw(graph, "svg")[0]


def test_limits_stop_what_would_not_end() -> None:
    endless = (
        "graph {" + " ".join(f"{i} -- {i * i % 301} -- {i**3 % 307};" for i in range(900)) + "}"
    )
    hungry = "graph { a [peripheries=100000000] }"
    good = "digraph { a -> b }"
    start = time.monotonic()
    drawings = render_all([endless, hungry, good, hungry, good], workers=2, seconds=1)
    assert time.monotonic() - start < SECONDS
    assert [drawing.ok for drawing in drawings] == [False, False, True, False, True]
    assert "1 s" in drawings[0].message
    assert "512 MB" in drawings[1].message


def test_verdict_and_message() -> None:
    broken, unread, odd, empty = render_all(
        [
            "digraph { a [label=<<b>x</i>>] }",
            "digraph {",
            "digraph { a [shape=nonsense, color=nocolor, foo=bar] }",
            "digraph {}",
        ]
    )
    assert broken.message.startswith("mismatched tag")
    assert unread.message == "syntax error in line 1"
    assert odd.ok  # warnings are no errors
    assert empty.ok
    with pytest.raises(RenderError, match="mismatched"):
        broken.svg()
    assert render_all([]) == []


@pytest.mark.parametrize(
    "text",
    [
        "digraph { a [fontsize=nan] }",
        "digraph { a [penwidth=inf] }",
        "digraph { pad=nan; a }",
        'digraph { dpi="1e400"; a }',
        'digraph { node [fontsize="1e308"]; a -> b [label=x] }',
    ],
)
def test_a_drawing_at_no_number_is_none(text: str) -> None:
    for form in ("svg", "png"):
        (drawing,) = render_all([Job(text, format=form)])
        assert not drawing.ok
        assert "no finite number" in drawing.message


def test_a_graph_may_speak_of_what_is_no_number() -> None:
    drawn = render_all(['digraph { nan -> inf [label="x=\\"nan\\" y=inf", penwidth=2] }'])
    assert drawn[0].ok


def test_marks_land_on_the_right_nodes_and_edges() -> None:
    text = 'digraph { c; a -> b [label=1]; a -> b [label=2]; b -> c; "x y" [class="evil"] }'
    index = next(i for i, (_, _, at) in enumerate(parse(text).edges) if at.get("label") == "2")
    tree = ET.fromstring(render_svg(text, nodes={"x y": "extra"}, edges={index: "missing"}))
    marked = {
        element.get("class"): "".join(element.itertext())
        for element in tree.iter()
        if " " in element.get("class", "")
    }
    assert marked == {"node extra": "x yx y", "edge missing": "a->b2"}


def test_gradients_of_two_drawings_do_not_meet() -> None:
    texts = [
        f'digraph {{ a [style=filled, fillcolor="{colour}:blue"] }}' for colour in ("red", "tan")
    ]
    first, second = (drawing.svg() for drawing in render_all(texts))
    ids = [re.findall(r'id="([^"]+)"', svg) for svg in (first, second)]
    assert len({*ids[0], *ids[1]}) == 2
    assert f'fill="url(#{ids[0][0]})"' in first
    assert '<stop offset="0" stop-color="red" stop-opacity="1." />' in first


def test_png() -> None:
    assert render_png("digraph { a -> b }").startswith(b"\x89PNG")


def test_foreign_elements_are_dropped() -> None:
    svg = sanitise(
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:h="http://www.w3.org/1999/xhtml"'
        b' onload="x"><script>x</script><h:script>x</h:script><style>x</style><foreignObject/>'
        b'<g><a href="x"><text fill="red" onclick="x">t<tspan>u</tspan></text></a>'
        b'<path d="M0,0" fill="url(http://x)"/><use href="#x"/></g></svg>'
    )
    assert svg == (
        '<svg xmlns="http://www.w3.org/2000/svg"><g><g><text fill="red">tu</text></g>'
        '<path d="M0,0" /></g></svg>'
    )
    entity = b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>'
    with pytest.raises(RenderError):
        sanitise(entity)


def test_many_graphs_are_drawn_in_order() -> None:
    jobs = [Job(f"digraph {{ n{number} }}") for number in range(60)]
    for number, drawing in enumerate(render_all(jobs, workers=2)):
        assert f">n{number}<".encode() in drawing.data
