"""A shop with a program nobody is in yet, its console, its mailbox, and shoppers."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import requests
from sqlalchemy import Engine, update

from distribution.access.tables import LoginSession
from distribution.commission.accrue import accrue
from distribution.commission.plan.built_in import BUILT_IN
from distribution.commission.publish import publish
from distribution.db import transaction
from distribution.network import find
from distribution.settings import merchants, program
from distribution.settlement.settle import settle
from tests.factories import ACTOR, a_distributor
from tests.functional.world import PASSWORD, an_order
from tests.letters import mails

MERCHANT = "owner@shop.example"
_number = count(1)


@dataclass(frozen=True, slots=True)
class Place:
    """A portal that answers at `url`."""

    url: str
    engine: Engine

    def member(self, name: str, *, language: str = "en", sponsor_code: str | None = None) -> str:
        """Somebody who is in already, with a code; answers their e-mail address."""
        email, now = f"member-{next(_number)}@example.com", datetime.now(UTC)
        with transaction(self.engine) as session:
            code = f"M{next(_number):04}"
            person = a_distributor(session, name=name, email=email, password=PASSWORD, code=code, now=now)
            person.email_confirmed_at = now
            person.locale = language
        return email

    def logged_in_a_while_ago(self, email: str) -> None:
        """An hour goes by since they logged in."""
        with transaction(self.engine) as session:
            person = find.by_email(session, email)
            assert person is not None
            theirs = update(LoginSession).where(LoginSession.person_id == person.id)
            session.execute(theirs.values(created_at=LoginSession.created_at - timedelta(hours=1)))

    def sold(self, link: str) -> str:
        """A shopper follows a link and buys, and the parcel is there: the order's number."""
        answer = requests.get(link, allow_redirects=False, timeout=20)
        referral = re.search(r"[?&]ref=([^&]+)", answer.headers["Location"])
        assert referral is not None
        number, now = str(4000 + next(_number)), datetime.now(UTC)
        bought = an_order(
            number, referral[1], state="shipped", placed_at=now, now=now, chance=random.Random(1)
        )
        with transaction(self.engine) as session:
            accrue(session, [bought], now=now)
        return number

    def settled(self) -> None:
        """The settlement run of tomorrow, today: parcels of today have arrived and are kept."""
        tomorrow = datetime.now(UTC) + timedelta(days=2)
        settle(self.engine, actor="job:test", now=tomorrow)

    def mail(self, to: str, kind: str) -> str:
        """The newest mail of a kind to that address."""
        with transaction(self.engine) as session:
            return [each for each in mails(session, kind) if each["to"] == to][-1]["text"]

    def link_of_mail(self, to: str, kind: str) -> str:
        """Where that mail leads."""
        text = self.mail(to, kind)
        found = re.search(r"http://localhost(/\S+)", text)
        assert found is not None, text
        return self.url + found[1]


def furnish(engine: Engine) -> None:
    """A program, whose owner can log in; its commission matures as soon as a parcel is there."""
    now = datetime.now(UTC) - timedelta(days=30)
    with transaction(engine) as session:
        program.change(session, {"program_name": "Hearth & Grain Partners"}, actor=ACTOR, now=now)
        merchants.create(
            session,
            email=MERCHANT,
            name="Hanna Berg",
            password=PASSWORD,
            role="owner",
            actor=ACTOR,
            now=now,
        )
        publish(session, {**BUILT_IN, "hold_days": 0}, actor=ACTOR, now=now)
