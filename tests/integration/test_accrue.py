"""Recording an order: whose it is, what was frozen, which lines follow, and when they mature."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.adapters.saleor.mapper import Keys
from distribution.attribution.rebind import rebind
from distribution.commission.accrue import accrue
from distribution.commission.answer import order_answer
from distribution.commission.publish import publish
from distribution.commission.reassign import reassign
from distribution.errors import Conflict, InvalidInput
from distribution.network.move import move
from distribution.network.tables import Distributor
from distribution.orders.snapshot import OrderSnapshot
from distribution.privacy.hashing import shopper_key
from distribution.settings import program
from tests.factories import ACTOR, a_chain, a_code, a_distributor, a_voucher
from tests.proven import proven
from tests.saleor_orders import OBSERVED_AT, PLACED_AT, Line, saleor_order, snapshot_of

NOW = OBSERVED_AT
SHIPPED_AT = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
MATURES_AT = SHIPPED_AT + timedelta(days=14)
TEE = Line("TEE", 2, "40.00", "44.00", fulfilled=2)
MUG = Line("MUG", 1, "10.00", "11.00", fulfilled=1)


@pytest.fixture
def chain(session: Session) -> list[Distributor]:
    people = a_chain(session, 3)
    a_code(session, people[0], "ALICE")
    return people


@pytest.fixture(autouse=True)
def _everything_proves(session: Session, engine: Engine) -> Any:
    yield
    session.commit()
    proven(engine)


def tee(minutes: int = 0, **facts: Any) -> OrderSnapshot:
    """The order of two tees with ALICE's code, paid and delivered, observed `minutes` later."""
    order = saleor_order(*facts.pop("lines", (TEE,)), **{"code": "ALICE", "charged": "44", **facts})
    return snapshot_of(order, OBSERVED_AT + timedelta(minutes=minutes))


def bought_by(session: Session, email: str, code: str = "ALICE") -> OrderSnapshot:
    """The order of two tees, its shopper recognisable under this database's key."""
    order = saleor_order(TEE, code=code, charged="44", email=email)
    return snapshot_of(order, keys=Keys(hash_key=shopper_key(session)))


def give(session: Session, snapshot: OrderSnapshot, to: Distributor) -> None:
    """Reassign the order."""
    reassign(
        session,
        source=snapshot.source,
        order_id=snapshot.order_id,
        distributor_id=to.id,
        reason="phone order",
        actor=ACTOR,
        now=NOW,
    )


def accrued(session: Session) -> list[tuple[UUID, int]]:
    """Who has accrued what, by level of the terms that hold."""
    rows = session.execute(
        text(
            """
            SELECT share.distributor_id, sum(line.amount_minor)::bigint
            FROM distribution.shares AS share
            JOIN distribution.commission_lines AS line
                ON line.order_id = share.order_id AND line.share_number = share.number
            GROUP BY share.distributor_id, share.level ORDER BY share.level, 2 DESC
            """
        )
    )
    return [(row[0], row[1]) for row in rows]


def lines(session: Session) -> list[tuple[int, int, datetime]]:
    """Every line of level 1 in its order: number, amount, maturity."""
    rows = session.execute(
        text(
            """
            SELECT line.number, line.amount_minor, line.matures_at FROM distribution.commission_lines AS line
            JOIN distribution.shares AS share ON share.order_id = line.order_id AND share.number = line.share_number
            WHERE share.level = 1 ORDER BY line.order_id, line.number
            """
        )
    )
    return [(row[0], row[1], row[2]) for row in rows]


def attribution(session: Session, snapshot: OrderSnapshot) -> dict[str, Any]:
    answer: dict[str, Any] = order_answer(session, snapshot.source, snapshot.order_id).to_json()[
        "attribution"
    ]
    return answer


def test_three_levels_earn_ten_five_and_two_percent_of_net(
    session: Session, chain: list[Distributor]
) -> None:
    accrue(session, [tee()], now=NOW)

    assert accrued(session) == [(chain[0].id, 400), (chain[1].id, 200), (chain[2].id, 80)]


def test_a_seller_without_sponsor_earns_alone(session: Session) -> None:
    loner = a_distributor(session, code="LONER")
    accrue(session, [tee(code="loner")], now=NOW)

    assert accrued(session) == [(loner.id, 400)]


