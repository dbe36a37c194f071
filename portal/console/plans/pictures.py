"""Small pictures of rules: the steps of a tier, when a campaign runs. The words beside them say the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

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
