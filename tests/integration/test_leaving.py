"""A copy of everything we hold about somebody, and closing an account: first taken back, then final."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from distribution.access.tables import LoginSession, Passkey
from distribution.analytics.rules.example import a_sale
from distribution.audit.tables import AuditEntry
from distribution.commission.accrue import accrue
from distribution.leaving import close, export
from distribution.leaving.close import NothingToTakeBack
from distribution.network import find
from distribution.network.shown import change_shown
from distribution.notice.tell import tell
from distribution.privacy.encryption import Cipher, new_key
from distribution.withdrawal.methods import add_method, methods
from tests.factories import EARLY, a_distributor

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
CIPHER = Cipher([new_key()])
DUE = NOW + timedelta(days=14)


def _ada(session: Session, **changes: Any) -> Any:
    ada = a_distributor(
        session,
        name="Ada Lovelace",
        email="ada@example.com",
        code="ADA",
        password="a long password",
        **changes,
    )
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
    close.take_back(session, ada.id, now=NOW)
    assert find.by_id(session, ada.id).status == "active"
    close.ask(session, ada.id, forgoes_rest=False, reason=None, now=NOW)
    with pytest.raises(NothingToTakeBack):
        close.take_back(session, ada.id, now=DUE)


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


def test_somebody_who_only_applied_is_erased_too(session: Session) -> None:
    ada = _ada(session, status="applied", now=EARLY)
    close.ask(session, ada.id, forgoes_rest=False, reason=None, now=NOW)
    assert close.go_on(session, ada.id, cipher=CIPHER, now=DUE)
    assert find.by_id(session, ada.id).status == "rejected"