@pytest.mark.parametrize(
    "code, reason",
    [
        ("NOBODY", "unknown_code"),
        ("A" * 10_000_000, "malformed_code"),
        ("AL ICE", "malformed_code"),
        ("AL\x00ICE", "unknown_code"),
        (17, "unknown_code"),
        (["ALICE"], "unknown_code"),
        ({"a": 1}, "malformed_code"),
        ("", "no_referral"),
        (None, "no_referral"),
    ],
)
def test_a_code_that_names_nobody_leaves_the_order_unattributed_with_the_reason(
    session: Session, chain: list[Distributor], code: object, reason: str
) -> None:
    snapshot = tee(code=code)
    accrue(session, [snapshot], now=NOW)

    assert attribution(session, snapshot)["distributor_id"] is None
    assert attribution(session, snapshot)["reason"] == reason
    assert accrued(session) == []


def test_a_suspended_distributors_code_leaves_the_order_unattributed(session: Session) -> None:
    a_distributor(session, status="suspended", code="GONE")
    snapshot = tee(code="GONE")
    accrue(session, [snapshot], now=NOW)

    assert attribution(session, snapshot)["reason"] == "inactive_distributor"


def test_a_distributors_voucher_beats_the_links_code(session: Session, chain: list[Distributor]) -> None:
    bob = a_distributor(session)
    a_voucher(session, bob, "BOB10")
    accrue(session, [tee(voucher="bob10")], now=NOW)

    assert accrued(session) == [(bob.id, 400)]


def test_a_voucher_of_nobody_leaves_the_code_in_force(session: Session, chain: list[Distributor]) -> None:
    accrue(session, [tee(voucher="SUMMER")], now=NOW)

    assert accrued(session)[0] == (chain[0].id, 400)


def test_a_shopper_bound_by_the_first_order_needs_no_code_for_the_second(
    session: Session, chain: list[Distributor]
) -> None:
    later = PLACED_AT + timedelta(days=30)
    second = tee(code=None, order_id="T3JkZXI6Mg==", placed_at=later)
    accrue(session, [tee(), second], now=NOW)

    assert attribution(session, second)["reason"] == "binding"
    assert accrued(session)[0] == (chain[0].id, 800)


def test_a_binding_ends(session: Session, chain: list[Distributor]) -> None:
    later = PLACED_AT + timedelta(days=365)
    second = tee(code=None, order_id="T3JkZXI6Mg==", placed_at=later)
    accrue(session, [tee(), second], now=NOW)

    assert attribution(session, second)["reason"] == "no_referral"


def test_a_distributor_who_buys_for_themselves_earns_nothing_by_default(session: Session) -> None:
    a_distributor(session, email="Self@Example.com", code="SELF")
    snapshot = bought_by(session, "self@example.com", code="SELF")
    accrue(session, [snapshot], now=NOW)

    assert attribution(session, snapshot)["reason"] == "self_purchase"


def test_the_sponsor_earns_from_a_self_purchase_when_the_program_says_so(
    session: Session, chain: list[Distributor]
) -> None:
    program.change(session, {"attribution": {"self_purchase": "sponsor"}}, actor=ACTOR, now=PLACED_AT)
    accrue(session, [bought_by(session, chain[0].email)], now=NOW)

    assert accrued(session) == [(chain[1].id, 400), (chain[2].id, 200)]


def test_an_older_snapshot_changes_nothing(session: Session, chain: list[Distributor]) -> None:
    outcome = accrue(session, [tee(minutes=5), tee(minutes=0, charged="0", refunded="44")], now=NOW)

    assert [each.effect for each in outcome] == ["recorded", "older"]
    assert accrued(session)[0] == (chain[0].id, 400)


def test_the_same_again_changes_nothing_but_makes_what_was_read_before_older(
    session: Session, chain: list[Distributor]
) -> None:
    refunded = tee(minutes=2, charged="0", refunded="44")
    outcome = accrue(session, [tee(minutes=0), tee(minutes=5), refunded], now=NOW)

    assert [each.effect for each in outcome] == ["recorded", "unchanged", "older"]


