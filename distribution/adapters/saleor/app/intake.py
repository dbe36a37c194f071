"""The edge where deliveries arrive: proven first, then read, then taken in one transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, text

from distribution.adapters.saleor.app import people
from distribution.adapters.saleor.app.address import Address, is_from
from distribution.adapters.saleor.app.delivery import Delivery, read_delivery
from distribution.adapters.saleor.app.errors import Refused
from distribution.adapters.saleor.app.events import APP, WEBHOOKS
from distribution.adapters.saleor.app.handshake import Clients, is_alive
from distribution.adapters.saleor.app.installation import open_installation
from distribution.adapters.saleor.app.keyring import KeyRing
from distribution.adapters.saleor.app.people import ShopPerson
from distribution.adapters.saleor.app.receive import receive
from distribution.adapters.saleor.app.signature import verify
from distribution.adapters.saleor.app.staff import check_staff
from distribution.db import transaction
from distribution.privacy.encryption import Cipher

_SOON = text("SET LOCAL statement_timeout = 2000")
"""Saleor waits for the answer, and tries again by itself."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What came over HTTP: the webhook's name, what the headers claim, and the raw body."""

    webhook: str
    api_url: str
    domain: str
    signature: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Intake:
    """What deliveries of one shop are taken with."""

    engine: Engine
    shop: Address
    keys: KeyRing
    clients: Clients
    cipher: Cipher

    def take(self, envelope: Envelope, *, now: datetime) -> Delivery:
        """Take a delivery; raises Refused, and then it had no effect.

        What costs least is looked at first, and nothing in the body is believed before the signature is.
        """
        if envelope.webhook not in WEBHOOKS:
            raise Refused("unknown_webhook", "there is no such webhook")
        if not is_from(self.shop, api_url=envelope.api_url, domain=envelope.domain):
            raise Refused("other_domain", "the delivery is not from this shop")
        verify(envelope.signature, envelope.body, key=self.keys.key)
        delivery = read_delivery(envelope.body, webhook=envelope.webhook)
        if envelope.webhook == APP:
            self._confirm_deleted()
        with transaction(self.engine) as session:
            session.execute(_SOON)
            receive(
                session,
                delivery,
                digest=hashlib.sha256(envelope.body).digest(),
                api_url=self.shop.api_url,
                now=now,
            )
        return delivery

    def check_staff(self, token: str, *, now: datetime) -> None:
        """Return when this token is of staff of the shop who may see orders in our App; raises Refused."""
        app_id = self._app_id()
        if app_id is None:
            raise Refused("not_installed", "the App is not installed there")
        check_staff(token, app_id=app_id, shop=self.shop, key=self.keys.key, now=now)

    def staff_member(self, token: str, *, now: datetime) -> ShopPerson:
        """Whose staff token this is, as the shop itself says now; raises Refused."""
        return people.staff_member(
            token, app_id=self._app_id(), shop=self.shop, key=self.keys.key, clients=self.clients, now=now
        )

    def customer(self, token: str, *, now: datetime) -> ShopPerson:
        """Whose customer token this is, as the shop itself says now; raises Refused."""
        return people.customer(token, shop=self.shop, key=self.keys.key, clients=self.clients, now=now)

    def _app_id(self) -> str | None:
        with transaction(self.engine) as session:
            installation = open_installation(session, self.shop.api_url)
        return None if installation is None else installation.app_id

    def _confirm_deleted(self) -> None:
        """Whoever may write webhooks in the shop can have it sign much; whether we are gone is asked of the shop."""
        with transaction(self.engine) as session:
            installation = open_installation(session, self.shop.api_url)
            sealed = installation.token_encrypted if installation is not None else None
        if sealed is not None and is_alive(self.clients, self.cipher.open(sealed)):
            raise Refused("not_deleted", "the shop still knows this App's token")
