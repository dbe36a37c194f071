"""What a signed body says: which event, when, to which app, and about whom."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from distribution.adapters.saleor.app.errors import Refused
from distribution.adapters.saleor.app.events import APP, BY_TYPE, CHECKOUTS, Event
from distribution.orders.text import clean

LARGEST_BODY = 256 * 1024
MOST_SUBJECTS = 1_000
_LONGEST_ID = 255
_LONGEST_CODE = 255


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event as Saleor told it; `code` and `click` are the referral of a checkout."""

    event: Event
    issued_at: datetime
    app_id: str
    subject_ids: tuple[str, ...]
    code: str | None = None
    click: str | None = None


def read_delivery(body: bytes, *, webhook: str) -> Delivery:
    """The delivery in a body whose signature was verified; raises Refused unless it is what this webhook asked for."""
    try:
        document = json.loads(body)
        event = BY_TYPE[document["__typename"]]
        issued_at = datetime.fromisoformat(document["issuedAt"])
        app_id = _id(document["recipient"])
        subjects = _subjects(document, event)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise Refused("malformed", "the body is not what was asked for") from error
    if event.webhook != webhook:
        raise Refused("malformed", f"{event.name} does not come by this webhook")
    if issued_at.tzinfo is None or not 1 <= len(subjects) <= MOST_SUBJECTS:
        raise Refused("malformed", "the body is not what was asked for")
    referral = document["checkout"] if webhook == CHECKOUTS else {}
    return Delivery(
        event=event,
        issued_at=issued_at,
        app_id=app_id,
        subject_ids=tuple(subjects),
        code=_text(referral.get("code")),
        click=_text(referral.get("click")),
    )


def _subjects(document: dict[str, Any], event: Event) -> list[str]:
    if event.name == "ORDER_BULK_CREATED":
        return [_id(order) for order in document["orders"]]
    return [_id(document[{CHECKOUTS: "checkout", APP: "app"}.get(event.webhook, "order")])]


def _id(thing: dict[str, Any]) -> str:
    found = thing["id"]
    if not isinstance(found, str) or not 1 <= len(found) <= _LONGEST_ID or clean(found) != found:
        raise ValueError("not an id")
    return found


def _text(value: object) -> str | None:
    return (clean(value, _LONGEST_CODE).strip() or None) if isinstance(value, str) else None
