"""Posting: balances move with their transfers, once for each document, and never below their guard."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.db import transaction
from distribution.errors import InvalidInput
from distribution.ledger.accounts import AccountKey, account_ids
from distribution.ledger.errors import DocumentAlreadyPosted, InsufficientBalance
from distribution.ledger.hold import hold
from distribution.ledger.post import Movement, post
from distribution.ledger.proof import proof
from distribution.ledger.read import history, holdings
from tests.money import NOW, people, person, totals

FORGE = """
INSERT INTO distribution.transfers (debit_account_id, credit_account_id, currency, amount_minor, kind, document_type,
    document_id, effective_at, recorded_at)
SELECT debit_account_id, credit_account_id, currency, 5, kind, document_type, gen_random_uuid(), now(), now()
FROM distribution.transfers
"""


def movement(
    session: Session, debit: AccountKey, credit: AccountKey, amount_minor: int, kind: str, document_id: UUID
) -> Movement:
    ids = account_ids(session, [debit, credit])
    kinds = ("withdrawal", document_id) if kind.startswith("withdrawal") else ("statement", document_id)
    return Movement(ids[debit], ids[credit], credit.currency, amount_minor, kind, *kinds, NOW)


def credit(session: Session, who: UUID, amount_minor: int, currency: str = "USD") -> Movement:
    commission, available = AccountKey(None, "commission", currency), AccountKey(who, "available", currency)
    return movement(session, commission, available, amount_minor, "settlement_credit", uuid4())


def reserve(session: Session, who: UUID, amount_minor: int) -> Movement:
    available, reserved = AccountKey(who, "available", "USD"), AccountKey(who, "reserved", "USD")
    return movement(session, available, reserved, amount_minor, "withdrawal_reserve", uuid4())


def test_a_transfer_changes_both_balances_and_the_trial_balance_is_nil(session: Session) -> None:
    who = person(session)
    assert post(session, [credit(session, who, 500)], now=NOW) == 1
    assert post(session, [reserve(session, who, 200)], now=NOW) == 1
    (held,) = holdings(session, [who])
    assert (held.available_minor, held.reserved_minor, held.debt_minor, held.paid_minor) == (300, 200, 0, 0)
    assert totals(session) == {
        ("available", "USD"): 300,
        ("reserved", "USD"): 200,
        ("commission", "USD"): -500,
    }
    assert [entry.kind for entry in history(session, distributor_id=who, currency="USD")] == [
        "withdrawal_reserve",
        "settlement_credit",
    ]
    assert list(proof(session)) == []


def test_the_same_document_again_changes_nothing(session: Session) -> None:
    who = person(session)
    once = credit(session, who, 500)
    assert [post(session, [once], now=NOW) for _ in range(3)] == [1, 0, 0]
    assert holdings(session, [who])[0].available_minor == 500


def test_the_same_document_with_another_amount_is_refused(session: Session) -> None:
    once = credit(session, person(session), 500)
    post(session, [once], now=NOW)
    with pytest.raises(DocumentAlreadyPosted) as refused:
        post(session, [replace(once, amount_minor=501)], now=NOW)
    assert refused.value.document_id == once.document_id


def test_more_than_there_is_moves_nothing_and_leaves_the_transaction_usable(session: Session) -> None:
    who, other = people(session, 2)
    post(session, [credit(session, who, 500)], now=NOW)
    with pytest.raises(InsufficientBalance) as refused:
        post(session, [credit(session, other, 70), reserve(session, who, 501)], now=NOW)
    assert (refused.value.requested, refused.value.available) == (501, 500)
    assert holdings(session, [who])[0].available_minor == 500
    assert holdings(session, [other])[0].available_minor == 0
    assert post(session, [reserve(session, who, 500)], now=NOW) == 1


def test_a_movement_stays_in_one_currency(session: Session) -> None:
    who = person(session)
    dollars, yen = credit(session, who, 5), credit(session, who, 5, "JPY")
    with pytest.raises(InvalidInput):
        post(session, [replace(dollars, credit_account_id=yen.credit_account_id)], now=NOW)
    assert list(proof(session)) == []


def test_balances_of_a_batch_are_netted(session: Session) -> None:
    who = person(session)
    batch = [credit(session, who, 10) for _ in range(100)] + [reserve(session, who, 1000)]
    assert post(session, batch, now=NOW) == 101
    assert holdings(session, [who])[0].reserved_minor == 1000


def test_accounts_asked_for_at_once_are_opened_once(engine: Engine) -> None:
    with transaction(engine) as session:
        ids = people(session, 20)
    keys = [AccountKey(who, kind, "USD") for who in ids for kind in ("available", "debt")]
    keys.append(AccountKey(None, "commission", "USD"))

    def open_all(turn: int) -> dict[AccountKey, int]:
        with transaction(engine) as session:
            return account_ids(session, keys if turn % 2 else list(reversed(keys)))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(open_all, range(16)))
    assert len(answers[0]) == len(keys)
    assert all(answer == answers[0] for answer in answers)


def test_concurrent_postings_in_any_order_lose_nothing(engine: Engine) -> None:
    with transaction(engine) as session:
        ids = people(session, 10)
        for who in ids:
            hold(session, distributor_id=who, currency="USD")

    def post_some(turn: int) -> None:
        with transaction(engine) as session:
            order = ids if turn % 2 else list(reversed(ids))
            post(session, [credit(session, who, 7) for who in order], now=NOW)
            post(session, [credit(session, order[0], 1)], now=NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(post_some, range(40)))
    with transaction(engine) as session:
        assert sum(held.available_minor for held in holdings(session, ids)) == 40 * (10 * 7 + 1)
        assert list(proof(session)) == []


@pytest.mark.parametrize(
    "harm, table",
    [
        (
            "UPDATE distribution.balances SET balance_minor = balance_minor + 1 WHERE kind = 'available'",
            "balances",
        ),
        ("DELETE FROM distribution.balances WHERE kind = 'reserved'", "accounts"),
        ("UPDATE distribution.transfers SET amount_minor = amount_minor + 1", "balances"),
        ("DELETE FROM distribution.transfers", "balances"),
        ("UPDATE distribution.transfers SET currency = 'EUR'", "transfers"),
        ("UPDATE distribution.transfers SET kind = 'gift'", "transfers"),
        ("UPDATE distribution.transfers SET document_type = 'nothing'", "transfers"),
        ("UPDATE distribution.accounts SET kind = 'fees' WHERE distributor_id IS NULL", "transfers"),
        ("DELETE FROM distribution.accounts WHERE distributor_id IS NULL", "transfers"),
        (FORGE, "balances"),
    ],
)
def test_the_proof_names_what_was_done_behind_its_back(session: Session, harm: str, table: str) -> None:
    who = person(session)
    post(session, [credit(session, who, 500)], now=NOW)
    hold(session, distributor_id=who, currency="USD")
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text(harm))
    assert table in {difference.table for difference in proof(session)}
