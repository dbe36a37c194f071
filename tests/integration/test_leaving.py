"""A copy of everything we hold about somebody, and closing an account: first taken back, then final."""

from __future__ import annotations

import csv
import io
import json
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from distribution.access.tables import LoginSession, Passkey
from distribution.adapters.mail import mailer
from distribution.adapters.notice.deliver import by_email
from distribution.analytics.rules.example import a_sale
from distribution.audit.tables import AuditEntry
from distribution.commission.accrue import accrue
from distribution.db.base import Base
from distribution.errors import Forbidden
from distribution.leaving import close, export
from distribution.leaving.keep import NothingToTakeBack, take_back
from distribution.ledger.read import holdings
from distribution.network import find
from distribution.network.account import change_profile
from distribution.network.shown import change_shown
from distribution.network.standing import reinstate, suspend
from distribution.notice.kinds import EMAIL
from distribution.notice.plan import plan
from distribution.notice.tables import Notice
from distribution.notice.tell import tell
from distribution.outbox.carry_out import carry_out
from distribution.privacy.encryption import Cipher, new_key
from distribution.settings import program
from distribution.settlement.proof import proof as settlement_proof
from distribution.settlement.settle import settle
from distribution.withdrawal.approve import approve
from distribution.withdrawal.errors import BelowMinimum
from distribution.withdrawal.methods import add_method, methods
from distribution.withdrawal.pay import mark_paid
from distribution.withdrawal.policy import WithdrawalPolicy
from distribution.withdrawal.request import request
from distribution.withdrawal.tables import Withdrawal
from jobs.leaving import go_on_with_due
from tests.factories import EARLY, a_distributor
from tests.letters import SITE, mails
from tests.money import earn

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
CIPHER = Cipher([new_key()])
DUE = NOW + timedelta(days=14)


def _ada(session: Session, *, locale: str | None = None, **changes: Any) -> Any:
    ada = a_distributor(
        session,
        name="Ada Lovelace",
        email="ada@example.com",
        code="ADA",
        password="a long password",
        **changes,
    )
    ada.locale = locale
    change_shown(session, ada.id, name="Countess", region="GB", now=NOW)
    add_method(
        session,
        distributor_id=ada.id,
        adapter="manual",
        label="***3000",
        sealed_details=CIPHER.seal(json.dumps({"iban": "DE89370400440532013000"})),
        actor=f"distributor:{ada.id}",
        now=NOW,
    )
    session.add(
        Passkey(
            kind="distributor",
            person_id=ada.id,
            credential_id=b"c",
            public_key=b"p",
            sign_count=0,
            name="Phone",
            backed_up=True,
            created_at=NOW,
        )
    )
    session.flush()
    return ada


def test_the_archive_holds_everything_readable_and_no_secret(session: Session) -> None:
    ada = _ada(session)
    a_distributor(session, name="Bea Miller", email="bea@example.com", sponsor=ada)
    sale = replace(a_sale("USD", NOW), source="saleor", referral_code="ADA", customer_key=b"k" * 16)
    accrue(session, [sale], now=NOW)
    tell(session, ada.id, "suspended", key="theirs", now=NOW)
    asked = export.ask(session, ada.id, now=NOW)
    assert export.ask(session, ada.id, now=NOW).id == asked.id
    export.make(session, asked.id, cipher=CIPHER, now=NOW)
    (told,) = mails(session, "data_ready")
    assert "It can be downloaded until 8 Jun 2026, 12:00" in told["text"]
    content = export.fetch(session, ada.id, cipher=CIPHER, now=NOW)
    assert content is not None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        document = json.loads(archive.read("data.json"))
        lines = list(csv.DictReader(io.StringIO(archive.read("csv/commission_lines.csv").decode())))
    data = document["data"]
    assert data["distributors"][0]["email"] == "ada@example.com"
    assert data["payout_methods"][0]["details"] == {"iban": "DE89370400440532013000"}
    assert data["shown_profiles"][0]["shown_name"] == "Countess"
    assert data["orders"][0]["net_minor"] == 10000
    assert "suspended" in {each["kind"] for each in data["notices"]}
    assert [int(line["amount_minor"]) for line in lines] == [1000]
    everything = json.dumps(document)
    for secret in ("argon2", "bea@example.com", "Bea Miller", (b"k" * 16).hex()):
        assert secret not in everything, secret


def test_a_copy_is_kept_encrypted_and_for_a_week(session: Session) -> None:
    ada = _ada(session)
    export.make(session, export.ask(session, ada.id, now=NOW).id, cipher=CIPHER, now=NOW)
    kept = session.execute(text("SELECT content_encrypted FROM distribution.data_exports")).scalar_one()
    assert bytes(kept)[:2] != b"PK"
    assert b"ada@" not in bytes(kept)
    assert export.fetch(session, ada.id, cipher=CIPHER, now=NOW + export.KEPT) is None
    export.forget_expired(session, now=NOW + export.KEPT)
    assert session.execute(text("SELECT count(*) FROM distribution.data_exports")).scalar_one() == 0


