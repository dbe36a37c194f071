"""A draft: whatever is typed is kept, what is wrong stands beside its field, and nobody writes over anybody."""

from __future__ import annotations

import copy
import html
import json
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.analytics.plan_text import lay_out
from distribution.commission import drafts
from portal.console.plans.problems import anchor
from tests.functional.console_client import ConsoleClient, last_act
from tests.functional.console_world import ConsoleWorld
from tests.functional.html_form import Fields, altered, fields_of
from tests.refused_plans import CAMPAIGN, RATE, REFUSED, TIERS, plan

Console = Callable[[str], ConsoleClient]
RICH: dict[str, Any] = {
    "name": "Rich",
    "base": "gross",
    "discounts": "before",
    "shipping": "include",
    "gift_cards": "pay",
    "ceiling_bps": 2550,
    "hold_days": 21,
    "self_purchase": "sponsor",
    "margin": {"least_bps": 1500},
    "rates": [
        {"level": 1, "bps": 1000},
        {"level": 2, "bps": 550},
        {"level": 1, "fixed": "2.5", "currency": "USD", "product": ["p-1", "p-2"], "customer": "first"},
        {"level": 1, "tiers": TIERS, "category": "c-1", "channel": ["default"], "stage": "slow"},
        {"level": 3, "bps": 100, "order_from": {"amount": "100.00", "currency": "EUR"}, "priority": 3},
        {"level": 1, "bps": 1, "variant": "v-1"},
        {"level": 1, "bps": 2, "collection": ["col-1"]},
    ],
    "campaigns": [
        {**CAMPAIGN, "levels": [1, 3], "stacks": True, "collection": "col-new"},
        {"name": "Flat", "from": "2026-01-01T08:30:00+08:00", "to": "2026-01-02T00:00:00Z", "bps": 2000},
        {**CAMPAIGN, "name": "Fixed", "to": "2026-12-09T00:00:15+00:00", "fixed": "1", "currency": "JPY"},
    ],
    "caps": [
        {"per": "order", "amount": "200.00", "currency": "USD"},
        {"per": "distributor", "period": "month", "amount": "5000", "currency": "USD"},
    ],
    "uplines": {
        "unqualified": "compress",
        "conditions": [
            {"level": 3, "own_sales": {"amount": "50.00", "currency": "USD", "period": "quarter"}}
        ],
    },
    "customer_limit": {"months": 24, "orders": 10},
}
del RICH["campaigns"][2]["multiplier_bps"]


class Writer:
    """Somebody with a draft open."""

    def __init__(self, client: ConsoleClient, document: Any) -> None:
        self.client = client
        text = document if isinstance(document, str) else json.dumps(document)
        answer = client.send("/console/plan/drafts", {"document": text})
        assert answer.status_code == 303
        self.path = answer.location.split("?")[0]
        self.id = UUID(self.path.rsplit("/", 1)[1])

    def by(self, client: ConsoleClient) -> Writer:
        """The same draft, opened by somebody else."""
        other = copy.copy(self)
        other.client = client
        return other

    def form(self, opened: str = "-") -> Fields:
        return fields_of(self.page(opened))

    def page(self, opened: str = "-") -> str:
        answer = self.client.browser.get(self.path, query_string={"open": opened})
        assert answer.status_code == 200, answer.location
        return answer.get_data(as_text=True)

    def send(self, fields: Fields, act: str = "save", *, status: int = 303, where: str = "") -> Any:
        names = {name for name, _ in fields}
        data = {name: [value for each, value in fields if each == name] for name in names}
        answer = self.client.browser.post(self.path + where, data={**data, "do": act})
        assert answer.status_code == status, answer.get_data(as_text=True)[-1500:]
        return answer

    def document(self, engine: Engine) -> Any:
        with Session(engine) as session:
            return drafts.by_id(session, self.id).document

    def write(self, text: str, act: str = "save", **expected: Any) -> Any:
        fields = fields_of(self.client.browser.get(f"{self.path}/document").get_data(as_text=True))
        return self.send(altered(fields, {"text": text}), act, where="/document", **expected)


