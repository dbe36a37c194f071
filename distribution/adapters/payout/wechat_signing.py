"""WeChat Pay's API v3 signatures: RSA-SHA256 over requests, answers and callbacks, AES-GCM inside callbacks."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from distribution.adapters.payout.variables import WrongValue
from distribution.withdrawal.errors import ForgedNotice

SCHEME = "WECHATPAY2-SHA256-RSA2048"
_TOLERANCE_SECONDS = 300


def private_key(path: str) -> RSAPrivateKey:
    """The RSA key in a PEM file."""
    try:
        key = load_pem_private_key(Path(path).read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        raise WrongValue("no private key can be read there") from None
    if not isinstance(key, RSAPrivateKey):
        raise WrongValue("it is no RSA key")
    return key


def public_key(path: str) -> RSAPublicKey:
    """The RSA public key in a PEM file."""
    try:
        key = load_pem_public_key(Path(path).read_bytes())
    except (OSError, ValueError):
        raise WrongValue("no public key can be read there") from None
    if not isinstance(key, RSAPublicKey):
        raise WrongValue("it is no RSA key")
    return key


def api_key(value: str) -> bytes:
    """The key of API v3, of 32 bytes."""
    if len(value.encode()) != 32:
        raise WrongValue(f"it has {len(value.encode())} bytes")
    return value.encode()


@dataclass(frozen=True)
class Signer:
    """A merchant's keys, and the platform's."""

    merchant_id: str
    serial: str
    merchant_key: RSAPrivateKey
    platform_key_id: str
    platform_key: RSAPublicKey
    api_key: bytes

    def authorization(self, method: str, path: str, body: bytes, *, now: datetime) -> str:
        """The header that signs a request."""
        moment, nonce = str(int(now.timestamp())), secrets.token_hex(16)
        text = "\n".join((method, path, moment, nonce, "")).encode() + body + b"\n"
        signature = base64.b64encode(self.merchant_key.sign(text, PKCS1v15(), SHA256())).decode()
        return (
            f'{SCHEME} mchid="{self.merchant_id}",nonce_str="{nonce}",signature="{signature}",'
            f'timestamp="{moment}",serial_no="{self.serial}"'
        )

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> None:
        """Raise ForgedNotice unless WeChat Pay signed this, just now."""
        if headers.get("wechatpay-serial") != self.platform_key_id:
            raise ForgedNotice("it is signed with a key we do not know")
        moment, nonce = headers.get("wechatpay-timestamp", ""), headers.get("wechatpay-nonce", "")
        if not moment.isascii() or not moment.isdigit():
            raise ForgedNotice("it has no time")
        if abs(now.timestamp() - int(moment)) > _TOLERANCE_SECONDS:
            raise ForgedNotice("it is too old")
        try:
            signature = base64.b64decode(headers.get("wechatpay-signature", ""), validate=True)
            text = f"{moment}\n{nonce}\n".encode() + body + b"\n"
            self.platform_key.verify(signature, text, PKCS1v15(), SHA256())
        except (InvalidSignature, binascii.Error, ValueError):
            raise ForgedNotice("the signature is wrong") from None

    def open(self, resource: Mapping[str, str]) -> bytes:
        """What a callback says; raises ForgedNotice when it was not sealed with our key."""
        try:
            sealed = base64.b64decode(resource["ciphertext"], validate=True)
            nonce, more = resource["nonce"].encode(), resource.get("associated_data", "").encode()
            return AESGCM(self.api_key).decrypt(nonce, sealed, more)
        except (KeyError, binascii.Error, ValueError, InvalidTag):
            raise ForgedNotice("it cannot be deciphered") from None

    def sealed(self, text: str) -> str:
        """A personal detail that only WeChat Pay can read."""
        padding = OAEP(mgf=MGF1(algorithm=SHA1()), algorithm=SHA1(), label=None)
        return base64.b64encode(self.platform_key.encrypt(text.encode(), padding)).decode()
