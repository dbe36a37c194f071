"""What a check can find, and what each finding means to an owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["good", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Words of a finding; `%(name)s` stands for one of its facts. What is well needs no reason and no next step."""

    subject: str
    state: State
    seen: str
    why: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: the stable `code` of its outcome, with the facts that belong to it."""

    code: str
    outcome: Outcome
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """What was looked at."""
        return self.outcome.subject % self.facts

    @property
    def state(self) -> State:
        """Whether it is well, could be better, or is broken."""
        return self.outcome.state

    @property
    def seen(self) -> str:
        """What was found, in one line."""
        return self.outcome.seen % self.facts

    @property
    def why(self) -> str:
        """Why it matters."""
        return self.outcome.why % self.facts

    @property
    def next(self) -> str:
        """The exact next step."""
        return self.outcome.next % self.facts


def one_line(said: object) -> str:
    """What somebody else's software said, fit for a line."""
    return " ".join(str(said).split())[:200]
