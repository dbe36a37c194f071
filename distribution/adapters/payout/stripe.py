"""Stripe: a transfer to the distributor's connected account, at once and under an idempotency key."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

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
from distribution.adapters.payout.http import NotReached, Reply, request
from distribution.adapters.payout.payee import matching
from distribution.adapters.payout.variables import address, token

_VERSION = "2024-06-20"
_TOLERANCE_SECONDS = 300
_ASK_AGAIN = timedelta(minutes=10)
_FILLED_UP = timedelta(hours=1)
# ISO 4217 gives them no decimals, Stripe two.
_TWO_DECIMALS_AT_STRIPE = frozenset({"ISK", "UGX"})


class StripeAdapter(PayoutAdapter):
    """Transfers of Stripe Connect, API v1. A transfer is made at once or not at all."""

    title = {"en": "Stripe", "zh_Hans": "Stripe"}
    variables = (
        PayoutVariable("SECRET_KEY", "the secret key of your Stripe account, sk_live_… or rk_live_…", token),
        PayoutVariable(
            "WEBHOOK_SECRET", "the signing secret of the webhook endpoint, whsec_…", token, default=""
        ),
        PayoutVariable("URL", "https://api.stripe.com", address, default="https://api.stripe.com"),
    )
    payee_fields = (
        PayeeField(
            "account",
            {"en": "Stripe account", "zh_Hans": "Stripe 账户"},
            hint={"en": "The id of your connected account: acct_…", "zh_Hans": "您的关联账户编号：acct_…"},
            check=matching(r"acct_[A-Za-z0-9]{8,40}", "it begins with acct_"),
        ),
    )
    key_life = timedelta(hours=24)

    def label(self, payee: Mapping[str, str]) -> str:
        """The end of the account's id."""
        return f"Stripe •••• {payee['account'][-4:]}"

    def submit(self, payout: Payout) -> Answer:
        """Make the transfer under the withdrawal's key."""
        form = {
            "amount": _amount(payout),
            "currency": payout.currency.lower(),
            "destination": payout.payee.get("account", ""),
            "transfer_group": payout.key,
            "metadata[key]": payout.key,
        }
        try:
            reply = self._ask("POST", "/v1/transfers", form, key=payout.key)
        except NotReached as error:
            return Answer(Outcome.NOT_TAKEN, detail=str(error))
        if reply.status == 200:
            return _found(reply.document)
        return _refused(reply)

    def poll(self, payout: Payout) -> Answer:
        """Look for the transfer by its id, or by the group that is our key."""
        if payout.reference:
            reply = self._ask("GET", f"/v1/transfers/{quote(payout.reference, safe='')}")
            found = [reply.document] if reply.status == 200 else []
        else:
            reply = self._ask(
                "GET", f"/v1/transfers?{urlencode({'transfer_group': payout.key, 'limit': 10})}"
            )
            found = reply.document.get("data") or [] if reply.status == 200 else []
        for transfer in found:
            if _key(transfer) == payout.key:
                return _found(transfer)
        return Answer(Outcome.UNKNOWN, detail=f"Stripe shows none ({reply.status})", ask_again=_ASK_AGAIN)

    def cancel(self, payout: Payout) -> Answer:
        """A transfer cannot be called off: say what became of it."""
        return self.poll(payout)

    def webhook(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Events `transfer.…`, signed with the endpoint's secret."""
        self._verify(headers.get("stripe-signature", ""), body)
        event = json.loads(body)
        if not str(event.get("type", "")).startswith("transfer."):
            return Notice(None)
        transfer = event["data"]["object"]
        return Notice(_key(transfer), _found(transfer))

    def _verify(self, signature: str, body: bytes) -> None:
        secret = self.settings["WEBHOOK_SECRET"]
        parts = [part.partition("=")[::2] for part in signature.split(",")]
        times = [value for name, value in parts if name.strip() == "t" and value.isdigit()]
        if not secret or len(times) != 1:
            raise ForgedNotice("there is no secret, or no time in the signature")
        if abs(self.clock().timestamp() - int(times[0])) > _TOLERANCE_SECONDS:
            raise ForgedNotice("it is too old")
        signed = hmac.new(secret.encode(), f"{times[0]}.".encode() + body, hashlib.sha256).hexdigest()
        given = [value for name, value in parts if name.strip() == "v1"]
        if not any(hmac.compare_digest(signed.encode(), value.encode()) for value in given):
            raise ForgedNotice("the signature is wrong")

    def _ask(
        self, method: str, path: str, form: Mapping[str, object] | None = None, *, key: str | None = None
    ) -> Reply:
        headers = {"Authorization": f"Bearer {self.settings['SECRET_KEY']}", "Stripe-Version": _VERSION}
        if key is not None:
            headers["Idempotency-Key"] = key
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form).encode()
        return request(method, self.settings["URL"] + path, headers=headers, body=body)


def _amount(payout: Payout) -> int:
    return payout.amount_minor * (100 if payout.currency in _TWO_DECIMALS_AT_STRIPE else 1)


def _key(transfer: Mapping[str, Any]) -> str | None:
    key = (transfer.get("metadata") or {}).get("key")
    return key if isinstance(key, str) else None


def _found(transfer: Mapping[str, Any]) -> Answer:
    reference = transfer.get("id")
    if not isinstance(reference, str) or transfer.get("object") != "transfer":
        return Answer(Outcome.UNKNOWN, detail="Stripe's answer is no transfer")
    if transfer.get("reversed") is True:
        return Answer(Outcome.FAILED, reference=reference, detail="the transfer was reversed")
    return Answer(Outcome.PAID, reference=reference)


def _refused(reply: Reply) -> Answer:
    problem = reply.document.get("error") or {}
    kind, code = problem.get("type"), problem.get("code")
    detail = f"Stripe: {code or kind or reply.status}: {problem.get('message', '')}"[:500]
    if code == "balance_insufficient":
        return Answer(Outcome.NOT_TAKEN, detail=detail, ask_again=_FILLED_UP)
    # Too many requests, a key that is not ours: turned away before anything was done.
    if reply.status in (401, 403, 429):
        return Answer(Outcome.NOT_TAKEN, detail=detail)
    if reply.status in (400, 404) and kind == "invalid_request_error":
        return Answer(Outcome.FAILED, detail=detail)
    return Answer(Outcome.UNKNOWN, detail=detail)
