"""What is done to the ledger consistently, so that only the seals are left as witnesses, is found and named."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine

from distribution.db import create_engine, transaction
from distribution.proof import prove
from distribution.proof.keep import write
from distribution.sealing.head import Head, head
from distribution.sealing.seal import seal
from tests.conftest import TestDatabases
from tests.lived import PLACED_AT, live

TAIL = "(SELECT max(id) FROM distribution.transfers)"
UNSETTLED = "(SELECT id FROM distribution.orders WHERE external_id = 'more-3')"
FIRST = "(SELECT min(order_id) FROM distribution.commission_lines)"
_CHILDREN = ("receipts", "bindings", "commission_lines", "shares", "terms", "order_snapshots")


@pytest.fixture(scope="module")
def lived(module_database_url: str) -> str:
    """A program that has lived and was sealed; nobody stays connected to it."""
    engine = create_engine(module_database_url)
    live(engine)
    engine.dispose()
    return module_database_url


@pytest.fixture
def copy(databases: TestDatabases, lived: str) -> Iterator[tuple[str, Engine]]:
    """The same program once more, to be harmed."""
    url = databases.copy(lived)
    engine = create_engine(url)
    yield url, engine
    engine.dispose()
    databases.drop(url)


def found(
    copy: tuple[str, Engine], *harm: str, kept: Head | None = None, since_seal: bool = False
) -> list[str]:
    """What the proof names after somebody with all rights did that."""
    url, engine = copy
    with psycopg.connect(url) as owner:
        owner.execute("SET LOCAL session_replication_role = replica")
        for statement in harm:
            owner.execute(statement)
    with transaction(engine) as session:
        heads = [(kept.number, kept.digest)] if kept else []
        proof = prove(session, kept=heads, since_seal=since_seal)
        assert (proof.since_seal is not None) == since_seal
        return [str(each) for each in proof.differences]


def kept_head(copy: tuple[str, Engine]) -> Head:
    with transaction(copy[1]) as session:
        return head(session)


def test_unharmed_everything_holds(copy: tuple[str, Engine]) -> None:
    assert found(copy, kept=kept_head(copy)) == []


def test_a_cut_tail_of_transfers_is_named_by_its_seal(copy: tuple[str, Engine]) -> None:
    """The document goes with its transfers, so that nothing else misses them."""
    last = f"(SELECT document_id FROM distribution.transfers WHERE id = {TAIL})"
    names = found(
        copy,
        f"CREATE TABLE gone AS SELECT * FROM distribution.transfers WHERE document_id = {last}",
        "UPDATE distribution.balances b SET balance_minor = balance_minor"
        " + coalesce((SELECT sum(amount_minor) FROM gone WHERE debit_account_id = account_id), 0)"
        " - coalesce((SELECT sum(amount_minor) FROM gone WHERE credit_account_id = account_id), 0)",
        "DELETE FROM distribution.transfers WHERE id IN (SELECT id FROM gone)",
        "DELETE FROM distribution.statements WHERE id IN (SELECT document_id FROM gone)",
    )
    assert any("(seal 2)" in each and each.startswith("transfers ") for each in names), names


def test_an_order_removed_with_everything_under_it_is_named_by_its_seal(copy: tuple[str, Engine]) -> None:
    before = [f"DELETE FROM distribution.{table} WHERE order_id = {UNSETTLED}" for table in _CHILDREN]
    names = found(copy, *before, f"DELETE FROM distribution.orders WHERE id = {UNSETTLED}")
    assert len(names) == 1, names
    assert names[0].startswith("order_snapshots ")
    assert "(seal 2)" in names[0]


def test_the_last_snapshot_of_an_order_cut_off_is_named_by_its_seal(copy: tuple[str, Engine]) -> None:
    """The draft's only snapshot stands for any tail: the order then never was."""
    draft = "(SELECT id FROM distribution.orders WHERE external_id = 'more-2')"
    names = found(
        copy,
        f"DELETE FROM distribution.order_snapshots WHERE order_id = {draft}",
        f"DELETE FROM distribution.orders WHERE id = {draft}",
    )
    assert [each.split()[0] for each in names] == ["order_snapshots"]


def test_changed_seals_break_their_chain(copy: tuple[str, Engine]) -> None:
    names = found(
        copy, "UPDATE distribution.transfer_seals SET transfer_count = transfer_count - 1 WHERE number = 1"
    )
    assert any(each.startswith("transfer_seals 1: the chain") for each in names), names