@pytest.fixture
def owner(console: Console) -> ConsoleClient:
    return console("owner")


def test_a_form_that_is_sent_unchanged_changes_nothing(owner: ConsoleClient, lived_in_engine: Engine) -> None:
    writer = Writer(owner, RICH)
    rows = [f"rates[{place}]" for place in range(7)] + [f"campaigns[{place}]" for place in range(3)]
    for opened in ["-", *rows]:
        writer.send(writer.form(opened))
        assert writer.document(lived_in_engine) == RICH, opened
    text = fields_of(owner.browser.get(f"{writer.path}/document").get_data(as_text=True))
    assert dict(text)["text"] == lay_out(RICH).text
    writer.send(text, where="/document")
    assert writer.document(lived_in_engine) == RICH


def grade_fields(fields: Fields) -> dict[str, str]:
    """By grade, the name of the field that holds its days."""
    grades = [value for name, value in fields if name == "hold_days_by_grade"]
    return {grade: f"hold_days_by_grade[{place}]" for place, grade in enumerate(grades)}


def test_grades_may_wait_otherwise(owner: ConsoleClient, lived_in_engine: Engine) -> None:
    writer = Writer(owner, plan(hold_days_by_grade={"gold": 7, "a.b[c]": 30}))
    fields = writer.form()
    names = grade_fields(fields)
    writer.send(altered(fields, {names["gold"]: "10", names["a.b[c]"]: ""}))
    assert writer.document(lived_in_engine)["hold_days_by_grade"] == {"gold": 10}
    fields = writer.form()
    writer.send(altered(fields, {grade_fields(fields)["gold"]: "ten"}))
    assert "Enter a number of days from 0 to 3650." in writer.page()
    fields = writer.form()
    writer.send(altered(fields, {grade_fields(fields)["gold"]: ""}))
    assert "hold_days_by_grade" not in writer.document(lived_in_engine)


def test_every_field_of_a_plan_is_read(owner: ConsoleClient, lived_in_engine: Engine) -> None:
    writer = Writer(owner, plan())
    writer.send(
        altered(
            writer.form(),
            {
                "name": "  Winter   sale ",
                "ceiling_bps": "12,5 %",
                "hold_days": "30",
                "received_after_days": "15",
                "base": "gross",
                "discounts": "before",
                "margin.least_bps": "20",
                "self_purchase": "skip",
                "customer_limit.months": "12",
                "uplines.unqualified": "compress",
                "uplines.level_2.amount": "100.00",
                "uplines.level_2.currency": "EUR",
                "uplines.level_2.period": "year",
            },
        ),
        "add:rates",
    )
    assert writer.document(lived_in_engine) == {
        "name": "Winter sale",
        "base": "gross",
        "discounts": "before",
        "ceiling_bps": 1250,
        "hold_days": 30,
        "received_after_days": 15,
        "self_purchase": "skip",
        "margin": {"least_bps": 2000},
        "rates": [RATE, {"level": 2, "bps": ""}],
        "uplines": {
            "unqualified": "compress",
            "conditions": [
                {"level": 2, "own_sales": {"amount": "100.00", "currency": "EUR", "period": "year"}}
            ],
        },
        "customer_limit": {"months": 12},
    }


