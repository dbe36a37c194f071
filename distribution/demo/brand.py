"""The demo shop's brand, who may log in, and the dates its year hangs on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

SHOP = "Kiln & Cloud"
PROGRAM = "Kiln & Cloud Circle"
PASSWORD = "demo-tea-and-clay"
ACTOR = "merchant:demo"

YEAR = timedelta(days=365)
SALE_BEGAN = timedelta(days=72)
SALE_ENDED = timedelta(days=62)
"""Lantern Week, the year's peak: so long before today."""
SALE_VOUCHER = "LANTERN15"
"""A voucher of the shop: whoever uses it still belongs to whoever sent them."""
PARTNER_DISCOUNT = "10"
"""What a distributor's own voucher takes off, in percent; it ends their voucher codes."""


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody whose demo password is printed."""

    name: str
    email: str
    role: str
    locale: str


OWNER = Login("Mira Okafor", "owner@kiln-and-cloud.test", "owner", "en")
EMMA = Login("Emma Whitfield", "emma@kiln-and-cloud.test", "distributor", "en")
XIAOYUN = Login("林晓芸", "xiaoyun@kiln-and-cloud.test", "distributor", "zh_Hans")
LOGINS = (OWNER, EMMA, XIAOYUN)

TERMS = """\
1. Tell the truth about what you recommend. Say that you earn from it.
2. You earn from what people buy, never from people who join.
3. Joining is free; nobody has to buy anything.
4. What you earned is yours once the hold after delivery is over.
5. You may leave at any time; we may end your part when you mislead people.

1. 推荐时请实话实说，并说明您会从中获得佣金。
2. 佣金来自顾客的购买，绝不来自有人加入。
3. 加入免费，任何人都无需购买商品。
4. 收货后冻结期一结束，佣金即归您所有。
5. 您可以随时退出；如有误导他人的行为，我们可以终止合作。
"""

PROGRAM_SETTINGS: dict[str, Any] = {
    "program_name": PROGRAM,
    "company_name": f"{SHOP} Teahouse Co.",
    "default_currency": "EUR",
    "time_zone": "Europe/Berlin",
    "terms_version": "1",
    "terms_text": TERMS,
    "join_policy": "review",
    "grades": ["Bronze", "Silver", "Gold"],
    "withdrawal": {
        "minimum_minor": {"EUR": 2_000, "CNY": 15_000},
        "requests_per_day": 3,
        "processing_days": 5,
    },
}
