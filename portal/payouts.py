"""Which ways of payment this installation has, and what is kept of a bank account."""

from __future__ import annotations

import json
from functools import cache

from flask import current_app

from distribution.adapters.payout import payout_adapters
from distribution.privacy.encryption import Cipher
from distribution.withdrawal.provider import BY_HAND


@cache
def method_names() -> tuple[str, ...]:
    """The methods a distributor can be paid by: by hand, and what is installed besides."""
    return tuple({BY_HAND, *payout_adapters()})


def sealed(details: dict[str, str]) -> str:
    """Details of an account as they are kept: only who pays can read them."""
    settings = current_app.extensions["settings"]
    return Cipher(settings.encryption_keys).seal(json.dumps(details, ensure_ascii=False))


def label_of(account: str, bank: str) -> str:
    """What is shown of an account: its last four characters, and the bank."""
    tail = "".join(account.split())[-4:]
    name = bank.strip()[:40]
    return f"{name} •••• {tail}" if name else f"•••• {tail}"
