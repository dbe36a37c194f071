"""Signatures of Saleor: what was signed is taken, whatever else is not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable

import httpx
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from jwt.api_jws import PyJWS

from distribution.adapters.saleor.app.errors import Refused
from distribution.adapters.saleor.app.keyring import FRESH_SECONDS, PAUSE_SECONDS, KeyRing
from distribution.adapters.saleor.app.signature import verify
from tests.saleor_signing import SigningKey, jwks

BODY = b'{"__typename": "OrderUpdated", "order": {"id": "T3JkZXI6MQ=="}}'
OURS, ANOTHER = SigningKey("ours"), SigningKey("another")


class Endpoint:
    """Where the keys are shown, and a clock."""

    def __init__(self, *keys: SigningKey) -> None:
        self.content: bytes | None = jwks(*keys)
        self.asked = 0
        self.now = 1_000.0
        self.ring = KeyRing(self.fetch, lambda: self.now)

    def fetch(self) -> bytes:
        self.asked += 1
        if self.content is None:
            raise httpx.ConnectError("away")
        return self.content


def reason_of(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        call()
    reason: str = refused.value.facts["reason"]
    return reason


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def header(**changes: object) -> str:
    fields = {"alg": "RS256", "b64": False, "crit": ["b64"], "kid": "ours", "typ": "JWT"} | changes
    return b64(json.dumps({name: value for name, value in fields.items() if value is not None}).encode())


def by_hand(protected: str, body: bytes = BODY, key: SigningKey = OURS) -> str:
    """A signature put together without any library of tokens: over the header, a dot, and the raw body."""
    signed = key.private.sign(protected.encode() + b"." + body, padding.PKCS1v15(), hashes.SHA256())
    return f"{protected}..{b64(signed)}"


def test_what_the_shop_signed_is_taken() -> None:
    verify(OURS.sign(BODY), BODY, key=Endpoint(OURS).ring.key)


def test_a_signature_is_over_the_header_a_dot_and_the_raw_body() -> None:
    verify(by_hand(header()), BODY, key=Endpoint(OURS).ring.key)


def test_bytes_that_are_no_text_can_be_signed_too() -> None:
    body = bytes(range(256))
    verify(OURS.sign(body), body, key=Endpoint(OURS).ring.key)


@pytest.mark.parametrize("altered", [BODY + b" ", BODY[:-1], BODY.replace(b"MQ", b"Mg"), b""])
def test_another_body_is_refused(altered: bytes) -> None:
    ring = Endpoint(OURS).ring
    assert reason_of(lambda: verify(OURS.sign(BODY), altered, key=ring.key)) == "bad_signature"


def test_another_key_under_our_name_is_refused() -> None:
    forged = SigningKey("ours").sign(BODY)
    assert reason_of(lambda: verify(forged, BODY, key=Endpoint(OURS).ring.key)) == "bad_signature"


def test_a_key_the_shop_does_not_show_is_refused() -> None:
    assert reason_of(lambda: verify(ANOTHER.sign(BODY), BODY, key=Endpoint(OURS).ring.key)) == "unknown_key"


def test_no_signature_at_all() -> None:
    assert reason_of(lambda: verify("", BODY, key=Endpoint(OURS).ring.key)) == "unsigned"


@pytest.mark.parametrize(
    "signature",
    [
        "x",
        "a.b",
        "..",
        "a..b",
        "é..x",
        "A" * 5_000,
        # A hexadecimal HMAC, as an App with a secret of its own would get.
        hmac.new(b"secret", BODY, hashlib.sha256).hexdigest(),
        # Nothing is signed.
        f"{header(alg='none')}..",
        by_hand(header(alg="none")),
        # The payload is encoded, or inside the signature.
        by_hand(header(b64=None, crit=None)),
        by_hand(header(b64=True)),
        by_hand(header()).replace("..", f".{b64(BODY)}."),
        # A demand nobody of us understands.
        by_hand(header(crit=["b64", "exp"], exp=1)),
        by_hand(header(crit=None)),
        by_hand(header(kid=None)),
        by_hand(header(kid=7)),
        # The right header, the signature cut or of another.
        by_hand(header())[:-4],
        f"{header()}..{b64(b'0' * 256)}",
        f"{header(typ='other')}..{by_hand(header()).split('..')[1]}",
    ],
)
def test_what_is_no_signature_of_saleors_is_refused(signature: str) -> None:
    assert reason_of(lambda: verify(signature, BODY, key=Endpoint(OURS).ring.key)) == "bad_signature"


def test_a_public_key_is_no_shared_secret() -> None:
    """The classic confusion: HMAC keyed with the public key's own text, and a header that says so."""
    pem = OURS.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    protected = header(alg="HS256")
    mac = hmac.new(pem, protected.encode() + b"." + BODY, hashlib.sha256).digest()
    assert (
        reason_of(lambda: verify(f"{protected}..{b64(mac)}", BODY, key=Endpoint(OURS).ring.key))
        == "bad_signature"
    )