def test_a_closing_is_taken_back_until_its_day(session: Session) -> None:
    ada = _ada(session)
    closing = close.ask(session, ada.id, forgoes_rest=False, reason=None, now=NOW)
    assert closing.due_at == DUE
    assert close.due(session, now=DUE - timedelta(seconds=1)) == []
    take_back(session, ada.id, now=NOW)
    assert find.by_id(session, ada.id).status == "active"
    close.ask(session, ada.id, forgoes_rest=False, reason=None, now=NOW)
    with pytest.raises(NothingToTakeBack):
        take_back(session, ada.id, now=DUE)


def test_without_money_the_person_is_erased_on_the_day(session: Session) -> None:
    ada = _ada(session)
    close.ask(session, ada.id, forgoes_rest=False, reason="moving on", now=NOW)
    assert not close.go_on(session, ada.id, cipher=CIPHER, now=DUE - timedelta(seconds=1))
    assert close.go_on(session, ada.id, cipher=CIPHER, now=DUE)
    person = find.by_id(session, ada.id)
    assert (person.status, person.name, person.password_hash) == ("left", "Former distributor", None)
    assert person.email == f"{ada.id}@erased.invalid"
    assert find.by_email(session, "ada@example.com") is None
    assert methods(session, ada.id) == []
    assert session.scalars(select(Passkey)).all() == []
    assert session.scalars(select(LoginSession)).all() == []
    sealed = session.execute(text("SELECT details_encrypted FROM distribution.payout_methods")).scalar_one()
    assert CIPHER.open(bytes(sealed).decode()) == "{}"
    acts = [entry.action for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.number))]
    assert acts[-3:] == ["distributor.begin_closing", "distributor.leave", "distributor.close_account"]


def test_what_is_owed_is_waited_for_and_nothing_new_is_earned(session: Session) -> None:
    ada = _ada(session)
    sale = replace(a_sale("USD", NOW), source="saleor", referral_code="ADA")
    accrue(session, [sale], now=NOW)
    close.ask(session, ada.id, forgoes_rest=True, reason=None, now=NOW)
    assert not close.go_on(session, ada.id, cipher=CIPHER, now=DUE)
    assert find.by_id(session, ada.id).status == "suspended"
    # The goods come back: nothing is owed any more.
    back = replace(sale, observed_at=DUE, given_back_minor=12000, lines=(replace(sale.lines[0], returned=2),))
    accrue(session, [back], now=DUE)
    assert close.go_on(session, ada.id, cipher=CIPHER, now=DUE + timedelta(days=30))
    assert find.by_id(session, ada.id).status == "left"
    lines = session.execute(text("SELECT sum(amount_minor) FROM distribution.commission_lines")).scalar_one()
    assert lines == 0


def _closes(session: Session, who: UUID, *, forgoes_rest: bool = False) -> None:
    close.ask(session, who, forgoes_rest=forgoes_rest, reason=None, now=NOW)
    assert not close.go_on(session, who, cipher=CIPHER, now=DUE)


def _asks(
    session: Session, who: UUID, amount_minor: int, *, now: datetime = DUE, **limits: Any
) -> Withdrawal:
    return request(
        session,
        distributor_id=who,
        amount_minor=amount_minor,
        currency="USD",
        method="manual",
        policy=WithdrawalPolicy(**limits),
        actor=f"distributor:{who}",
        now=now,
    )


def _is_paid(session: Session, withdrawal: Withdrawal, *, now: datetime) -> None:
    approve(session, withdrawal.id, actor="merchant:one", now=now)
    mark_paid(session, withdrawal.id, actor="merchant:one", reference="bank 1", now=now)


def _available(session: Session, who: UUID) -> int:
    return sum(each.available_minor for each in holdings(session, [who]))


def _wait_until_somebody_waits(session: Session) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    deadline = time.monotonic() + 10
    while not session.execute(waiting).scalar_one():
        session.rollback()
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.02)
    session.rollback()


def _somewhere(session: Session, *wanted: str) -> list[str]:
    """The tables in which any of these texts stands, whatever the column."""
    return [
        table.name
        for table in Base.metadata.sorted_tables
        for text_wanted in wanted
        if session.execute(
            text(f"SELECT 1 FROM distribution.{table.name} AS kept WHERE kept::text ILIKE :wanted LIMIT 1"),
            {"wanted": f"%{text_wanted}%"},
        ).first()
    ]


