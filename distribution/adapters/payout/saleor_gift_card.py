"""Store credit: a gift card of the shop's Saleor, its code made of the withdrawal's key, so that there is one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from distribution.adapters.payout.base import (
    Answer,
    Outcome,
    PayeeField,
    Payout,
    PayoutAdapter,
    PayoutVariable,
)
from distribution.adapters.payout.http import NotReached, Reply, request
from distribution.adapters.payout.payee import email_address
from distribution.adapters.payout.variables import token
from distribution.money import to_decimal_text
from distribution.settings.checks import secret_key, web_address

FIND = """query FindPayout($tag: String!) {
  giftCards(first: 5, filter: {tags: [$tag]}) { edges { node { id tags { name } } } }
}"""
CREATE = """mutation CreatePayout($input: GiftCardCreateInput!) {
  giftCardCreate(input: $input) { giftCard { id } errors { field code message } }
}"""
_REFUSALS = frozenset(
    {"PermissionDenied", "InvalidTokenError", "ExpiredSignatureError", "InvalidSignatureError", "DecodeError"}
)


class SaleorGiftCardAdapter(PayoutAdapter):
    """`giftCardCreate` with a tag to find it again and a code that only one card can have."""

    title = {"en": "Store credit", "zh_Hans": "商店礼品卡"}
    variables = (
        PayoutVariable("URL", "https://saleor.example.com/graphql/", web_address),
        PayoutVariable("TOKEN", "the token of a Saleor app that may manage gift cards", token),
        PayoutVariable("CHANNEL", "the slug of the channel whose mail brings the card", token),
        PayoutVariable("CODE_SECRET", "at least 32 random characters, never to be changed", secret_key),
    )
    payee_fields = (
        PayeeField(
            "email",
            {"en": "E-mail address for the gift card", "zh_Hans": "接收礼品卡的邮箱"},
            check=email_address,
        ),
    )
    key_life = timedelta(hours=24)

    def label(self, payee: Mapping[str, str]) -> str:
        """The address without most of its name."""
        name, _, domain = payee["email"].partition("@")
        return f"{name[:2]}•••@{domain}"

    def submit(self, payout: Payout) -> Answer:
        """Create the card unless it is there; Saleor mails it."""
        try:
            found = self._find(payout)
            if found is not None:
                return found
            reply = self._ask(CREATE, {"input": self._card(payout)})
        except NotReached as error:
            return Answer(Outcome.NOT_TAKEN, detail=str(error))
        if (refused := _turned_away(reply)) is not None:
            return refused
        created = (reply.document.get("data") or {}).get("giftCardCreate") or {}
        if created.get("giftCard"):
            return Answer(Outcome.PAID, reference=str(created["giftCard"]["id"]))
        return self._not_created(payout, created.get("errors") or [])

    def poll(self, payout: Payout) -> Answer:
        """Look for a card with our tag."""
        return self._find(payout) or Answer(Outcome.UNKNOWN, detail="Saleor has no such gift card")

    def cancel(self, payout: Payout) -> Answer:
        """A card that was mailed is the receiver's: say what became of it."""
        return self.poll(payout)

    def _card(self, payout: Payout) -> dict[str, Any]:
        amount = to_decimal_text(payout.amount_minor, payout.currency)
        return {
            "balance": {"amount": amount, "currency": payout.currency},
            "userEmail": payout.payee.get("email", ""),
            "channel": self.settings["CHANNEL"],
            "isActive": True,
            "addTags": [payout.key],
            "code": self._code(payout.key),
        }

    def _code(self, key: str) -> str:
        """Nobody can guess it, and the same key gives the same: Saleor refuses a second card with it."""
        digest = hmac.new(self.settings["CODE_SECRET"].encode(), key.encode(), hashlib.sha256).digest()
        text = base64.b32encode(digest).decode()
        return f"{text[:4]}-{text[4:8]}-{text[8:12]}"

    def _find(self, payout: Payout) -> Answer | None:
        reply = self._ask(FIND, {"tag": payout.key})
        document = reply.document
        if reply.status != 200 or document.get("errors"):
            return _turned_away(reply) or Answer(Outcome.UNKNOWN, detail=f"Saleor answers {reply.status}")
        for edge in document["data"]["giftCards"]["edges"]:
            if payout.key in {tag["name"] for tag in edge["node"]["tags"]}:
                return Answer(Outcome.PAID, reference=str(edge["node"]["id"]))
        return None

    def _not_created(self, payout: Payout, errors: list[dict[str, Any]]) -> Answer:
        codes = {str(error.get("code")) for error in errors}
        detail = ("Saleor: " + "; ".join(f"{each.get('field')}: {each.get('message')}" for each in errors))[
            :500
        ]
        if "ALREADY_EXISTS" in codes or "UNIQUE" in codes:
            return self._find(payout) or Answer(Outcome.UNKNOWN, detail=detail)
        if "REQUIRED" in codes or "NOT_FOUND" in codes:
            # The channel is the merchant's to mend.
            return Answer(Outcome.NOT_TAKEN, detail=detail)
        return Answer(Outcome.FAILED if "INVALID" in codes else Outcome.UNKNOWN, detail=detail)

    def _ask(self, query: str, variables: dict[str, Any]) -> Reply:
        headers = {
            "Authorization": f"Bearer {self.settings['TOKEN']}",
            "Content-Type": "application/json",
        }
        body = json.dumps({"query": query, "variables": variables}).encode()
        return request("POST", self.settings["URL"], headers=headers, body=body)


def _turned_away(reply: Reply) -> Answer | None:
    """Too many requests, or a token that may not: nothing was done."""
    if reply.status in (401, 403, 429):
        return Answer(Outcome.NOT_TAKEN, detail=f"Saleor answers {reply.status}")
    if reply.status != 200:
        return Answer(Outcome.UNKNOWN, detail=f"Saleor answers {reply.status}")
    problems = reply.document.get("errors") or []
    if not problems:
        return None
    detail = f"Saleor: {problems[0].get('message')}"[:500]
    codes = {
        ((each.get("extensions") or {}).get("exception") or {}).get("code")
        for each in problems
        if isinstance(each, dict)
    }
    return Answer(Outcome.NOT_TAKEN if codes & _REFUSALS else Outcome.UNKNOWN, detail=detail)
