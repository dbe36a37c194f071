"""Every page of the console answers in both languages, safely, whatever it is asked."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest

from tests.functional.console_client import ConsoleClient
from tests.functional.console_world import ConsoleWorld

Console = Callable[[str], ConsoleClient]
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def _crawl(client: ConsoleClient) -> dict[str, str]:
    """Every page that links lead to, two of each kind."""
    pages: dict[str, str] = {}
    waiting, kinds = ["/console/"], {}
    while waiting:
        path = waiting.pop(0)
        if path in pages:
            continue
        answer = client.browser.get(path)
        if answer.status_code == 200 and answer.mimetype != "text/html":
            continue
        assert answer.status_code == 200, path
        pages[path] = html.unescape(answer.get_data(as_text=True))
        for link in re.findall(r'href="(/console[^"#]*)"', pages[path]):
            kind = re.sub(
                r"/orders/\d+", "/orders/N", re.sub(r"cursor=[^&]+", "cursor=C", _ID.sub("ID", link))
            )
            if kinds.setdefault(kind, 0) < 2:
                kinds[kind] += 1
                waiting.append(link)
    return pages


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_every_page_answers(console: Console, language: str) -> None:
    client = console("owner")
    client.browser.set_cookie("language", language)
    pages = _crawl(client)
    assert len(pages) > 60
    for path, page in pages.items():
        assert f'<html lang="{"zh-Hans" if language == "zh_Hans" else "en"}"' in page, path
        # Nothing inline that the Content-Security-Policy would refuse.
        assert not re.search(r'<style|\sstyle="|\son[a-z]+="|<script(?![^>]*\ssrc=)', page), path
        words = re.sub(r"<[^>]+>", " ", re.sub(r"<(pre|option|time)\b.*?</\1>", "", page, flags=re.DOTALL))
        assert not re.search(r"\bNone\b|%\(\w+\)s|\{\{", words), (
            path,
            re.search(r".{60}(None|%\().{20}", words),
        )


def test_who_may_only_read_sees_every_page_and_no_button_to_act(console: Console) -> None:
    for path, page in _crawl(console("read_only")).items():
        forms = re.findall(r'<form[^>]*method="post"[^>]*action="(/console[^"]*)"', page)
        # The settings are shown in a form that is switched off.
        settings = {"/console/program", "/console/tax/rules", "/console/sign-in/shop"}
        own = ("/console/logout", "/console/account/", *settings)
        acts = {form for form in forms if not form.startswith(own)}
        empty = {
            "/console/applications",
            "/console/withdrawals",
            "/console/reviews/release",
            "/console/inbox/signals",
            "/console/inbox/effects",
        }
        assert acts <= empty, (path, acts)
        if settings & set(forms):
            assert '<fieldset class="stack" disabled>' in page


def test_personal_data_are_masked_until_somebody_looks(console: Console, shop: ConsoleWorld) -> None:
    hero = f"/console/distributors/{shop.world.hero_id}"
    for role in ("owner", "read_only"):
        assert "ada@example.com" not in console(role).page(hero)
        assert "a***@example.com" in console(role).page(hero)
    assert "nora@example.com" not in console("read_only").page("/console/applications")


@pytest.mark.parametrize(
    "path",
    [
        "/console/orders?cursor=nonsense",
        "/console/orders?cursor=WzAsICIyMDI2Il0",
        "/console/orders?status=nothing&reason=nothing&currency=ZZZ&distributor=x",
        "/console/orders?number=%00%27%22%3Cscript%3E",
        "/console/distributors?search=%25_%00%27&status=unheard",
        "/console/withdrawals?queue=nowhere&cursor=!!!",
        "/console/audit?actor=%00&subject_type=x&subject_id=%27",
        "/console/?days=-3&currency=%3C",
        "/console/inbox?cursor=W10",
        "/console/inbox/comparisons?cursor=W10&repaired=x",
        "/console/applications?status=x&cursor=eyJhIjoxfQ",
    ],
)
def test_odd_addresses_find_nothing_and_break_nothing(console: Console, path: str) -> None:
    answer = console("owner").browser.get(path)
    assert answer.status_code == 200
    assert b"<script>" not in answer.data


@pytest.mark.parametrize(
    "path",
    [
        "/console/orders/999999999",
        "/console/distributors/00000000-0000-7000-8000-000000000000",
        "/console/withdrawals/00000000-0000-7000-8000-000000000000",
        "/console/settlements/00000000-0000-7000-8000-000000000000",
        "/console/statements/00000000-0000-7000-8000-000000000000",
        "/console/plan/versions/99",
        "/console/inbox/answers/saleor/unknown",
    ],
)
def test_what_does_not_exist_is_not_found(console: Console, path: str) -> None:
    console("owner").page(path, status=404)


def test_the_overview_counts_what_waits(console: Console) -> None:
    page = console("owner").page("/console/")
    for words in (
        "Applications waiting",
        "Withdrawals to decide",
        "Answers of the shop we do not understand",
        "Mails and payouts given up",
        "Orders whose code led nowhere",
        "Owed to distributors",
    ):
        assert words in page
