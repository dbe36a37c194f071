"""What is handed over by a code: who is vouched for, as what, and where they go."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from distribution.access import single_use
from distribution.access.single_use import Purpose
from distribution.signing_in.vouched import Vouched
from portal.clock import now
from portal.database import unit
from portal.payouts import cipher

ENTER = Purpose("enter", timedelta(minutes=2))
"""From the shop's page to ours."""
CONNECT = Purpose("connect", timedelta(minutes=30))
"""From a mail to the page that connects two logins."""
_CODE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody on their way in.

    `role` is what the issuer makes them in the console, `invited_by` the code of who sent them; `person_id` and
    `session_version` name the account that a mail went to.
    """

    kind: str
    vouched: Vouched
    target: str
    role: str | None = None
    invited_by: str | None = None
    person_id: UUID | None = None
    session_version: int | None = None

    def plain(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self) | {"person_id": self.person_id and str(self.person_id)}


def arrival(content: dict[str, Any]) -> Arrival:
    """The arrival that `plain` made JSON of."""
    found = Arrival(**{**content, "vouched": Vouched(**content["vouched"])})
    return found if found.person_id is None else replace(found, person_id=UUID(str(found.person_id)))


def hand_over(purpose: Purpose, one: Arrival) -> str:
    """Keep an arrival under a new code for this purpose, and return the code."""
    code = secrets.token_urlsafe(_CODE_BYTES)
    with unit() as session:
        single_use.issue(session, purpose, code=code, content=one.plain(), cipher=cipher(), now=now())
    return code


def looked_at(purpose: Purpose, code: str) -> Arrival:
    """What an unused code is about; raises CodeNotValid."""
    with unit() as session:
        return arrival(single_use.look(session, purpose, code=code, cipher=cipher(), now=now()))


def taken(purpose: Purpose, code: str) -> Arrival:
    """The same, and the code is used; raises CodeNotValid."""
    with unit() as session:
        return arrival(single_use.use(session, purpose, code=code, cipher=cipher(), now=now()))
