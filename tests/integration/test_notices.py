"""Notices: told once with their event, planned by choice and time, folded for busy people, delivered though killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from distribution.adapters.mail import mailer
from distribution.adapters.notice.deliver import by_email
from distribution.announcement.audience import tell_announcement, untell_announcement
from distribution.announcement.document import Words
from distribution.announcement.errors import AlreadyPublished
from distribution.announcement.read import current, for_reader
from distribution.announcement.write import publish, save, withdraw
from distribution.commission.accrue import accrue
from distribution.commission.telling import tell_sales
from distribution.db import transaction
from distribution.errors import InvalidInput
from distribution.leaving.erase import erase
from distribution.network.grade import set_grade
from distribution.network.standing import approve
from distribution.network.tables import Distributor
from distribution.notice import inbox, tell
from distribution.notice.choices import Quiet, be_quiet, choose
from distribution.notice.kinds import EMAIL, KINDS, PUSH
from distribution.notice.plan import Planned, plan
from distribution.notice.tables import Notice
from distribution.notice.words.catalogues import VARIABLE
from distribution.orders.offers import Offer, keep_offers
from distribution.orders.snapshot import OrderLine, OrderSnapshot
from distribution.orders.telling import shown_products, tell_new_products
from distribution.outbox.carry_out import carry_out
from distribution.outbox.tables import Effect
from distribution.privacy.encryption import Cipher, new_key
from distribution.promotion.codes import issue_code
from distribution.settings import program
from distribution.settlement.settle import settle
from distribution.settlement.telling import tell_released, tell_run
from tests.factories import ACTOR, a_distributor
from tests.letters import SITE, letters, mails
from tests.third_language import bring_german

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def everybody(_session: Session, people: Collection[UUID]) -> set[UUID]:
    return set(people)


CHANNELS = {EMAIL: everybody, PUSH: everybody}


@pytest.fixture
def ada(session: Session) -> Distributor:
    return a_distributor(session, name="Ada Lovelace", email="ada@example.com")


def sells(session: Session, person: Distributor, count: int, *, first: int = 0, now: datetime = NOW) -> None:
    for number in range(first, first + count):
        facts = {"order_id": number, "order_number": f"#{number}", "amount_minor": 100, "currency": "USD"}
        tell(session, person.id, "sale", key=f"sale-{number}", facts=facts, now=now)


def asked(session: Session, channel: str = EMAIL) -> list[Effect]:
    return list(session.scalars(select(Effect).where(Effect.kind == f"notice_{channel}").order_by(Effect.id)))


def test_the_same_event_is_told_once(session: Session, ada: Distributor) -> None:
    assert tell(session, ada.id, "suspended", key="one", now=NOW)
    assert not tell(session, ada.id, "suspended", key="one", now=NOW + HOUR)
    assert [each.kind for each in inbox.page(session, ada.id)] == ["suspended"]


def test_what_is_rolled_back_was_not_told(engine: Engine, session: Session, ada: Distributor) -> None:
    session.commit()
    with Session(engine) as own:
        tell(own, ada.id, "suspended", key="one", now=NOW)
    assert inbox.page(session, ada.id) == []


def test_an_approval_is_told_to_the_applicant_and_to_the_sponsor_who_sees_half_a_name(
    session: Session, ada: Distributor
) -> None:
    bob = a_distributor(session, name="Robert Smith", sponsor=ada, status="applied")
    approve(session, bob.id, actor=ACTOR, now=NOW)
    assert [each.kind for each in inbox.page(session, bob.id)] == ["application_approved"]
    [joined] = letters(session, "friend_joined")
    assert (joined.email, joined.said.title) == ("ada@example.com", "Robert S. joined your team")


def test_what_the_program_leaves_out_is_not_told(session: Session, ada: Distributor) -> None:
    program.change(session, {"notices": {"left_out": ["sales"]}}, actor=ACTOR, now=NOW)
    sells(session, ada, 1)
    assert tell(session, ada.id, "suspended", key="essential", now=NOW)
    assert [each.kind for each in inbox.page(session, ada.id)] == ["suspended"]


def test_the_first_sale_is_told_at_once_and_five_hundred_more_make_few_letters(
    session: Session, ada: Distributor
) -> None:
    sells(session, ada, 1)
    assert plan(session, CHANNELS, now=NOW) == Planned(1, 2)

    for hour in range(48):
        at = NOW + hour * HOUR
        sells(session, ada, 10, first=1000 + 10 * hour, now=at)
        while plan(session, CHANNELS, now=at).notices:
            pass
    letters_by_mail = len(asked(session))
    # Six a day.
    assert letters_by_mail <= 12
    waiting = session.scalars(select(Notice.id).where(Notice.planned_at.is_(None))).all()
    told = sum(len(each.payload["notices"]) for each in asked(session))
    assert told + len(waiting) == 481


def test_many_sales_are_one_letter_with_their_sum(session: Session, ada: Distributor, tmp_path: Path) -> None:
    sells(session, ada, 3)
    plan(session, CHANNELS, now=NOW)
    session.commit()
    deliver(session, tmp_path)
    [mail] = read(tmp_path)
    assert mail["Subject"] == "3 new sales: $3.00"


def test_choices_decide_and_what_must_be_known_goes_by_mail_anyway(
    session: Session, ada: Distributor
) -> None:
    choose(session, ada.id, {(EMAIL, "sales"): False, (PUSH, "security"): False})
    sells(session, ada, 1)
    tell(session, ada.id, "password_changed", key="p", now=NOW)
    plan(session, CHANNELS, now=NOW)
    assert [each.payload["notices"] for each in asked(session)] == [
        [str(session.scalars(select(Notice.id).where(Notice.kind == "password_changed")).one())]
    ]
    assert len(asked(session, PUSH)) == 1


def test_a_choice_made_after_planning_still_counts(
    session: Session, ada: Distributor, tmp_path: Path
) -> None:
    sells(session, ada, 1)
    plan(session, CHANNELS, now=NOW)
    choose(session, ada.id, {(EMAIL, "sales"): False})
    session.commit()
    deliver(session, tmp_path)
    assert read(tmp_path) == []


def test_a_phone_is_left_alone_at_night_but_for_security(session: Session, ada: Distributor) -> None:
    program.change(session, {"time_zone": "Asia/Shanghai"}, actor=ACTOR, now=NOW)
    be_quiet(session, ada.id, Quiet(20, 8))
    sells(session, ada, 1)
    tell(session, ada.id, "password_changed", key="p", now=NOW)
    plan(session, CHANNELS, now=NOW)
    assert [each.due_at for each in asked(session)] == [NOW, NOW]
    # Noon in UTC is eight in the evening in Shanghai.
    assert sorted(each.due_at for each in asked(session, PUSH)) == [NOW, NOW + 12 * HOUR]


def test_old_news_is_sent_to_nobody(session: Session, ada: Distributor) -> None:
    sells(session, ada, 2, now=NOW - timedelta(days=4))
    assert plan(session, CHANNELS, now=NOW) == Planned(2, 0)


def test_a_link_worth_a_password_is_mailed_and_never_shown_nor_pushed(
    session: Session, ada: Distributor
) -> None:
    tell(session, ada.id, "reset_password", key="r", facts={"link_path": "/reset/secret"}, now=NOW)
    plan(session, CHANNELS, now=NOW)
    assert (len(asked(session)), len(asked(session, PUSH))) == (1, 0)
    assert inbox.page(session, ada.id) == []
    [mail] = mails(session)
    assert "http://localhost/reset/secret" in mail["text"]


def test_every_address_that_was_given_up_is_told(
    engine: Engine, session: Session, ada: Distributor, tmp_path: Path
) -> None:
    addresses = ("first@example.com", "second@example.com")
    for to in addresses:
        tell(session, ada.id, "email_changed_old", key=to, facts={"to": to, "email": "t***@e***"}, now=NOW)
    plan(session, CHANNELS, now=NOW)
    session.commit()
    handlers = {"notice_email": by_email(engine, mailer(f"file://{tmp_path}"), site=SITE)}
    carry_out(engine, handlers, clock=lambda: NOW + timedelta(minutes=1))
    sent = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in tmp_path.glob("*")]
    assert sorted(str(each["To"]) for each in sent) == list(addresses)
    assert session.scalar(select(func.count()).select_from(Notice)) == 0


def test_two_planners_at_once_plan_each_notice_once(
    engine: Engine, session: Session, ada: Distributor
) -> None:
    for number in range(200):
        tell(session, ada.id, "suspended", key=f"{number}", now=NOW)
    session.commit()

    def plan_some(_: int) -> int:
        with transaction(engine) as own:
            return plan(own, {EMAIL: everybody}, now=NOW, limit=20).letters

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(plan_some, range(40))) == 200


def test_every_kind_is_worded_in_every_language(
    session: Session, ada: Distributor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(bring_german(tmp_path)))
    facts = {
        "order_id": 1, "order_number": "#1", "amount_minor": 1200, "currency": "EUR", "debt_minor": 5, "number": 4,
        "available_minor": 7, "taken_minor": 9, "statement_id": "s", "withdrawal_id": "w", "label": "DE ***1",
        "name": "Ada L.", "products": "Mug", "link_path": "/x", "login": "l", "way": "w", "wanted": "x",
        "count": 1, "overdue": [],
        "reason": "no", "reference": "r", "due_at": NOW, "expires_at": NOW, "until_at": NOW, "email": "a***@b",
    }  # fmt: skip
    for locale in ("en", "zh_Hans", "de"):
        ada.locale = locale
        session.flush()
        for kind in KINDS.keys() - {"announcement"}:
            tell(session, ada.id, kind, key=f"{kind}-{locale}", facts=facts, now=NOW)
        for made in mails(session):
            assert "{" not in made["subject"] + made["text"]
        session.execute(text("DELETE FROM distribution.notices"))


def deliver(session: Session, folder: Path) -> None:
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    by = by_email(engine, mailer(f"file://{folder}"), site=SITE)
    carry_out(engine, {f"notice_{EMAIL}": by}, clock=lambda: NOW)


def read(folder: Path) -> list[dict[str, str]]:
    found = [message_from_bytes(each.read_bytes(), policy=policy.default) for each in folder.glob("*.eml")]
    return [{"Subject": str(each["Subject"]), "To": str(each["To"])} for each in found]


_DELIVERING = """
import os, signal, sys
from datetime import UTC, datetime
from distribution.adapters.mail import mailer
from distribution.adapters.notice.deliver import by_email
from distribution.db import create_engine
from distribution.outbox.carry_out import carry_out
from tests.letters import SITE

