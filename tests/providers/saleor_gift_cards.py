"""Saleor's gift cards, as its GraphQL schema and its mutation do them: a code is unique, tags are in lower case."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from tests.providers.server import Asked, Provider, Said

TOKEN, CHANNEL, CODE_SECRET = "gift-token", "default", "a secret of more than 32 characters"


class SaleorGiftCards(Provider):
    """A shop; every card it creates is money that left."""

    def __init__(self) -> None:
        super().__init__()
        self.token = TOKEN
        self.cards: list[dict[str, Any]] = []
        self.finds = True

    def orders(self, asked: Asked) -> bool:
        return b"giftCardCreate" in asked.body

    def answer(self, asked: Asked) -> Said:
        document = json.loads(asked.body)
        if asked.headers["authorization"] != f"Bearer {self.token}":
            exception = {"code": "PermissionDenied"}
            problem = {"message": "You need one of: MANAGE_GIFT_CARD", "extensions": {"exception": exception}}
            return _json({"data": None, "errors": [problem]})
        if self.orders(asked):
            return _json({"data": {"giftCardCreate": self._create(document["variables"]["input"])}})
        tag = document["variables"]["tag"]
        found = [card for card in self.cards if self.finds and tag in card["tags"]]
        edges = [
            {"node": {"id": card["id"], "tags": [{"name": name} for name in card["tags"]]}} for card in found
        ]
        return _json({"data": {"giftCards": {"edges": edges}}})

    def _create(self, given: dict[str, Any]) -> dict[str, Any]:
        assert 8 <= len(given["code"]) <= 16
        if any(card["code"] == given["code"] for card in self.cards):
            return _refused("code", "ALREADY_EXISTS", "Promo code already exists.")
        if "@" not in given["userEmail"] or given["userEmail"].endswith("@refused.example.com"):
            return _refused("email", "INVALID", "Provided email is invalid.")
        if given["channel"] != CHANNEL:
            return _refused("channel", "NOT_FOUND", "Channel not found.")
        card = {
            "id": f"R2lmdENhcmQ6{len(self.cards)}",
            "code": given["code"],
            "tags": [tag.lower() for tag in given["addTags"]],
        }
        self.cards.append(card)
        self.paid.append((given["addTags"][0], int(Decimal(given["balance"]["amount"]) * 100)))
        return {"giftCard": {"id": card["id"]}, "errors": []}


def _refused(field: str, code: str, message: str) -> dict[str, Any]:
    return {"giftCard": None, "errors": [{"field": field, "code": code, "message": message}]}


def _json(document: dict[str, Any]) -> Said:
    return Said(200, json.dumps(document).encode(), {"Content-Type": "application/json"})