def test_the_same_moment_with_other_content_is_a_conflict(session: Session, chain: list[Distributor]) -> None:
    outcome = accrue(session, [tee(), tee(charged="0", refunded="44")], now=NOW)

    assert [each.effect for each in outcome] == ["recorded", "conflict"]
    assert accrued(session)[0] == (chain[0].id, 400)


def test_a_line_added_later_earns_under_the_same_terms(session: Session, chain: list[Distributor]) -> None:
    publish_new_plan = BUILT_IN_DOUBLED
    accrue(session, [tee()], now=NOW)
    publish(session, publish_new_plan, actor=ACTOR, now=NOW)
    accrue(session, [tee(minutes=1, lines=(TEE, MUG), charged="55")], now=NOW)

    assert accrued(session) == [(chain[0].id, 500), (chain[1].id, 250), (chain[2].id, 100)]


def test_a_line_that_is_gone_is_worth_nothing(session: Session, chain: list[Distributor]) -> None:
    accrue(session, [tee(lines=(TEE, MUG), charged="55"), tee(minutes=1)], now=NOW)

    assert accrued(session) == [(chain[0].id, 400), (chain[1].id, 200), (chain[2].id, 80)]


def test_a_gift_card_line_stays_worth_nothing_when_its_product_is_deleted(
    session: Session, chain: list[Distributor]
) -> None:
    card = Line("CARD", 1, "50.00", "50.00", fulfilled=1, gift_card=True)
    gone = Line("CARD", 1, "50.00", "50.00", fulfilled=1, deleted=True)
    accrue(session, [tee(lines=(card,), charged="50"), tee(minutes=1, lines=(gone,), charged="50")], now=NOW)

    assert accrued(session) == []


def test_a_draft_freezes_its_terms_when_it_becomes_real(session: Session, chain: list[Distributor]) -> None:
    bob = a_distributor(session)
    a_voucher(session, bob, "BOB10")
    draft = tee(status="DRAFT", origin="DRAFT", code=None)
    real = tee(minutes=1, origin="DRAFT", code=None, voucher="BOB10")
    accrue(session, [draft], now=NOW)

    assert attribution(session, draft)["reason"] == "not_yet_real"

    accrue(session, [real], now=NOW)

    assert accrued(session) == [(bob.id, 400)]


def test_a_replacement_order_earns_nothing(session: Session, chain: list[Distributor]) -> None:
    snapshot = tee(origin="REISSUE", original="T3JkZXI6MA==")
    accrue(session, [snapshot], now=NOW)

    assert attribution(session, snapshot)["reason"] == "replacement"


def test_terms_keep_the_upline_as_it_was_when_the_order_was_placed(
    session: Session, chain: list[Distributor]
) -> None:
    other = a_distributor(session)
    move(
        session,
        chain[0].id,
        sponsor_id=other.id,
        reason="asked",
        actor=ACTOR,
        now=PLACED_AT + timedelta(days=1),
    )
    accrue(session, [tee()], now=NOW)

    assert accrued(session) == [(chain[0].id, 400), (chain[1].id, 200), (chain[2].id, 80)]


def test_a_plan_published_after_the_order_was_placed_never_alters_it(
    session: Session, chain: list[Distributor]
) -> None:
    publish(session, BUILT_IN_DOUBLED, actor=ACTOR, now=PLACED_AT + timedelta(days=1))
    accrue(session, [tee()], now=NOW)

    assert accrued(session)[0] == (chain[0].id, 400)


def test_an_order_placed_after_a_plan_took_effect_earns_by_it(
    session: Session, chain: list[Distributor]
) -> None:
    publish(session, BUILT_IN_DOUBLED, actor=ACTOR, now=PLACED_AT - timedelta(days=1))
    accrue(session, [tee()], now=NOW)

    assert accrued(session)[0] == (chain[0].id, 800)


def test_a_plan_never_takes_effect_in_the_past(session: Session) -> None:
    with pytest.raises(InvalidInput, match="effective_at"):
        publish(session, BUILT_IN_DOUBLED, actor=ACTOR, now=NOW, effective_at=NOW - timedelta(seconds=1))


def test_a_line_matures_when_the_hold_after_its_fulfilment_ends(
    session: Session, chain: list[Distributor]
) -> None:
    accrue(session, [tee()], now=NOW)

    assert lines(session) == [(1, 400, MATURES_AT)]


