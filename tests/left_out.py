"""What this machine could not run, and why, in plain words at the end of the run."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable

import pytest

_WHOLE = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_WITHOUT_WINDOWS = "chromium-headless-shell"


def chromium_path(*, whole: bool = False) -> str | None:
    """The Chromium of this machine; DISTRIBUTION_TEST_CHROMIUM names another.

    The one without windows opens a page several times faster. Only the `whole` one keeps pages to go back to.
    """
    named = os.environ.get("DISTRIBUTION_TEST_CHROMIUM")
    if named:
        return named
    names = _WHOLE if whole else (_WITHOUT_WINDOWS, *_WHOLE)
    return next((path for name in names if (path := shutil.which(name))), None)


LONG_PROOFS = "long_proofs"
"""Under which name a worker process tells how many long proofs it passed over."""


def long_proofs(items: Iterable[pytest.Item]) -> int:
    """How many of the tests passed over are long proofs."""
    return sum(item.get_closest_marker("prove") is not None for item in items)


def report_left_out(reporter: pytest.TerminalReporter, told: int) -> None:
    """Print one line for each reason, with how many tests it left out; `told` are long proofs workers passed over."""
    reasons: Counter[str] = Counter()
    for report in reporter.stats.get("skipped", []):
        reasons[_reason(report)] += 1
    passed_over = told or long_proofs(reporter.stats.get("deselected", []))
    if passed_over:
        reasons["long proofs, run by make prove"] = passed_over
    if reasons:
        reporter.section("left out")
        for reason, count in sorted(reasons.items()):
            reporter.line(f"{count} left out: {reason}")


def _reason(report: pytest.TestReport) -> str:
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return str(report.longrepr)
