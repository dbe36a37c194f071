"""The two doors: applying, and being added by the merchant."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from distribution.errors import InvalidInput
from distribution.network.errors import SponsorRequired
from distribution.privacy.encryption import Cipher, new_key
from distribution.promotion import recruit
from distribution.promotion.errors import CodeTaken, UnknownSponsorCode
from distribution.settings import program
from tests.factories import ACTOR, EARLY, a_distributor

LATER = EARLY + timedelta(days=3)
CIPHER = Cipher([new_key()])


def an_application(session: Session, **changes: object) -> recruit.Recruit:
    given = {
        "email": "bea@example.com",
        "name": "Bea Miller",
        "password": "correct horse battery",
        "acceptance": recruit.Acceptance("1", "203.0.113.9"),
        "cipher": CIPHER,
        "suffix": "7KQ2M",
        "now": LATER,
    }
    return recruit.apply(session, **(given | changes))


def test_an_application_keeps_the_terms_the_time_and_the_address(session: Session) -> None:
    ada = a_distributor(session, code="ALICE")
    program.change(session, {"questions": [{"label": "site"}]}, actor=ACTOR, now=EARLY)
    bea = an_application(session, sponsor_code="alice", answers={"site": "bea.example"})
    assert (bea.distributor.status, bea.distributor.sponsor_id, bea.code.code) == (
        "applied",
        ada.id,
        "BEA-7KQ2M",
    )
    application = bea.distributor.application
    assert application is not None
    assert application["answers"] == {"site": "bea.example"}
    assert application["terms"]["version"] == "1"
    assert application["terms"]["accepted_at"] == LATER.isoformat()
    assert "203.0.113.9" not in str(application)
    assert CIPHER.open(application["terms"]["ip"]) == "203.0.113.9"


def test_only_the_terms_in_force_are_accepted(session: Session) -> None:
    program.change(session, {"terms_version": "2"}, actor=ACTOR, now=EARLY)
    with pytest.raises(InvalidInput) as refused:
        an_application(session)
    assert (refused.value.field, refused.value.terms_version) == ("terms_version", "2")


def test_a_program_by_invitation_asks_for_a_sponsor(session: Session) -> None:
    program.change(session, {"join_policy": "invitation"}, actor=ACTOR, now=EARLY)
    a_distributor(session, code="ALICE")
    with pytest.raises(SponsorRequired):
        an_application(session)
    assert an_application(session, sponsor_code="ALICE").distributor.depth == 2


@pytest.mark.parametrize("code", ["NOBODY", "GONE", "x" * 5000])
def test_a_sponsor_code_must_lead_to_somebody_active(session: Session, code: str) -> None:
    a_distributor(session, code="GONE", status="left")
    with pytest.raises(UnknownSponsorCode) as refused:
        an_application(session, sponsor_code=code)
    assert refused.value.field == "sponsor_code"


def test_the_merchant_adds_somebody_active_at_once(session: Session) -> None:
    given = {"actor": ACTOR, "suffix": "7KQ2M", "now": LATER}
    ada = recruit.create(session, email="ada@example.com", name="Ada", code="ALICE", **given)
    bea = recruit.create(session, email="bea@example.com", name="Bea", sponsor_code="ALICE", **given)
    assert (ada.distributor.status, ada.code.code) == ("active", "ALICE")
    assert (bea.distributor.sponsor_id, bea.code.code) == (ada.distributor.id, "BEA-7KQ2M")
    with pytest.raises(CodeTaken):
        recruit.create(session, email="cem@example.com", name="Cem", code="alice", **given)
