"""The part of the program's form that says where the storefront shows what distributors link to."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, Regexp

from distribution.settings.document import ProgramSettings

_PATH = [
    DataRequired(lazy_gettext("Enter a path.")),
    Length(max=200),
    Regexp(r"^/(?!/)[^\x00-\x1f\x7f]*\{slug\}", message=lazy_gettext("It begins with / and holds {slug}.")),
]
_CHECKOUT = [
    Optional(),
    Length(max=200),
    Regexp(
        r"^/(?!/)[^\x00-\x1f\x7f]*\{voucher\}", message=lazy_gettext("It begins with / and holds {voucher}.")
    ),
]


class StorefrontFields:
    """Mixed into the program's form."""

    product_page = StringField(
        lazy_gettext("Page of a product"),
        _PATH,
        description=lazy_gettext(
            "Distributors' links lead there. {slug} is the product's, {channel} the channel's."
        ),
    )
    collection_page = StringField(lazy_gettext("Page of a collection"), _PATH)
    picture_hosts = TextAreaField(
        lazy_gettext("Hosts of pictures"),
        [Length(max=5_000)],
        description=lazy_gettext(
            "One a line, like cdn.example.com or *.example.com: where posters may have pictures of products from,"
            " beside the shop itself."
        ),
    )
    checkout_page = StringField(
        lazy_gettext("Checkout with the share coupon"),
        _CHECKOUT,
        description=lazy_gettext(
            "Where your storefront applies {voucher} to a checkout; with {slug} it puts that product in. "
            "Empty: nowhere."
        ),
    )


def filled(settings: ProgramSettings) -> dict[str, Any]:
    """The fields' data for the settings in force."""
    pages = settings.storefront
    return {
        "product_page": pages.product,
        "collection_page": pages.collection,
        "picture_hosts": "\n".join(pages.picture_hosts),
        "checkout_page": pages.checkout or "",
    }


def changes(form: Any) -> dict[str, Any]:
    """The changes the fields mean."""
    return {
        "storefront": {
            "product": form.product_page.data.strip(),
            "collection": form.collection_page.data.strip(),
            "picture_hosts": (form.picture_hosts.data or "").lower().split(),
            "checkout": (form.checkout_page.data or "").strip() or None,
        }
    }
