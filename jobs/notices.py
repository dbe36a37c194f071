"""Tells people: of what was sold and released, which channels carry it, and carrying it there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.adapters.mail import mailer
from distribution.adapters.notice.deliver import PREFIX, by_channel, by_email, by_push
from distribution.adapters.notice.find import notice_channels
from distribution.adapters.notice.invitation import invitations_by
from distribution.adapters.notice.letter import Site
from distribution.commission.telling import tell_sales
from distribution.db import transaction
from distribution.invitation.invite import EFFECT as INVITATION
from distribution.notice.browsers import push_seed, with_browsers
from distribution.notice.choices import with_address
from distribution.notice.kinds import EMAIL, PUSH
from distribution.notice.plan import MOST_NOTICES, Planned, Reached, plan
from distribution.outbox.carry_out import Handler
from distribution.privacy.encryption import Cipher
from distribution.sealing.horizon import StillWriting
from distribution.settings.environment import Settings, Variable
from distribution.settlement.settle import currencies
from distribution.settlement.telling import tell_released
from jobs.effects import work
from jobs.resources import Resources
from jobs.tracked import tracked


@tracked("tell_notices")
def tell_notices(given: Resources) -> dict[str, Any] | None:
    """Tell of new sales, then plan what is due."""
    sales = 0
    try:
        with transaction(given.engine) as session:
            sales = tell_sales(session, now=datetime.now(UTC))
    except StillWriting:
        # Whoever writes for long is waited for by the next run.
        pass
    return {"sales": sales} | asdict(plan_all(given.engine, channels()))


@tracked("tell_released")
def tell_released_commission(given: Resources) -> dict[str, Any] | None:
    """Tell of the commission whose waiting time is over."""
    with transaction(given.engine) as session:
        return {"told": tell_released(session, currencies(session), now=datetime.now(UTC))}


@tracked("deliver_mail")
def deliver_mail(given: Resources) -> dict[str, Any] | None:
    """Carry letters by e-mail."""
    return asdict(work(given.engine, mail_handlers(given.engine, given.settings)))


@tracked("deliver_push")
def deliver_push(given: Resources) -> dict[str, Any] | None:
    """Push letters to browsers."""
    return asdict(work(given.engine, push_handlers(given.engine, given.settings)))


@tracked("deliver_elsewhere")
def deliver_elsewhere(given: Resources) -> dict[str, Any] | None:
    """Carry letters by the channels of third parties."""
    return asdict(work(given.engine, other_handlers(given.engine, given.settings)))


def plan_all(engine: Engine, reached: Mapping[str, Reached]) -> Planned:
    """Plan batch after batch until nothing is due."""
    total = Planned()
    while True:
        with transaction(engine) as session:
            batch = plan(session, dict(reached), now=datetime.now(UTC))
        total = Planned(total.notices + batch.notices, total.letters + batch.letters)
        if batch.notices < MOST_NOTICES:
            return total


def channels() -> dict[str, Reached]:
    """The channels there are, and whom each reaches."""
    return {
        EMAIL: lambda _session, people: set(people),
        PUSH: with_browsers,
        **{name: partial(_reached, name, each.asks_proof) for name, each in notice_channels().items()},
    }


def _reached(channel: str, proven: bool, session: Session, people: Collection[UUID]) -> set[UUID]:
    return with_address(session, channel, people, proven=proven)


def mail_handlers(engine: Engine, settings: Settings) -> dict[str, Handler]:
    """What carries mails; none where something of it is not set up: they wait until it is."""
    site = site_of(settings)
    if site is None or Variable.MAIL_URL not in settings:
        return {}
    by = mailer(settings.mail_url)
    found = {PREFIX + EMAIL: by_email(engine, by, site=site)}
    if Variable.ENCRYPTION_KEYS in settings:
        cipher = Cipher(settings.encryption_keys)
        found[INVITATION] = invitations_by(engine, by, cipher, site=site, clock=_now)
    return found


def push_handlers(engine: Engine, settings: Settings) -> dict[str, Handler]:
    """What pushes to browsers; none where something of it is not set up."""
    site = site_of(settings)
    if site is None or Variable.ENCRYPTION_KEYS not in settings:
        return {}
    with transaction(engine) as session:
        seed = push_seed(session)
    cipher = Cipher(settings.encryption_keys)
    return {PREFIX + PUSH: by_push(engine, seed, cipher, site=site, clock=_now)}


def other_handlers(engine: Engine, settings: Settings) -> dict[str, Handler]:
    """What carries letters by each channel of a third party; none where something of it is not set up."""
    site = site_of(settings)
    if site is None or Variable.ENCRYPTION_KEYS not in settings:
        return {}
    cipher = Cipher(settings.encryption_keys)
    return {
        PREFIX + name: by_channel(engine, name, channel, cipher, site=site, clock=_now)
        for name, channel in notice_channels().items()
    }


def _now() -> datetime:
    return datetime.now(UTC)


def site_of(settings: Settings) -> Site | None:
    """Where letters lead to; None where the worker is not told."""
    if Variable.PORTAL_URL not in settings or Variable.SECRET_KEY not in settings:
        return None
    return Site(settings.portal_url, settings.secret_key)
