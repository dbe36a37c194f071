"""Tax on statements: withheld from what is credited, given back with what is taken back, invoices numbered through."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from distribution.adjustment.document import Proposal
from distribution.adjustment.propose import propose
from distribution.db import transaction
from distribution.ledger.proof import proof as ledger_proof
from distribution.ledger.read import holdings
from distribution.network.tables import Distributor
from distribution.privacy.encryption import Cipher, new_key
from distribution.settings import program
from distribution.settlement.preview import preview
from distribution.settlement.proof import proof
from distribution.settlement.run import close_run, open_run
from distribution.settlement.settle import settle
from distribution.settlement.tables import SettlementRun, Statement
from distribution.tax.profile import Details, details_of, profile, record_profile
from distribution.tax.read import year_totals
from distribution.tax.tables import TaxProfile
from distribution.tax.withholding import Taxed, rule_for, withheld_minor
from tests.money import NOW, earn, people, person

DAY = timedelta(days=1)
ACTOR, ADA = "job:settle", "merchant:ada"
CIPHER = Cipher([new_key()])
TEN_PERCENT = {"withholding": [{"brackets": [{"bps": 1_000}]}]}


def rule(session: Session, **rules: Any) -> None:
    program.change(session, {"tax": rules}, actor=ADA, now=NOW - 90 * DAY)
    session.commit()


def tells(
    session: Session, who: UUID, country: str, *, at: datetime = NOW - 30 * DAY, **said: Any
) -> TaxProfile:
    found = record_profile(
        session,
        session.get_one(Distributor, who),
        country=country,
        recipient=said.get("recipient", "person"),
        details=Details("Ada Lovelace", "1 Street", said.get("tax_id")),
        self_billing=said.get("self_billing", False),
        cipher=CIPHER,
        actor=f"distributor:{who}",
        now=at,
    )
    session.commit()
    return found


def settled(engine: Engine, *, now: datetime = NOW, **how: Any) -> list[SettlementRun]:
    runs = settle(engine, actor=ACTOR, now=now, **how)
    with transaction(engine) as session:
        assert [str(difference) for difference in (*proof(session), *ledger_proof(session))] == []
    return runs


def earned(session: Session, who: UUID, *amounts: int, day: int = 0) -> None:
    earn(session, [(who, amount) for amount in amounts], matures_at=NOW + (day - 1) * DAY)
    session.commit()


def newest(engine: Engine, who: UUID) -> Statement:
    with transaction(engine) as session:
        query = select(Statement).where(Statement.distributor_id == who)
        return session.scalars(query.order_by(Statement.number.desc()).limit(1)).one()


def held(engine: Engine, who: UUID) -> tuple[int, int]:
    with transaction(engine) as session:
        (found,) = holdings(session, [who])
        return found.available_minor, found.debt_minor


def test_without_rules_nothing_is_withheld(engine: Engine, session: Session) -> None:
    ada = person(session)
    earned(session, ada, 1_000)
    settled(engine)
    assert (newest(engine, ada).tax_minor, newest(engine, ada).tax_year) == (0, 2026)
    assert held(engine, ada) == (1_000, 0)


def test_tax_is_withheld_from_a_credit_and_the_rest_is_available(engine: Engine, session: Session) -> None:
    rule(session, **TEN_PERCENT)
    ada = person(session)
    earned(session, ada, 1_009)
    settled(engine)
    assert newest(engine, ada).tax_minor == 100
    assert held(engine, ada) == (909, 0)


def test_what_is_taken_back_gives_its_tax_back(engine: Engine, session: Session) -> None:
    rule(session, **TEN_PERCENT)
    ada = person(session)
    for day, amount in enumerate((1_000, -400)):
        earned(session, ada, amount, day=day)
        settled(engine, now=NOW + day * DAY)
    statement = newest(engine, ada)
    assert (statement.total_minor, statement.tax_minor) == (-400, -40)
    assert (statement.year_total_minor, statement.year_tax_minor) == (600, 60)
    assert held(engine, ada) == (540, 0)


def test_tax_given_back_comes_before_debt(engine: Engine, session: Session) -> None:
    rule(session, **TEN_PERCENT)
    ada = person(session)
    earned(session, ada, 1_000)
    settled(engine)
    session.execute(
        text("UPDATE distribution.balances SET balance_minor = 0 WHERE kind = 'available'"),
    )
    session.rollback()
    with transaction(engine) as other:
        propose_taking(other, ada, -900)
    earned(session, ada, -1_000, day=1)
    settled(engine, now=NOW + DAY)
    assert newest(engine, ada).tax_minor == -100
    assert held(engine, ada) == (0, -900)


def propose_taking(session: Session, who: UUID, amount_minor: int) -> None:
    program.change(session, {"adjustment": {"second_person_above_minor": {"USD": 10**6}}}, actor=ADA, now=NOW)
    proposal = Proposal(
        distributor_id=who,
        currency="USD",
        amount_minor=amount_minor,
        category="other",
        reason="Agreed by telephone",
    )
    propose(session, proposal, actor=ADA, now=NOW)


def test_a_statement_knows_what_was_adjusted_since_the_one_before(engine: Engine, session: Session) -> None:
    ada = person(session)
    for day, amount in enumerate((1_000, 500, 200)):
        earned(session, ada, amount, day=day)
        if day:
            with transaction(engine) as other:
                propose_taking(other, ada, 30 * day)
        settled(engine, now=NOW + day * DAY)
    with transaction(engine) as other:
        kept = other.scalars(select(Statement.adjusted_to_date_minor).order_by(Statement.number))
        assert list(kept) == [0, 30, 90]


def test_a_bracket_is_reached_over_the_year(engine: Engine, session: Session) -> None:
    brackets = [{"bps": 0}, {"from_minor": 1_500, "bps": 2_000}]
    rule(session, withholding=[{"currency": "USD", "brackets": brackets}])
    ada = person(session)
    taxes = []
    for day, amount in enumerate((1_000, 1_000, 1_000)):
        earned(session, ada, amount, day=day)
        settled(engine, now=NOW + day * DAY)
        taxes.append(newest(engine, ada).tax_minor)
    assert taxes == [0, 100, 200]


def test_a_year_begins_at_midnight_of_the_merchant(engine: Engine, session: Session) -> None:
    rule(session, **TEN_PERCENT)
    program.change(session, {"time_zone": "Asia/Shanghai"}, actor=ADA, now=NOW)
    session.commit()
    ada = person(session)
    years = []
    for moment in (datetime(2026, 12, 31, 15, 59, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC)):
        earn(session, [(ada, 1_000)], matures_at=moment)
        session.commit()
        settled(engine, now=moment)
        years.append((newest(engine, ada).tax_year, newest(engine, ada).year_total_minor))
    assert years == [(2026, 1_000), (2027, 1_000)]


def test_the_country_said_before_the_run_was_opened_counts(engine: Engine, session: Session) -> None:
    rule(session, withholding=[{"country": "DE", "brackets": [{"bps": 2_000}]}])
    ada = person(session)
    said = tells(session, ada, "DE")
    earned(session, ada, 1_000)
    with transaction(engine) as other:
        run = open_run(other, currency="USD", until=NOW, actor=ACTOR, now=NOW, program=program.read(other))
        assert run is not None
    tells(session, ada, "FR", at=NOW + timedelta(minutes=1))
    with transaction(engine) as other:
        close_run(other, run.id, now=NOW + timedelta(minutes=2))
    statement = newest(engine, ada)
    assert (statement.tax_country, statement.tax_profile_number, statement.tax_minor) == (
        "DE",
        said.number,
        200,
    )
    assert settled(engine) == []


def test_a_preview_says_what_will_be_withheld(engine: Engine, session: Session) -> None:
    rule(session, **TEN_PERCENT)
    ada = person(session)
    earned(session, ada, 1_000)
    with transaction(engine) as other:
        (row,) = preview(other, currency="USD", now=NOW).rows
    assert (row.total_minor, row.tax_minor, row.available_after_minor) == (1_000, 100, 900)


def test_invoices_are_numbered_through_for_those_who_agreed(engine: Engine, session: Session) -> None:
    rule(session, invoice_prefix="SB")
    ada, bob, eve = people(session, 3)
    for who, agreed in ((ada, True), (bob, True), (eve, False)):
        tells(session, who, "DE", self_billing=agreed)
    for who, amount in ((ada, 500), (bob, 400), (eve, 300)):
        earned(session, who, amount)
    settled(engine)
    earned(session, ada, -200, day=1)
    earned(session, bob, 100, -100, day=1)
    settled(engine, now=NOW + DAY)
    with transaction(engine) as other:
        rows = other.execute(
            select(Statement.invoice_series, Statement.invoice_number, Statement.total_minor)
            .where(Statement.invoice_number.is_not(None))
            .order_by(Statement.invoice_number)
        ).all()
    assert [row[:2] for row in rows] == [("SB-2026", 1), ("SB-2026", 2), ("SB-2026", 3)]
    assert sorted(row.total_minor for row in rows[:2]) == [400, 500]
    assert rows[2].total_minor == -200


def test_runs_of_two_currencies_at_once_share_the_numbers(engine: Engine, session: Session) -> None:
    rule(session, invoice_prefix="SB")
    for who in people(session, 40):
        tells(session, who, "DE", self_billing=True)
        for currency in ("USD", "EUR"):
            earn(session, [(who, 100)], currency=currency)
    session.commit()
    with ThreadPoolExecutor(2) as pool:
        list(
            pool.map(lambda currency: settle(engine, actor=ACTOR, now=NOW, currency=currency), ("USD", "EUR"))
        )
    assert settled(engine) == []
    with transaction(engine) as other:
        numbers = other.scalars(select(Statement.invoice_number).order_by(Statement.invoice_number))
        assert list(numbers) == list(range(1, 81))


def test_a_change_of_what_was_withheld_is_found(engine: Engine, session: Session) -> None:
    rule(session, **TEN_PERCENT)
    ada = person(session)
    earned(session, ada, 1_000)
    settled(engine)
    with transaction(engine) as other:
        other.execute(text("ALTER TABLE distribution.statements DISABLE TRIGGER append_only"))
        other.execute(text("UPDATE distribution.statements SET tax_minor = 90, year_tax_minor = 90"))
        other.execute(text("ALTER TABLE distribution.statements ENABLE TRIGGER append_only"))
        checks = {difference.check for difference in proof(other)}
        other.rollback()
    assert "a statement withholds what the rules of its run say" in checks


def test_a_profile_said_again_is_the_same_and_its_secrets_are_not_readable(session: Session) -> None:
    ada = person(session)
    first = tells(session, ada, "DE", tax_id="36 574 261 809")
    assert tells(session, ada, "DE", tax_id="36574261809").number == first.number
    assert first.tax_id_label == "•••1809"
    assert details_of(session, first, cipher=CIPHER).tax_id == "36574261809"
    kept = session.scalars(text("SELECT details_encrypted FROM distribution.tax_details")).one()
    assert b"Lovelace" not in bytes(kept)
    assert profile(session, ada) == first


def test_a_year_adds_up_for_the_tax_office(engine: Engine, session: Session) -> None:
    rule(session, **TEN_PERCENT)
    ada = person(session)
    tells(session, ada, "DE", tax_id="36574261809")
    for day, amount in enumerate((1_000, -400)):
        earned(session, ada, amount, day=day)
        settled(engine, now=NOW + day * DAY)
    with transaction(engine) as other:
        (total,) = year_totals(other, year=2026)
    assert (total.statement_count, total.accrued_minor, total.reversed_minor) == (2, 1_000, -400)
    assert (total.total_minor, total.tax_minor, total.country) == (600, 60, "DE")
    assert total.tax_id_label == "•••1809"


@pytest.mark.parametrize("seed", range(6))
def test_random_lives_withhold_what_the_rules_in_python_say(
    engine: Engine, session: Session, seed: int
) -> None:
    random = Random(seed)
    everybody = people(session, 12)
    years: dict[tuple[UUID, int, str | None], tuple[int, int]] = {}
    said: dict[UUID, Taxed] = {who: Taxed() for who in everybody}
    for turn in range(6):
        moment = NOW + turn * 50 * DAY
        rule(session, withholding=random_rules(random))
        for who in everybody:
            if random.random() < 0.3:
                said[who] = random_profile(session, random, who, at=moment - DAY)
            if random.random() < 0.8:
                amounts = [random.randint(-3_000, 6_000) or 1 for _ in range(random.randint(1, 3))]
                earn(session, [(who, amount) for amount in amounts], matures_at=moment - DAY)
        session.commit()
        rules = program.read(session).tax
        for run in settled(engine, now=moment):
            for statement in session.scalars(select(Statement).where(Statement.run_id == run.id)):
                taxed = said[statement.distributor_id]
                key = (statement.distributor_id, moment.year, taxed.country)
                before, withheld = years.get(key, (0, 0))
                found = rule_for(rules, taxed, "USD")
                tax = 0
                if found is not None:
                    tax = withheld_minor(
                        found.brackets,
                        before_minor=before,
                        withheld_before_minor=withheld,
                        total_minor=statement.total_minor,
                    )
                assert statement.tax_minor == tax
                if any(each.currency in (None, "USD") for each in rules.withholding):
                    years[key] = (before + statement.total_minor, withheld + tax)
        session.rollback()


def random_rules(random: Random) -> list[dict[str, Any]]:
    found = {}
    for _ in range(random.randint(0, 8)):
        brackets = [{"bps": random.randint(0, 4_000)}]
        if random.random() < 0.5:
            brackets.append({"from_minor": random.randint(1, 5_000), "bps": random.randint(0, 10_000)})
        each = {
            "country": random.choice([None, "DE", "FR"]),
            "recipients": random.choice([None, "person", "company"]),
            "tax_id": random.choice([None, "given", "missing"]),
            "currency": "USD" if len(brackets) > 1 else random.choice([None, "USD", "EUR"]),
        }
        found[tuple(each.values())] = each | {"brackets": brackets}
    return list(found.values())


def random_profile(session: Session, random: Random, who: UUID, *, at: datetime) -> Taxed:
    country, recipient = random.choice(["DE", "FR", "VN"]), random.choice(["person", "company"])
    ids = {"DE": "36574261809", "FR": "0701987765493", "VN": "0100233488"}
    tax_id = random.choice([None, ids[country]])
    tells(session, who, country, at=at, recipient=recipient, tax_id=tax_id)
    return Taxed(country, "company" if recipient == "company" else "person", tax_id is not None)