class Dying:
    def __init__(self, by): self.by, self.sender, self.sent = by, by.sender, 0
    def send(self, mail):
        self.by.send(mail)
        self.sent += 1
        if self.sent == 3: os.kill(os.getpid(), signal.SIGKILL)

engine = create_engine(sys.argv[1])
by = by_email(engine, Dying(mailer("file://" + sys.argv[2])), site=SITE)
carry_out(engine, {"notice_email": by}, clock=lambda: datetime.fromisoformat(sys.argv[3]))
"""


def test_killed_between_sending_and_noting_it_every_letter_arrives_and_none_twice(
    engine: Engine, database_url: str, session: Session, tmp_path: Path
) -> None:
    people = [a_distributor(session, email=f"p{number}@example.com") for number in range(6)]
    for person in people:
        tell(session, person.id, "suspended", key="s", now=NOW)
    plan(session, {EMAIL: everybody}, now=NOW)
    session.commit()
    arguments = [database_url, str(tmp_path), NOW.isoformat()]
    died = subprocess.run([sys.executable, "-c", _DELIVERING, *arguments], check=False, cwd=Path.cwd())
    assert died.returncode == -signal.SIGKILL
    assert len(read(tmp_path)) == 3
    later = NOW + HOUR
    by = by_email(engine, mailer(f"file://{tmp_path}"), site=SITE)
    while carry_out(engine, {f"notice_{EMAIL}": by}, clock=lambda: later).total:
        pass
    # The mail sent twice has one Message-ID: it is one mail.
    assert sorted(each["To"] for each in read(tmp_path)) == [f"p{number}@example.com" for number in range(6)]
    assert all(each.done_at for each in asked(session))


def an_order(number: int, placed_at: datetime, *, paid: bool = True, code: str = "ADA") -> OrderSnapshot:
    line = OrderLine(id="1", quantity=1, fulfilled=0, returned=0, net_minor=5_000, gross_minor=5_000)
    return OrderSnapshot(
        source="saleor",
        order_id=f"order-{number}",
        number=str(number),
        channel="default",
        currency="USD",
        observed_at=placed_at + timedelta(minutes=5 if paid else 1),
        placed_at=placed_at,
        status="open",
        total_minor=5_000,
        collected_minor=5_000 if paid else 0,
        given_back_minor=0,
        referral_code=code,
        lines=(line,),
    )


def test_a_sale_is_told_once_it_is_paid_and_once_only(session: Session, ada: Distributor) -> None:
    bob = a_distributor(session, name="Robert Smith", sponsor=ada, code="BOB")
    tell_sales(session, now=NOW, since=NOW)
    accrue(session, [an_order(1, NOW, paid=False, code="BOB")], now=NOW)
    session.commit()
    assert tell_sales(session, now=NOW) == 0
    later = NOW + HOUR
    accrue(session, [an_order(1, NOW, code="BOB"), an_order(2, later, code="BOB")], now=later)
    session.commit()
    assert tell_sales(session, now=later) == 2
    session.commit()
    assert tell_sales(session, now=later) == 0
    told = [(each.kind, each.facts["amount_minor"]) for each in inbox.page(session, bob.id)]
    assert sorted(told) == [("first_sale", 500), ("sale", 500)]
    assert [each.kind for each in inbox.page(session, ada.id)] == ["friend_first_sale", "friend_joined"]


def test_what_was_sold_before_there_were_notices_is_no_news(session: Session, ada: Distributor) -> None:
    issue_code(session, ada.id, code="ADA", actor=ACTOR, now=NOW - timedelta(days=9))
    accrue(session, [an_order(1, NOW - HOUR)], now=NOW - HOUR)
    session.commit()
    assert tell_sales(session, now=NOW) == 0
    # The same order changes later: it is no new sale.
    changed = replace(an_order(1, NOW - HOUR), observed_at=NOW + HOUR, number="1b")
    accrue(session, [changed], now=NOW + HOUR)
    session.commit()
    assert tell_sales(session, now=NOW + HOUR) == 0


def test_a_statement_and_what_was_released_are_told(
    engine: Engine, session: Session, ada: Distributor
) -> None:
    issue_code(session, ada.id, code="ADA", actor=ACTOR, now=NOW - timedelta(days=9))
    tell_released(session, ["USD"], now=NOW)
    sold = replace(an_order(1, NOW), observed_at=NOW + HOUR)
    line = replace(sold.lines[0], fulfilled=1, fulfilled_at=NOW)
    accrue(session, [replace(sold, lines=(line,))], now=NOW + HOUR)
    session.commit()
    over = NOW + timedelta(days=15)
    assert tell_released(session, ["USD"], now=over) == 1
    session.commit()
    [run] = settle(engine, actor=ACTOR, now=over)
    assert tell_run(session, run.id) == 1
    assert tell_run(session, run.id) == 0
    choose(session, ada.id, {(EMAIL, "commission"): True})
    titles = [each.said.title for each in letters(session, "settled", "commission_released")]
    assert sorted(titles) == ["$5.00 matured", "Statement 1: $5.00"]
    effect = session.scalars(select(Effect).where(Effect.kind == "tell_run")).one()
    assert effect.payload == {"run_id": str(run.id)}


def some_news(**facts: Any) -> Words:
    return Words(
        **{"title_en": "Tea week", "title_zh": "茶周", "text_en": "10 %", "text_zh": "九折", **facts}
    )


def test_an_announcement_is_told_to_those_it_is_for_once(session: Session, ada: Distributor) -> None:
    program.change(session, {"grades": ["Gold"]}, actor=ACTOR, now=NOW)
    bob = a_distributor(session, email="bob@example.com")
    set_grade(session, bob.id, grade="Gold", actor=ACTOR, now=NOW)
    bob.locale = "zh_Hans"
    found = save(session, some_news(audience="grade", audience_keys=("Gold",)), actor=ACTOR, now=NOW)
    assert tell_announcement(session, found.id, now=NOW) == 0
    publish(session, found.id, actor=ACTOR, now=NOW)
    publish(session, found.id, actor=ACTOR, now=NOW + HOUR)
    assert session.scalar(select(func.count()).where(Effect.kind == "tell_announcement")) == 1
    assert [tell_announcement(session, found.id, now=NOW) for _ in range(2)] == [1, 0]
    [told] = letters(session, "announcement")
    assert (told.email, told.said.title, told.said.text) == ("bob@example.com", "茶周", "九折")
    assert [each.id for each in current(session, now=NOW)] == [found.id]
    assert for_reader(session, bob.id, found.id) == found
    assert for_reader(session, ada.id, found.id) is None


def test_an_announcement_taken_back_is_seen_by_nobody(session: Session, ada: Distributor) -> None:
    found = save(session, some_news(until_at=NOW + HOUR), actor=ACTOR, now=NOW)
    publish(session, found.id, actor=ACTOR, now=NOW)
    tell_announcement(session, found.id, now=NOW)
    assert list(current(session, now=NOW + HOUR)) == []
    withdraw(session, found.id, actor=ACTOR, now=NOW)
    assert letters(session, "announcement") == []
    untell_announcement(session, found.id)
    assert inbox.page(session, ada.id) == []
    with pytest.raises(AlreadyPublished):
        save(session, some_news(), actor=ACTOR, now=NOW, announcement_id=found.id)


@pytest.mark.parametrize(
    "wrong", [{"title_zh": " "}, {"text_en": ""}, {"audience": "grade"}, {"from_at": NOW, "until_at": NOW}]
)
def test_an_announcement_says_something_in_both_languages_to_somebody(
    session: Session, wrong: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        save(session, some_news(**wrong), actor=ACTOR, now=NOW)
    assert refused.value.field in {"title_zh", "text_en", "audience_keys", "until_at"}


def test_who_is_erased_is_told_of_nothing_and_named_in_nothing(session: Session, ada: Distributor) -> None:
    bob = a_distributor(session, name="Robert Smith", sponsor=ada)
    tell(session, bob.id, "suspended", key="s", now=NOW)
    be_quiet(session, bob.id, Quiet(20, 8))
    erase(session, bob.id, cipher=Cipher([new_key()]), now=NOW)
    assert inbox.page(session, bob.id) == []
    session.expire_all()
    [joined] = inbox.page(session, ada.id)
    assert (joined.kind, joined.facts["name"]) == ("friend_joined", "***")


def test_new_products_are_told_once_and_a_first_reading_is_no_news(
    session: Session, ada: Distributor
) -> None:
    keep_offers(session, "web", "product", [Offer("product", "1", "mug", "Mug")], began_at=NOW)
    assert tell_new_products(session, set(), now=NOW) == 0
    known = shown_products(session)
    keep_offers(session, "web", "product", [Offer("product", "2", "tea", "Tea")], began_at=NOW)
    assert [tell_new_products(session, known, now=NOW) for _ in range(2)] == [1, 0]
    [told] = inbox.page(session, ada.id)
    assert (told.kind, told.facts) == ("new_products", {"products": "Tea"})
