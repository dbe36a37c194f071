"""PayPal's Payouts API v1 as its reference describes it: batches that are processed later, webhooks it vouches for."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any

from tests.providers.server import Asked, Provider, Said

CLIENT_ID, CLIENT_SECRET, WEBHOOK_ID = "client-ours", "secret-ours", "WH-1"
KEY_LIFE = timedelta(days=30)


class Paypal(Provider):
    """A business account; `finish` processes a batch as PayPal does some time after taking it."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.now = now
        self.balance = 10_000_000
        self.locked: set[str] = set()
        self.unregistered: set[str] = set()
        self.batches: dict[str, dict[str, Any]] = {}
        self.tokens: set[str] = set()
        self._at: dict[str, datetime] = {}
        self._number = 0

    def orders(self, asked: Asked) -> bool:
        return asked.path == "/v1/payments/payouts"

    def busy(self) -> Said:
        return _error(429, "RATE_LIMIT_REACHED", "Too many requests. Blocked due to rate limiting.")

    def answer(self, asked: Asked) -> Said:
        if asked.path == "/v1/oauth2/token":
            return self._token(asked)
        if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return _json(401, {"error": "invalid_token", "error_description": "Token signature failed"})
        if asked.path == "/v1/notifications/verify-webhook-signature":
            return self._vouch(json.loads(asked.body), asked.body)
        if asked.path == "/v1/payments/payouts":
            return self._create(json.loads(asked.body))
        kind, _, number = asked.path.removeprefix("/v1/payments/").partition("/")
        if kind == "payouts" and number in self.batches:
            return _json(200, self.batches[number])
        if kind == "payouts-item" and asked.path.endswith("/cancel"):
            return self._cancel(number.removesuffix("/cancel"))
        return _error(404, "INVALID_RESOURCE_ID", "Requested resource ID was not found.")

    def finish(self, number: str, status: str | None = None) -> None:
        """Process a batch; a status given is put on the item as it is."""
        batch = self.batches[number]
        (item,) = batch["items"]
        receiver, amount = item["payout_item"]["receiver"], item["payout_item"]["amount"]["value"]
        if batch["batch_header"]["batch_status"] == "PENDING":
            batch["batch_header"]["batch_status"] = "SUCCESS"
            if receiver in self.locked:
                item["errors"] = {"name": "RECEIVER_ACCOUNT_LOCKED", "message": "The account is locked."}
                item["transaction_status"] = "FAILED"
                return
            if receiver in self.unregistered:
                item["errors"] = {"name": "RECEIVER_UNREGISTERED", "message": "No account yet."}
                item["transaction_status"] = "UNCLAIMED"
                return
        if status is None:
            key = batch["batch_header"]["sender_batch_header"]["sender_batch_id"]
            self.paid.append((key, round(float(amount) * 100)))
        item["transaction_status"] = status or "SUCCESS"

    def event(self, number: str, kind: str) -> tuple[dict[str, str], bytes]:
        """A webhook about a batch or its item, as it is now."""
        batch = self.batches[number]
        header = batch["batch_header"]
        resource = (
            batch["items"][0] | {"sender_batch_id": header["sender_batch_header"]["sender_batch_id"]}
            if "ITEM" in kind
            else {"batch_header": header}
        )
        # Blanks that no JSON library of ours would leave: the signature is over the bytes.
        event = {"id": "WH-EVT-1", "event_type": kind, "resource": resource}
        return self.signed(json.dumps(event, indent=3).encode())

    def signed(self, body: bytes, webhook_id: str = WEBHOOK_ID) -> tuple[dict[str, str], bytes]:
        """The headers that prove a body to be PayPal's."""
        headers = {
            "paypal-auth-algo": "SHA256withRSA",
            "paypal-cert-url": f"{self.url}/certificate",
            "paypal-transmission-id": "t-1",
            "paypal-transmission-time": self.now.isoformat(),
            "paypal-transmission-sig": _signature("t-1", self.now.isoformat(), webhook_id, body),
        }
        return headers, body

    def _token(self, asked: Asked) -> Said:
        pair = b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if asked.headers["authorization"] != f"Basic {pair}":
            return _json(
                401, {"error": "invalid_client", "error_description": "Client Authentication failed"}
            )
        self.tokens.add(f"token-{len(self.tokens)}")
        return _json(200, {"access_token": f"token-{len(self.tokens) - 1}", "expires_in": 32_400})

    def _vouch(self, given: dict[str, Any], content: bytes) -> Said:
        body = content.partition(b'"webhook_event": ')[2][:-1]
        expected = _signature(given["transmission_id"], given["transmission_time"], given["webhook_id"], body)
        fine = given["webhook_id"] == WEBHOOK_ID and given["transmission_sig"] == expected
        return _json(200, {"verification_status": "SUCCESS" if fine else "FAILURE"})

    def _create(self, order: dict[str, Any]) -> Said:
        header, (item,) = order["sender_batch_header"], order["items"]
        key = header["sender_batch_id"]
        for number, batch in self.batches.items():
            known = batch["batch_header"]["sender_batch_header"]["sender_batch_id"]
            if known == key and self.now - self._at[number] < KEY_LIFE:
                link = {"href": f"{self.url}/v1/payments/payouts/{number}", "rel": "self", "method": "GET"}
                said = "User business error: a batch with this sender_batch_id exists"
                return _error(400, "USER_BUSINESS_ERROR", said, links=[link])
        if "." not in item["receiver"]:
            return _error(400, "VALIDATION_ERROR", "Invalid request - see details")
        if float(item["amount"]["value"]) * 100 > self.balance:
            return _error(422, "INSUFFICIENT_FUNDS", "Sender does not have sufficient funds.")
        self._number += 1
        number = f"BATCH{self._number}"
        self._at[number] = self.now
        self.batches[number] = {
            "batch_header": {
                "payout_batch_id": number,
                "batch_status": "PENDING",
                "sender_batch_header": header,
            },
            "items": [
                {
                    "payout_item_id": f"ITEM{self._number}",
                    "payout_batch_id": number,
                    "transaction_status": "PENDING",
                    "payout_item": item,
                }
            ],
        }
        return _json(201, {"batch_header": self.batches[number]["batch_header"]})

    def _cancel(self, item_id: str) -> Said:
        for batch in self.batches.values():
            for item in batch["items"]:
                if item["payout_item_id"] == item_id and item["transaction_status"] == "UNCLAIMED":
                    item["transaction_status"] = "RETURNED"
                    return _json(200, item)
        return _error(400, "ITEM_ALREADY_CANCELLED", "Cannot be cancelled")


def _signature(transmission_id: str, time: str, webhook_id: str, body: bytes) -> str:
    # PayPal signs this text with the key of its certificate; here only PayPal itself checks it.
    signed = f"{transmission_id}|{time}|{webhook_id}|{zlib.crc32(body)}"
    return b64encode(f"signed {signed}".encode()).decode()


def _json(status: int, document: dict[str, Any]) -> Said:
    return Said(status, json.dumps(document).encode(), {"Content-Type": "application/json"})


def _error(status: int, name: str, message: str, **more: Any) -> Said:
    return _json(status, {"name": name, "message": message, "debug_id": "d-1", **more})
