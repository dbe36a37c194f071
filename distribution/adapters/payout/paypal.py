"""PayPal Payouts: a batch of one item for each withdrawal, its id ours, its fate told by polls and webhooks."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from distribution.adapters.payout.base import (
    Answer,
    ForgedNotice,
    Notice,
    Outcome,
    PayeeField,
    Payout,
    PayoutAdapter,
    PayoutVariable,
)
from distribution.adapters.payout.http import NotReached, Reply, Unreadable, request
from distribution.adapters.payout.keys import long_key, short_key
from distribution.adapters.payout.payee import email_address
from distribution.adapters.payout.variables import address, line, token
from distribution.money import to_decimal_text

_ASK_AGAIN = timedelta(minutes=10)
_UNCLAIMED = timedelta(hours=6)
_FILLED_UP = timedelta(hours=1)
_MARGIN = timedelta(minutes=1)
_ITEM = {
    "SUCCESS": Outcome.PAID,
    "PENDING": Outcome.SENT,
    "ONHOLD": Outcome.SENT,
    # The receiver has no account yet, and thirty days to open one.
    "UNCLAIMED": Outcome.SENT,
    "FAILED": Outcome.FAILED,
    "RETURNED": Outcome.FAILED,
    "BLOCKED": Outcome.FAILED,
    "REFUNDED": Outcome.FAILED,
    "REVERSED": Outcome.FAILED,
}
_BATCH = {
    "PENDING": Outcome.SENT,
    "PROCESSING": Outcome.SENT,
    "SUCCESS": Outcome.SENT,
    "DENIED": Outcome.FAILED,
    "CANCELED": Outcome.FAILED,
}
_SIGNATURE = {
    "auth_algo": "paypal-auth-algo",
    "cert_url": "paypal-cert-url",
    "transmission_id": "paypal-transmission-id",
    "transmission_sig": "paypal-transmission-sig",
    "transmission_time": "paypal-transmission-time",
}


class PaypalAdapter(PayoutAdapter):
    """Payouts API v1. PayPal pays a `sender_batch_id` once within thirty days."""

    title = {"en": "PayPal", "zh_Hans": "PayPal"}
    variables = (
        PayoutVariable("CLIENT_ID", "the client id of your PayPal app", token),
        PayoutVariable("CLIENT_SECRET", "the secret of your PayPal app", token),
        PayoutVariable("WEBHOOK_ID", "the id of the app's webhook", token, default=""),
        PayoutVariable("SUBJECT", "the subject of PayPal's mail", line, default="You have a payout"),
        PayoutVariable(
            "URL",
            "https://api-m.paypal.com, or https://api-m.sandbox.paypal.com to try",
            address,
            default="https://api-m.paypal.com",
        ),
    )
    payee_fields = (
        PayeeField(
            "email",
            {"en": "E-mail address at PayPal", "zh_Hans": "PayPal 邮箱"},
            longest=127,
            check=partial(email_address, ascii_only=True),
        ),
    )
    # Without forints and Taiwan dollars, which PayPal takes in whole units only.
    currencies = frozenset(
        (
            *("AUD", "BRL", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HKD", "ILS", "JPY", "MXN", "MYR"),
            *("NOK", "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "USD"),
        )
    )
    key_life = timedelta(days=30)
    _token: tuple[str, datetime] | None = None

    def label(self, payee: Mapping[str, str]) -> str:
        """The address without most of its name."""
        name, _, domain = payee["email"].partition("@")
        return f"PayPal {name[:2]}•••@{domain}"

    def submit(self, payout: Payout) -> Answer:
        """Make a batch of one item; it is processed later."""
        value = to_decimal_text(payout.amount_minor, payout.currency)
        document = {
            "sender_batch_header": {
                "sender_batch_id": payout.key,
                "recipient_type": "EMAIL",
                "email_subject": self.settings["SUBJECT"],
            },
            "items": [
                {
                    "recipient_type": "EMAIL",
                    "amount": {"value": value, "currency": payout.currency},
                    "receiver": payout.payee.get("email", ""),
                    "sender_item_id": short_key(payout.key),
                }
            ],
        }
        try:
            authorization = self._authorization()
        except (NotReached, PermissionError) as error:
            return Answer(Outcome.NOT_TAKEN, detail=str(error))
        try:
            reply = self._send("POST", "/v1/payments/payouts", authorization, document)
        except NotReached as error:
            return Answer(Outcome.NOT_TAKEN, detail=str(error))
        if reply.status == 201:
            return _of_batch(reply.document.get("batch_header") or {})
        return _refused(reply, payout)

    def poll(self, payout: Payout) -> Answer:
        """Ask by PayPal's own number; it cannot be asked by ours, its webhooks tell one from the other."""
        if payout.reference is None:
            detail = "PayPal can be asked only by its own number, which never came"
            return Answer(Outcome.UNKNOWN, detail=detail, ask_again=_UNCLAIMED)
        batch = self._batch(payout.reference)
        item = _item_of(batch, payout)
        return (
            _of_batch(batch.get("batch_header") or {}) if item is None else _of_item(item, payout.reference)
        )

    def cancel(self, payout: Payout) -> Answer:
        """Take back what nobody has claimed; anything else goes its way."""
        if payout.reference is None:
            return self.poll(payout)
        item = _item_of(self._batch(payout.reference), payout)
        if item is None or item.get("transaction_status") != "UNCLAIMED":
            return self.poll(payout)
        number = quote(str(item.get("payout_item_id")), safe="")
        path = f"/v1/payments/payouts-item/{number}/cancel"
        reply = self._send("POST", path, self._authorization(), {})
        return _of_item(reply.document, payout.reference) if reply.status == 200 else self.poll(payout)

    def webhook(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Events of batches and items; PayPal itself says whether it has sent them."""
        self._verify(headers, body)
        event = json.loads(body)
        kind, resource = str(event.get("event_type", "")), event.get("resource") or {}
        if kind.startswith("PAYMENT.PAYOUTS-ITEM."):
            key = long_key((resource.get("payout_item") or {}).get("sender_item_id"))
            return Notice(key, _of_item(resource, resource.get("payout_batch_id")))
        if kind.startswith("PAYMENT.PAYOUTSBATCH."):
            header = resource.get("batch_header") or {}
            return Notice((header.get("sender_batch_header") or {}).get("sender_batch_id"), _of_batch(header))
        return Notice(None)

    def _verify(self, headers: Mapping[str, str], body: bytes) -> None:
        if not self.settings["WEBHOOK_ID"] or any(name not in headers for name in _SIGNATURE.values()):
            raise ForgedNotice("no webhook is known here, or there is no signature")
        try:
            json.loads(body)
        except ValueError:
            raise ForgedNotice("it is no JSON") from None
        facts = {field: headers[name] for field, name in _SIGNATURE.items()}
        # The event goes back as it came: PayPal's signature is over its bytes.
        known = json.dumps(facts | {"webhook_id": self.settings["WEBHOOK_ID"]})[:-1].encode()
        content = known + b', "webhook_event": ' + body + b"}"
        path = "/v1/notifications/verify-webhook-signature"
        reply = self._send("POST", path, self._authorization(), content)
        if reply.status != 200:
            raise Unreadable(f"PayPal cannot say whether a webhook is its own ({reply.status})")
        if reply.document.get("verification_status") != "SUCCESS":
            raise ForgedNotice("PayPal says so")

    def _batch(self, reference: str) -> dict[str, Any]:
        path = f"/v1/payments/payouts/{quote(reference, safe='')}"
        reply = self._send("GET", path, self._authorization())
        if reply.status != 200:
            raise Unreadable(f"PayPal answers {reply.status}")
        return reply.document

    def _authorization(self) -> str:
        if self._token is None or self.clock() >= self._token[1]:
            pair = f"{self.settings['CLIENT_ID']}:{self.settings['CLIENT_SECRET']}"
            headers = {
                "Authorization": "Basic " + b64encode(pair.encode()).decode(),
                "Content-Type": "application/x-www-form-urlencoded",
            }
            url = self.settings["URL"] + "/v1/oauth2/token"
            reply = request("POST", url, headers=headers, body=b"grant_type=client_credentials")
            if reply.status != 200:
                raise PermissionError(f"PayPal gives no access ({reply.status})")
            life = timedelta(seconds=int(reply.document["expires_in"]))
            self._token = str(reply.document["access_token"]), self.clock() + life - _MARGIN
        return f"Bearer {self._token[0]}"

    def _send(
        self, method: str, path: str, authorization: str, document: dict[str, Any] | bytes | None = None
    ) -> Reply:
        headers = {"Authorization": authorization, "Content-Type": "application/json"}
        body = json.dumps(document).encode() if isinstance(document, dict) else document
        reply = request(method, self.settings["URL"] + path, headers=headers, body=body)
        if reply.status == 401:
            self._token = None
        return reply


def _of_item(item: Mapping[str, Any], reference: str | None) -> Answer:
    status = str(item.get("transaction_status"))
    problem = item.get("errors") or {}
    detail = f"PayPal: {status} {problem.get('name', '')} {problem.get('message', '')}".strip()[:500]
    wait = _UNCLAIMED if status == "UNCLAIMED" else _ASK_AGAIN
    return Answer(_ITEM.get(status, Outcome.UNKNOWN), reference=reference, detail=detail, ask_again=wait)


def _of_batch(header: Mapping[str, Any]) -> Answer:
    status, reference = str(header.get("batch_status")), header.get("payout_batch_id")
    outcome = _BATCH.get(status, Outcome.UNKNOWN)
    return Answer(outcome, reference=reference, detail=f"PayPal: batch {status}", ask_again=_ASK_AGAIN)


def _item_of(batch: Mapping[str, Any], payout: Payout) -> dict[str, Any] | None:
    ours = short_key(payout.key)
    for item in batch.get("items") or []:
        if (item.get("payout_item") or {}).get("sender_item_id") == ours:
            found: dict[str, Any] = item
            return found
    return None


def _refused(reply: Reply, payout: Payout) -> Answer:
    problem = reply.document
    name = problem.get("name")
    detail = f"PayPal: {name or reply.status}: {problem.get('message', '')}"[:500]
    known = [str(link.get("href", "")) for link in problem.get("links") or [] if link.get("rel") == "self"]
    if reply.status in (400, 409, 422) and known and "/payments/payouts/" in known[0]:
        # It has this batch already, and says where.
        return Answer(
            Outcome.SENT, reference=known[0].rpartition("/")[2], detail=detail, ask_again=_ASK_AGAIN
        )
    if name == "INSUFFICIENT_FUNDS":
        return Answer(Outcome.NOT_TAKEN, detail=detail, ask_again=_FILLED_UP)
    if reply.status in (401, 403, 429):
        return Answer(Outcome.NOT_TAKEN, detail=detail)
    if reply.status == 400 and name == "VALIDATION_ERROR":
        return Answer(Outcome.FAILED, detail=detail)
    return Answer(Outcome.UNKNOWN, detail=detail)
