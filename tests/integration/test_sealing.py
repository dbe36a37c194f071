"""Every transfer and every snapshot is sealed exactly once, whoever commits when."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.db import transaction
from distribution.ledger.accounts import AccountKey, account_ids
from distribution.ledger.post import Movement, post
from distribution.proof import prove
from distribution.proof.keep import write
from distribution.sealing.head import head, seal_of
from distribution.sealing.horizon import StillWriting
from distribution.sealing.seal import seal
from tests.factories import a_distributor
from tests.lived import orders, record

NOW = datetime(2026, 5, 4, tzinfo=UTC)
SEALED = text("SELECT sum(transfer_count), max(last_transfer_id) FROM distribution.transfer_seals")


@pytest.fixture
def who(engine: Engine) -> UUID:
    with transaction(engine) as session:
        person = a_distributor(session)
        account_ids(session, keys(person.id))
        return person.id


def keys(who: UUID) -> list[AccountKey]:
    return [AccountKey(None, "commission", "USD"), AccountKey(who, "available", "USD")]


def credit(session: Session, who: UUID, count: int = 1) -> None:
    commission, available = (account_ids(session, keys(who))[key] for key in keys(who))
    one = Movement(
        commission, available, "USD", 5, "settlement_credit", "statement", uuid4(), effective_at=NOW
    )
    post(session, [replace(one, document_id=uuid4()) for _ in range(count)], now=NOW)


def seal_differences(engine: Engine) -> list[str]:
    """What the proof says of seals; these transfers have no documents, which it says too."""
    with transaction(engine) as session:
        return [
            str(each)
            for each in prove(session).differences
            if "seal" in each.check or each.table == "transfer_seals"
        ]


def test_nothing_new_is_not_sealed_again(engine: Engine, who: UUID) -> None:
    with transaction(engine) as session:
        assert head(session).number == 0
        assert [each.number for each in seal(session, now=NOW)] == [1]
    with transaction(engine) as session:
        assert seal(session, now=NOW) == []
        credit(session, who, 3)
    with transaction(engine) as session:
        [sealed] = seal(session, now=NOW)
    assert (sealed.number, sealed.transfer_count, sealed.snapshot_count) == (2, 3, 0)
    with transaction(engine) as session:
        assert head(session).digest == sealed.digest
        assert seal_of(head(session).to_json()) == (2, sealed.digest)
    assert seal_differences(engine) == []


def test_an_id_drawn_early_and_committed_late_is_waited_for(engine: Engine, who: UUID) -> None:
    """The late one has drawn its id, and has the lower one, while a later one has committed long since."""
    drawn, let_go = threading.Event(), threading.Event()

    def late() -> None:
        with transaction(engine) as session:
            credit(session, who)
            drawn.set()
            let_go.wait(20)

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(late)
        assert drawn.wait(20)
        with transaction(engine) as session:
            session.execute(text("INSERT INTO distribution.accounts (kind, currency) VALUES ('fees', 'USD')"))
            fees = session.execute(
                text("SELECT id FROM distribution.accounts WHERE kind = 'fees'")
            ).scalar_one()
            commission = account_ids(session, keys(who)[:1])[keys(who)[0]]
            early = Movement(fees, commission, "USD", 1, "other", "statement", uuid4(), NOW)
            post(session, [early], now=NOW)
        with pytest.raises(StillWriting), transaction(engine) as session:
            seal(session, now=NOW, patience_seconds=0.1)
        with transaction(engine) as session:
            assert head(session).number == 0
        let_go.set()
        waiting.result()
    with transaction(engine) as session:
        assert seal(session, now=NOW)[-1].transfer_count == 2
    assert seal_differences(engine) == []


def test_writers_that_commit_out_of_order_are_sealed_once_each(engine: Engine) -> None:
    with transaction(engine) as session:
        people = [a_distributor(session).id for _ in range(6)]
        for person in people:
            account_ids(session, keys(person))
    over = time.monotonic() + 4
    committed = [0] * len(people)

    def write_on(turn: int) -> None:
        chosen = random.Random(turn)
        while time.monotonic() < over:
            try:
                with transaction(engine) as session:
                    for _ in range(chosen.randint(1, 3)):
                        credit(session, people[turn], count := chosen.randint(1, 5))
                        time.sleep(chosen.random() / 50)
                        if chosen.random() < 0.1:
                            raise InterruptedError
                        committed[turn] += count
            except InterruptedError:
                committed[turn] = count_of(engine, people[turn])

    def seal_on() -> int:
        seals = 0
        while time.monotonic() < over:
            with transaction(engine) as session:
                seals += len(seal(session, now=datetime.now(UTC)))
        return seals

    with ThreadPoolExecutor(len(people) + 2) as pool:
        writers = [pool.submit(write_on, turn) for turn in range(len(people))]
        sealers = [pool.submit(seal_on) for _ in range(2)]
        for each in writers:
            each.result()
        assert sum(each.result() for each in sealers) > 3
    with transaction(engine) as session:
        seal(session, now=datetime.now(UTC))
    with transaction(engine) as session:
        sealed, upto = session.execute(SEALED).one()
        there, last = session.execute(text("SELECT count(*), max(id) FROM distribution.transfers")).one()
        assert sealed == there == sum(committed)
        # Ids above the last one were drawn by transactions that failed.
        assert upto >= last
    assert seal_differences(engine) == []


def count_of(engine: Engine, who: UUID) -> int:
    with transaction(engine) as session:
        query = text(
            "SELECT count(*) FROM distribution.transfers JOIN distribution.accounts a ON a.id = credit_account_id"
            " WHERE a.distributor_id = :who"
        )
        return int(session.execute(query, {"who": who}).scalar_one())


def test_many_rows_are_sealed_in_steps(engine: Engine, who: UUID) -> None:
    with transaction(engine) as session:
        credit(session, who, 100)
        record(session, *orders())
    with transaction(engine) as session:
        seals = seal(session, now=NOW, most_rows=40)
    assert [each.transfer_count for each in seals] == [40, 40, 20]
    assert sum(each.snapshot_count for each in seals) == 6
    assert seal_differences(engine) == []


@pytest.fixture
def verified(engine: Engine) -> Engine:
    """A program whose past is proven and noted, with something recorded since."""
    with transaction(engine) as session:
        a_distributor(session)
        record(session, *orders()[:3])
    with transaction(engine) as session:
        seal(session, now=NOW)
    with transaction(engine) as session:
        whole = prove(session)
        assert whole.holds
        assert whole.since_seal is None
    with transaction(engine) as session:
        write(session, whole, now=NOW)
        record(session, *orders()[3:])
    with transaction(engine) as session:
        seal(session, now=NOW)
    return engine


def harm(engine: Engine, statement: str) -> list[str]:
    """What the incremental proof finds after that was done behind our back."""
    with transaction(engine) as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text(statement))
    with transaction(engine) as session:
        proof = prove(session, since_seal=True)
        assert proof.since_seal == 1
        return [str(each) for each in proof.differences]


def test_a_proof_since_the_last_verified_seal_reads_what_came_after(verified: Engine) -> None:
    assert harm(verified, "SELECT 1") == []


@pytest.mark.parametrize(
    "statement, named",
    [
        (
            "UPDATE distribution.order_snapshots SET state = state || '{\"total\": 1}' WHERE sequence = 5",
            "order_snapshots",
        ),
        ("DELETE FROM distribution.order_snapshots WHERE sequence = 6", "order_snapshots"),
        ("UPDATE distribution.audit_log SET action = 'x' WHERE number = 3", "audit_log"),
        ("DELETE FROM distribution.transfer_seals WHERE number = 1", "transfer_seals"),
        ("DELETE FROM distribution.transfer_seals WHERE number = 2", "transfer_seals"),
    ],
)
def test_what_was_done_to_what_came_after_is_found(verified: Engine, statement: str, named: str) -> None:
    with transaction(verified) as session:
        a_distributor(session)
        a_distributor(session)
        last = session.execute(text("SELECT max(number) FROM distribution.audit_log")).scalar_one()
    assert any(named in each for each in harm(verified, statement.replace("number = 3", f"number = {last}")))


@pytest.mark.parametrize(
    "statement, named",
    [
        ("UPDATE distribution.order_snapshots SET digest = '\\x00' WHERE sequence = 1", "seal 1"),
        (
            "UPDATE distribution.order_snapshots SET state = state || '{\"total\": 1}' WHERE sequence = 1",
            "as they were sealed",
        ),
        ("UPDATE distribution.audit_log SET action = 'x' WHERE number = 1", "audit_log 1"),
        ("DELETE FROM distribution.standings WHERE number = 1", "standings"),
        ("DELETE FROM distribution.transfer_seals WHERE number = 1", "transfer_seals"),
    ],
)
def test_what_was_done_to_the_verified_past_is_found(verified: Engine, statement: str, named: str) -> None:
    names = harm(verified, statement)
    assert any(named in each for each in names), names


def test_a_difference_in_the_past_is_not_hidden_by_the_next_proof(verified: Engine) -> None:
    with transaction(verified) as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("UPDATE distribution.order_snapshots SET digest = '\\x00' WHERE sequence = 1"))
    with transaction(verified) as session:
        whole = prove(session)
    with transaction(verified) as session:
        write(session, whole, now=NOW)
    with transaction(verified) as session:
        again = prove(session, since_seal=True)
    assert again.since_seal is None
    assert again.differences == whole.differences != ()
