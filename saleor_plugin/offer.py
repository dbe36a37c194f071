"""What a storefront is told of a code: the name to show, and the discount that comes with it in one channel."""

from collections.abc import Mapping
from datetime import datetime

from saleor_plugin.directory import Entry


def told(entry: Entry, *, channel: str | None, now: datetime) -> dict[str, object]:
    """The answer for one code; `voucher` is null where no discount goes with it there and then."""
    offer, voucher = entry.get("offer"), entry.get("voucher")
    discount = _discount(offer, channel, now) if isinstance(offer, Mapping) and voucher else None
    return {
        "code": entry["code"],
        "name": entry["name"],
        "voucher": None if discount is None else {"code": voucher, **discount},
    }


def _discount(offer: Mapping[str, object], channel: str | None, now: datetime) -> dict[str, object] | None:
    begins, ends = _moment(offer.get("starts_at")), _moment(offer.get("ends_at"))
    if (begins is not None and now < begins) or (ends is not None and now >= ends):
        return None
    listings = offer.get("channels")
    known = [each for each in listings if isinstance(each, Mapping)] if isinstance(listings, list) else []
    fitting = [each for each in known if channel in (None, each.get("channel"))]
    # Without a channel named there is an answer only where it could not be another one.
    if len(fitting) != 1:
        return None
    percent = offer.get("value_type") == "percentage"
    return {
        "applies_to": offer.get("applies_to"),
        "type": offer.get("value_type"),
        "value": fitting[0].get("value"),
        "currency": None if percent else fitting[0].get("currency"),
        "minimum": fitting[0].get("minimum"),
        "ends_at": offer.get("ends_at"),
    }


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None
