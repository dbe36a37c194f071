"""Takes one verified delivery: a row of the inbox for each order or checkout it names, once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from distribution.adapters.saleor.app.delivery import Delivery
from distribution.adapters.saleor.app.errors import Refused
from distribution.adapters.saleor.app.events import APP, CHECKOUTS
from distribution.adapters.saleor.app.installation import close, open_installation
from distribution.adapters.saleor.app.tables import SaleorDelivery
from distribution.adapters.saleor.mapper import SOURCE
from distribution.orders.inbox import announce, announce_checkout

REMEMBERED = timedelta(days=1)
"""An older delivery is refused for its age, a younger one when its digest is known: no replay fits between."""
EARLY_BY = timedelta(minutes=5)
"""How far ahead of ours the shop's clock may be."""
_FORGET = text("DELETE FROM distribution.saleor_deliveries WHERE taken_at < :before")


def receive(session: Session, delivery: Delivery, *, digest: bytes, api_url: str, now: datetime) -> None:
    """Put the signals of a delivery into the inbox, or close the installation when it was deleted.

    `digest` is that of the signed body, `api_url` the shop whose key signed it. Raises Refused, and then nothing of it
    may be kept.
    """
    installation = open_installation(session, api_url)
    if installation is None:
        raise Refused("not_installed", "the App is not installed there")
    if delivery.app_id != installation.app_id:
        raise Refused("other_app", "the delivery is not for this installation")
    if delivery.issued_at <= now - REMEMBERED:
        raise Refused("stale", "the delivery is older than a day")
    if delivery.issued_at > now + EARLY_BY:
        raise Refused("ahead", "the delivery is more than five minutes ahead of our clock")
    taken = insert(SaleorDelivery).values(digest=digest, taken_at=now).on_conflict_do_nothing()
    if session.scalar(taken.returning(SaleorDelivery.digest)) is None:
        raise Refused("replay", "the delivery was taken before")
    if delivery.event.webhook == APP:
        if delivery.subject_ids != (installation.app_id,):
            raise Refused("other_app", "another app was deleted")
        close(session, installation, reason="deleted in Saleor", now=now)
    elif delivery.event.webhook == CHECKOUTS:
        _note_referral(session, delivery)
    else:
        announce(session, delivery.subject_ids, source=SOURCE, hook=delivery.event.hook, due_at=now)


def forget_deliveries(session: Session, *, now: datetime) -> None:
    """Forget digests of deliveries that would be refused for their age by now."""
    session.execute(_FORGET, {"before": now - REMEMBERED - EARLY_BY})


def _note_referral(session: Session, delivery: Delivery) -> None:
    if delivery.code is None and delivery.click is None:
        return
    announce_checkout(
        session,
        delivery.subject_ids[0],
        source=SOURCE,
        hook=delivery.event.hook,
        code=delivery.code,
        click=delivery.click,
    )
