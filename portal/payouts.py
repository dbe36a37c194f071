"""Which ways of payment this installation has, and what is kept of whom they pay."""

from __future__ import annotations

import json
from functools import cache

from flask import Flask, current_app

from distribution.adapters.payout import PayoutAdapter, payout_adapters
from distribution.adapters.payout.payee import words
from distribution.privacy.encryption import Cipher
from portal.i18n import current_locale


def install(app: Flask) -> None:
    """Make the adapters that are configured; raises InvalidSetting for one that is so in part."""
    adapters.cache_clear()
    adapters()
    app.jinja_env.filters["method_title"] = method_title


@cache
def adapters() -> dict[str, PayoutAdapter]:
    """The adapters by the names of their methods, as the environment was when the application was made."""
    return payout_adapters()


def method_names(currency: str | None = None) -> tuple[str, ...]:
    """The methods a distributor can be paid by, in this currency if one is given."""
    return tuple(
        name
        for name, adapter in adapters().items()
        if currency is None or adapter.currencies is None or currency in adapter.currencies
    )


def method_title(name: str) -> str:
    """What people call a method; its bare name when it is not installed here any more."""
    adapter = adapters().get(name)
    return (words(adapter.title, str(current_locale())) if adapter else "") or name


def cipher() -> Cipher:
    """What seals accounts, and opens them for who pays."""
    return Cipher(current_app.extensions["settings"].encryption_keys)


def sealed(details: dict[str, str]) -> str:
    """Details of an account as they are kept: only who pays can read them."""
    return cipher().seal(json.dumps(details, ensure_ascii=False))
