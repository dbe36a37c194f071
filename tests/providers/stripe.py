"""Stripe's transfers as its API reference describes them, idempotent for a day, with signed events."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.providers.server import Asked, Provider, Said

SECRET_KEY, WEBHOOK_SECRET = "sk_test_ours", "whsec_ours"
KEY_LIFE = timedelta(hours=24)


class Stripe(Provider):
    """An account with a balance, and connected accounts that may be closed."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.now = now
        self.balance_minor = 10_000_000
        self.closed: set[str] = set()
        self.transfers: list[dict[str, Any]] = []
        self._replies: dict[str, tuple[datetime, bytes, Said]] = {}

    def orders(self, asked: Asked) -> bool:
        return asked.method == "POST"

    def busy(self) -> Said:
        return _error(429, "invalid_request_error", "rate_limit", "Too many requests")

    def answer(self, asked: Asked) -> Said:
        if asked.headers.get("authorization") != f"Bearer {SECRET_KEY}":
            return _error(401, "invalid_request_error", None, "Invalid API Key provided")
        path, query = urlsplit(asked.path).path, parse_qs(urlsplit(asked.path).query)
        if asked.method == "POST" and path == "/v1/transfers":
            return self._create(asked)
        if path == "/v1/transfers":
            (group,) = query["transfer_group"]
            found = [each for each in self.transfers if each["transfer_group"] == group]
            return _json(200, {"object": "list", "data": found, "has_more": False, "url": path})
        for transfer in self.transfers:
            if path == f"/v1/transfers/{transfer['id']}":
                return _json(200, transfer)
        return _error(404, "invalid_request_error", "resource_missing", f"No such transfer: {path}")

    def event(self, transfer: dict[str, Any], kind: str = "transfer.created") -> tuple[dict[str, str], bytes]:
        """A webhook about a transfer, signed."""
        document = {"id": "evt_1", "object": "event", "type": kind, "data": {"object": transfer}}
        return self.signed(json.dumps(document).encode())

    def signed(self, body: bytes, secret: str = WEBHOOK_SECRET) -> tuple[dict[str, str], bytes]:
        """The headers that prove a body to be ours."""
        moment = int(self.now.timestamp())
        signature = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
        return {"stripe-signature": f"t={moment},v1={signature},v0=00"}, body

    def _create(self, asked: Asked) -> Said:
        key = asked.headers["idempotency-key"]
        if key in self._replies and self.now - self._replies[key][0] < KEY_LIFE:
            _, body, said = self._replies[key]
            if body != asked.body:
                return _error(
                    400, "idempotency_error", None, "Keys can only be used with the same parameters"
                )
            return said
        said = self._executed({name: values[0] for name, values in parse_qs(asked.body.decode()).items()})
        self._replies[key] = self.now, asked.body, said
        return said

    def _executed(self, form: dict[str, str]) -> Said:
        amount = int(form["amount"])
        if form["destination"] in self.closed:
            return _error(400, "invalid_request_error", "account_invalid", "No such destination")
        if amount > self.balance_minor:
            return _error(400, "invalid_request_error", "balance_insufficient", "Insufficient funds")
        self.balance_minor -= amount
        self.paid.append((form["metadata[key]"], amount))
        transfer = {
            "id": f"tr_{len(self.transfers) + 1}",
            "object": "transfer",
            "amount": amount,
            "amount_reversed": 0,
            "currency": form["currency"],
            "destination": form["destination"],
            "metadata": {"key": form["metadata[key]"]},
            "reversed": False,
            "transfer_group": form["transfer_group"],
        }
        self.transfers.append(transfer)
        return _json(200, transfer)


def _json(status: int, document: dict[str, Any]) -> Said:
    return Said(status, json.dumps(document).encode(), {"Content-Type": "application/json"})


def _error(status: int, kind: str, code: str | None, message: str) -> Said:
    return _json(status, {"error": {"type": kind, "code": code, "message": message}})
