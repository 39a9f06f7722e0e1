"""Pictures as SVG, drawn here: no script, no style of their own, colours by class."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from markupsafe import Markup

from autoagent.view.branches import Branch
from autoagent.view.lifeline import Beat, Lifeline
from autoagent.view.panels import Born, Curve, Family, Grid, Side
from autoagent.view.scale import Scale, brief
from autoagent.view.texts import visible

WIDTH, HEIGHT = 760, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 12, 40
MOST_BORN = 1500
"""Of a family, the newest so many are drawn, and all ancestors of the best."""
STRIP = 360
"""Columns of a life at a glance."""
WORST = ("harm", "error", "asking", "changed", "fine")


def curve(panel: Curve) -> Markup:
    """Draw lines."""
    lines = {
        name: known
        for name, line in panel.lines.items()
        if (known := [point for point in line if _finite(*point)])
    }
    if not lines:
        return Markup("")
    points = [point for line in lines.values() for point in line]
    across, up = _scales([x for x, _ in points], [y for _, y in points])
    drawn = [_axes(across, up, panel.x, panel.y)]
    for number, (name, line) in enumerate(lines.items()):
        path = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in line)
        drawn.append(
            Markup(
                '<polyline class="line line{}{}" points="{}"><title>{}</title></polyline>'
            ).format(number % 4, " dashed" * (number // 4 % 2), path, visible(name))
        )
    return _svg(WIDTH, HEIGHT, panel.title, drawn)


def family(panel: Family, *, link: bool) -> Markup:
    """Draw who was made from whom: births from left to right, better ones higher up."""
    line = ancestry(panel)
    places = {born.name: place for place, born in enumerate(panel.born, 1)}
    kept = [b for b in panel.born if b.name in line or places[b.name] > len(places) - MOST_BORN]
    scores = [born.score for born in kept if born.score is not None and _finite(born.score)]
    across, up = _scales([1, len(places)], scores or [0.0])
    bottom = HEIGHT - BOTTOM + 8

    def place(born: Born) -> tuple[float, float]:
        known = born.score is not None and _finite(born.score)
        return across(places[born.name]), up(born.score or 0) if known else bottom

    drawn = {born.name: place(born) for born in kept}
    marks = [_axes(across, up, "births", panel.score)]
    for born in kept:
        for number, parent in enumerate(born.parents):
            if parent in drawn:
                bold = " best" if number == 0 and {born.name, parent} <= line else ""
                marks.append(_edge(drawn[parent], drawn[born.name], f"edge{bold}"))
    for born in sorted(kept, key=lambda born: born.name in line):
        look = "node best" if born.name in line else "node" + " none" * (born.score is None)
        size = 6 if born.name == panel.best else 3.5
        x, y = drawn[born.name]
        circle = Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="{}"/>').format(
            look, x, y, size
        )
        marks.append(_linked(born, circle, link))
    return _svg(WIDTH, HEIGHT, panel.title, marks)


def ancestry(panel: Family) -> set[str]:
    """Return the names of the best of a family and of the first parents above it."""
    known = {born.name: born for born in panel.born}
    line: set[str] = set()
    name = panel.best
    while name in known and name not in line:
        line.add(name)
        name = next(iter(known[name].parents), None)
    return line


def heat(panel: Grid, *, link: bool) -> Markup:
    """Draw an archive: the stronger a field's colour, the better who is in it."""
    size = max(8, min(26, 620 // max(panel.across.fields, 1), 420 // max(panel.up.fields, 1)))
    wide, high = panel.across.fields * size, panel.up.fields * size
    scores = [born.score or 0.0 for born in panel.best.values()]
    low, top = min(scores, default=0.0), max(scores, default=1.0)
    drawn = [
        Markup('<rect class="ground" x="{}" y="{}" width="{}" height="{}"/>').format(
            LEFT, TOP, wide, high
        ),
        *_side(panel.across, LEFT, TOP + high, wide, upright=False),
        *_side(panel.up, LEFT, TOP + high, high, upright=True),
    ]
    for (x, y), born in panel.best.items():
        share = ((born.score or 0.0) - low) / (top - low) if top > low else 1.0
        cell = Markup(
            '<rect class="heat" x="{}" y="{}" width="{}" height="{}" fill-opacity="{:.2f}"/>'
        ).format(
            LEFT + x * size, TOP + high - (y + 1) * size, size - 1, size - 1, 0.12 + 0.88 * share
        )
        drawn.append(_linked(born, cell, link))
    return _svg(LEFT + wide + RIGHT, TOP + high + BOTTOM, panel.title, drawn)


def strip(beats: Sequence[Beat]) -> Markup:
    """Draw a life at a glance: a column for each step, or for some, as the worst of them was."""
    columns = min(len(beats), STRIP)
    drawn = []
    for column in range(columns):
        first, last = (each * len(beats) // columns for each in (column, column + 1))
        looks = {beat.look for beat in beats[first:last]}
        look = next(each for each in WORST if each in looks)
        drawn.append(
            Markup('<rect class="beat {}" x="{}" y="0" width="0.84" height="10"/>').format(
                look, column
            )
        )
    return Markup(
        '<svg class="strip" viewBox="0 0 {} 10" preserveAspectRatio="none" '
        'aria-hidden="true">{}</svg>'
    ).format(max(columns, 40), Markup("").join(drawn))


def lanes(branches: Sequence[tuple[Branch, Lifeline]], shown: str, *, link: bool) -> Markup:
    """Draw runs that share a past: a lane for each, with a mark where its genome changed."""
    longest = max((line.done for _, line in branches), default=0)
    across = Scale(0, max(longest, 1), LEFT + 20, WIDTH - RIGHT)
    heights = {branch.run: TOP + 14 + 30 * place for place, (branch, _) in enumerate(branches)}
    drawn = []
    for branch, line in branches:
        y, start = heights[branch.run], across(branch.step)
        look = "lane here" if branch.run == shown else "lane"
        if branch.parent in heights:
            above = (start - 14, heights[branch.parent])
            drawn.append(_edge(above, (start, y), "edge"))
        drawn.append(
            Markup('<line class="{0}" x1="{1:.1f}" y1="{2}" x2="{3:.1f}" y2="{2}"/>').format(
                look, start, y, max(across(line.done), start + 2)
            )
        )
        changes = [step for step in line.changes() if step > branch.step]
        for step in changes[:MOST_BORN]:
            drawn.append(
                Markup(
                    '<circle class="node" cx="{:.1f}" cy="{}" r="3.5">'
                    "<title>step {}</title></circle>"
                ).format(across(step), y, step)
            )
        drawn.append(_name(branch.run, y, link))
    return _svg(WIDTH, TOP + 30 * len(branches) + 8, "Runs that share a past", drawn)


def _name(run: str, y: int, link: bool) -> Markup:
    name = _text(LEFT + 8, y + 4, run, "end")
    return Markup('<a href="/run/{}">{}</a>').format(run, name) if link else name


def _scales(xs: Iterable[float], ys: Iterable[float]) -> tuple[Scale, Scale]:
    return (
        Scale.over(xs, LEFT, WIDTH - RIGHT),
        Scale.over(ys, HEIGHT - BOTTOM, TOP),
    )


def _axes(across: Scale, up: Scale, x: str, y: str) -> Markup:
    parts = [
        Markup('<line class="axis" x1="{0}" y1="{1}" x2="{2}" y2="{1}"/>').format(
            LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT
        )
    ]
    for value in up.ticks():
        height = up(value)
        parts.append(
            Markup('<line class="rule" x1="{}" y1="{:.1f}" x2="{}" y2="{:.1f}"/>').format(
                LEFT, height, WIDTH - RIGHT, height
            )
        )
        parts.append(_text(LEFT - 8, height + 4, brief(value), "end"))
    parts += [_text(across(each), HEIGHT - BOTTOM + 20, brief(each)) for each in across.ticks()]
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, x))
    parts.append(
        Markup('<text class="label" transform="translate(12 {}) rotate(-90)">{}</text>').format(
            (TOP + HEIGHT - BOTTOM) // 2, visible(y)
        )
    )
    return Markup("").join(parts)


def _side(side: Side, left: int, bottom: int, length: int, *, upright: bool) -> list[Markup]:
    """Draw the ends of a grid's side, and its name."""
    if upright:
        middle = Markup('<text class="label" transform="translate(14 {}) rotate(-90)">{}</text>')
        return [
            _text(left - 8, bottom, brief(side.low), "end"),
            _text(left - 8, bottom - length + 10, brief(side.high), "end"),
            middle.format(bottom - length // 2, visible(side.name)),
        ]
    return [
        _text(left, bottom + 16, brief(side.low), "start"),
        _text(left + length, bottom + 16, brief(side.high), "end"),
        _text(left + length / 2, bottom + 32, side.name),
    ]


def _linked(born: Born, mark: Markup, link: bool) -> Markup:
    score = "no score" if born.score is None else f"{born.score:.6g}"
    title = visible(f"{born.name}: {score}{', ' if born.told else ''}{born.told}"[:300])
    inside = Markup("<g>{}<title>{}</title></g>").format(mark, title)
    if not link:
        return inside
    return Markup('<a href="?born={}#born" aria-label="{}">{}</a>').format(
        quote(born.name, safe="", errors="replace"), title, inside
    )


def _edge(start: tuple[float, float], end: tuple[float, float], look: str) -> Markup:
    middle = (start[0] + end[0]) / 2
    return Markup(
        '<path class="{}" d="M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}"/>'
    ).format(look, *start, middle, start[1], middle, end[1], *end)


def _text(x: float, y: float, text: str, anchor: str = "middle") -> Markup:
    return Markup('<text class="label" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        x, y, anchor, visible(text)
    )


def _svg(width: int, height: int, title: str, parts: Iterable[Markup]) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="group" '
        'aria-label="{2}">{3}</svg>'
    ).format(width, height, visible(title), Markup("").join(parts))


def _finite(*values: float) -> bool:
    return all(map(math.isfinite, values))
