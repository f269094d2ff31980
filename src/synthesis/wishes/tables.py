"""Links in rows with columns, of which only some are asked for."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from anecdot.dot.write import Draft
from synthesis.wishes.wish import CELLS, Pen, Sort, Wish

Row = dict[str, str]


@dataclass
class Filter:
    """A column, what each row has in it, which rows are asked for, and in which words."""

    column: str
    values: list[str]
    keep: list[bool]
    request: str


def _flag(pen: Pen, count: int) -> Filter:
    column = pen.pick("active enabled in_use live valid ok current approved used".split())
    yes, no = pen.pick((("1", "0"), ("yes", "no"), ("true", "false"), ("x", "-"), ("Y", "N")))
    keep = [pen.chance(0.65) for _ in range(count)]
    if pen.chance(0.2):  # asked for those without
        request = pen.say("only_value", C=column, V=no)
        return Filter(column, [no if k else yes for k in keep], keep, request)
    table = "only_flag" if pen.chance(0.5) and yes in ("1", "yes", "true") else "only_value"
    request = pen.say(table, C=column, V=yes)
    return Filter(column, [yes if k else no for k in keep], keep, request)


STATES = (
    ("state", ("up", "down")), ("status", ("open", "closed")),
    ("status", ("ok", "failed", "unknown")), ("state", ("up", "down", "planned")),
    ("phase", ("built", "planned")), ("status", ("signed", "draft", "withdrawn")),
    ("state", ("in service", "out of order")), ("status", ("confirmed", "rumoured")),
    ("kind", ("road", "rail", "ferry")), ("type", ("copper", "fibre", "radio")),
    ("kind", ("http", "grpc", "queue", "cron")), ("type", ("runtime", "test", "optional")),
    ("kind", ("import", "type-only", "dynamic")), ("mode", ("read", "write")),
    ("medium", ("mail", "phone", "letter")), ("rel", ("calls", "owns", "uses")),
    ("scope", ("compile", "test", "provided")), ("goods", ("milk", "flour", "wood", "coal")),
)  # fmt: skip


def _state(pen: Pen, count: int) -> Filter:
    column, values = pen.pick(STATES)
    cells = [pen.pick(values) for _ in range(count)]
    x = pen.rng.random()
    if x < 0.6 or len(values) == 2:
        wanted = {pen.pick(values)}
        request = pen.say("only_value", C=column, V=next(iter(wanted)))
    elif x < 0.8:
        wanted = set(pen.rng.sample(values, 2))
        first, second = sorted(wanted)
        request = pen.say("only_two", C=column, V=first, W=second)
    else:
        gone = pen.pick(values)
        wanted = {*values} - {gone}
        request = pen.say("except_value", C=column, V=gone)
    return Filter(column, cells, [cell in wanted for cell in cells], request)


MEASURES = (
    "weight load km cost calls score hours price tons bandwidth kind type mode rel goods".split()
)


def _threshold(pen: Pen, count: int) -> Filter:
    column = pen.pick(MEASURES[:10])
    top = pen.pick((10, 20, 100, 1000))
    numbers = [pen.rng.randrange(1, top) for _ in range(count)]
    if top == 10 and pen.chance(0.4):
        values = [f"{number / 10:.1f}" for number in numbers]
        bound = pen.pick((3, 4, 5, 6, 7))
        shown = f"{bound / 10:.1f}"
    else:
        values = [str(number) for number in numbers]
        bound = pen.pick(numbers) if pen.chance(0.4) else int(top * pen.pick((0.3, 0.5, 0.6)))
        shown = str(bound)
    table, test = pen.pick((
        ("over", lambda n: n > bound), ("at_least", lambda n: n >= bound),
        ("under", lambda n: n < bound), ("at_most", lambda n: n <= bound),
    ))  # fmt: skip
    request = pen.say(table, C=column, V=shown)
    return Filter(column, values, [test(number) for number in numbers], request)


def _date(pen: Pen, count: int) -> Filter:
    column = pen.pick("since built date opened signed year".split())
    years = [pen.rng.randrange(1950, 2026) for _ in range(count)]
    bound = pen.rng.randrange(1965, 2020)
    values = [str(year) for year in years]
    if column != "year" and pen.chance(0.6):
        tails = [f"-{pen.rng.randrange(1, 13):02}-{pen.rng.randrange(1, 29):02}" for _ in years]
        values = [year + tail for year, tail in zip(values, tails, strict=True)]
    before = pen.chance(0.5)
    request = pen.say("before" if before else "from_year", C=column, V=str(bound))
    keep = [year < bound if before else year >= bound for year in years]
    return Filter(column, values, keep, request)


HEADS = (
    ("from", "to"), ("source", "target"), ("src", "dst"), ("tail", "head"), ("start", "end"),
    ("sender", "receiver"), ("von", "nach"), ("giver", "taker"), ("from_node", "to_node"),
    ("A", "B"),
)  # fmt: skip
SIDES = (("end a", "end b"), ("End A", "End B"), ("one", "other"), ("node1", "node2"), ("A", "B"),
         ("left", "right"), ("a", "z"))  # fmt: skip
REMARKS = (
    "", "", "", "usb", "old path", "see ticket", "check again", "sold it", "new since May", "??",
    "temporary", "ask Kim", "as before", "noisy", "backup", "do not touch",
)  # fmt: skip


def filtered_rows(pen: Pen) -> Wish | None:
    """Rows with a column that decides, as CSV, table, JSON, YAML or log."""
    directed = pen.chance(0.75)
    count, pairs = pen.pairs(4, 22)
    names = pen.names(count, CELLS)
    column = pen.pick((_flag, _flag, _state, _state, _state, _threshold, _date))(pen, len(pairs))
    if sum(column.keep) < 2 or all(column.keep):
        return None
    one, other = pen.pick(HEADS if directed else SIDES)
    label_column = pen.say("label_column") if pen.chance(0.3) else ""
    labels = [pen.say("label_cell") if label_column else "" for _ in pairs]
    if label_column == column.column:
        return None
    remarks = pen.chance(0.35)
    numbered = pen.chance(0.25)
    rows: list[Row] = []
    for place, (tail, head) in enumerate(pairs):
        row = {"id": str(place + 1)} if numbered else {}
        row |= {one: names[tail], other: names[head]}
        if label_column:
            row[label_column] = labels[place]
        row[column.column] = column.values[place]
        if remarks:
            row["remark"] = pen.pick(REMARKS)
        rows.append(row)
    body = pen.pick(WRITERS)(pen, rows)

    draft = Draft(directed=directed)
    everyone = pen.chance(0.35)
    draft.nodes = {names[end]: {} for pair in pairs for end in pair} if everyone else {}
    if not label_column and column.column in MEASURES and pen.chance(0.3):
        label_column, labels = column.column, column.values
    labelled = bool(label_column) and pen.chance(0.6)
    for (tail, head), keep, label in zip(pairs, column.keep, labels, strict=True):
        if keep:
            draft.edge(names[tail], names[head], label if labelled else None)
    requests = [pen.polish(column.request)]
    if everyone:
        requests.append(pen.sentence("show_all"))
    elif pen.chance(0.4):
        requests.append(pen.sentence("drop_bare"))
    if labelled:
        requests.append(pen.sentence("label_by", C=label_column))
    elif label_column or column.column in MEASURES or pen.chance(0.2):
        requests.append(pen.sentence("no_labels"))
    if not directed:
        requests.insert(pen.rng.randrange(2), pen.sentence("no_direction"))
    return Wish(pen.frame(body, *requests, names=names), draft)


# ---- Ways to write rows ------------------------------------------------------------------------


def _separated(pen: Pen, rows: list[Row]) -> str:
    sign = pen.pick((",", ",", ";", "\t", " | "))
    lines = [sign.join(row.values()) for row in rows]
    return "\n".join([sign.join(rows[0]), *lines])


def _markdown(pen: Pen, rows: list[Row]) -> str:
    lines = [
        f"| {' | '.join(row.values())} |"
        for row in (dict(zip(rows[0], rows[0], strict=True)), *rows)
    ]
    lines.insert(1, f"|{'|'.join([pen.pick(('---', ' --- ', '-----'))] * len(rows[0]))}|")
    return "\n".join(lines)


def _aligned(pen: Pen, rows: list[Row]) -> str:
    heads = list(rows[0])
    widths = [max(len(head), *(len(row[head]) for row in rows)) + 2 for head in heads]
    table = [heads, *([*row.values()] for row in rows)]
    lines = [
        "".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip()
        for line in table
    ]
    if pen.chance(0.3):
        lines.insert(1, "-" * (sum(widths) - 2))
    return "\n".join(lines)


def _typed(row: Row) -> dict[str, object]:
    plain: dict[str, object] = {"true": True, "false": False}
    return {
        k: plain.get(v, int(v) if k not in NAMES and v.isdigit() else v) for k, v in row.items()
    }


NAMES = {head for pair in (*HEADS, *SIDES) for head in pair}


def _json(pen: Pen, rows: list[Row]) -> str:
    lines = [json.dumps(_typed(row), ensure_ascii=False) for row in rows]
    if pen.chance(0.4):
        return "\n".join(lines)
    key = pen.pick(("links", "edges", "connections", "rows"))
    inside = ",\n".join(f"    {line}" for line in lines)
    return f'{{\n  "{key}": [\n{inside}\n  ]\n}}' if pen.chance(0.6) else f"[\n{inside}\n]"


def _yaml(pen: Pen, rows: list[Row]) -> str:
    key = pen.pick(("links:", "edges:", "connections:"))
    quote = pen.chance(0.3)

    def value(text: str) -> str:
        risky = text in ("", "-", "Y", "N", "yes", "no") or text[0] in "[@*&" or ": " in text
        return f'"{text}"' if risky or quote else text

    if pen.chance(0.4):
        flow = [", ".join(f"{k}: {value(v)}" for k, v in row.items()) for row in rows]
        return "\n".join([key, *(f"  - {{{line}}}" for line in flow)])
    lines = [key]
    for row in rows:
        lines += [
            ("  - " if i == 0 else "    ") + f"{k}: {value(v)}"
            for i, (k, v) in enumerate(row.items())
        ]
    return "\n".join(lines)


def _log(pen: Pen, rows: list[Row]) -> str:
    minute = pen.rng.randrange(600)
    lines = []
    for row in rows:
        minute += pen.rng.randrange(1, 9)
        stamp = f"{minute // 60:02}:{minute % 60:02}:{pen.rng.randrange(60):02}"
        values = (f'{k}="{v}"' if " " in v or not v else f"{k}={v}" for k, v in row.items())
        lines.append(f"{stamp} {' '.join(values)}")
    return "\n".join(lines)


WRITERS: tuple[Callable[[Pen, list[Row]], str], ...] = (
    _separated, _separated, _markdown, _aligned, _json, _yaml, _log,
)  # fmt: skip
SORTS = (Sort("filtered_rows", 14, filtered_rows),)
