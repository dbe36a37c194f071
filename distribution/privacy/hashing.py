"""Keyed hashes: equal values can be recognised, the values themselves are not kept."""

from __future__ import annotations

import hashlib

from sqlalchemy import text
from sqlalchemy.orm import Session


def shopper_key(session: Session) -> bytes:
    """The key under which shoppers' e-mail and IP addresses are hashed in this database."""
    return bytes(
        session.execute(text("SELECT key FROM distribution.hash_keys WHERE name = 'shopper'")).scalar_one()
    )


def recovery_key(session: Session) -> bytes:
    """The key under which recovery codes are hashed in this database."""
    return bytes(
        session.execute(text("SELECT key FROM distribution.hash_keys WHERE name = 'recovery'")).scalar_one()
    )


def email_hash(key: bytes, email: str) -> bytes:
    """16 bytes that stand for an e-mail address, whatever its case and surrounding blanks."""
    return hashlib.blake2b(
        email.strip().casefold().encode(), key=key, digest_size=16, person=b"email"
    ).digest()


def address_hash(key: bytes, ip: str) -> bytes:
    """16 bytes that stand for an IP address."""
    return hashlib.blake2b(ip.strip().encode(), key=key, digest_size=16, person=b"ip").digest()