def test_reordered_seals_break_their_chain(copy: tuple[str, Engine]) -> None:
    names = found(copy, "UPDATE distribution.transfer_seals SET number = 3 - number + 10",
                  "UPDATE distribution.transfer_seals SET number = number - 10")  # fmt: skip
    assert any(each.startswith("transfer_seals 1: the chain") for each in names), names


def test_a_cut_chain_of_seals_is_found_by_the_head_that_was_kept(copy: tuple[str, Engine]) -> None:
    """Whoever cuts the last seal and winds its chain back leaves nothing in the database that misses it."""
    kept = kept_head(copy)
    wind_back = (
        "UPDATE distribution.chain_heads h SET number = s.number, digest = s.digest"
        " FROM distribution.transfer_seals s WHERE s.number = 1 AND h.table_name = 'transfer_seals'"
    )
    assert found(copy, "DELETE FROM distribution.transfer_seals WHERE number = 2", wind_back) == []
    assert [each.split(":")[0] for each in found(copy, kept=kept)] == ["transfer_seals 2"]


def test_a_past_sealed_anew_is_found_by_the_head_that_was_kept(copy: tuple[str, Engine]) -> None:
    kept = kept_head(copy)
    names = found(
        copy,
        *(f"DELETE FROM distribution.{table} WHERE order_id = {UNSETTLED}" for table in _CHILDREN),
        f"DELETE FROM distribution.orders WHERE id = {UNSETTLED}",
        "DELETE FROM distribution.transfer_seals",
        "UPDATE distribution.chain_heads SET number = 0, digest = '' WHERE table_name = 'transfer_seals'",
    )
    assert names == []
    with transaction(copy[1]) as session:
        seal(session, now=PLACED_AT)
        seal(session, now=PLACED_AT)
    assert [each.split(":")[0] for each in found(copy, kept=kept)] == ["transfer_seals 2"]


def test_a_chain_cut_with_its_head_is_named_by_the_seal(copy: tuple[str, Engine]) -> None:
    names = found(
        copy,
        "DELETE FROM distribution.audit_log WHERE number = (SELECT max(number) FROM distribution.audit_log)",
        "UPDATE distribution.chain_heads h SET number = a.number, digest = a.digest FROM"
        " (SELECT * FROM distribution.audit_log ORDER BY number DESC LIMIT 1) a WHERE h.table_name = 'audit_log'",
    )
    assert any("at seal 2" in each and each.startswith("audit_log ") for each in names), names


@pytest.mark.parametrize(
    "statement, named",
    [
        (
            "UPDATE distribution.transfers SET recorded_at = recorded_at + interval '1 s' WHERE id = 1",
            "(seal 1)",
        ),
        ("UPDATE distribution.transfers SET amount_minor = amount_minor + 1 WHERE id = 1", "(seal 1)"),
        ("DELETE FROM distribution.transfers WHERE id = 1", "(seal 1)"),
        ("UPDATE distribution.plan_versions SET actor = 'x' WHERE number = 1", "plan_versions 1"),
        ("UPDATE distribution.period_adjustments SET due_minor = 1 WHERE number = 1", "period_adjustments 1"),
        ("UPDATE distribution.withdrawal_events SET actor = 'x' WHERE number = 1", "withdrawal_events 1"),
        (
            f"UPDATE distribution.commission_lines SET amount_minor = 1 WHERE order_id = {FIRST}",
            "as they were sealed",
        ),
        (
            f"UPDATE distribution.shares SET rate_numerator = 7 WHERE order_id = {FIRST}",
            "as they were sealed",
        ),
        (f"UPDATE distribution.terms SET hold_days = 1 WHERE order_id = {FIRST}", "as they were sealed"),
        (f"DELETE FROM distribution.commission_lines WHERE order_id = {FIRST}", "histories are complete"),
        (f"UPDATE distribution.orders SET net_minor = 1 WHERE id = {FIRST}", "orders "),
        (
            "UPDATE distribution.statements SET total_minor = total_minor + 1, accrued_minor = accrued_minor + 1",
            "",
        ),
        ("UPDATE distribution.balances SET balance_minor = balance_minor + 1 WHERE balance_minor > 0", ""),
    ],
)
def test_nothing_done_to_a_verified_past_escapes_the_proof_since_its_seal(
    copy: tuple[str, Engine], statement: str, named: str
) -> None:
    with transaction(copy[1]) as session:
        whole = prove(session)
    with transaction(copy[1]) as session:
        write(session, whole, now=PLACED_AT)
    assert found(copy, since_seal=True) == []
    names = found(copy, statement, since_seal=True)
    assert names
    assert any(named in each for each in names), names
