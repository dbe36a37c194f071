"""What the login pages offer beside e-mail and password, and what people call it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import current_app, request, url_for
from flask_babel import gettext

from distribution.access.providers import providers
from distribution.access.tables import IdentityProvider
from portal import tokens
from portal.database import program_settings, unit
from portal.distributors import KIND as DISTRIBUTOR


@dataclass(frozen=True, slots=True)
class Way:
    """A button of a login page."""

    label: str
    address: str
    icon: str


def shop_issuer() -> str | None:
    """The shop as an issuer of logins, if one is named."""
    means = current_app.extensions["saleor_app"]
    return None if means is None else str(means.shop.api_url)


def name_of(issuer: str) -> str:
    """What people call an issuer."""
    if issuer == shop_issuer():
        return program_settings().company_name or gettext("the shop")
    with unit() as session:
        return next(
            (one.label for one in providers(session) if one.issuer == issuer), issuer.removeprefix("https://")
        )


def ways(kind: str) -> list[Way]:
    """The buttons for this kind of people: only what is set up."""
    target = request.values.get("next")
    with unit() as session:
        found = [
            Way(
                gettext("Continue with %(name)s", name=one.label),
                url_for("signing_in.to_provider", kind=kind, provider_id=one.id, next=target),
                "key-round",
            )
            for one in _open_to(providers(session), kind)
        ]
    return [*_of_the_shop(kind), *found]


def to_connect(kind: str, login_id: UUID, issuers: Collection[str]) -> list[Way]:
    """Providers whose login somebody who is logged in may connect: those beside `issuers`.

    The address is good for them alone: who could send them there would connect a login of their own to the account.
    """
    with unit() as session:
        return [
            Way(
                one.label,
                url_for(
                    "signing_in.to_provider",
                    kind=kind,
                    provider_id=one.id,
                    connect=tokens.connect_token(login_id, one.id),
                ),
                "key-round",
            )
            for one in _open_to(providers(session), kind)
            if one.issuer not in issuers
        ]


def _open_to(found: Sequence[IdentityProvider], kind: str) -> list[IdentityProvider]:
    return [one for one in found if (one.for_distributors if kind == DISTRIBUTOR else one.for_merchants)]


def _of_the_shop(kind: str) -> list[Way]:
    rules = program_settings().sign_in.saleor
    on, page = (rules.customers, rules.storefront) if kind == DISTRIBUTOR else (rules.staff, rules.dashboard)
    if not on or not page or shop_issuer() is None:
        return []
    label = (
        gettext("Continue with your shop account")
        if kind == DISTRIBUTOR
        else gettext("Continue with %(name)s", name="Saleor")
    )
    return [Way(label, page, "shopping-bag")]