def test_a_reversal_inside_the_hold_matures_with_what_it_reverses(
    session: Session, chain: list[Distributor]
) -> None:
    accrue(session, [tee(), tee(minutes=1, charged="22", refunded="22")], now=NOW)

    assert [line[1:] for line in lines(session)] == [(400, MATURES_AT), (-200, MATURES_AT)]


def test_a_line_that_does_not_say_since_when_matures_from_its_first_sight(
    session: Session, chain: list[Distributor]
) -> None:
    waiting = Line("TEE", 2, "40.00", "44.00", fulfilled=1, waiting=1)
    first = tee(lines=(waiting,), charged="33", total="44")
    paid = tee(minutes=60, lines=(waiting,), charged="44")
    accrue(session, [first, paid], now=NOW)

    assert lines(session) == [(1, 200, OBSERVED_AT + timedelta(days=14))]


def test_two_orders_of_two_sources_with_one_id_are_two_orders(
    session: Session, chain: list[Distributor]
) -> None:
    till = replace(tee(), source="till")
    accrue(session, [tee(), till], now=NOW)

    assert accrued(session)[0] == (chain[0].id, 800)


def test_a_reassigned_order_reverses_the_old_shares_and_pays_the_new_seller(
    session: Session, chain: list[Distributor]
) -> None:
    bob = a_distributor(session)
    snapshot = tee()
    accrue(session, [snapshot], now=NOW)
    give(session, snapshot, bob)

    assert dict(accrued(session)) == {chain[0].id: 0, chain[1].id: 0, chain[2].id: 0, bob.id: 400}
    assert attribution(session, snapshot) == {
        "distributor_id": str(bob.id),
        "reason": "reassigned",
        "detail": "phone order",
    }


def test_a_reassigned_order_follows_later_refunds_under_its_new_terms(
    session: Session, chain: list[Distributor]
) -> None:
    bob = a_distributor(session)
    snapshot = tee()
    accrue(session, [snapshot], now=NOW)
    give(session, snapshot, bob)
    accrue(session, [tee(minutes=1, charged="22", refunded="22")], now=NOW)

    assert dict(accrued(session)) == {chain[0].id: 0, chain[1].id: 0, chain[2].id: 0, bob.id: 200}


def test_an_order_is_not_reassigned_to_whom_it_belongs(session: Session, chain: list[Distributor]) -> None:
    snapshot = tee()
    accrue(session, [snapshot], now=NOW)

    with pytest.raises(Conflict, match="already"):
        give(session, snapshot, chain[0])


BUILT_IN_DOUBLED = {
    "name": "Doubled",
    "base": "net",
    "ceiling_bps": 3_400,
    "hold_days": 14,
    "rates": [{"level": 1, "bps": 2_000}, {"level": 2, "bps": 1_000}, {"level": 3, "bps": 400}],
}


def test_a_freshly_bound_shopper_is_protected_from_other_links(
    session: Session, chain: list[Distributor]
) -> None:
    program.change(session, {"attribution": {"protection_days": 10}}, actor=ACTOR, now=PLACED_AT)
    a_distributor(session, code="BOB")
    soon = tee(code="BOB", order_id="T3JkZXI6Mg==", placed_at=PLACED_AT + timedelta(days=9))
    later = tee(code="BOB", order_id="T3JkZXI6Mw==", placed_at=PLACED_AT + timedelta(days=10))
    accrue(session, [tee(), soon, later], now=NOW)

    assert attribution(session, soon)["reason"] == "binding"
    assert attribution(session, later)["reason"] == "referral_code"


def test_a_shopper_given_to_another_distributor_is_theirs_from_then_on(
    session: Session, chain: list[Distributor]
) -> None:
    bob = a_distributor(session)
    order = tee()
    accrue(session, [order], now=NOW)
    assert order.customer_key is not None
    rebind(
        session,
        customer_key=order.customer_key,
        distributor_id=bob.id,
        reason="asked",
        actor=ACTOR,
        now=PLACED_AT + timedelta(days=1),
    )
    second = tee(code=None, order_id="T3JkZXI6Mg==", placed_at=PLACED_AT + timedelta(days=2))
    accrue(session, [second], now=NOW)

    assert attribution(session, second)["distributor_id"] == str(bob.id)
