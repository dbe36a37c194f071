"""What closing an account means is said before anybody asks, and while it is under way, in both languages."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from distribution.analytics.rules.example import a_sale
from distribution.commission.accrue import accrue
from distribution.leaving import close
from distribution.privacy.encryption import Cipher, new_key
from tests.factories import a_distributor
from tests.functional.conftest import log_in

EMAIL, PASSWORD = "ada@example.com", "a long enough password"
BEFORE = {
    "en": (
        "Orders of the last 90 days that are not paid or not sent yet are waited for",
        "Now that is 1 order.",
        "Whatever an older order brings after your account was closed stays with the shop.",
    ),
    "zh_Hans": (
        "最近 90 天内尚未付款或发货的订单",
        "目前有 1 个。",
        "账号注销之后，更早的订单若再产生佣金，归商家所有。",
    ),
}
DURING = {
    "en": (
        "1 order of yours or of your team is not paid or not sent yet.",
        "until it is 90 days old at most",
    ),
    "zh_Hans": ("您或您团队的 1 个订单尚未付款或发货", "最长至下单后 90 天"),
}


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_what_is_waited_for_and_what_stays_with_the_shop_is_said(
    portal: Flask, session: Session, language: str
) -> None:
    now = datetime.now(UTC)
    ada = a_distributor(session, email=EMAIL, password=PASSWORD, code="ADA").id
    sale = a_sale("USD", now - timedelta(days=20))
    unsent = tuple(replace(line, fulfilled=0) for line in sale.lines)
    accrue(session, [replace(sale, source="saleor", referral_code="ADA", lines=unsent)], now=now)
    session.commit()
    client = portal.test_client()
    log_in(client, EMAIL, PASSWORD)
    client.set_cookie("language", language)

    def page() -> str:
        return html.unescape(client.get("/account/data").get_data(as_text=True))

    assert [text for text in BEFORE[language] if text not in page()] == []
    close.ask(session, ada, forgoes_rest=False, reason=None, now=now - timedelta(days=15))
    assert not close.go_on(session, ada, cipher=Cipher([new_key()]), now=now)
    session.commit()
    assert [text for text in DURING[language] if text not in page()] == []
