"""Joining: questions of the merchant's own, whose recruit a shopper is, and letting in who has bought."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from distribution.analytics.application_sources import SourceRow, sources
from distribution.analytics.rules.example import a_sale
from distribution.attribution.bound import bound_to
from distribution.commission.accrue import accrue
from distribution.errors import InvalidInput
from distribution.network import find
from distribution.network.account import confirm_email
from distribution.orders.bought import admit, waiting
from distribution.orders.snapshot import OrderSnapshot
from distribution.privacy.encryption import Cipher, new_key
from distribution.privacy.hashing import email_hash, shopper_key
from distribution.promotion import recruit
from distribution.settings import program
from tests.factories import ACTOR, EARLY, a_distributor

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
EMAIL = "bea@example.com"
QUESTIONS = [
    {"label": "Your channel", "kind": "link", "required": True},
    {"label": "Reach", "kind": "choice", "choices": ["small", "large"]},
    {"label": "I am of age", "kind": "tick"},
]


def an_application(session: Session, **changes: Any) -> recruit.Recruit:
    given: dict[str, Any] = {
        "email": EMAIL,
        "name": "Bea Miller",
        "password": "correct horse battery",
        "acceptance": recruit.Acceptance("1", None),
        "cipher": Cipher([new_key()]),
        "suffix": "7KQ2M",
        "now": NOW,
    }
    return recruit.apply(session, **(given | changes))


def an_order(session: Session, **changes: Any) -> OrderSnapshot:
    key = email_hash(shopper_key(session), EMAIL)
    return replace(a_sale("USD", NOW - timedelta(days=3)), source="saleor", customer_key=key, **changes)


def test_answers_are_kept_by_the_words_of_their_questions(session: Session) -> None:
    program.change(session, {"questions": QUESTIONS}, actor=ACTOR, now=EARLY)
    given = {
        "Your channel": " https://bea.example/me ",
        "Reach": "large",
        "I am of age": "yes",
        "role": "owner",
    }
    kept = an_application(session, answers=given).distributor.application
    assert kept is not None
    assert kept["answers"] == {
        "Your channel": "https://bea.example/me",
        "Reach": "large",
        "I am of age": "yes",
    }


@pytest.mark.parametrize(
    "answers, field, rule",
    [
        ({}, "answers.0", "required"),
        ({"Your channel": "bea"}, "answers.0", "link"),
        ({"Your channel": "javascript:alert(1)//a.b"}, "answers.0", "link"),
        ({"Your channel": "https://bea.example", "Reach": "huge"}, "answers.1", "choice"),
        ({"Your channel": "https://bea.example/" + "a" * 300}, "answers.0", "longest"),
    ],
)
def test_an_answer_that_is_none_is_refused(
    session: Session, answers: dict[str, str], field: str, rule: str
) -> None:
    program.change(session, {"questions": QUESTIONS}, actor=ACTOR, now=EARLY)
    with pytest.raises(InvalidInput) as refused:
        an_application(session, answers=answers)
    assert (refused.value.field, refused.value.rule) == (field, rule)


@pytest.mark.parametrize("sponsor_from, whose", [("invitation", "INVITES"), ("binding", "BOUND")])
def test_policy_says_whether_invitation_or_binding_decides(
    session: Session, sponsor_from: str, whose: str
) -> None:
    people = {code: a_distributor(session, code=code) for code in ("INVITES", "BOUND")}
    program.change(session, {"sponsor_from": sponsor_from}, actor=ACTOR, now=EARLY)
    accrue(session, [an_order(session, referral_code="BOUND")], now=NOW)
    bound = bound_to(session, EMAIL, now=NOW)
    assert bound == people["BOUND"].id
    bea = an_application(session, sponsor_code="INVITES", sponsor_id=bound)
    assert bea.distributor.sponsor_id == people[whose].id


def test_a_shopper_who_joins_without_invitation_belongs_to_whose_customer_they_are(session: Session) -> None:
    ada = a_distributor(session, code="ADA")
    accrue(session, [an_order(session, referral_code="ADA")], now=NOW)
    assert (
        an_application(session, sponsor_id=bound_to(session, EMAIL, now=NOW)).distributor.sponsor_id == ada.id
    )
    assert bound_to(session, "other@example.com", now=NOW) is None
    assert bound_to(session, EMAIL, now=NOW + timedelta(days=400)) is None


def test_who_has_bought_is_let_in_once_the_address_is_confirmed(session: Session) -> None:
    program.change(
        session, {"join_policy": "bought", "bought": {"amount_minor": {"USD": 10000}}}, actor=ACTOR, now=EARLY
    )
    bea = an_application(session).distributor
    accrue(session, [an_order(session)], now=NOW)
    assert not admit(session, bea.id, now=NOW)
    confirm_email(session, bea.id, now=NOW)
    assert waiting(session) == [bea.id]
    assert admit(session, bea.id, now=NOW)
    assert find.by_id(session, bea.id).status == "active"
    assert waiting(session) == []


@pytest.mark.parametrize(
    "rule, changes, admitted",
    [
        ({"amount_minor": {"USD": 10001}}, {}, False),
        ({"amount_minor": {"EUR": 1}}, {}, False),
        ({"amount_minor": {"USD": 1}}, {"given_back_minor": 1}, False),
        ({"amount_minor": {"USD": 1}}, {"collected_minor": 0}, False),
        ({"product_ids": ["p-1"]}, {}, False),
        ({"product_ids": ["p-9", "p-2"]}, {"product": "p-2"}, True),
    ],
)
def test_only_what_was_bought_and_kept_counts(
    session: Session, rule: dict[str, Any], changes: dict[str, Any], admitted: bool
) -> None:
    program.change(session, {"join_policy": "bought", "bought": rule}, actor=ACTOR, now=EARLY)
    bea = an_application(session).distributor
    confirm_email(session, bea.id, now=NOW)
    product = changes.pop("product", None)
    order = an_order(session, **changes)
    accrue(session, [replace(order, lines=(replace(order.lines[0], product_id=product),))], now=NOW)
    assert admit(session, bea.id, now=NOW) is admitted


def test_a_buying_rule_that_names_nothing_is_refused(session: Session) -> None:
    with pytest.raises(InvalidInput):
        program.change(session, {"join_policy": "bought"}, actor=ACTOR, now=EARLY)


def test_sources_are_reported_with_what_became_of_them(session: Session) -> None:
    ada = a_distributor(session, code="ADA")
    an_application(session, sponsor_code="ADA", source="qr")
    an_application(session, email="cy@example.com", source="qr", suffix="AAAAA")
    recruit.create(
        session,
        email="di@example.com",
        name="Di",
        actor=ACTOR,
        suffix="BBBBB",
        now=NOW,
        code="DIS",
        source="api",
    )
    accrue(session, [an_order(session, referral_code="DIS")], now=NOW)
    assert sources(session, since=NOW - timedelta(days=1)) == [
        SourceRow("api", 1, 0, 1, 1),
        SourceRow("qr", 2, 2, 0, 0),
    ]
    assert sources(session, since=ada.created_at)[-1].source == "unknown"
