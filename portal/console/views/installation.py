"""Whether the installation is well, and what to do where it is not: what `distribution doctor` says."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, render_template
from flask_babel import gettext

from distribution.installation.examine import examine
from distribution.installation.outcome import Finding, State
from distribution.settings.environment import EXPECTED, OPTIONAL, Variable
from distribution.settings.errors import InvalidSetting
from portal.console.acting import now
from portal.console.blueprint import blueprint
from portal.formatting import from_now

_WORDS = ("purpose", "where", "whose")
"""Facts that are words of ours."""


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in the reader's language."""

    state: State
    subject: str
    seen: str
    why: str
    next: str


@blueprint.get("/installation")
def installation() -> str:
    """Everything that is looked at, what is broken first."""
    settings = current_app.extensions["settings"]
    needed = [each for each in Variable if each not in OPTIONAL]
    missing = [InvalidSetting(each, EXPECTED[each], None) for each in needed if each not in settings]
    moment = now()
    findings = examine(
        settings, current_app.extensions["engine"], environ=os.environ, wrong=missing, now=moment
    )
    told = [_told(each, moment) for each in findings]
    todo = sorted((each for each in told if each.state != "good"), key=lambda each: each.state != "bad")
    return render_template(
        "console/installation.html",
        todo=todo,
        broken=sum(each.state == "bad" for each in todo),
        well=[
            each
            for each, finding in zip(told, findings, strict=True)
            if each.state == "good" and finding.code != "setting.good"
        ],
        settings=sum(each.code == "setting.good" for each in findings),
    )


def _told(finding: Finding, moment: datetime) -> Told:
    facts = dict(finding.facts)
    if "at" in facts:
        facts["ago"] = from_now(datetime.fromisoformat(facts["at"]), moment)
    facts |= {key: gettext(facts[key]) for key in _WORDS if key in facts}
    outcome = finding.outcome
    subject, seen, why, step = (
        gettext(words) % facts if words else ""
        for words in (outcome.subject, outcome.seen, outcome.why, outcome.next)
    )
    return Told(outcome.state, subject[:1].upper() + subject[1:], seen, why, step)
