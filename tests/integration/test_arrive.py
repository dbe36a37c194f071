"""A shopper who visits or signs up is bound where the program says so, and their later orders follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.adapters.saleor.mapper import Keys
from distribution.attribution.rebind import bindings, rebind
from distribution.commission.accrue import accrue
from distribution.commission.answer import order_answer
from distribution.errors import Conflict, InvalidInput
from distribution.network.tables import Distributor
from distribution.orders.arrive import Arrival, arrive
from distribution.privacy.hashing import email_hash, shopper_key
from distribution.promotion.clicks import Visit, record_clicks
from distribution.settings import program
from tests.factories import ACTOR, a_chain, a_code, a_distributor
from tests.proven import proven
from tests.saleor_orders import OBSERVED_AT, PLACED_AT, Line, saleor_order, snapshot_of

EMAIL = "buyer@example.com"
DAY = timedelta(days=1)
TEE = Line("TEE", 2, "40.00", "44.00", fulfilled=2)


@pytest.fixture
def alice(session: Session) -> Distributor:
    person = a_chain(session, 3)[0]
    a_code(session, person, "ALICE")
    return person


@pytest.fixture(autouse=True)
def _everything_proves(session: Session, engine: Engine) -> Any:
    yield
    session.commit()
    proven(engine)


def policy(session: Session, **rules: object) -> None:
    program.change(session, {"attribution": rules}, actor=ACTOR, now=PLACED_AT - 30 * DAY)


def arrived(
    session: Session,
    occasion: Any = "sign_up",
    *,
    code: str | None = "ALICE",
    at: datetime = PLACED_AT - DAY,
    **more: Any,
) -> Arrival:
    facts = {"email": EMAIL, "code": code, "click_id": None, **more}
    return arrive(session, occasion=occasion, at=at, actor="token:shop", now=OBSERVED_AT, **facts)


def bought(
    session: Session, code: str | None = None, click: str | None = None
) -> tuple[UUID | None, str | None]:
    """Whose an order of the shopper is, and why."""
    order = saleor_order(TEE, code=code, charged="44", email=EMAIL)
    snapshot = replace(snapshot_of(order, keys=Keys(hash_key=shopper_key(session))), click_id=click)
    accrue(session, [snapshot], now=OBSERVED_AT)
    answer = order_answer(session, snapshot.source, snapshot.order_id)
    return answer.seller_id, answer.reason


def test_a_sign_up_binds_and_the_order_without_a_link_is_theirs(session: Session, alice: Distributor) -> None:
    policy(session, binding_moment="sign_up")
    binding = arrived(session).binding
    assert binding is not None
    assert (binding.distributor_id, binding.effective_at) == (alice.id, PLACED_AT - DAY)
    assert binding.ends_at == PLACED_AT + 364 * DAY
    assert bought(session) == (alice.id, "binding")


def test_told_again_it_changes_nothing(session: Session, alice: Distributor) -> None:
    policy(session, binding_moment="sign_up")
    arrived(session)
    again = arrived(session)
    assert again.binding is None
    assert again.decision.distributor_id == alice.id
    assert len(bindings(session, email_hash(shopper_key(session), EMAIL))) == 1


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize(
    "moment, occasion", [("none", "sign_up"), ("first_order", "sign_up"), ("sign_up", "visit")]
)
def test_other_moments_bind_nobody(session: Session, moment: str, occasion: str) -> None:
    policy(session, binding_moment=moment)
    assert arrived(session, occasion).binding is None


def test_a_first_visit_counts_from_its_click_when_the_order_tells_of_it(
    session: Session, alice: Distributor
) -> None:
    policy(session, binding_moment="first_visit", binding_days=None)
    clicked_at = PLACED_AT - 3 * DAY
    record_clicks(session, [Visit(id="c1", code="ALICE", at=clicked_at)])
    assert bought(session, "ALICE", click="c1") == (alice.id, "referral_code")
    [binding] = bindings(session, email_hash(shopper_key(session), EMAIL))
    assert (binding.distributor_id, binding.effective_at, binding.ends_at) == (alice.id, clicked_at, None)


def test_a_visit_by_somebody_elses_link_inside_the_protection_changes_nothing(
    session: Session, alice: Distributor
) -> None:
    policy(session, binding_moment="first_visit", protection_days=10)
    arrived(session, "visit", at=PLACED_AT - 5 * DAY)
    bob = a_distributor(session, code="BOB")
    protected = arrived(session, "visit", code="BOB", at=PLACED_AT - 2 * DAY)
    assert (protected.binding, protected.decision.distributor_id) == (None, alice.id)
    later = arrived(session, "visit", code="BOB", at=PLACED_AT + 6 * DAY)
    assert later.binding is not None
    assert later.binding.distributor_id == bob.id


def test_nobody_binds_themselves(session: Session, alice: Distributor) -> None:
    policy(session, binding_moment="sign_up", self_purchase="pay")
    assert arrived(session, email=alice.email).binding is None


@pytest.mark.usefixtures("alice")
def test_what_is_still_to_come_is_refused(session: Session) -> None:
    with pytest.raises(InvalidInput, match="at:"):
        arrived(session, at=OBSERVED_AT + DAY)


def test_a_merchant_binds_from_a_day_on_and_without_end(session: Session, alice: Distributor) -> None:
    key = email_hash(shopper_key(session), EMAIL)
    begins = PLACED_AT + DAY
    given = {
        "customer_key": key,
        "distributor_id": alice.id,
        "reason": "agreed",
        "actor": ACTOR,
        "now": PLACED_AT,
    }
    rebind(session, **given, effective_at=begins, lasts="without_end")
    assert bought(session)[0] is None
    [binding] = bindings(session, key)
    assert (binding.effective_at, binding.ends_at) == (begins, None)
    with pytest.raises(Conflict, match="theirs already"):
        rebind(session, **given, effective_at=begins, lasts="without_end")
    rebind(session, **given, effective_at=begins, lasts=begins + 7 * DAY)
    with pytest.raises(InvalidInput, match="ends_at"):
        rebind(session, **given, effective_at=begins, lasts=begins)
    with pytest.raises(InvalidInput, match="effective_at"):
        rebind(session, **given, effective_at=PLACED_AT - DAY)


def clicked(session: Session, *click_ids: str) -> None:
    """The same shopper by the same link, once a minute."""
    visits = [
        Visit(click, "ALICE", PLACED_AT - 2 * DAY + number * timedelta(minutes=1), ip_hash=b"h" * 16)
        for number, click in enumerate(click_ids)
    ]
    record_clicks(session, visits)


def test_an_order_that_carries_a_repeated_click_came_by_the_first(
    session: Session, alice: Distributor
) -> None:
    clicked(session, "first", "again")
    assert bought(session, click="again") == (alice.id, "click")


@pytest.mark.parametrize("click", ["first", "again"])
def test_the_window_of_a_code_begins_with_the_click_that_was_repeated(
    session: Session, alice: Distributor, click: str
) -> None:
    policy(session, window_days=1)
    clicked(session, "first", "again")
    assert bought(session, "ALICE", click) == (None, "outside_window")


def test_who_signs_up_after_a_repeated_click_came_by_the_first(session: Session, alice: Distributor) -> None:
    clicked(session, "first", "again")
    assert arrived(session, code=None, click_id="again").decision.distributor_id == alice.id
