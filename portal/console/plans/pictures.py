"""Small pictures of rules: the steps of a tier, when a campaign runs. The words beside them say the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from portal.charts import HEIGHT, WIDTH, Scale

_WIDTH, _HEIGHT, _LOW = 240, 48, 6


def step_chart(steps: Sequence[tuple[int, int]], *, title: str) -> Markup:
    """A staircase of (from_minor, bps), every step equally wide: what matters is how rates rise, not how far apart."""
    highest = max(1, *(bps for _, bps in steps))
    width = _WIDTH / len(steps)
    tops = [_HEIGHT - _LOW - (_HEIGHT - 2 * _LOW) * bps / highest for _, bps in steps]
    path = f"M0 {tops[0]:.1f}"
    for place, top in enumerate(tops):
        path += f"V{top:.1f}H{(place + 1) * width:.1f}"
    return Markup(
        '<svg class="steps-chart" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<path class="chart-area" d="{}V{}H0Z"/><path class="chart-line" d="{}"/></svg>'
    ).format(_WIDTH, _HEIGHT, title, path, _HEIGHT, path)


def time_line(
    from_at: datetime, to_at: datetime, *, begin: datetime, end: datetime, now: datetime, state: str
) -> Markup:
    """A bar from beginning to end between those of all campaigns, with a mark where we are."""
    whole = max(1.0, (end - begin).total_seconds())

    def place(moment: datetime) -> float:
        return _WIDTH * (moment - begin).total_seconds() / whole

    left = place(from_at)
    return Markup(
        '<svg class="time-line time-line-{}" viewBox="0 0 {} 16" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="time-line-track" x="0" y="6" width="{}" height="4" rx="2"/>'
        '<rect class="time-line-bar" x="{:.1f}" y="4" width="{:.1f}" height="8" rx="2"/>'
        '<path class="time-line-now" d="M{:.1f} 0V16"/></svg>'
    ).format(
        state, _WIDTH, _WIDTH, left, max(2.0, place(to_at) - left), min(_WIDTH - 0.5, max(0.5, place(now)))
    )


def pair_bars(values: Sequence[tuple[int, int]], *, scale: Scale, notes: Sequence[str], title: str) -> Markup:
    """Two bars side by side for each place: what would be, and what was."""
    slot = WIDTH / max(1, len(values))
    width = min(slot * 0.34, 40)
    parts = [
        Markup(
            '<svg class="chart" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">'
        ).format(WIDTH, HEIGHT, title)
    ]
    parts += [
        Markup('<path class="chart-grid" d="M0 {:.1f}H{}"/>').format(scale.y(tick), WIDTH)
        for tick in scale.ticks
    ]
    base = scale.y(0)
    for place, pair in enumerate(values):
        for side, (value, kind) in enumerate(
            zip(pair, ("chart-bar", "chart-bar chart-bar-previous"), strict=True)
        ):
            top = min(scale.y(value), base)
            left = place * slot + slot / 2 + (side - 1) * (width + 1) + side * 2
            parts.append(
                Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
                    kind, left, top, width, abs(scale.y(value) - base)
                )
            )
    parts += [
        Markup(
            '<rect class="chart-hit" x="{:.1f}" y="0" width="{:.1f}" height="{}"><title>{}</title></rect>'
        ).format(place * slot, slot, HEIGHT, note)
        for place, note in enumerate(notes)
    ]
    return Markup("").join([*parts, Markup("</svg>")])


def share_bar(value: int, whole: int, *, other: int | None = None) -> Markup:
    """How long a value is against the longest of its list; `other` is drawn below it, paler."""
    rows = [(value, "chart-bar")] + ([] if other is None else [(other, "chart-bar chart-bar-previous")])
    height = 10 * len(rows) - 2
    bars = [
        Markup('<rect class="{}" x="0" y="{}" width="{:.1f}" height="8" rx="1.5"/>').format(
            kind, place * 10, _WIDTH * max(0, minor) / max(1, whole)
        )
        for place, (minor, kind) in enumerate(rows)
    ]
    return Markup(
        '<svg class="share-bar" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
    ).format(_WIDTH, height, Markup("").join(bars))
