"""Transfers posted by hundreds against a ledger of one function call a transfer, the way of public designs.

Both durable, in one database, in turns. Then eight clients post through one account of the program, against one client.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import perf_counter
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import Engine, text

from benchmarks.database import database
from benchmarks.result import report
from distribution.db import transaction
from distribution.ledger.accounts import AccountKey, account_ids
from distribution.ledger.post import Movement, post

GOAL, TOGETHER_GOAL = 6.0, 1.0
ROUNDS, BATCHES, BATCH, CLIENTS, PEOPLE = 5, 40, 100, 8, 2_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)

_PEOPLE = text("""
INSERT INTO distribution.distributors (id, email, name, status, email_hash, created_at)
SELECT gen_random_uuid(), number || '@example.com', 'Ada', 'active', decode(lpad(to_hex(number), 64, '0'), 'hex'), now()
FROM generate_series(1, :people) AS number RETURNING id
""")
_CALLS = """
CREATE SCHEMA calls;
CREATE TABLE calls.accounts (id bigint PRIMARY KEY, balance_minor bigint NOT NULL, version bigint NOT NULL DEFAULT 0);
CREATE TABLE calls.transfers (id uuid PRIMARY KEY, debit bigint NOT NULL, credit bigint NOT NULL,
    amount bigint NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE INDEX ON calls.transfers (debit);
CREATE INDEX ON calls.transfers (credit);
CREATE TABLE calls.entries (id uuid PRIMARY KEY, account bigint NOT NULL, transfer uuid NOT NULL,
    amount bigint NOT NULL, before_minor bigint NOT NULL, after_minor bigint NOT NULL, version bigint NOT NULL);
CREATE INDEX ON calls.entries (account);
CREATE INDEX ON calls.entries (transfer);
CREATE FUNCTION calls.transfer(p_debit bigint, p_credit bigint, p_amount bigint) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE made uuid := gen_random_uuid(); side record; changed calls.accounts;
BEGIN
    PERFORM FROM calls.accounts WHERE id IN (p_debit, p_credit) ORDER BY id FOR UPDATE;
    INSERT INTO calls.transfers (id, debit, credit, amount) VALUES (made, p_debit, p_credit, p_amount);
    FOR side IN SELECT * FROM (VALUES (p_debit, -p_amount), (p_credit, p_amount)) AS sides (account, amount) LOOP
        UPDATE calls.accounts SET balance_minor = balance_minor + side.amount, version = version + 1
        WHERE id = side.account RETURNING * INTO changed;
        INSERT INTO calls.entries VALUES (gen_random_uuid(), side.account, made, side.amount,
            changed.balance_minor - side.amount, changed.balance_minor, changed.version);
    END LOOP;
    RETURN made;
END $$;
INSERT INTO calls.accounts (id, balance_minor) SELECT id, 0 FROM distribution.accounts
"""
_OFF = text("""
SELECT count(*) FROM distribution.balances JOIN (
    SELECT credit_account_id AS account_id, sum(amount_minor) AS posted FROM distribution.transfers GROUP BY 1
) AS transfers USING (account_id) WHERE balance_minor <> posted
""")
_CALL = "SELECT calls.transfer(%s, %s, %s)"


def run() -> None:
    """Print both ratios."""
    with database() as engine:
        program, people = _accounts(engine)
        _post(engine, program, people, batches=5)
        found = []
        for _ in range(ROUNDS):
            began = perf_counter()
            _call(engine, program, people)
            between = perf_counter()
            _post(engine, program, people, batches=BATCHES)
            found.append((between - began, perf_counter() - between))
        called, posted = sorted(found, key=lambda each: each[0] / each[1])[ROUNDS // 2]
        together = sorted(_together(engine, program, people) for _ in range(ROUNDS))[ROUNDS // 2]
        _check(engine)
    alone = BATCHES * BATCH / posted
    report(
        "ledger_postings",
        called / posted,
        GOAL,
        f"{alone:,.0f} transfers/s by hundreds against {BATCHES * BATCH / called:,.0f} by a call each",
    )
    report(
        "ledger_postings together",
        together / alone,
        TOGETHER_GOAL,
        f"{together:,.0f} transfers/s by {CLIENTS} clients through one account of the program, {alone:,.0f} by one",
    )


def _check(engine: Engine) -> None:
    with transaction(engine) as session:
        off = session.execute(_OFF).scalar_one()
    assert off == 0, f"{off} balances are not what was posted"


def _accounts(engine: Engine) -> tuple[int, list[int]]:
    with transaction(engine) as session:
        ids: list[UUID] = list(session.execute(_PEOPLE, {"people": PEOPLE}).scalars())
        ours = AccountKey(None, "commission", "USD")
        found = account_ids(session, [ours, *(AccountKey(each, "available", "USD") for each in ids)])
        session.connection().exec_driver_sql(_CALLS)
    return found[ours], [account for key, account in found.items() if key != ours]


def _post(engine: Engine, program: int, people: list[int], *, batches: int, first: int = 0) -> None:
    for batch in range(batches):
        movements = [
            Movement(
                program,
                people[(first + batch * BATCH + number) % len(people)],
                "USD",
                100,
                "settlement_credit",
                "statement",
                uuid4(),
                NOW,
            )
            for number in range(BATCH)
        ]
        with transaction(engine) as session:
            assert post(session, movements, now=NOW) == BATCH


def _call(engine: Engine, program: int, people: list[int]) -> None:
    """Without SQLAlchemy, each call prepared: nothing but what the design costs."""
    with psycopg.connect(engine.url.set(drivername="postgresql").render_as_string(False)) as connection:
        connection.prepare_threshold = 0
        for batch in range(BATCHES):
            with connection.transaction():
                for number in range(BATCH):
                    connection.execute(_CALL, [program, people[(batch * BATCH + number) % len(people)], 100])


def _together(engine: Engine, program: int, people: list[int]) -> float:
    each = BATCHES // CLIENTS * 2
    began = perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        # Each begins elsewhere among the people, so that they meet at the program's account and now and then at others.
        turns = [
            pool.submit(_post, engine, program, people, batches=each, first=client * len(people) // CLIENTS)
            for client in range(CLIENTS)
        ]
        for turn in turns:
            turn.result()
    return CLIENTS * each * BATCH / (perf_counter() - began)