def test_every_field_of_a_rate_is_read(
    owner: ConsoleClient, lived_in_engine: Engine, shop: ConsoleWorld
) -> None:
    writer = Writer(owner, plan(rates=[RATE, {"level": 2, "bps": 500}]))
    writer.send(
        altered(
            writer.form("rates[1]"),
            {
                "rates[1].level": "3",
                "rates[1].kind": "tiers",
                "rates[1].tiers.by": "team",
                "rates[1].tiers.steps[0].bps": "5",
                "rates[1].tiers.steps[1].from": "1000",
                "rates[1].tiers.steps[1].bps": "7.5",
                "rates[1].what": "category",
                "rates[1].category.more": "c-1, c-2\nc-1",
                "rates[1].who": "distributor",
                "rates[1].distributor.more": "00000000-0000-0000-0000-000000000001, ada lovelace",
                "rates[1].channel.more": "web",
                "rates[1].stage": "new",
                "rates[1].customer": "repeat",
                "rates[1].priority": "7",
                "rates[1].order_from.amount": "20.00",
            },
        )
    )
    assert writer.document(lived_in_engine)["rates"][1] == {
        "level": 3,
        "tiers": {
            "by": "team",
            "period": "month",
            "mode": "marginal",
            "currency": "USD",
            "steps": [{"from": "0", "bps": 500}, {"from": "1000", "bps": 750}],
        },
        "category": ["c-1", "c-2"],
        "distributor": ["00000000-0000-0000-0000-000000000001", str(shop.world.hero_id)],
        "channel": ["web"],
        "stage": "new",
        "customer": "repeat",
        "priority": 7,
        "order_from": {"amount": "20.00", "currency": "USD"},
    }


def test_every_field_of_a_campaign_is_read(owner: ConsoleClient, lived_in_engine: Engine) -> None:
    writer = Writer(owner, plan())
    writer.send(writer.form(), "add:campaigns")
    writer.send(
        altered(
            writer.form("campaigns[0]"),
            {
                "campaigns[0].name": "Double week",
                "campaigns[0].from": "2026-12-01T00:00",
                "campaigns[0].to": "2026-12-08T00:00",
                "campaigns[0].levels": "2",
                "campaigns[0].multiplier_bps": "1.5",
                "campaigns[0].stacks": "on",
            },
        )
    )
    assert writer.document(lived_in_engine)["campaigns"] == [
        {
            "name": "Double week",
            "from": "2026-12-01T00:00:00+00:00",
            "to": "2026-12-08T00:00:00+00:00",
            "multiplier_bps": 15_000,
            "levels": [2],
            "stacks": True,
        }
    ]


def test_every_field_of_a_cap_is_read(owner: ConsoleClient, lived_in_engine: Engine) -> None:
    writer = Writer(owner, plan())
    writer.send(writer.form(), "add:caps")
    writer.send(altered(writer.form(), {"caps[0].per": "distributor", "caps[0].amount": "9.50"}))
    assert writer.document(lived_in_engine)["caps"] == [
        {"per": "distributor", "period": "month", "amount": "9.50", "currency": "USD"}
    ]


def _a_form_shows(document: dict[str, Any]) -> bool:
    """Not what no draft can hold, NUL and NaN, nor a document of thousands of rules; the API's tests have those."""
    text = json.dumps(document)
    return "\\u0000" not in text and "NaN" not in text and len(text) <= 100_000


@pytest.mark.parametrize(
    "why, document, path",
    [(why, document, path) for why, document, path, _ in REFUSED if _a_form_shows(document)],
    ids=lambda each: None,
)
def test_every_error_stands_at_its_field_and_its_line(
    owner: ConsoleClient, why: str, document: dict[str, Any], path: str
) -> None:
    writer = Writer(owner, document)
    page = writer.page("")
    summary = re.search(r'<div class="flash flash-bad plan-summary".*?</ul></div></div>', page, re.DOTALL)
    assert summary is not None, why
    assert f"<code>{path}</code>" in html.unescape(summary[0]), why
    rest = page.replace(summary[0], "")
    # Beside the field, or at the rule or the part that it stands in.
    shown = re.findall(r'class="field-error" id="([^"]+)-error', rest)
    part = path
    while part and anchor(part) not in shown:
        part = part[: max(part.rfind("."), part.rfind("["), 0)]
    assert part or "at-plan" in shown, (why, shown)
    tab = owner.browser.get(f"{writer.path}/document").get_data(as_text=True)
    line = re.search(r'href="#line-(\d+)"', tab)
    assert line is not None
    assert f'<li id="line-{line[1]}" class="is-wrong">' in tab
    assert owner.browser.get(f"{writer.path}/review").status_code == 200