def test_a_stronger_algorithm_the_shop_does_not_use_is_refused() -> None:
    signature = PyJWS().encode(
        BODY, OURS.private, algorithm="RS512", headers={"kid": "ours"}, is_payload_detached=True
    )
    assert reason_of(lambda: verify(signature, BODY, key=Endpoint(OURS).ring.key)) == "bad_signature"


def test_keys_are_asked_for_once() -> None:
    endpoint = Endpoint(OURS)
    for _ in range(5):
        verify(OURS.sign(BODY), BODY, key=endpoint.ring.key)
    assert endpoint.asked == 1


def test_a_new_key_is_learnt_with_its_first_signature() -> None:
    endpoint = Endpoint(OURS)
    verify(OURS.sign(BODY), BODY, key=endpoint.ring.key)
    endpoint.now += PAUSE_SECONDS
    endpoint.content = jwks(OURS, ANOTHER)

    verify(ANOTHER.sign(BODY), BODY, key=endpoint.ring.key)

    assert endpoint.asked == 2


def test_a_key_that_was_withdrawn_is_not_taken_for_ever() -> None:
    endpoint = Endpoint(OURS)
    verify(OURS.sign(BODY), BODY, key=endpoint.ring.key)
    endpoint.now += FRESH_SECONDS
    endpoint.content = jwks(ANOTHER)

    assert reason_of(lambda: verify(OURS.sign(BODY), BODY, key=endpoint.ring.key)) == "unknown_key"


def test_made_up_keys_do_not_have_us_ask_the_shop_without_end() -> None:
    endpoint = Endpoint(OURS)
    reasons = [reason_of(lambda: verify(ANOTHER.sign(BODY), BODY, key=endpoint.ring.key)) for _ in range(50)]

    assert endpoint.asked == 1
    # "Later", not "never": one of them may have been signed with a key made since.
    assert reasons == ["unknown_key", *["keys_unavailable"] * 49]
    verify(OURS.sign(BODY), BODY, key=endpoint.ring.key)


@pytest.mark.parametrize("content", [None, b"", b"<html>", b"[]", b"{}", b'{"keys": []}', b'{"keys": [1]}'])
def test_keys_that_cannot_be_read_are_a_matter_of_later(content: bytes | None) -> None:
    endpoint = Endpoint(OURS)
    endpoint.content = content
    assert reason_of(lambda: verify(OURS.sign(BODY), BODY, key=endpoint.ring.key)) == "keys_unavailable"
    endpoint.content = jwks(OURS)
    endpoint.now += PAUSE_SECONDS
    verify(OURS.sign(BODY), BODY, key=endpoint.ring.key)


@pytest.mark.parametrize("change", [{"use": "enc"}, {"alg": "RS512"}, {"kid": ""}])
def test_a_key_for_something_else_signs_nothing(change: dict[str, str]) -> None:
    endpoint = Endpoint(ANOTHER)
    endpoint.content = json.dumps({"keys": [OURS.public() | change, ANOTHER.public()]}).encode()
    assert reason_of(lambda: verify(OURS.sign(BODY), BODY, key=endpoint.ring.key)) == "unknown_key"
