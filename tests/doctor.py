"""What the doctor says: the console asks a translation of it by what was found, where no extraction sees it."""

from __future__ import annotations

from typing import get_args

from distribution.installation.clock import Whose
from distribution.installation.examine import NOWHERE
from distribution.installation.outcomes import OUTCOMES
from distribution.installation.shop import PURPOSES


def texts() -> set[str]:
    """Every text of every finding, and of those facts that are words of ours."""
    found = {text for each in OUTCOMES.values() for text in (each.subject, each.seen, each.why, each.next)}
    return {*found, *PURPOSES.values(), *NOWHERE.values(), *get_args(Whose)} - {""}
