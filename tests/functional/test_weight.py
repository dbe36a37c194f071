"""Slow networks: what a first visit and every page after it weigh; nothing stands between a page and its words.

Counted by Chromium on the wire, compression and headers included, of the demo's own server.
"""

from __future__ import annotations

import pytest

from tests.functional.browser import running
from tests.functional.demo_program import DemoProgram
from tests.left_out import chromium_path
from tests.pictures import lighthouse
from tests.pictures.demo import DISTRIBUTOR, MERCHANT, PHONE, Demo, View
from tests.pictures.weight import Weight, weigh

pytestmark = [pytest.mark.browser, pytest.mark.prove]
FIRST_BYTES, AFTER_BYTES = 120_000, 30_000
PAGES = {
    DISTRIBUTOR: (
        "/",
        "/links",
        "/team",
        "/orders",
        "/earnings",
        "/earnings/statements",
        "/withdrawals",
        "/account",
    ),
    MERCHANT: (
        "/console/",
        "/console/distributors",
        "/console/orders",
        "/console/withdrawals",
        "/console/ledger",
    ),
}
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100}


@pytest.mark.parametrize("who", [DISTRIBUTOR, MERCHANT])
@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_pages_are_light_and_still(demo: DemoProgram, chromium: str, who: str, language: str) -> None:
    shown = Demo(demo.url)
    weights: dict[str, Weight] = {}
    with running(chromium) as browser:
        context = shown.looked_at(browser, who, View("light", language, PHONE), workers=True)
        for path in PAGES[who]:
            weights[path] = weigh(context, shown.url + path)
    first, *after = PAGES[who]
    heaviest = max(after, key=lambda path: weights[path].total_bytes)
    print(
        f"\nweight {who} {language} first={weights[first].total_bytes} goal={FIRST_BYTES}"
        f" after_most={weights[heaviest].total_bytes} ({heaviest}) goal={AFTER_BYTES}"
        f" shift={max(each.shifted for each in weights.values())}"
    )
    assert weights[first].total_bytes <= FIRST_BYTES
    assert weights[heaviest].total_bytes <= AFTER_BYTES
    for path, weight in weights.items():
        # The page names all that it waits for: one style sheet, asked for while the page still comes.
        assert [name.split(".")[0] for name in weight.blocking] == ["/assets/portal"], path
        assert weight.shifted == 0, path


@pytest.mark.parametrize("path", ["/", "/links", "/team", "/earnings", "/withdrawals"])
def test_lighthouse(demo: DemoProgram, path: str) -> None:
    program, chromium = lighthouse.command(), chromium_path(whole=True)
    if program is None or chromium is None:
        pytest.skip(f"no Lighthouse (npm install lighthouse@{lighthouse.VERSION})")
    shown = Demo(demo.url)
    cookie = "; ".join(f"{each.name}={each.value}" for each in shown.logged_in(DISTRIBUTOR).cookies)
    report = lighthouse.best_of(3, program, chromium, shown.url + path, cookie=cookie, enough=LEAST)
    print(
        f"\nlighthouse {path} {report.scores} benchmark={report.benchmark} slowdown={report.slowdown} {report.wanting}"
    )
    assert all(report.scores[name] >= least for name, least in LEAST.items()), report
