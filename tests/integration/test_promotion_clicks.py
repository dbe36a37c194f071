"""Clicks: bots left out, repeats folded, the same batch twice changes nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from distribution.db import transaction
from distribution.promotion import codes
from distribution.promotion.clicks import Visit, record_clicks
from distribution.promotion.tables import Click
from tests.factories import ACTOR, EARLY, a_distributor

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 MicroMessenger/8.0.42(0x18002a2f) NetType/WIFI Language/zh_CN"
)
HOME, WORK = b"h" * 16, b"w" * 16


def a_visit(number: int, *, at: datetime = EARLY, code: str = "ALICE", **rest: object) -> Visit:
    return Visit(id=f"click-{number}", code=code, at=at, **({"ip_hash": HOME, "user_agent": PHONE} | rest))


def recorded(session: Session) -> list[str]:
    return list(session.scalars(select(Click.id).order_by(Click.id)))


def test_a_visit_is_recorded_with_what_is_known(session: Session) -> None:
    ada = a_distributor(session, code="ALICE")
    visit = a_visit(1, code="alice", url="https://shop.example/products/mug?ref=ALICE")
    assert record_clicks(session, [visit]) == {"click-1": "click-1"}
    click = session.get_one(Click, "click-1")
    assert (click.code_key, click.distributor_id, click.at, click.url) == (
        "ALICE",
        ada.id,
        EARLY,
        "/products/mug",
    )
    assert (click.ip_hash, click.user_agent) == (HOME, PHONE)


def test_repeats_within_half_an_hour_are_one(session: Session) -> None:
    a_distributor(session, code="ALICE")
    a_distributor(session, code="BOB")
    visits = [
        a_visit(1),
        a_visit(2, at=EARLY + timedelta(minutes=5)),
        a_visit(3, ip_hash=WORK),
        a_visit(4, code="BOB"),
        a_visit(5, at=EARLY + timedelta(minutes=31)),
    ]
    assert record_clicks(session, visits)["click-2"] == "click-1"
    assert recorded(session) == ["click-1", "click-3", "click-4", "click-5"]
    # In a later batch too, also when it arrives late.
    late = [a_visit(6, at=EARLY + timedelta(minutes=32)), a_visit(7, at=EARLY - timedelta(minutes=10))]
    assert record_clicks(session, late) == {"click-6": "click-5", "click-7": "click-1"}


def test_without_an_address_nothing_is_folded(session: Session) -> None:
    a_distributor(session, code="ALICE")
    record_clicks(session, [a_visit(1, ip_hash=None), a_visit(2, ip_hash=None, user_agent=None)])
    assert recorded(session) == ["click-1", "click-2"]


def test_bots_strangers_and_nonsense_are_left_out(session: Session) -> None:
    a_distributor(session, code="ALICE")
    a_distributor(session, code="OFF")
    codes.deactivate_code(session, "OFF", actor=ACTOR, now=EARLY)
    visits = [
        a_visit(1, user_agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
        a_visit(2, user_agent="WhatsApp/2.23.20"),
        a_visit(3, user_agent=""),
        a_visit(4, code="NOBODY"),
        a_visit(5, code="OFF"),
        Visit(id="x" * 200, code="ALICE", at=EARLY),
        Visit(id="new\nline", code="ALICE", at=EARLY),
    ]
    assert record_clicks(session, visits) == {}
    assert recorded(session) == []
    assert record_clicks(session, []) == {}


def test_what_postgresql_cannot_hold_is_cut_out(session: Session) -> None:
    a_distributor(session, code="ALICE")
    record_clicks(
        session, [a_visit(1, url="/\x00\ud800" + "x" * 5000, user_agent="Phone\x00\udfff" + "x" * 5000)]
    )
    click = session.get_one(Click, "click-1")
    assert (click.url or "").startswith("/?xx")
    assert (len(click.url or ""), len(click.user_agent or "")) == (1999, 511)


def test_the_same_batch_again_changes_nothing(session: Session) -> None:
    a_distributor(session, code="ALICE")
    visits = [a_visit(1), a_visit(2, ip_hash=None), a_visit(3, at=EARLY + timedelta(hours=2))]
    first = record_clicks(session, visits)
    assert record_clicks(session, visits) == first
    assert len(recorded(session)) == 3


def test_two_batches_at_once_fold_each_others_repeats(engine: Engine) -> None:
    with transaction(engine) as session:
        a_distributor(session, code="ALICE")

    def drain(number: int) -> None:
        with transaction(engine) as session:
            record_clicks(session, [a_visit(number)])

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(drain, range(6)))
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Click)) == 1
