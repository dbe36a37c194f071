"""What this machine could not run, and why, in plain words at the end of the run."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable

import pytest

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_path() -> str | None:
    """The first Chromium on this machine; DISTRIBUTION_TEST_CHROMIUM names another."""
    named = os.environ.get("DISTRIBUTION_TEST_CHROMIUM")
    if named:
        return named
    return next((path for name in _BROWSERS if (path := shutil.which(name))), None)


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