def test_what_is_typed_is_kept_and_shown_again_where_it_is_wrong(
    owner: ConsoleClient, lived_in_engine: Engine
) -> None:
    writer = Writer(owner, plan())
    wrong = {"ceiling_bps": "about 20", "hold_days": "two weeks", "rates[0].bps": "101", "name": ""}
    writer.send(altered(writer.form("rates[0]"), dict(wrong)))
    page = html.unescape(writer.page("rates[0]"))
    for name, text in wrong.items():
        assert f'name="{name}" value="{text}"' in page
    for words in (
        "Enter a percentage from 0 to 100",
        "Enter a number of days from 0 to 3650.",
        "Give it a name",
    ):
        assert words in page
    assert writer.document(lived_in_engine)["hold_days"] == "two weeks"


def test_rows_are_added_doubled_moved_and_taken_away(owner: ConsoleClient, lived_in_engine: Engine) -> None:
    writer = Writer(owner, plan(rates=[{"level": level, "bps": level} for level in (1, 2, 3)]))

    def levels() -> list[Any]:
        return [each["level"] for each in writer.document(lived_in_engine)["rates"]]

    for act, wanted, opened in (
        ("up:rates[2]", [1, 3, 2], "rates[1]"),
        ("down:rates[0]", [3, 1, 2], "rates[1]"),
        ("double:rates[2]", [3, 1, 2, 2], "rates[3]"),
        ("remove:rates[0]", [1, 2, 2], None),
        ("down:rates[2]", [1, 2, 2], "rates[2]"),
        ("remove:rates[9]", [1, 2, 2], None),
    ):
        answer = writer.send(writer.form(), act)
        assert levels() == wanted, act
        assert ("open=" in answer.location) is (opened is not None), act
    for act in ("add:nothing", "up:nothing[0]", "double:__proto__"):
        writer.send(writer.form(), act, status=400)


def test_nobody_writes_over_what_another_has_saved_meanwhile(
    console: Console, owner: ConsoleClient, lived_in_engine: Engine
) -> None:
    mine = Writer(owner, plan())
    before = mine.form()
    finance = console("finance")
    other = mine.by(finance)
    theirs = altered(other.form(), {"name": "Theirs", "hold_days": "9"})
    mine.send(altered(before, {"name": "Mine"}))
    answer = other.send(theirs, status=409)
    page = html.unescape(answer.get_data(as_text=True))
    assert "Hanna Berg saved “Mine” after you had opened it" in page
    assert mine.document(lived_in_engine)["name"] == "Mine"
    kept = re.search(r'name="document" value="([^"]*)"', answer.get_data(as_text=True))
    assert kept is not None
    again = finance.send(
        "/console/plan/drafts", {"document": html.unescape(kept[1]), "number": "1", "name": "Mine (2)"}
    )
    saved = finance.page(again.location)
    assert 'value="Theirs"' in saved
    assert 'value="9"' in saved
    quiet = other.send(theirs, "keep", status=409)
    assert quiet.json == {"conflict": "Hanna Berg saved this draft meanwhile."}


def test_what_is_kept_while_typing_says_how_much_is_wrong(owner: ConsoleClient) -> None:
    writer = Writer(owner, plan())
    fields = altered(writer.form(), {"ceiling_bps": "x", "hold_days": "x"})
    said = writer.send(fields, "keep", status=200).json
    assert (said["revision"], said["problems"]) == (2, 2)
    # The same once more is nothing new, whatever was read: a second tab, or an answer that got lost.
    assert writer.send(fields, "keep", status=200).json["revision"] == 2


@pytest.mark.parametrize(
    "text, line",
    [
        ('{\n  "name": "x",\n  oops\n}', 3),
        ("", 1),
        ("[1, 2]", 1),
        ('{"name": "a", "name": "b"}', 1),
        ('{"ceiling_bps": NaN}', 1),
        ('{"name": "\\u0000"}', 1),
        ('{"name": "\\ud800"}', 1),
        ("[" * 10_000, 1),
    ],
)
def test_a_text_that_is_no_document_is_kept_and_the_line_named(
    owner: ConsoleClient, lived_in_engine: Engine, text: str, line: int
) -> None:
    writer = Writer(owner, plan())
    assert writer.write(text, "form").location == f"{writer.path}/document"
    assert writer.document(lived_in_engine) == text
    page = html.unescape(owner.browser.get(f"{writer.path}/document").get_data(as_text=True))
    assert f'href="#line-{line}"' in page
    assert "This is no JSON document" in page
    # The form cannot show it, and says so by leading back.
    assert owner.browser.get(writer.path).location == f"{writer.path}/document"
    assert "Not ready to be published" in owner.page(f"{writer.path}/review")
    writer.write(json.dumps(plan(name="Mended")))
    assert writer.document(lived_in_engine) == plan(name="Mended")


