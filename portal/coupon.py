"""A distributor's share coupon: its code, the discount in words, and a link to a checkout where it is applied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.errors import InvalidInput
from distribution.money import to_minor
from distribution.promotion.offer import ChannelOffer, Offer, offer_of
from distribution.promotion.vouchers import own_voucher
from distribution.settings.document import ProgramSettings
from portal.formatting import day, money
from portal.shop_pages import place_of


@dataclass(frozen=True, slots=True)
class Coupon:
    """The code in the shop's voucher; `gives` and `conditions` are empty while the shop was not read."""

    code: str
    runs: bool
    gives: str
    conditions: tuple[str, ...]


def coupon(
    session: Session, program: ProgramSettings, distributor_id: UUID, *, channel: str | None, now: datetime
) -> Coupon | None:
    """The distributor's code in the shop's voucher, with what it gives in that channel; None where they have none."""
    code = own_voucher(session, program.vouchers, distributor_id)
    if code is None:
        return None
    offer = offer_of(session, program.vouchers.voucher_id)
    listing = None if offer is None else _listing(offer, channel, program.default_currency)
    if offer is None or listing is None:
        return Coupon(code, runs=True, gives="", conditions=())
    return Coupon(code, offer.runs(now), _gives(offer, listing), tuple(_conditions(offer, listing, now)))


def checkout_path(program: ProgramSettings, code: str, *, channel: str, page: str = "") -> str | None:
    """The storefront's path that applies the code, with the product of `page` where the path wants one."""
    pattern = program.storefront.checkout
    if pattern is None:
        return None
    slug = _product_of(program, page)
    if "{slug}" in pattern and slug is None:
        return None
    return (
        pattern.replace("{voucher}", quote(code, safe=""))
        .replace("{channel}", quote(channel, safe=""))
        .replace("{slug}", slug or "")
    )


def _product_of(program: ProgramSettings, page: str) -> str | None:
    """The slug in the path of a product's page, as it stands there."""
    place = place_of(program, page)
    return quote(place.slug, safe="") if place is not None and place.kind == "product" else None


def _listing(offer: Offer, channel: str | None, currency: str) -> ChannelOffer | None:
    """The discount in the channel asked for, or else in the first with the program's money, or in any."""
    return next(
        (
            each
            for fits in (
                lambda each: each.channel == channel,
                lambda each: each.currency == currency,
                lambda _each: True,
            )
            for each in offer.channels
            if fits(each)
        ),
        None,
    )


def _gives(offer: Offer, listing: ChannelOffer) -> str:
    percent = offer.value_type == "percentage"
    if offer.applies_to == "shipping" and percent and listing.value == "100":
        return gettext("Free shipping")
    value = f"{listing.value} %" if percent else _amount(listing.value, listing.currency)
    if offer.applies_to == "shipping":
        return gettext("%(value)s off shipping", value=value)
    if offer.applies_to == "products":
        return gettext("%(value)s off selected products", value=value)
    return gettext("%(value)s off the whole order", value=value)


def _conditions(offer: Offer, listing: ChannelOffer, now: datetime) -> Iterator[str]:
    if listing.minimum is not None:
        yield gettext("from %(amount)s on", amount=_amount(listing.minimum, listing.currency))
    if offer.once_per_customer:
        yield gettext("once per customer")
    if offer.starts_at is not None and now < offer.starts_at:
        yield gettext("from %(day)s", day=day(offer.starts_at))
    if offer.ends_at is not None:
        yield gettext("until %(day)s", day=day(offer.ends_at))


def _amount(value: str, currency: str) -> str:
    try:
        return money(to_minor(value, currency), currency)
    except InvalidInput:
        return f"{value} {currency}"
