"""A push service and the browsers behind it: takes what RFC 8030 says, checks who sends, reads what was sent.

The reading follows RFC 8291 and RFC 8188 by itself, with nothing of what wrote it.
"""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.serving import Handler, serving


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _expand(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


@dataclass
class Browser:
    """A subscription with the keys that never leave the browser."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def subscription(self) -> dict[str, Any]:
        """As `PushSubscription.toJSON()` says it."""
        keys = {"p256dh": _text(_point(self.key)), "auth": _text(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def read(self, body: bytes) -> dict[str, Any]:
        """The message in one record of aes128gcm."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self.key.exchange(ec.ECDH(), public)
        secret = _expand(shared, self.auth, b"WebPush: info\x00" + _point(self.key) + sender, 32)
        key = _expand(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = _expand(secret, salt, b"Content-Encoding: nonce\x00", 12)
        plain = AESGCM(key).decrypt(nonce, sealed, None)
        assert plain.rstrip(b"\x00").endswith(b"\x02")
        message: dict[str, Any] = json.loads(plain.rstrip(b"\x00")[:-1])
        return message


@dataclass
class PushService:
    """What arrived, by the browser it is for; `answers` are the statuses it gives instead of 201."""

    url: str = ""
    browsers: dict[str, Browser] = field(default_factory=dict)
    shown: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """Its name and port."""
        return self.url.removeprefix("http://")

    def browser(self, name: str) -> Browser:
        """A new browser's subscription."""
        found = self.browsers[name] = Browser(f"{self.url}/push/{name}")
        return found

    def take(self, name: str, headers: dict[str, str], body: bytes) -> int:
        """One message, as a push service looks at it."""
        if name in self.answers:
            return self.answers[name]
        scheme, _, rest = headers["authorization"].partition(" ")
        assert scheme == "vapid"
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _raw(parts["k"]))
        claims = jwt.decode(parts["t"], key, algorithms=["ES256"], audience=self.url)
        assert claims["sub"].startswith(("https:", "mailto:", "http://localhost"))
        assert headers["content-encoding"] == "aes128gcm"
        assert int(headers["ttl"]) > 0
        assert len(headers["topic"]) <= 32
        assert len(body) <= 4096
        message = self.browsers[name].read(body)
        self.headers.append(headers)
        # A browser shows one notification for a tag.
        self.shown.setdefault(name, {})[message["tag"]] = message
        return 201


@contextmanager
def running_push_service() -> Iterator[PushService]:
    """The service on a free port."""
    service = PushService()

    class Taking(Handler):
        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                status = service.take(self.path.rpartition("/")[2], headers, self.asked())
            except Exception:
                status = 400
            self.reply(b"", status=status)

    with serving(Taking) as url:
        service.url = url
        yield service
