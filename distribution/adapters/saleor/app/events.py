"""The events an App asks Saleor for: the hooks the plugin has, by the type that stands in the signed body."""

from __future__ import annotations

import json
from dataclasses import dataclass

ORDERS = "orders"
FULFILLMENTS = "fulfillments"
CHECKOUTS = "checkouts"
APP = "app"


@dataclass(frozen=True, slots=True)
class Event:
    """An event: its name in Saleor's enumeration, its GraphQL type, and the webhook it comes by."""

    name: str
    webhook: str

    @property
    def type_name(self) -> str:
        """`OrderCreated` for `ORDER_CREATED`."""
        return "".join(word.capitalize() for word in self.name.split("_"))

    @property
    def hook(self) -> str:
        """How the inbox names it, so that it is seen which way a signal came."""
        return f"app.{self.name.lower()}"


EVENTS = (
    Event("ORDER_CREATED", ORDERS),
    Event("ORDER_CONFIRMED", ORDERS),
    Event("ORDER_PAID", ORDERS),
    Event("ORDER_FULLY_PAID", ORDERS),
    Event("ORDER_UPDATED", ORDERS),
    Event("ORDER_FULFILLED", ORDERS),
    Event("ORDER_CANCELLED", ORDERS),
    Event("ORDER_REFUNDED", ORDERS),
    Event("ORDER_FULLY_REFUNDED", ORDERS),
    Event("ORDER_EXPIRED", ORDERS),
    Event("ORDER_METADATA_UPDATED", ORDERS),
    Event("ORDER_BULK_CREATED", ORDERS),
    Event("DRAFT_ORDER_CREATED", ORDERS),
    Event("DRAFT_ORDER_UPDATED", ORDERS),
    Event("FULFILLMENT_CREATED", FULFILLMENTS),
    Event("FULFILLMENT_APPROVED", FULFILLMENTS),
    Event("FULFILLMENT_CANCELED", FULFILLMENTS),
    # `CHECKOUT_UPDATED` is left out: it fires at every step of a checkout, and a referral comes by these two alone.
    Event("CHECKOUT_CREATED", CHECKOUTS),
    Event("CHECKOUT_METADATA_UPDATED", CHECKOUTS),
    Event("APP_DELETED", APP),
)
BY_TYPE = {event.type_name: event for event in EVENTS}
WEBHOOKS = tuple(dict.fromkeys(event.webhook for event in EVENTS))


def events_of(webhook: str) -> tuple[Event, ...]:
    """The events that come by this webhook."""
    return tuple(event for event in EVENTS if event.webhook == webhook)


def subscription(webhook: str, *, keys: tuple[str, str]) -> str:
    """The query of a webhook: ids alone, and of a checkout the referral under these two metadata keys."""
    fragments = "\n".join(
        f"    ... on {event.type_name} {{ {_subject(event, keys)} }}" for event in events_of(webhook)
    )
    return f"subscription {{\n  event {{\n    __typename\n    issuedAt\n    recipient {{ id }}\n{fragments}\n  }}\n}}"


def _subject(event: Event, keys: tuple[str, str]) -> str:
    match event.webhook:
        case "checkouts":
            code, click = (json.dumps(key) for key in keys)
            return f"checkout {{ id code: metafield(key: {code}) click: metafield(key: {click}) }}"
        case "app":
            return "app { id }"
        case _ if event.name == "ORDER_BULK_CREATED":
            return "orders { id }"
    return "order { id }"
