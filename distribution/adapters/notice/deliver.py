"""The outbox's handlers of letters: one for each channel, each carrying what was planned for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import httpx
from sqlalchemy import Engine

from distribution.adapters.mail import Mailer
from distribution.adapters.notice.base import Message, NoticeChannel, Unreachable
from distribution.adapters.notice.email import mail
from distribution.adapters.notice.letter import Letter, Site, letter
from distribution.adapters.notice.webpush import Gone, Push, Pusher, PushRefused, Target
from distribution.db import transaction
from distribution.errors import InvalidInput
from distribution.notice.browsers import browsers, forget_endpoint
from distribution.notice.choices import addresses, reach_at
from distribution.notice.forget import forget_letter
from distribution.notice.kinds import EMAIL, PUSH, SECURITY
from distribution.outbox import Claim, GiveUp
from distribution.outbox.carry_out import Handler
from distribution.privacy.encryption import Cipher

PREFIX = "notice_"
Carry = Callable[[Letter], None]


def letters_by(engine: Engine, channel: str, carry: Carry, *, site: Site) -> Handler:
    """A handler that reads a letter in its reader's words, and lets `carry` send it outside any transaction.

    Killed between sending and saying so, the same letter is carried again under the same key.
    """

    def handle(claimed: Claim) -> None:
        ids = [UUID(each) for each in claimed.payload["notices"]]
        with transaction(engine) as session:
            found = letter(session, ids, channel=channel, key=claimed.dedupe_key, site=site)
        if found is None:
            return
        carry(found)
        if found.said.kind.forgotten:
            with transaction(engine) as session:
                forget_letter(session, ids)

    return handle


def by_email(engine: Engine, by: Mailer, *, site: Site) -> Handler:
    """Carries letters by e-mail; one that cannot be addressed is given up at once."""

    def carry(found: Letter) -> None:
        try:
            made = mail(found, sender=by.sender)
        except InvalidInput as error:
            raise GiveUp(error.message) from error
        by.send(made)

    return letters_by(engine, EMAIL, carry, site=site)


def by_push(
    engine: Engine, seed: bytes, cipher: Cipher, *, site: Site, clock: Callable[[], datetime]
) -> Handler:
    """Pushes letters to every browser of their reader; one whose subscription is gone is forgotten."""
    pusher = Pusher(seed, contact=site.portal_url)

    def carry(found: Letter) -> None:
        with transaction(engine) as session:
            targets = [
                Target(
                    each.endpoint,
                    each.public_key,
                    cipher.open(each.auth_encrypted.decode()).encode("latin-1"),
                )
                for each in browsers(session, found.person_id)
            ]
        push = Push(found.said.title, found.said.text, found.url or site.portal_url, found.key)
        refused: list[Exception] = []
        for target in targets:
            try:
                pusher.send(push, target, now=clock(), urgent=found.said.kind.topic is SECURITY)
            except Gone:
                with transaction(engine) as session:
                    forget_endpoint(session, target.endpoint)
            except (PushRefused, httpx.HTTPError) as error:
                refused.append(error)
        # Again to all of them: the same tag takes the place of the one that arrived.
        if refused:
            raise refused[0]

    return letters_by(engine, PUSH, carry, site=site)


def by_channel(
    engine: Engine,
    name: str,
    channel: NoticeChannel,
    cipher: Cipher,
    *,
    site: Site,
    clock: Callable[[], datetime],
) -> Handler:
    """Carries letters by a third party's channel; an address where nobody is reached any more is forgotten."""

    def carry(found: Letter) -> None:
        with transaction(engine) as session:
            known = addresses(session, [found.person_id]).get((found.person_id, name))
            usable = known is not None and (known.proven_at is not None or not channel.asks_proof)
            address = cipher.open(known.address_encrypted.decode()) if known and usable else None
        if address is None:
            return
        try:
            channel.send(_message(found, address))
        except Unreachable:
            with transaction(engine) as session:
                reach_at(session, found.person_id, name, sealed=None, now=clock())

    return letters_by(engine, name, carry, site=site)


def _message(found: Letter, address: str) -> Message:
    return Message(
        key=found.key,
        address=address,
        name=found.name,
        language=found.language,
        program=found.program,
        kind=found.said.kind.name,
        topic=found.said.kind.topic.name,
        title=found.said.title,
        text=found.said.text,
        action=found.said.action,
        url=found.url,
    )
