"""Closing an account: ended by being taken up again, and what orders and periods bring late is owed to nobody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from distribution.adjustment.tables import Adjustment
from distribution.analytics.rules.example import a_sale
from distribution.commission.accrue import accrue
from distribution.db import transaction
from distribution.leaving import close
from distribution.leaving.dismiss import change_status
from distribution.leaving.under_way import AccountErased, waiting
from distribution.ledger.read import holdings
from distribution.network import find
from distribution.network.standing import APPROVE, REINSTATE, Act
from distribution.notice.tables import Notice
from distribution.privacy.encryption import Cipher, new_key
from distribution.proof.prove import prove
from distribution.settings import program
from distribution.settlement.settle import settle
from jobs.leaving import go_on_with_due
from tests.factories import EARLY, a_distributor
from tests.integration.test_leaving import _wait_until_somebody_waits as wait_until_somebody_waits
from tests.money import earn
from tests.periods import APRIL, a_plan, closed, on, put_in_force, record, sale, whole

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
DUE = NOW + timedelta(days=14)
CIPHER = Cipher([new_key()])
DAY = timedelta(days=1)


@pytest.fixture
def ada(session: Session) -> UUID:
    return a_distributor(session, name="Ada Lovelace", email="ada@example.com", code="ADA").id


def asks(session: Session, who: UUID, *, forgoes_rest: bool = False) -> None:
    close.ask(session, who, forgoes_rest=forgoes_rest, reason=None, now=NOW)
    session.commit()


def goes_on(engine: Engine, now: datetime) -> Any:
    return go_on_with_due(engine, CIPHER, now=now)


def acts(engine: Engine, who: UUID, act: Act = REINSTATE, *, now: datetime = DUE) -> None:
    with transaction(engine) as session:
        change_status(session, who, act, actor="merchant:one", now=now)


def order(session: Session, **changes: Any) -> Any:
    """100.00 net, sold by Ada on the first day: 10.00 for her once it is paid and sent."""
    sale = replace(a_sale("USD", NOW), source="saleor", referral_code="ADA", **changes)
    accrue(session, [sale], now=sale.observed_at)
    session.commit()
    return sale


def unsent(sale: Any) -> Any:
    return tuple(replace(line, fulfilled=0) for line in sale.lines)


def held(session: Session, who: UUID) -> tuple[int, int]:
    """Available and debt."""
    session.rollback()
    found = holdings(session, [who])
    return sum(each.available_minor for each in found), sum(each.debt_minor for each in found)


def proves(engine: Engine) -> None:
    with transaction(engine) as session:
        assert [str(each) for each in prove(session).differences] == []


def left_behind(session: Session) -> list[tuple[int, str, str]]:
    session.rollback()
    return [
        (each.amount_minor, each.category, each.proposed_by)
        for each in session.scalars(select(Adjustment).order_by(Adjustment.number))
    ]


def test_who_is_taken_up_again_keeps_the_account(engine: Engine, session: Session, ada: UUID) -> None:
    earn(session, [(ada, 1_000)])
    asks(session, ada)
    assert goes_on(engine, DUE) == {"looked_at": 1, "ended": 0}
    acts(engine, ada)
    # The money that held the closing up is gone: without a closing nobody is erased.
    settle(engine, actor="job:settle", now=DUE)
    assert goes_on(engine, DUE + 30 * DAY) is None
    person = find.by_id(session, ada)
    assert (person.status, person.name) == ("active", "Ada Lovelace")
    assert waiting(session, ada) is None
    told = session.scalars(select(Notice.kind).where(Notice.person_id == ada).order_by(Notice.at)).all()
    assert [kind for kind in told if kind in ("closing_stopped", "reinstated")] == ["closing_stopped"]


def test_a_wish_that_waits_for_its_day_is_not_ended_by_the_merchant(
    engine: Engine, session: Session, ada: UUID
) -> None:
    asks(session, ada)
    with transaction(engine) as other:
        find.by_id(other, ada).status = "suspended"
    acts(engine, ada, now=NOW)
    assert waiting(session, ada) is not None
    assert goes_on(engine, DUE) == {"looked_at": 1, "ended": 1}


def test_who_was_taken_up_again_can_ask_once_more(engine: Engine, session: Session, ada: UUID) -> None:
    earn(session, [(ada, 1_000)])
    asks(session, ada, forgoes_rest=True)
    goes_on(engine, DUE)
    acts(engine, ada)
    settle(engine, actor="job:settle", now=DUE)
    close.ask(session, ada, forgoes_rest=True, reason=None, now=DUE)
    session.commit()
    assert goes_on(engine, DUE + 13 * DAY) is None
    assert goes_on(engine, DUE + 14 * DAY) == {"looked_at": 1, "ended": 1, "left_behind": 1}


@pytest.mark.parametrize("status, act", [("active", REINSTATE), ("applied", APPROVE)])
def test_who_was_erased_is_taken_up_by_nobody(
    engine: Engine, session: Session, status: str, act: Act
) -> None:
    who = a_distributor(session, status=status, now=EARLY).id
    asks(session, who)
    assert goes_on(engine, DUE) == {"looked_at": 1, "ended": 1}
    with pytest.raises(AccountErased):
        acts(engine, who, act)
    session.rollback()
    assert find.by_id(session, who).status in ("left", "rejected")


def test_taken_up_again_while_the_job_looks_the_account_is_kept(
    engine: Engine, session: Session, ada: UUID
) -> None:
    earn(session, [(ada, 1_000)])
    asks(session, ada, forgoes_rest=True)
    goes_on(engine, DUE)
    settle(engine, actor="job:settle", now=DUE)
    with ThreadPoolExecutor() as pool, Session(engine) as merchant:
        change_status(merchant, ada, REINSTATE, actor="merchant:one", now=DUE + DAY)
        going_on = pool.submit(goes_on, engine, DUE + DAY)
        wait_until_somebody_waits(session)
        merchant.commit()
        assert going_on.result() == {"looked_at": 1, "ended": 0}
    person = find.by_id(session, ada)
    assert (person.status, person.name) == ("active", "Ada Lovelace")
    assert held(session, ada) == (1_000, 0)


def test_taken_up_again_while_they_are_erased_is_refused(engine: Engine, session: Session, ada: UUID) -> None:
    earn(session, [(ada, 1_000)])
    asks(session, ada, forgoes_rest=True)
    goes_on(engine, DUE)
    settle(engine, actor="job:settle", now=DUE)
    with ThreadPoolExecutor() as pool, Session(engine) as job:
        assert close.go_on(job, ada, cipher=CIPHER, now=DUE + DAY)
        taken_up = pool.submit(acts, engine, ada, now=DUE + DAY)
        wait_until_somebody_waits(session)
        job.commit()
        with pytest.raises(AccountErased):
            taken_up.result()
    assert find.by_id(session, ada).status == "left"


@pytest.mark.parametrize("paid", [False, True])
def test_an_order_that_is_not_paid_or_not_sent_is_waited_for(
    engine: Engine, session: Session, ada: UUID, paid: bool
) -> None:
    sale = a_sale("USD", NOW)
    order(session, **({"lines": unsent(sale)} if paid else {"collected_minor": 0}))
    asks(session, ada)
    assert goes_on(engine, DUE) == {"looked_at": 1, "ended": 0}
    # What was waited for comes, is settled, and can be withdrawn by its owner.
    accrue(session, [replace(sale, source="saleor", referral_code="ADA", observed_at=DUE)], now=DUE)
    session.commit()
    settle(engine, actor="job:settle", now=DUE + 60 * DAY)
    assert held(session, ada) == (1_000, 0)
    assert goes_on(engine, DUE + 60 * DAY) == {"looked_at": 1, "ended": 0}


def test_an_order_of_somebody_they_invited_is_waited_for_too(engine: Engine, session: Session) -> None:
    top = a_distributor(session)
    a_distributor(session, sponsor=top, code="ADA")
    order(session, lines=unsent(a_sale("USD", NOW)))
    asks(session, top.id)
    assert goes_on(engine, DUE) == {"looked_at": 1, "ended": 0}


def test_what_comes_of_an_order_after_its_days_stays_with_the_shop(
    engine: Engine, session: Session, ada: UUID
) -> None:
    sale = order(session, lines=unsent(a_sale("USD", NOW)))
    asks(session, ada)
    assert goes_on(engine, NOW + 89 * DAY) == {"looked_at": 1, "ended": 0}
    late = NOW + 90 * DAY
    assert goes_on(engine, late) == {"looked_at": 1, "ended": 1}
    accrue(session, [replace(sale, observed_at=late, lines=a_sale("USD", NOW).lines)], now=late)
    session.commit()
    settle(engine, actor="job:settle", now=late + 60 * DAY)
    assert held(session, ada) == (1_000, 0)
    assert goes_on(engine, late + 60 * DAY) == {"looked_at": 0, "ended": 0, "left_behind": 1}
    assert held(session, ada) == (0, 0)
    assert left_behind(session) == [(-1_000, "left_behind", "job:closing")]
    proves(engine)
    # Once is enough.
    assert goes_on(engine, late + 61 * DAY) is None


def test_how_long_orders_are_waited_for_is_the_programs(engine: Engine, session: Session, ada: UUID) -> None:
    program.change(session, {"closing": {"orders_days": 0}}, actor="merchant:one", now=NOW)
    order(session, lines=unsent(a_sale("USD", NOW)))
    asks(session, ada)
    assert goes_on(engine, DUE) == {"looked_at": 1, "ended": 1}


def test_who_leaves_the_rest_waits_for_no_order(engine: Engine, session: Session, ada: UUID) -> None:
    order(session, lines=unsent(a_sale("USD", NOW)))
    asks(session, ada, forgoes_rest=True)
    assert goes_on(engine, DUE) == {"looked_at": 1, "ended": 1}


def test_the_rest_that_was_forgone_is_the_shops(engine: Engine, session: Session, ada: UUID) -> None:
    earn(session, [(ada, 1_000)])
    session.commit()
    settle(engine, actor="job:settle", now=NOW)
    asks(session, ada, forgoes_rest=True)
    assert goes_on(engine, DUE) == {"looked_at": 1, "ended": 1, "left_behind": 1}
    assert held(session, ada) == (0, 0)
    assert left_behind(session) == [(-1_000, "left_behind", "job:closing")]


def test_by_the_policy_nothing_of_an_erased_person_is_held(
    engine: Engine, session: Session, ada: UUID
) -> None:
    program.change(session, {"pending_on_exit": "held"}, actor="merchant:one", now=NOW)
    sale = order(session, lines=unsent(a_sale("USD", NOW)))
    asks(session, ada, forgoes_rest=True)
    assert goes_on(engine, DUE) == {"looked_at": 1, "ended": 1}
    accrue(session, [replace(sale, observed_at=DUE, lines=a_sale("USD", NOW).lines)], now=DUE)
    session.commit()
    settle(engine, actor="job:settle", now=DUE + 60 * DAY)
    goes_on(engine, DUE + 60 * DAY)
    assert left_behind(session) == [(-1_000, "left_behind", "job:closing")]
    proves(engine)


def test_a_bonus_of_a_month_that_is_not_over_is_waited_for(engine: Engine, session: Session) -> None:
    who = a_distributor(session, code="ALICE").id
    put_in_force(session, a_plan(whole(("0.00", 1_000), ("100.00", 1_200))))
    # A fee that takes everything: nothing of theirs is waited for but what may still come.
    fee = {"withdrawal": {"fee_fixed_minor": {"USD": 5_000}}}
    program.change(session, fee, actor="merchant:one", now=on(1))
    close.ask(session, who, forgoes_rest=False, reason=None, now=on(1))
    session.commit()
    record(engine, sale("1", 6_000, on(2)), sale("2", 6_000, on(10)))
    settle(engine, actor="job:settle", now=on(26))
    assert held(session, who) == (1_200, 0)
    assert goes_on(engine, on(26)) == {"looked_at": 1, "ended": 0}
    proves(engine)
    assert closed(engine).lines == 1
    settle(engine, actor="job:settle", now=APRIL + 30 * DAY)
    assert held(session, who) == (1_440, 0)
    assert goes_on(engine, APRIL + 30 * DAY) == {"looked_at": 1, "ended": 1, "left_behind": 1}
    assert left_behind(session) == [(-1_440, "left_behind", "job:closing")]
    proves(engine)
