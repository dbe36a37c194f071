"""Orders are read under the metadata keys that the program's settings name."""

from __future__ import annotations

from sqlalchemy.orm import Session

from distribution.adapters.saleor.keys import keys
from distribution.adapters.saleor.mapper import to_snapshot
from distribution.settings import program
from tests.factories import ACTOR, EARLY
from tests.saleor_orders import OBSERVED_AT, Line, saleor_order


def test_the_keys_of_the_program_find_the_code(session: Session) -> None:
    order = saleor_order(Line("TEE", 1, "20", "22")) | {
        "metafields": {"partner": "ALICE", "referral_code": "BOB"}
    }
    before = to_snapshot(order, observed_at=OBSERVED_AT, keys=keys(session))
    program.change(session, {"metadata": {"referral_code": "partner"}}, actor=ACTOR, now=EARLY)
    after = to_snapshot(order, observed_at=OBSERVED_AT, keys=keys(session))

    assert (before.referral_code, after.referral_code) == ("BOB", "ALICE")
