"""Small charts as inline SVG. Only numbers and names of models go in; colours are the style's."""

import math
from collections.abc import Iterable

from markupsafe import Markup, escape

Curve = list[tuple[int, float]]

# The loss chart: size of the whole and margins of the plot, in user units.
WIDTH, HEIGHT = 480, 190
LEFT, RIGHT, TOP, BOTTOM = 34, 12, 8, 24
MAX_DOTS = 30
"""A curve of more points is a line alone."""


# A rival's colour and marks; those of our own models stand in report.css.
RIVAL_STYLE = """
.back-{0} {{ background: {1}; }} .fill-{0} {{ fill: {1}; }} .text-{0} {{ color: {1}; }}
.dot-{0} {{ fill: none; stroke: {1}; stroke-width: 1.8; }}
body:has(#mark-{0}:checked) .missing-{0} {{ color: var(--missing); stroke-dasharray: 5 3; }}
body:has(#mark-{0}:checked) .wrong-{0} {{ color: var(--wrong); stroke-dasharray: 2 3; }}
body:has(#mark-{0}:checked) :is(.missing-{0}, .wrong-{0}) {{
  stroke-width: 2; --tint: color-mix(in srgb, currentColor 13%, transparent);
}}"""


def rival_style(rivals: list[str]) -> str:
    """Style rules for rivals, whose names are letters, digits and hyphens alone."""
    colours = (f"hsl({(25 + 67 * n) % 360} 65% 48%)" for n in range(len(rivals)))
    return "".join(map(RIVAL_STYLE.format, rivals, colours))


def bar(value: float, interval: dict[str, float] | None, model: str) -> Markup:
    """A bar from 0 to `value` (0..1), with its interval as a whisker."""
    parts = [f'<rect class="fill-{escape(model)}" width="{short(100 * value)}" height="6" y="2"/>']
    if interval:
        low, high = (short(100 * interval[end]) for end in ("low", "high"))
        parts.append(f'<path class="whisker" d="M{low} 5H{high}M{low} 1v8M{high} 1v8"/>')
    return _svg("bar", 'viewBox="0 0 100 10" preserveAspectRatio="none"', parts)


def dots(values: dict[str, float | None]) -> Markup:
    """One dot for each model on a scale from 0 to 1, and a line from the first to the second."""
    points = [(model, 5 + 100 * value) for model, value in values.items() if value is not None]
    parts = ['<path class="scale" d="M5 6H105M5 3v6M55 4v4M105 3v6"/>']
    if len(points) > 1:
        parts.append(f'<path class="span" d="M{short(points[0][1])} 6H{short(points[1][1])}"/>')
    parts += [
        f'<circle class="dot-{escape(model)}" cx="{short(x)}" cy="6" r="3.5"/>'
        for model, x in points
    ]
    return _svg("dots", 'viewBox="0 0 110 12"', parts)


def lines(curves: dict[str, Curve]) -> Markup | None:
    """Loss against optimizer step, one line for each curve; None where nothing was logged."""
    curves = {
        name: [(x, y) for x, y in curve if math.isfinite(y)] for name, curve in curves.items()
    }
    points = [point for curve in curves.values() for point in curve]
    if not points:
        return None
    right = max(x for x, _ in points) or 1
    ticks = _ticks(max(y for _, y in points))
    top = ticks[-1]

    def place(x: float, y: float) -> tuple[float, float]:
        across = LEFT + x / right * (WIDTH - LEFT - RIGHT)
        return across, HEIGHT - BOTTOM - y / top * (HEIGHT - TOP - BOTTOM)

    parts = []
    for tick in ticks:
        _, y = place(0, tick)
        parts.append(f'<path class="grid" d="M{LEFT} {short(y)}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text class="end" x="{LEFT - 6}" y="{short(y + 3)}">{tick:g}</text>')
    for tick in _ticks(right):
        if tick <= right:
            x, _ = place(tick, 0)
            parts.append(f'<text x="{short(x)}" y="{HEIGHT - 6}">{tick:g}</text>')
    for name, curve in curves.items():
        path = "L".join("{} {}".format(*map(short, place(*point))) for point in curve)
        parts.append(f'<path class="line-{escape(name)}" d="M{path}"/>' if path else "")
        if len(curve) <= MAX_DOTS:
            parts += [
                '<circle class="point-{}" cx="{}" cy="{}" r="2.2"><title>step {}: {:.3f}</title>'
                "</circle>".format(escape(name), *map(short, place(*point)), *point)
                for point in curve
            ]
    about = "; ".join(
        f"{name} loss from {curve[0][1]:.3f} to {curve[-1][1]:.3f}"
        for name, curve in curves.items()
        if curve
    )
    attributes = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(about)}"'
    return _svg("lines", attributes, parts, hide=False)


def _ticks(largest: float) -> list[float]:
    """Round numbers from 0 to the first at or above `largest`: about five."""
    rough = max(largest, 1e-9) / 4.5
    power = 10 ** math.floor(math.log10(rough))
    step = next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= rough)
    return [round(step * number, 12) for number in range(math.ceil(largest / step) + 1)]


def _svg(css: str, attributes: str, parts: Iterable[str], *, hide: bool = True) -> Markup:
    hidden = ' aria-hidden="true"' if hide else ""
    return Markup(f'<svg class="{css}" {attributes}{hidden}>{"".join(parts)}</svg>')


def short(value: float) -> str:
    """A number with one decimal at most."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
