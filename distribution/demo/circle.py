"""Distributors enter, and their standing and grade change, by the verbs of the network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.demo.brand import ACTOR, LOGINS, PASSWORD
from distribution.demo.people import Person, Promotion, Turn
from distribution.demo.taxes import tell
from distribution.network import terms
from distribution.network.account import confirm_email
from distribution.network.grade import set_grade
from distribution.network.join import join
from distribution.network.standing import ACTS, change_standing
from distribution.privacy.encryption import Cipher
from distribution.promotion.codes import assign_voucher, issue_code
from distribution.settings import program

_LOGIN_EMAILS = {login.email for login in LOGINS}


@dataclass(frozen=True, slots=True)
class Event:
    """Somebody joins, or what became of them if there is a turn or a promotion."""

    at: datetime
    person: Person
    turn: Turn | Promotion | None = None


class Circle:
    """Who of the invented people has which id."""

    def __init__(self, people: Sequence[Person], cipher: Cipher) -> None:
        self._people, self._cipher = people, cipher
        self._ids: dict[int, UUID] = {}

    def id_of(self, person: Person) -> UUID:
        """The distributor's id, once they have joined."""
        return self._ids[person.key]

    def joined(self) -> list[Person]:
        """Everybody who has joined so far."""
        return [person for person in self._people if person.key in self._ids]

    def events(self) -> list[Event]:
        """All joining and changing, in order of time."""
        events = [Event(person.joined_at, person) for person in self._people]
        events += [Event(turn.at, person, turn) for person in self._people for turn in person.turns]
        events += [Event(each.at, person, each) for person in self._people for each in person.promotions]
        return sorted(events, key=lambda event: event.at)

    def happen(self, session: Session, event: Event) -> None:
        """Let it happen."""
        if event.turn is None:
            self._join(session, event.person, event.at)
        elif isinstance(event.turn, Promotion):
            set_grade(
                session,
                self.id_of(event.person),
                grade=event.turn.grade,
                actor=ACTOR,
                now=event.at,
                reason=event.turn.reason,
            )
        else:
            act = ACTS[event.turn.act]
            change_standing(
                session, self.id_of(event.person), act, actor=ACTOR, now=event.at, reason=event.turn.reason
            )

    def _join(self, session: Session, person: Person, at: datetime) -> None:
        distributor = join(
            session,
            email=person.email,
            name=person.name,
            locale=person.locale,
            sponsor_id=None if person.sponsor is None else self._ids[person.sponsor],
            status="applied" if person.applied else "active",
            application={"source": "portal", "answers": {}} if person.applied else None,
            # Hashing is made to be slow: only those whose password is printed have one.
            password=PASSWORD if person.email in _LOGIN_EMAILS else None,
            actor="applicant" if person.applied else ACTOR,
            now=at,
        )
        self._ids[person.key] = distributor.id
        terms.keep(
            session, distributor.id, version=program.read(session).terms_version, ip_sealed=None, now=at
        )
        issue_code(session, distributor.id, code=person.code, actor=ACTOR, now=at)
        if person.voucher is not None:
            assign_voucher(session, distributor.id, code=person.voucher, actor=ACTOR, now=at)
        if person.email in _LOGIN_EMAILS:
            confirm_email(session, distributor.id, now=at)
        tell(session, distributor, cipher=self._cipher, now=at)
