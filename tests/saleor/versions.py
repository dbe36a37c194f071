"""What a version of Saleor cannot do of the lab, with why, and a road on which it understands the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from tests.saleor.slow_road import slow_road

_NO_GIFT_CARD_GATEWAY = "gift cards pay as transactions from 3.23 on"
_NO_DUMMY_GATEWAY = "payments went with the dummy gateway"
LEFT_OUT: dict[str, dict[str, str]] = {
    "3.21": {
        "automatic_completion": "checkouts complete by themselves from 3.22 on",
        "gift_card_as_transaction": _NO_GIFT_CARD_GATEWAY,
        "zero_total": "a channel that wants orders paid refuses a checkout of total 0",
    },
    "3.22": {"gift_card_as_transaction": _NO_GIFT_CARD_GATEWAY},
    "3.24": {"legacy_paid_refund": _NO_DUMMY_GATEWAY, "legacy_capture_and_void": _NO_DUMMY_GATEWAY},
}
"""By version, as `docs/saleor-versions.md` has it: scenarios without an API, or refused."""
_RETURNS_GIVE_NO_REASON = ("3.21", "3.22")


def series(version: str) -> str:
    """3.23 of 3.23.28."""
    return ".".join(version.split(".")[:2])


@contextmanager
def understood(saleor_url: str, version: str) -> Iterator[str]:
    """Where the lab is driven: at Saleor itself, or on a road that drops what this version does not know."""
    if series(version) not in _RETURNS_GIVE_NO_REASON:
        yield saleor_url
        return
    with slow_road(saleor_url, passing_on=_without_reason_of_return) as road:
        yield road.url


def _without_reason_of_return(body: bytes) -> bytes:
    asked = json.loads(body)
    if "orderFulfillmentReturnProducts" not in asked["query"]:
        return body
    asked["variables"]["input"].pop("reason", None)
    return json.dumps(asked).encode()
