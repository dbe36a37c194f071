"""Saleor's signature of a body: a detached JWS (RFC 7515, RFC 7797) over its header and the raw bytes."""

from __future__ import annotations

from collections.abc import Callable

from jwt import PyJWK
from jwt.api_jws import PyJWS
from jwt.exceptions import PyJWTError

from distribution.adapters.saleor.app.errors import Refused
from distribution.adapters.saleor.app.keyring import ALGORITHM

LONGEST_SIGNATURE = 4096
_JWS = PyJWS(algorithms=[ALGORITHM])


def verify(signature: str, body: bytes, *, key: Callable[[str], PyJWK]) -> None:
    """Return when the shop's private key signed exactly this body; raises Refused.

    The algorithm is ours to choose, not the header's; the payload must be detached and unencoded.
    """
    if not signature:
        raise Refused("unsigned", "the delivery has no signature")
    if len(signature) > LONGEST_SIGNATURE or not signature.isascii():
        raise Refused("bad_signature", "the signature is not one of Saleor's")
    try:
        header = _JWS.get_unverified_header(signature)
    except PyJWTError as error:
        raise Refused("bad_signature", "the signature cannot be read") from error
    key_id = header.get("kid")
    if header.get("alg") != ALGORITHM or header.get("b64") is not False or not isinstance(key_id, str):
        raise Refused("bad_signature", "the signature is not one of Saleor's")
    found = key(key_id)
    try:
        _JWS.decode_complete(signature, found, algorithms=[ALGORITHM], detached_payload=body)
    except PyJWTError as error:
        raise Refused("bad_signature", "the signature is not that of this body") from error
