"""What the plugin writes is what the drain expects, and a database that cannot take it says so in time."""

import time
from collections.abc import Iterator
from secrets import token_hex

import psycopg
import pytest

from saleor_plugin.checks import connection_problems
from saleor_plugin.inbox import Inbox, SignalsRefused
from saleor_plugin.postgres import ANSWER_SECONDS, DatabaseUnavailable
from saleor_plugin.referral import Referral, read_referral
from saleor_plugin.signals import Signal

ORDER = Signal("order", "T3JkZXI6MQ==", "order_created")
ROWS = "SELECT source, kind, subject_id, hook, referral, attempts, claimed_until FROM distribution.inbox ORDER BY id"


def rows(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(ROWS).fetchall()


@pytest.fixture
def inbox(database_url: str) -> Iterator[Inbox]:
    inbox = Inbox(database_url)
    yield inbox
    inbox.close()


def test_rows(inbox: Inbox, database_url: str) -> None:
    checkout = Signal("checkout", "Q2hlY2tvdXQ6MQ==", "checkout_created", Referral("it's \\ ALICE%s", None))
    inbox.write([ORDER, checkout])
    inbox.write([ORDER])
    told = ("saleor", "order", ORDER.subject_id, "order_created", None, 0, None)
    referral = {"code": "it's \\ ALICE%s", "click": None}
    assert rows(database_url) == [
        told,
        ("saleor", "checkout", checkout.subject_id, "checkout_created", referral, 0, None),
        told,
    ]


@pytest.mark.parametrize("code", ["A" * 10_000_000, "nul\0", "half \ud83d emoji", "💸 '; DROP", "\u2028\x01"])
def test_any_code_can_be_stored(inbox: Inbox, database_url: str, code: str) -> None:
    referral = read_referral({"c": code}, code_key="c", click_key="k")
    inbox.write([Signal("checkout", "c", "checkout_created", referral)])
    assert referral is not None
    assert rows(database_url)[0][4] == referral._asdict()


def test_thousands_at_once(inbox: Inbox, database_url: str) -> None:
    inbox.write([ORDER._replace(subject_id=str(number)) for number in range(5000)])
    assert [row[2] for row in rows(database_url)] == [str(number) for number in range(5000)]


def test_nothing_to_write_is_a_probe(inbox: Inbox, database_url: str) -> None:
    inbox.write([])
    assert rows(database_url) == []


def test_probe_notices_a_missing_table(empty_database_url: str) -> None:
    inbox = Inbox(empty_database_url)
    with pytest.raises(DatabaseUnavailable, match="SQLSTATE 42P01"):
        inbox.write([])


def test_refused_signal_leaves_the_connection_usable(inbox: Inbox, database_url: str) -> None:
    with pytest.raises(SignalsRefused, match="23514"):
        inbox.write([ORDER, ORDER._replace(kind="parcel")])
    inbox.write([ORDER])
    assert len(rows(database_url)) == 1


def test_locked_table_leaves_no_session_waiting(inbox: Inbox, own_database_url: str) -> None:
    inbox = Inbox(own_database_url)
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with psycopg.connect(own_database_url) as holder, psycopg.connect(own_database_url) as watcher:
        holder.execute("LOCK TABLE distribution.inbox IN ACCESS EXCLUSIVE MODE")
        started = time.monotonic()
        with pytest.raises(DatabaseUnavailable, match="SQLSTATE 57014"):
            inbox.write([ORDER])
        assert time.monotonic() - started < ANSWER_SECONDS
        assert watcher.execute(waiting).fetchone() == (0,)


def test_right_to_insert_is_enough(own_database_url: str) -> None:
    role = f"plugin_{token_hex(4)}"
    with psycopg.connect(own_database_url, autocommit=True) as connection:
        connection.execute(
            f"CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA distribution TO {role};"
            f"GRANT INSERT ON distribution.inbox TO {role}"
        )
        try:
            inbox = Inbox(own_database_url.replace("//postgres@", f"//{role}@"))
            inbox.write([ORDER])
            inbox.close()
        finally:
            connection.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")
    assert len(rows(own_database_url)) == 1


def test_session_settings_stay_as_they_were(inbox: Inbox) -> None:
    inbox.write([ORDER])
    assert inbox._connection.execute("SHOW statement_timeout").fetchone() == ("0",)


def test_closed_by_the_server(inbox: Inbox, database_url: str) -> None:
    inbox.write([ORDER])
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'distribution plugin'"
        )
        with pytest.raises(DatabaseUnavailable):
            inbox.write([ORDER])


def test_good_variables(database_url: str, redis_url: str) -> None:
    variables = {"DISTRIBUTION_DATABASE_URL": database_url, "DISTRIBUTION_REDIS_URL": redis_url}
    assert connection_problems(variables) == {}


def test_variables_that_lead_nowhere_are_named_without_their_secrets(empty_database_url: str) -> None:
    variables = {
        "DISTRIBUTION_DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/d",
        "DISTRIBUTION_REDIS_URL": "redis://:secret@127.0.0.1:1/0",
    }
    problems = connection_problems(variables)
    assert set(problems) == set(variables)
    assert all(variable in text and "secret" not in text for variable, text in problems.items())
    variables["DISTRIBUTION_DATABASE_URL"] = empty_database_url
    assert "run distribution migrate" in connection_problems(variables)["DISTRIBUTION_DATABASE_URL"]
