"""Around the team: how it grew, who needs help, who may reach whom."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.analytics.team import team_page
from distribution.analytics.team_growth import team_growth
from distribution.analytics.team_help import MOST, who_needs_help
from distribution.analytics.team_ties import Sponsor, team_ties
from distribution.commission.accrue import accrue
from distribution.leaving.erase import erase
from distribution.network.contact import Reach, contact, show_contact
from distribution.network.shown import change_shown
from distribution.network.standing import ACTS, change_standing
from distribution.network.tables import Distributor
from distribution.privacy.encryption import Cipher, new_key
from distribution.promotion.clicks import Visit, record_clicks
from tests.factories import a_chain, a_deep_program, a_distributor
from tests.functional.world import PHONE_BROWSER, an_order

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def cipher() -> Cipher:
    return Cipher([new_key()])


def _show(
    session: Session, person: Distributor, cipher: Cipher, *, recruits: bool = False, sponsor: bool = False
) -> None:
    show_contact(
        session,
        person.id,
        kind="wechat",
        value="ada_lovelace",
        to_recruits=recruits,
        to_sponsor=sponsor,
        cipher=cipher,
        now=NOW,
    )


def test_growth_by_level_and_month_in_the_programs_zone(session: Session) -> None:
    a_deep_program(session, 4)
    me = a_distributor(session)
    midnight = datetime(2026, 10, 31, 16, tzinfo=UTC)
    first = a_distributor(session, sponsor=me, now=midnight - timedelta(seconds=1))
    a_distributor(session, sponsor=me, now=midnight)
    a_distributor(session, sponsor=me, now=datetime(2026, 5, 1, tzinfo=UTC))
    second = a_distributor(session, sponsor=first, now=NOW)
    a_distributor(session, sponsor=second, now=NOW)
    a_distributor(session, sponsor=me, status="applied", now=NOW)
    left = a_distributor(session, sponsor=me, now=NOW)
    change_standing(session, left.id, ACTS["remove"], actor="merchant:test", now=NOW, reason="a test")
    growth = team_growth(session, me.id, now=NOW, zone="Asia/Shanghai")
    assert [str(month.begins_on) for month in growth[-2:]] == ["2026-10-01", "2026-11-01"]
    assert [month.joined for month in growth[-2:]] == [{1: 1, 2: 0, 3: 0}, {1: 1, 2: 1, 3: 1}]
    assert [month.total for month in growth] == [0, 0, 0, 0, 1, 3]


def test_one_of_each_need_of_the_first_level_alone(session: Session, cipher: Cipher) -> None:
    me = a_distributor(session)
    day = timedelta(days=1)
    silent = a_distributor(session, name="Tom Baker", sponsor=me, code="TOM", now=NOW - 90 * day)
    longer = a_distributor(session, name="Noah Smith", sponsor=me, code="NOAH", now=NOW - 90 * day)
    clicked = a_distributor(session, name="王小明", sponsor=me, code="WANG", now=NOW - 20 * day)
    fresh = a_distributor(session, name="Grace Hopper", sponsor=me, code="GRACE", now=NOW - 20 * day)
    seller = a_distributor(session, sponsor=me, code="SELLS", now=NOW - 90 * day)
    a_distributor(session, sponsor=me, code="NEW", now=NOW - 3 * day)
    a_distributor(session, sponsor=fresh, code="BELOW", now=NOW - 20 * day)
    visits = [
        Visit(id=f"v-{code}", code=code, at=NOW - 2 * day, url="/", user_agent=PHONE_BROWSER)
        for code in ("WANG", "SELLS")
    ]
    record_clicks(session, visits)
    chance = random.Random(1)
    accrue(
        session,
        [
            an_order(code, code, state="shipped", placed_at=NOW - age * day, now=NOW, chance=chance)
            for code, age in (("TOM", 31), ("NOAH", 40), ("SELLS", 29))
        ],
        now=NOW,
    )
    _show(session, clicked, cipher, sponsor=True)
    _show(session, fresh, cipher, recruits=True)
    found = who_needs_help(session, me.id, cipher=cipher, now=NOW)
    assert [(each.id, each.name, each.need) for each in found] == [
        (silent.id, "Tom B.", "silent"),
        (clicked.id, "王**", "first_sale"),
        (fresh.id, "Grace H.", "first_click"),
    ]
    assert len(found) == MOST
    assert [each.contact for each in found] == [None, Reach("wechat", "ada_lovelace"), None]
    assert who_needs_help(session, seller.id, cipher=cipher, now=NOW) == ()
    change_standing(session, clicked.id, ACTS["suspend"], actor="merchant:test", now=NOW, reason="a test")
    assert [each.id for each in who_needs_help(session, me.id, cipher=cipher, now=NOW)] == [
        silent.id,
        fresh.id,
        longer.id,
    ]


def test_a_sponsor_is_masked_and_shows_what_they_chose_to_their_own_recruits(
    session: Session, cipher: Cipher
) -> None:
    below, me, sponsor = a_chain(session)
    sponsor.name = "Ada Lovelace"
    session.flush()
    assert team_ties(session, me.id, cipher=cipher).sponsor == Sponsor("Ada L.", None, 1, None)
    _show(session, sponsor, cipher, sponsor=True)
    assert team_ties(session, me.id, cipher=cipher).sponsor == Sponsor("Ada L.", None, 1, None)
    _show(session, sponsor, cipher, recruits=True)
    change_shown(session, sponsor.id, name="Countess", region=None, now=NOW)
    reach = Reach("wechat", "ada_lovelace")
    assert team_ties(session, me.id, cipher=cipher).sponsor == Sponsor("Countess", None, 1, reach)
    two_below = team_ties(session, below.id, cipher=cipher).sponsor
    assert two_below is not None
    assert two_below.contact is None
    top = team_ties(session, sponsor.id, cipher=cipher)
    assert (top.sponsor, top.is_reachable) == (None, True)
    change_standing(session, sponsor.id, ACTS["remove"], actor="merchant:test", now=NOW, reason="a test")
    assert team_ties(session, me.id, cipher=cipher).sponsor is None


def test_a_recruit_shows_a_contact_to_whoever_invited_them_and_nobody_above(
    session: Session, cipher: Cipher
) -> None:
    recruit, me, above = a_chain(session)

    def seen_by(reader: Distributor, level: int) -> Reach | None:
        page = team_page(session, reader.id, level=level, active_since=NOW, cipher=cipher)
        [member] = page.members
        return member.contact

    _show(session, recruit, cipher, recruits=True)
    assert seen_by(me, 1) is None
    _show(session, recruit, cipher, sponsor=True)
    assert seen_by(me, 1) == Reach("wechat", "ada_lovelace")
    assert seen_by(above, 2) is None


def test_a_contact_is_sealed_and_forgotten_with_the_last_tick(session: Session, cipher: Cipher) -> None:
    me = a_distributor(session)
    _show(session, me, cipher, recruits=True)
    kept = contact(session, me.id)
    assert kept is not None
    assert b"ada" not in kept.value_encrypted
    logged = session.scalars(
        text("SELECT after::text FROM distribution.audit_log WHERE action = 'distributor.show_contact'")
    ).all()
    assert logged == ['{"to_sponsor": false, "to_recruits": true}']
    _show(session, me, cipher)
    assert contact(session, me.id) is None


def test_a_contact_goes_with_whoever_is_erased(session: Session, cipher: Cipher) -> None:
    me = a_distributor(session)
    _show(session, me, cipher, recruits=True)
    erase(session, me.id, cipher=cipher, now=NOW)
    assert contact(session, me.id) is None
