"""What a shopper's metadata says about who sent them; the shopper writes it, so anything may stand there."""

from collections.abc import Mapping
from typing import NamedTuple

LONGEST_TEXT = 255


class Referral(NamedTuple):
    """The referral code and the click a checkout carries; either may be missing."""

    code: str | None
    click: str | None


class SignUp(NamedTuple):
    """The referral a new account carries, with the address it is known by; the worker keeps a keyed hash of that."""

    code: str | None
    click: str | None
    email: str


def read_referral(metadata: object, *, code_key: str, click_key: str) -> Referral | None:
    """The referral in this metadata, cut to a sane length, or None when there is none."""
    if not isinstance(metadata, Mapping):
        return None
    referral = Referral(storable(metadata.get(code_key)), storable(metadata.get(click_key)))
    return referral if any(referral) else None


def storable(value: object) -> str | None:
    """The text without what a database cannot keep, cut to a sane length, or None when nothing is left."""
    if not isinstance(value, str):
        return None
    # PostgreSQL's jsonb refuses NUL and lone surrogates; one such code must not hold up the others.
    storable = value[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")
    return storable.strip() or None
