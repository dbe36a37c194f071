"""A shop's keys as a Saleor has them: real RSA keys, its JWKS document, and signatures made as Saleor makes them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from jwt.api_jws import PyJWS

from distribution.adapters.saleor.app.events import BY_TYPE, CHECKOUTS


@dataclass
class SigningKey:
    """A private key with its id."""

    id: str
    private: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )

    def sign(self, body: bytes, **headers: Any) -> str:
        """A detached signature over the body."""
        return PyJWS().encode(
            body,
            self.private,
            algorithm="RS256",
            headers={"kid": self.id, "crit": ["b64"], **headers},
            is_payload_detached=True,
        )

    def public(self) -> dict[str, Any]:
        """Its entry in the JWKS document."""
        entry: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(self.private.public_key()))
        return entry | {"use": "sig", "kid": self.id, "alg": "RS256"}


@cache
def key_named(key_id: str) -> SigningKey:
    """The one key of this id in a run of the tests: making one takes long."""
    return SigningKey(key_id)


def jwks(*keys: SigningKey) -> bytes:
    """The document a Saleor shows of these keys."""
    return json.dumps({"keys": [key.public() for key in keys]}).encode()


def body_of(
    type_name: str, *subject_ids: str, app_id: str, issued_at: datetime, **referral: str | None
) -> bytes:
    """A body as Saleor writes it for our subscription."""
    event = BY_TYPE[type_name]
    document: dict[str, Any] = {
        "__typename": type_name,
        "issuedAt": issued_at.isoformat(),
        "recipient": {"id": app_id},
    }
    if type_name == "OrderBulkCreated":
        document["orders"] = [{"id": each} for each in subject_ids]
    elif event.webhook == CHECKOUTS:
        document["checkout"] = {"id": subject_ids[0], "code": None, "click": None} | referral
    else:
        document["app" if event.webhook == "app" else "order"] = {"id": subject_ids[0]}
    return json.dumps(document).encode()
