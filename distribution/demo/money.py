"""Withdrawals of the demo: asked for after a settlement, decided and paid some days later by the merchant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.demo.accounts import open_account
from distribution.demo.brand import ACTOR, PROGRAM_SETTINGS
from distribution.demo.circle import Circle
from distribution.demo.people import Person
from distribution.ledger.read import Holdings, holdings
from distribution.privacy.encryption import Cipher
from distribution.settings import program
from distribution.withdrawal.approve import approve
from distribution.withdrawal.pay import mark_paid
from distribution.withdrawal.policy import policy_of
from distribution.withdrawal.provider import BY_HAND
from distribution.withdrawal.reject import cancel, reject
from distribution.withdrawal.request import request

_ASKING_DAYS = (4, 8)
_ASKING_AT = timedelta(hours=7, minutes=35)
_APART = timedelta(minutes=17)
_ASKING_AT_LAST = (timedelta(hours=20), timedelta(days=3))
_MOST_AT_ONCE = 6
_BY = {"EUR": "SEPA", "CNY": "CNAPS"}
_DECIDED_AFTER = timedelta(days=1, hours=6)
_PAID_AFTER = timedelta(days=3, hours=3)
_MINIMUM: dict[str, int] = PROGRAM_SETTINGS["withdrawal"]["minimum_minor"]
_REFUSAL = "The account holder's name differs from yours. Please correct the payout method and ask again."


@dataclass(slots=True)
class _Open:
    """A withdrawal on its way."""

    id: UUID
    person: Person
    asked_at: datetime
    approved: bool = False


class Cashier:
    """Asks in the name of distributors, and decides in the merchant's; `sure` always asks for all and gets it."""

    def __init__(self, circle: Circle, rng: Random, *, last: datetime, sure: Person, cipher: Cipher) -> None:
        self._circle, self._rng, self._last, self._sure, self._cipher = circle, rng, last, sure, cipher
        self._open: list[_Open] = []
        self._accounts: dict[int, UUID] = {}

    def serve(self, session: Session, *, since: datetime, now: datetime) -> None:
        """The days from `since` to `now` at the till."""
        month = since.replace(day=1, hour=0, minute=0, second=0)
        asking = [month + timedelta(days=day - 1) + _ASKING_AT for day in _ASKING_DAYS]
        asking += [self._last - before for before in _ASKING_AT_LAST]
        for at in asking:
            if since < at <= now:
                self._decide(session, at)
                self._ask(session, at)
        self._decide(session, now)

    def _ask(self, session: Session, now: datetime) -> None:
        people = {
            self._circle.id_of(person): person for person in self._circle.joined() if person.sells_at(now)
        }
        able = [
            held
            for held in holdings(session, list(people))
            if held.available_minor >= _MINIMUM[held.currency] and not held.debt_minor
        ]
        sure = [held for held in able if people[held.distributor_id] is self._sure]
        chosen = sure + self._rng.sample(able, min(_MOST_AT_ONCE, len(able)))
        for place, held in enumerate(chosen):
            self._request(session, held, people[held.distributor_id], min(now + place * _APART, self._last))

    def _request(self, session: Session, held: Holdings, person: Person, now: datetime) -> None:
        if any(each.person is person for each in self._open):
            return
        amount_minor = held.available_minor
        if person is not self._sure and self._rng.random() < 0.6:
            # People like round numbers.
            amount_minor = max(_MINIMUM[held.currency], amount_minor * 7 // 10 // 500 * 500)
        asked = request(
            session,
            distributor_id=held.distributor_id,
            amount_minor=amount_minor,
            currency=held.currency,
            method=BY_HAND,
            method_id=self._account(session, person, now),
            policy=policy_of(program.read(session), held.currency, methods=[BY_HAND]),
            actor=f"distributor:{held.distributor_id}",
            now=now,
        )
        self._open.append(_Open(asked.id, person, now))

    def _account(self, session: Session, person: Person, now: datetime) -> UUID:
        """Theirs, entered with the first request."""
        if person.key not in self._accounts:
            self._accounts[person.key] = open_account(
                session, self._circle.id_of(person), person, cipher=self._cipher, now=now
            )
        return self._accounts[person.key]

    def _decide(self, session: Session, now: datetime) -> None:
        for each in list(self._open):
            decided_at, paid_at = each.asked_at + _DECIDED_AFTER, each.asked_at + _PAID_AFTER
            if not each.approved and decided_at <= now:
                self._approve_or_not(session, each, decided_at)
            if each.approved and paid_at <= now:
                reference = f"{_BY[each.person.currency]} {paid_at:%Y%m%d}-{self._rng.randrange(10**5):05}"
                mark_paid(session, each.id, reference=reference, actor=ACTOR, now=paid_at)
                self._open.remove(each)

    def _approve_or_not(self, session: Session, each: _Open, now: datetime) -> None:
        chance = 1.0 if each.person is self._sure else self._rng.random()
        if chance < 0.05:
            reject(session, each.id, reason=_REFUSAL, actor=ACTOR, now=now)
            self._open.remove(each)
        elif chance < 0.08:
            who = f"distributor:{self._circle.id_of(each.person)}"
            cancel(session, each.id, actor=who, now=now)
            self._open.remove(each)
        else:
            approve(session, each.id, actor=ACTOR, now=now)
            each.approved = True
