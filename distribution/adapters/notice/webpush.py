"""Web push: a message that only the browser can read (RFC 8291), from a server that it knows (RFC 8292)."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

import http_ece
import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PUSH_SERVICES = (
    "fcm.googleapis.com",
    ".push.services.mozilla.com",
    ".notify.windows.com",
    ".push.apple.com",
)
"""Who browsers have their messages kept by; nobody can make us call another address."""
KEPT_FOR = timedelta(days=2)
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_CURVE = ec.SECP256R1()
_TOKEN_LIFE = timedelta(hours=12)
_SECONDS = 10.0
_GONE = frozenset({404, 410})
_LONGEST_TEXT = 300
_POINT_BYTES, _AUTH_BYTES = 65, 16


class Gone(Exception):
    """The browser has withdrawn its subscription."""


class PushRefused(Exception):
    """The push service took the message not, for now or for good."""


@dataclass(frozen=True, slots=True)
class Target:
    """A subscription as its browser made it: the address of its push service, its public key, its secret."""

    endpoint: str
    public_key: bytes
    auth: bytes


@dataclass(frozen=True, slots=True)
class Push:
    """What is shown on the lock screen; a newer one with the same `tag` takes its place."""

    title: str
    text: str
    url: str
    tag: str

    @property
    def body(self) -> bytes:
        """As the service worker reads it; short, for a push message has 4096 bytes at most."""
        text = self.text if len(self.text) <= _LONGEST_TEXT else f"{self.text[: _LONGEST_TEXT - 1]}…"
        facts = {"title": self.title[:120], "text": text, "url": self.url, "tag": self.tag}
        return json.dumps(facts, ensure_ascii=False).encode()


def is_push_service(endpoint: str, services: Collection[str] = PUSH_SERVICES) -> bool:
    """Whether an address is one of a known push service."""
    address = urlsplit(endpoint)
    host = address.netloc
    known = any(host == each or (each.startswith(".") and host.endswith(each)) for each in services)
    return known and (address.scheme == "https" or host.partition(":")[0] == "127.0.0.1")


def is_target(target: Target) -> bool:
    """Whether keys are such as browsers make: a point of the curve and sixteen bytes."""
    if len(target.public_key) != _POINT_BYTES or len(target.auth) != _AUTH_BYTES:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, target.public_key)
    except ValueError:
        return False
    return True


class Pusher:
    """Sends pushes in the name of one server; `seed` are the 32 bytes that its key is made of."""

    def __init__(self, seed: bytes, *, contact: str) -> None:
        self._key = ec.derive_private_key(int.from_bytes(seed, "big") % (_ORDER - 1) + 1, _CURVE)
        self._contact = contact

    @property
    def public_key(self) -> str:
        """What browsers subscribe with, in base64url."""
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return urlsafe_b64encode(point).decode().rstrip("=")

    def send(self, push: Push, target: Target, *, now: datetime, urgent: bool = False) -> None:
        """Hand it to the browser's push service; raises Gone, or PushRefused for what may be tried again."""
        headers = {
            "Authorization": f"vapid t={self._token(target.endpoint, now)}, k={self.public_key}",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(KEPT_FOR.total_seconds())),
            "Urgency": "high" if urgent else "normal",
            # Sent twice, the second takes the first one's place at the push service.
            "Topic": urlsafe_b64encode(sha256(push.tag.encode()).digest()[:24]).decode(),
        }
        answer = httpx.post(
            target.endpoint,
            content=encrypted(push.body, target),
            headers=headers,
            timeout=_SECONDS,
            follow_redirects=False,
        )
        if answer.status_code in _GONE:
            raise Gone(target.endpoint)
        if not answer.is_success:
            raise PushRefused(f"the push service answered {answer.status_code}")

    def _token(self, endpoint: str, now: datetime) -> str:
        address = urlsplit(endpoint)
        claims = {
            "aud": f"{address.scheme}://{address.netloc}",
            "exp": int((now + _TOKEN_LIFE).timestamp()),
            "sub": self._contact,
        }
        return jwt.encode(claims, self._key, algorithm="ES256")


def encrypted(body: bytes, target: Target) -> bytes:
    """The message under a key of its own that only this browser can work out."""
    sealed: bytes = http_ece.encrypt(
        body,
        private_key=ec.generate_private_key(_CURVE),
        dh=target.public_key,
        auth_secret=target.auth,
        version="aes128gcm",
    )
    return sealed
