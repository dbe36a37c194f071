"""Codes of an authenticator app (RFC 6238): six digits, thirty seconds, SHA-1, as every app reads them."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

from pyotp import TOTP

SECRET_BYTES = 20
STEP_SECONDS = 30
_DIGITS = 6
# A phone's clock may be off by one step.
_NEIGHBOURS = (0, -1, 1)


def secret_text(random: bytes) -> str:
    """A secret as apps take it, of 20 random bytes."""
    return base64.b32encode(random).decode("ascii")


def address(secret: str, *, account: str, issuer: str) -> str:
    """What the QR code holds."""
    return TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def step_of(secret: str, code: str, *, now: datetime, after: int) -> int | None:
    """Which thirty seconds the code belongs to, if it is right now and they are later than step `after`."""
    digits = "".join(code.split())
    if len(digits) != _DIGITS or not (digits.isascii() and digits.isdecimal()):
        return None
    here = int(now.timestamp()) // STEP_SECONDS
    totp = TOTP(secret)
    matching = [
        here + away for away in _NEIGHBOURS if hmac.compare_digest(totp.generate_otp(here + away), digits)
    ]
    return next((step for step in matching if step > after), None)