def test_who_closes_an_account_withdraws_what_is_available_then_is_erased(
    engine: Engine, session: Session
) -> None:
    ada = _ada(session, locale="zh_Hans").id
    change_profile(session, ada, name="Augusta Ada Lovelace", now=NOW)
    earn(session, [(ada, 1_000)])
    session.commit()
    settle(engine, actor="job:settle", now=NOW)
    assert _available(session, ada) == 1_000
    _closes(session, ada)
    assert find.by_id(session, ada).status == "suspended"
    withdrawal = _asks(session, ada, 1_000)
    assert not close.go_on(session, ada, cipher=CIPHER, now=DUE + timedelta(hours=1))
    _is_paid(session, withdrawal, now=DUE + timedelta(days=1))
    assert (_available(session, ada), withdrawal.state) == (0, "paid")
    told = [each.kind for each in session.scalars(select(Notice).order_by(Notice.at))]
    assert [kind for kind in told if kind.startswith(("closing", "suspended", "left"))] == [
        "closing_asked",
        "closing_begun",
    ]
    assert close.go_on(session, ada, cipher=CIPHER, now=DUE + timedelta(days=2))
    assert find.by_id(session, ada).status == "left"
    session.commit()
    assert set(_somewhere(session, "Lovelace", "ada@example.com")) == {"notices"}


def test_the_last_letter_leaves_for_the_address_that_was_erased(
    engine: Engine, session: Session, tmp_path: Path
) -> None:
    ada = _ada(session, locale="zh_Hans").id
    change_profile(session, ada, name="Augusta Ada Lovelace", now=NOW)
    close.ask(session, ada, forgoes_rest=False, reason="too much of Lovelace", now=NOW)
    assert close.go_on(session, ada, cipher=CIPHER, now=DUE)
    (letter,) = mails(session)
    assert letter["to"] == "ada@example.com"
    assert letter["subject"] == "您的账号已注销"
    assert "Augusta Ada Lovelace，您好" in letter["text"]
    plan(session, {EMAIL: lambda _session, people: set(people)}, now=DUE)
    session.commit()
    handlers = {"notice_email": by_email(engine, mailer(f"file://{tmp_path}"), site=SITE)}
    done = carry_out(engine, handlers, clock=lambda: DUE + timedelta(minutes=1))
    assert (done.done, done.total) == (1, 1)
    assert [path.read_bytes().count(b"To: ada@example.com") for path in tmp_path.glob("*")] == [1]
    # The letter has left: nothing names them any more, in whatever table.
    session.rollback()
    assert _somewhere(session, "Lovelace", "ada@example.com", "Countess", "DE89370400440532013000") == []


def test_commission_that_matures_while_an_account_is_closed_is_settled_and_withdrawn(
    engine: Engine, session: Session
) -> None:
    ada = _ada(session).id
    earn(session, [(ada, 250)], matures_at=DUE + timedelta(days=3))
    session.commit()
    _closes(session, ada)
    session.commit()
    settle(engine, actor="job:settle", now=DUE + timedelta(days=4))
    assert _available(session, ada) == 250
    assert not close.go_on(session, ada, cipher=CIPHER, now=DUE + timedelta(days=4))
    withdrawal = _asks(session, ada, 250, now=DUE + timedelta(days=4))
    _is_paid(session, withdrawal, now=DUE + timedelta(days=5))
    assert close.go_on(session, ada, cipher=CIPHER, now=DUE + timedelta(days=6))
    assert withdrawal.amount_minor == 250


def test_what_is_below_the_smallest_statement_is_settled_for_who_closes(
    engine: Engine, session: Session
) -> None:
    ada = _ada(session).id
    program.change(session, {"settlement": {"smallest_minor": {"USD": 500}}}, actor="merchant:one", now=NOW)
    earn(session, [(ada, 250)])
    session.commit()
    settle(engine, actor="job:settle", now=NOW)
    assert _available(session, ada) == 0
    _closes(session, ada)
    session.commit()
    settle(engine, actor="job:settle", now=DUE)
    assert _available(session, ada) == 250
    assert [str(difference) for difference in settlement_proof(session)] == []


def test_the_rest_is_withdrawn_whole_below_the_smallest_withdrawal(engine: Engine, session: Session) -> None:
    ada = _ada(session).id
    earn(session, [(ada, 1_000)])
    session.commit()
    settle(engine, actor="job:settle", now=NOW)
    with pytest.raises(BelowMinimum):
        _asks(session, ada, 1_000, minimum_minor=2_000, now=NOW)
    _closes(session, ada)
    with pytest.raises(BelowMinimum):
        _asks(session, ada, 999, minimum_minor=2_000)
    assert _asks(session, ada, 1_000, minimum_minor=2_000).amount_minor == 1_000


