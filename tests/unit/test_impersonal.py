"""What is kept of an answer that could not be read: the order, and nothing of who bought."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import Any

import pytest

from distribution.orders.impersonal import EMAIL, KNOWN, impersonal, without_addresses
from distribution.privacy.hashing import email_hash

KEY = b"k" * 32
HASH = f"hash:{email_hash(KEY, 'ada@example.com').hex()}"


def test_the_address_becomes_its_hash_and_the_order_stays() -> None:
    order = {
        "id": "T3JkZXI6MQ==",
        "userEmail": " Ada@Example.com ",
        "user": {"id": "u-1"},
        "total": {"gross": {"amount": None}, "currency": "USD"},
        "metafields": {"referral_code": "ALICE"},
        "lines": [{"id": "l-1", "productName": "Lab tee", "quantity": -1}],
    }
    assert impersonal(order, KEY) == {**order, "userEmail": HASH}


def test_what_was_never_asked_for_is_told_by_its_kind() -> None:
    order = {
        "id": "1",
        "note": "ring twice",
        "phone": 491701234567,
        "shippingAddress": {"firstName": "Ada", "country": {"code": "DE"}},
        "history": [{"by": "Ada"}],
        "vip": True,
        "extra": None,
        "metadata": [{"key": "birthday", "value": "1815-12-10"}],
    }
    assert impersonal(order, KEY) == {
        "id": "1",
        "note": "(text of 10)",
        "phone": "(number)",
        "shippingAddress": {"firstName": "(text of 3)", "country": {"code": "DE"}},
        "history": "(list)",
        "vip": True,
        "extra": None,
        "metadata": [{"key": "birthday", "value": "(text of 10)"}],
    }


@pytest.mark.parametrize("answer", ["Ada Lovelace", ["Ada"], 12])
def test_what_is_no_order_is_told_by_its_kind(answer: Any) -> None:
    assert "Ada" not in json.dumps(impersonal(answer, KEY))
    assert impersonal(None, KEY) is None


def test_an_address_anywhere_is_hashed() -> None:
    assert impersonal({"number": ["ada@example.com"]}, KEY) == {"number": [HASH]}
    assert without_addresses("ValueError('ada@example.com')", KEY) == f"ValueError('{HASH}')"
    assert impersonal({"ada@example.com": 1}, KEY) == {HASH: "(number)"}


def test_everything_orders_are_asked_with_is_known() -> None:
    fragment = resources.files("distribution.adapters.saleor").joinpath("order.graphql").read_text()
    asked = set(re.findall(r"\b[a-z]\w*", re.sub(r"#.*", "", fragment))) - {"fragment", "on", "keys"}
    assert asked - KNOWN == {EMAIL}
