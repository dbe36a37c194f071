"""Charts drawn on the server as SVG that stretches with its box; axis labels stay text of the page.

Nothing here knows money or language: callers hand in integers and the words for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT, HEAD = 600, 200, 6
_STEPS = (2, 4, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class Scale:
    """The value axis: from 0 (or below) in two even steps to a round top."""

    bottom: int
    top: int

    @property
    def ticks(self) -> tuple[int, int, int]:
        """Values to write beside the axis, from the top."""
        return self.top, (self.top + self.bottom) // 2, self.bottom

    def y(self, value: int) -> float:
        """Where a value stands, counted from the top of the picture."""
        return HEAD + (HEIGHT - HEAD) * (self.top - value) / (self.top - self.bottom)


def scale_for(values: Sequence[int], *, least: int = 2) -> Scale:
    """A scale that holds all values; `least` is the smallest top, so that nothing at all is drawn flat."""
    top = _round_up(max(least, *values, 0))
    lowest = min(0, *values, 0)
    return Scale(-_round_up(-lowest) if lowest < 0 else 0, top)


def line_chart(
    values: Sequence[int], *, scale: Scale, notes: Sequence[str], title: str, previous: Sequence[int] = ()
) -> Markup:
    """A line with its area, the period before dashed behind it; each point tells its note when pointed at."""
    points = _points(values, scale)
    line = _path(points)
    first, last = points[0], points[-1]
    base = scale.y(0)
    parts = [_open(title), _grid(scale)]
    if previous:
        parts.append(Markup('<path class="chart-previous" d="{}"/>').format(_path(_points(previous, scale))))
    parts.append(
        Markup('<path class="chart-area" d="{}L{:.1f} {:.1f}L{:.1f} {:.1f}Z"/>').format(
            line, last[0], base, first[0], base
        )
    )
    parts.append(Markup('<path class="chart-line" d="{}"/>').format(line))
    parts.append(Markup('<path class="chart-dot" d="M{:.1f} {:.1f}h.01"/>').format(*last))
    parts.append(_hits(notes))
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


def bar_chart(values: Sequence[int], *, scale: Scale, notes: Sequence[str], title: str) -> Markup:
    """A chart with one bar for each value, `notes` told when one points at it."""
    slot = WIDTH / max(1, len(values))
    width = slot * 0.62
    base = scale.y(0)
    bars = []
    for position, value in enumerate(values):
        top = min(scale.y(value), base)
        height = abs(scale.y(value) - base)
        left = position * slot + (slot - width) / 2
        bars.append(
            f'<rect class="chart-bar" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}"/>'
        )
    # Nothing but numbers is in a bar: a template filled in for each would take longer than all the rest.
    parts = [_open(title), _grid(scale), Markup("".join(bars)), _hits(notes), Markup("</svg>")]
    return Markup("").join(parts)


def sparkline(values: Sequence[int], *, title: str) -> Markup:
    """A line as small as a word."""
    scale = scale_for(values, least=1)
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<path class="chart-line" d="{}"/></svg>'
    ).format(WIDTH, HEIGHT, title, _path(_points(values, scale)))


def _open(title: str) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">'
    ).format(WIDTH, HEIGHT, title)


def _grid(scale: Scale) -> Markup:
    return Markup("").join(
        Markup('<path class="chart-grid" d="M0 {:.1f}H{}"/>').format(scale.y(tick), WIDTH)
        for tick in scale.ticks
    )


def _points(values: Sequence[int], scale: Scale) -> list[tuple[float, float]]:
    step = WIDTH / max(1, len(values) - 1)
    return [(position * step, scale.y(value)) for position, value in enumerate(values)]


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "".join(f"{'L' if position else 'M'}{x:.1f} {y:.1f}" for position, (x, y) in enumerate(points))


def _hits(notes: Sequence[str]) -> Markup:
    slot = WIDTH / max(1, len(notes))
    return Markup("").join(
        Markup(
            f'<rect class="chart-hit" x="{position * slot:.1f}" y="0" width="{slot:.1f}" height="{HEIGHT}">'
        )
        + Markup("<title>")
        + escape(note)
        + Markup("</title></rect>")
        for position, note in enumerate(notes)
    )


def _round_up(value: int) -> int:
    magnitude = 1
    while value > 10 * magnitude:
        magnitude *= 10
    return next(step * magnitude for step in _STEPS if step * magnitude >= value)
