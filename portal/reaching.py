"""The ways in which people of a team reach each other: what they are called, and the address behind them."""

from __future__ import annotations

import re
from urllib.parse import quote

from flask import Flask
from flask_babel import gettext

from distribution.network.contact import Reach
from distribution.network.tables import CONTACT_KINDS


def kind_word(kind: str) -> str:
    """What people call a way."""
    return {
        "email": gettext("E-mail"),
        "phone": gettext("Phone"),
        "wechat": gettext("WeChat"),
        "whatsapp": "WhatsApp",
        "telegram": "Telegram",
    }[kind]


def kind_choices() -> list[tuple[str, str]]:
    """Every way with its name."""
    return [(kind, kind_word(kind)) for kind in CONTACT_KINDS]


def address(reach: Reach) -> str | None:
    """Where a tap leads; None where an id has to be typed, as in WeChat."""
    if reach.kind == "email":
        return f"mailto:{quote(reach.value, safe='@.+-_')}"
    digits = re.sub(r"\D", "", reach.value)
    if reach.kind == "phone":
        return f"tel:{'+' if reach.value.startswith('+') else ''}{digits}"
    if reach.kind == "whatsapp":
        return f"https://wa.me/{digits}"
    if reach.kind == "telegram":
        return f"https://t.me/{quote(reach.value.removeprefix('@'))}"
    return None


def install(app: Flask) -> None:
    """Give templates both as filters."""
    app.add_template_filter(address, "reach_address")
    app.add_template_filter(kind_word, "reach_kind")
