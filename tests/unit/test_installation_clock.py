"""The doctor calls a clock wrong for what it says, never for how long the answer took."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from distribution.installation.clock import check_clock

ASKED_AT = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
ANSWERED_AT = ASKED_AT + timedelta(seconds=9)


@pytest.mark.parametrize(
    "seconds,away",
    [(-180, 180), (-6, 6), (-5, None), (0, None), (8, None), (9, None), (14, None), (15, 6), (189, 180)],
)
def test_a_clock_is_wrong_by_what_the_wait_does_not_explain(seconds: int, away: int | None) -> None:
    theirs = ASKED_AT + timedelta(seconds=seconds)
    finding = check_clock("Saleor", theirs, asked_at=ASKED_AT, answered_at=ANSWERED_AT)
    assert (finding.state, finding.facts.get("whose")) == (
        ("good", None) if away is None else ("bad", "Saleor")
    )
    assert away is None or finding.facts["seconds"] == away