def test_what_the_fee_would_take_is_not_waited_for(engine: Engine, session: Session) -> None:
    ada = _ada(session).id
    earn(session, [(ada, 30)])
    session.commit()
    settle(engine, actor="job:settle", now=NOW)
    program.change(session, {"withdrawal": {"fee_fixed_minor": {"USD": 30}}}, actor="merchant:one", now=NOW)
    close.ask(session, ada, forgoes_rest=False, reason=None, now=NOW)
    assert close.go_on(session, ada, cipher=CIPHER, now=DUE)


@pytest.mark.parametrize("when", ["before", "during"])
def test_who_the_merchant_suspended_cannot_withdraw_by_closing(
    engine: Engine, session: Session, when: str
) -> None:
    ada = _ada(session).id
    earn(session, [(ada, 1_000)])
    session.commit()
    settle(engine, actor="job:settle", now=NOW)
    if when == "before":
        suspend(session, ada, actor="merchant:one", now=NOW, reason="fraud")
    _closes(session, ada)
    if when == "during":
        later = DUE + timedelta(hours=1)
        reinstate(session, ada, actor="merchant:one", now=later)
        suspend(session, ada, actor="merchant:one", now=later, reason="fraud")
    with pytest.raises(Forbidden):
        _asks(session, ada, 1_000, now=DUE + timedelta(hours=2))


def test_somebody_who_only_applied_is_erased_too(session: Session) -> None:
    ada = _ada(session, status="applied", now=EARLY)
    close.ask(session, ada.id, forgoes_rest=False, reason=None, now=NOW)
    assert close.go_on(session, ada.id, cipher=CIPHER, now=DUE)
    assert find.by_id(session, ada.id).status == "rejected"


def test_a_reason_is_erased_also_where_the_wish_was_taken_back(session: Session) -> None:
    ada = _ada(session).id
    close.ask(session, ada, forgoes_rest=False, reason="my illness", now=NOW)
    take_back(session, ada, now=NOW)
    close.ask(session, ada, forgoes_rest=False, reason="still ill", now=NOW)
    assert close.go_on(session, ada, cipher=CIPHER, now=DUE)
    assert _somewhere(session, "illness", "still ill") == []


def test_a_closing_that_fails_holds_up_none(engine: Engine, session: Session) -> None:
    first, second = a_distributor(session).id, a_distributor(session).id
    for who in (first, second):
        close.ask(session, who, forgoes_rest=False, reason=None, now=NOW)
    session.execute(
        text(
            "CREATE FUNCTION distribution.test_refuses() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'a test wants it'; END $$"
        )
    )
    session.execute(
        text(
            "CREATE TRIGGER test_refuses BEFORE UPDATE ON distribution.distributors FOR EACH ROW "
            f"WHEN (NEW.id = '{first}') EXECUTE FUNCTION distribution.test_refuses()"
        )
    )
    session.commit()
    with pytest.raises(DBAPIError, match="a test wants it"):
        go_on_with_due(engine, CIPHER, now=DUE)
    session.rollback()
    assert [find.by_id(session, who).status for who in (first, second)] == ["active", "left"]


def test_what_is_asked_for_at_the_same_moment_is_waited_for(engine: Engine, session: Session) -> None:
    ada = _ada(session).id
    later = DUE + timedelta(days=4)
    earn(session, [(ada, 1_000)], matures_at=DUE + timedelta(days=3))
    session.commit()
    _closes(session, ada, forgoes_rest=True)
    session.commit()
    settle(engine, actor="job:settle", now=later)
    with ThreadPoolExecutor() as pool, Session(engine) as asking:
        withdrawal = _asks(asking, ada, 1_000, now=later)
        going_on = pool.submit(go_on_with_due, engine, CIPHER, now=later)
        _wait_until_somebody_waits(session)
        asking.commit()
        assert going_on.result() == {"looked_at": 1, "ended": 0}
        asking.refresh(withdrawal)
        assert withdrawal.state == "requested"
    assert find.by_id(session, ada).name == "Ada Lovelace"


def test_what_is_taken_back_at_the_last_moment_is_not_carried_on(engine: Engine, session: Session) -> None:
    ada = _ada(session).id
    close.ask(session, ada, forgoes_rest=False, reason=None, now=NOW)
    session.commit()
    with ThreadPoolExecutor() as pool, Session(engine) as taking_back:
        take_back(taking_back, ada, now=DUE - timedelta(seconds=1))
        going_on = pool.submit(go_on_with_due, engine, CIPHER, now=DUE)
        _wait_until_somebody_waits(session)
        taking_back.commit()
        assert going_on.result() == {"looked_at": 1, "ended": 0}
    assert find.by_id(session, ada).status == "active"
