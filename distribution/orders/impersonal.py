"""What of an answer about an order may be kept: the order, and nothing of who bought but what stands for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from distribution.privacy.hashing import email_hash

# Every name the order is asked with, but the shopper's address; a name that is not here may hold anything.
_NAMES = """
    amount billingAddress category channel channelListings code collections costPrice country created
    createdAt currency currencyCode events fulfillments grantedRefunds gross id key kind lines metadata
    metafields net number order orderLine origin original parent product productName productSku
    productType quantity shippingAddress shippingCostsIncluded shippingPrice shippingRefundedAmount slug
    status total totalCharged totalPrice totalRefundPending totalRefunded transactions type
    undiscountedTotalPrice user variant voucherCode
"""
KNOWN = frozenset(_NAMES.split())
EMAIL = "userEmail"
_REFERRAL = re.compile(r"^(private_)?referral_\w{1,60}$")
_ADDRESS = re.compile(r"[^\s@\"'<>()\[\],;:]+@[^\s@\"'<>()\[\],;:]+")


def impersonal(answer: Any, key: bytes) -> Any:
    """`answer` with the shopper's e-mail address as its keyed hash and all that we never asked for taken out.

    What was taken out is told by what kind of value it was: how an answer is damaged stays visible.
    """
    return _kept(answer, key) if isinstance(answer, Mapping) else _kind_of(answer)


def without_addresses(text: str, key: bytes) -> str:
    """`text` with every e-mail address in it as its keyed hash."""
    return _ADDRESS.sub(lambda found: _hashed(found[0], key), text)


def _kept(value: Any, key: bytes) -> Any:
    if isinstance(value, Mapping):
        return {without_addresses(str(name), key): _value(name, item, key) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_kept(item, key) for item in value]
    return without_addresses(value, key) if isinstance(value, str) else value


def _value(name: object, value: Any, key: bytes) -> Any:
    if name == EMAIL and isinstance(value, str):
        return _hashed(value, key)
    if name in KNOWN or _REFERRAL.fullmatch(str(name)):
        return _kept(value, key)
    return _kind_of(value)


def _hashed(address: str, key: bytes) -> str:
    return f"hash:{email_hash(key, address).hex()}"


def _kind_of(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return f"(text of {len(value)})"
    return (
        "(list)"
        if isinstance(value, list | tuple)
        else "(object)"
        if isinstance(value, Mapping)
        else "(number)"
    )
