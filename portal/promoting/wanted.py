"""What somebody wants on a poster, as it stands in an address, and the poster it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from flask import current_app
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from distribution.analytics.share_code import share_code
from distribution.media.own import logo, portrait
from distribution.network.shown import name_for_others
from distribution.orders.offers import Offer, OfferKind, offer_by_id
from distribution.promotion.link import referral_link
from distribution.promotion.poster.palettes import PALETTES
from distribution.promotion.poster.spec import (
    IN_CODE,
    LONGEST_HEADLINE,
    TEMPLATES,
    InCode,
    PosterSpec,
    Template,
)
from portal.database import program_settings
from portal.formatting import money
from portal.picker import path_of
from portal.promoting.pictures import shop_picture

TEMPLATE_NAMES: dict[Template, Any] = {
    "moments": lazy_gettext("Moments"),
    "story": lazy_gettext("Story"),
    "card": lazy_gettext("Picture feed"),
    "square": lazy_gettext("Square"),
    "sheet": lazy_gettext("Print, A4"),
}
PALETTE_NAMES: dict[str, Any] = {
    "porcelain": lazy_gettext("Porcelain"),
    "celadon": lazy_gettext("Celadon"),
    "night": lazy_gettext("Night"),
    "vermilion": lazy_gettext("Vermilion"),
    "snow": lazy_gettext("Snow"),
}
IN_CODE_NAMES: dict[InCode, Any] = {
    "nothing": lazy_gettext("Nothing"),
    "portrait": lazy_gettext("My picture"),
    "logo": lazy_gettext("The shop's logo"),
}
_LONGEST_ID = 255


@dataclass(frozen=True, slots=True)
class WantedPoster:
    """The choices of the form; `product` is an id of `kind` in the channel."""

    template: Template = "moments"
    palette: str = "porcelain"
    headline: str = ""
    channel: str = ""
    product: str = ""
    kind: OfferKind = "product"
    price: bool = True
    person: bool = True
    in_code: InCode = "nothing"

    def arguments(self) -> dict[str, str | None]:
        """As an address carries them; what is as it is anyway is left out."""
        return {
            "template": self.template,
            "palette": self.palette,
            "headline": self.headline or None,
            "channel": self.channel or None,
            "product": self.product or None,
            "kind": self.kind if self.kind != "product" else None,
            "price": None if self.price else "0",
            "person": None if self.person else "0",
            "in_code": self.in_code if self.in_code != "nothing" else None,
        }

    def but(self, **changes: Any) -> dict[str, str | None]:
        """The same with something else."""
        return replace(self, **changes).arguments()


def read_wanted(values: Mapping[str, str]) -> WantedPoster:
    """The choices of an address or a form; what is not possible is as it is by default."""

    def one_of(name: str, allowed: tuple[str, ...]) -> str:
        return values[name] if values.get(name) in allowed else allowed[0]

    return WantedPoster(
        template=cast(Template, one_of("template", TEMPLATES)),
        palette=one_of("palette", tuple(PALETTES)),
        headline=" ".join(values.get("headline", "").replace("\x00", "").split())[:LONGEST_HEADLINE],
        channel=values.get("channel", "").replace("\x00", "")[:_LONGEST_ID],
        product=values.get("product", "").replace("\x00", "")[:_LONGEST_ID],
        kind="collection" if values.get("kind") == "collection" else "product",
        price=values.get("price") != "0",
        person=values.get("person") != "0",
        in_code=cast(InCode, one_of("in_code", IN_CODE)),
    )


@dataclass(frozen=True, slots=True)
class Material:
    """What a poster is made of, as it was read in one transaction; `address` is where the picture lies.

    `called`: the name that strangers read.
    """

    spec: PosterSpec
    offer: Offer | None
    address: str | None
    called: str


def read_material(session: Session, wanted: WantedPoster) -> Material | None:
    """The words of the poster in the language of the request; None for who has no link."""
    share = share_code(session, current_user.id)
    if share is None:
        return None
    program = program_settings()
    offer = (
        offer_by_id(session, wanted.channel, wanted.kind, wanted.product)
        if wanted.channel and wanted.product
        else None
    )
    path = path_of(program, wanted.channel, offer) if offer else None
    called = name_for_others(session, current_user.id)
    mine, theirs = portrait(session, current_user.id), logo(session)
    price = money(offer.price_minor, offer.currency) if offer and _is_priced(offer) and wanted.price else ""
    spec = PosterSpec(
        link=referral_link(current_app.extensions["settings"].portal_url, share, path),
        template=wanted.template,
        palette=wanted.palette,
        headline=wanted.headline or ("" if offer else gettext("Have a look at this shop, I like it")),
        product=offer.name if offer else "",
        price=price,
        person=called if wanted.person else "",
        by=gettext("recommends this") if wanted.person else "",
        invite=gettext("Press and hold, or scan, to see it"),
        program=program.program_name,
        in_code=wanted.in_code,
        portrait=mine.hex() if mine and (wanted.person or wanted.in_code == "portrait") else None,
        logo=theirs.hex() if theirs else None,
    )
    return Material(spec, offer, (offer.large_picture or offer.picture) if offer else None, called)


def _is_priced(offer: Offer) -> bool:
    return offer.price_minor is not None and bool(offer.currency)


def with_picture(material: Material) -> PosterSpec:
    """The poster with the product's picture, as far as it is to be had; between transactions."""
    digest = shop_picture(material.address)
    return replace(material.spec, picture=digest.hex() if digest else None)