def test_a_draft_is_deleted_and_the_log_keeps_it(owner: ConsoleClient, lived_in_engine: Engine) -> None:
    writer = Writer(owner, plan(name="Short-lived"))
    page = owner.act(f"{writer.path}/delete")
    assert "The draft is deleted." in page
    entry = last_act(lived_in_engine, "plan.delete_draft")
    assert (entry.subject_id, entry.before) == (
        str(writer.id),
        {"name": "Short-lived", "document": plan(name="Short-lived")},
    )
    assert owner.browser.get(writer.path).status_code == 404


def test_a_plan_of_thousands_of_rates_is_written_page_by_page(
    owner: ConsoleClient, lived_in_engine: Engine
) -> None:
    many = plan(rates=[{"level": 1, "bps": place, "product": [f"p-{place}"]} for place in range(5_000)])
    writer = Writer(owner, many)
    page = writer.page("rates[4321]")
    assert page.count('class="plan-row-line"') == 60
    writer.send(altered(fields_of(page), {"rates[4321].bps": "50"}))
    assert writer.document(lived_in_engine)["rates"][4321] == {
        "level": 1,
        "bps": 5_000,
        "product": ["p-4321"],
    }
    assert writer.send(writer.form(), "show:rates:4980").location.endswith("open=-&rates=4980#section-rates")
    last = owner.page(f"{writer.path}?open=-&rates=4980")
    assert "4,981 to 5,000 of 5,000" in last
    assert writer.send(writer.form(), "show:nothing:x").location.endswith("open=-")
    writer.send(writer.form(), "add:rates", status=400)


def test_who_may_not_publish_reads_drafts_and_changes_none(console: Console, owner: ConsoleClient) -> None:
    writer = Writer(owner, RICH)
    reader = console("support")
    page = reader.page(f"{writer.path}?open=rates[2]")
    assert '<fieldset class="plan-all" disabled>' in page
    assert "An owner or somebody of finance writes plans." in page
    assert (
        "Publish"
        not in reader.page(f"{writer.path}/review")
        .split("<main", 1)[1]
        .split("An owner")[0]
        .split("</h2>")[0]
    )
    token = reader.token("/console/account")
    for path in (writer.path, f"{writer.path}/document", f"{writer.path}/delete", f"{writer.path}/publish"):
        assert reader.browser.post(path, data={"csrf_token": token}).status_code == 403


def test_a_picker_finds_what_there_is(owner: ConsoleClient) -> None:
    found = owner.browser.get("/console/plan/choices/distributor?q=ada")
    assert [name for _, name in found.json] == ["Ada Lovelace"]
    assert owner.browser.get("/console/plan/choices/nothing").json == []


def test_publishing_over_a_planned_version_is_told_before_and_after(console: Console) -> None:
    owner = console("owner")
    first, second = Writer(owner, plan(name="For later")), Writer(owner, plan(name="For now"))
    later = {"revision": 1, "when": "later", "effective_at": "2999-01-01T00:00"}
    page = owner.act(f"{first.path}/publish", later, page=f"{first.path}/review")
    number = re.search(r"Version (\d+) is published", page)
    assert number is not None
    assert f"Version {number[1]} is planned for" in owner.page(f"{second.path}/review")
    now = {"revision": 1, "when": "now"}
    page = owner.act(f"{second.path}/publish", now, page=f"{second.path}/review")
    assert f"Version {number[1]} was planned for later. It will not be in effect" in page
    assert "Never in effect" in page
