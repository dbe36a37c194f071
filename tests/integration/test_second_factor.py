"""The second factor by verb: enabled by a right code, taken once, closed to guessing, gone with a reset."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from pyotp import TOTP
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from distribution.access import second_factor, sessions
from distribution.access.check_code import WRONG_IN_A_ROW, check_code
from distribution.access.errors import AlreadyEnabled, NotEnabled, TooManyCodes
from distribution.access.holder import Holder
from distribution.access.recovery import COUNT, new_codes
from distribution.access.tables import LoginSession, RecoveryCode, SecondFactor
from distribution.access.totp import STEP_SECONDS, secret_text
from distribution.analytics.signed_in import distributor_of
from distribution.audit.tables import AuditEntry
from distribution.db import transaction
from distribution.privacy.encryption import Cipher, new_key
from distribution.privacy.places import encrypted_places
from distribution.privacy.rotate import rotate
from tests.factories import ACTOR, a_distributor
from tests.letters import mails

NOW = datetime(2026, 11, 22, 12, 0, 10, tzinfo=UTC)
STEP = timedelta(seconds=STEP_SECONDS)
SECRET = secret_text(bytes(range(20)))
CODES = new_codes(random.Random(1).choice)
KEY = new_key()
CIPHER = Cipher([KEY])


def code_at(at: datetime) -> str:
    return TOTP(SECRET).at(at)


@pytest.fixture
def ada(session: Session) -> Holder:
    """Somebody without a second factor."""
    person = a_distributor(session, email="ada@example.com", now=NOW - timedelta(days=9))
    return Holder("distributor", person.id, person.name, person.email, "en")


@pytest.fixture
def guarded(session: Session, ada: Holder) -> Holder:
    """The same person with one, enabled by the code of `NOW`."""
    second_factor.begin(session, ada, secret=SECRET, cipher=CIPHER, now=NOW)
    assert second_factor.enable(
        session, ada, code=code_at(NOW), recovery_codes=CODES, keep=None, cipher=CIPHER, now=NOW
    )
    return ada


def subjects(session: Session) -> list[str]:
    return [each["subject"] for each in mails(session)]


def test_only_a_right_code_enables(session: Session, ada: Holder) -> None:
    def enable(code: str) -> bool:
        return second_factor.enable(
            session, ada, code=code, recovery_codes=CODES, keep=None, cipher=CIPHER, now=NOW
        )

    with pytest.raises(NotEnabled):
        enable(code_at(NOW))
    second_factor.begin(session, ada, secret=SECRET, cipher=CIPHER, now=NOW)
    assert second_factor.begun_secret(session, ada, cipher=CIPHER) == SECRET
    for wrong in ("", "000000", code_at(NOW + 3 * STEP), code_at(NOW)[:5], "١٢٣٤٥٦"):
        assert not enable(wrong)
    assert not second_factor.is_enabled(session, ada.kind, ada.id)
    assert enable(f"{code_at(NOW)[:3]} {code_at(NOW)[3:]}")
    assert second_factor.is_enabled(session, ada.kind, ada.id)
    assert second_factor.begun_secret(session, ada, cipher=CIPHER) is None
    with pytest.raises(AlreadyEnabled):
        second_factor.begin(session, ada, secret=SECRET, cipher=CIPHER, now=NOW)


def test_enabling_ends_the_other_sessions_and_is_told(session: Session, ada: Holder) -> None:
    here, _ = (a_session(session, ada, token) for token in ("here", "elsewhere"))
    second_factor.begin(session, ada, secret=SECRET, cipher=CIPHER, now=NOW)
    second_factor.enable(
        session, ada, code=code_at(NOW), recovery_codes=CODES, keep=here.id, cipher=CIPHER, now=NOW
    )
    assert session.scalars(select(LoginSession.id)).all() == [here.id]
    assert subjects(session) == ["Two-step login is on"]
    [act] = session.scalars(select(AuditEntry).where(AuditEntry.action == "distributor.enable_second_factor"))
    assert (act.actor, act.subject_id) == (ada.actor, str(ada.id))


@pytest.mark.parametrize("away", [-1, 0, 1])
def test_a_code_of_the_neighbouring_steps_is_taken_once(session: Session, guarded: Holder, away: int) -> None:
    later = NOW + 10 * STEP
    code = code_at(later + away * STEP)
    assert check_code(session, guarded, code=code, cipher=CIPHER, now=later)
    assert not check_code(session, guarded, code=code, cipher=CIPHER, now=later)


def test_the_code_that_enabled_and_older_ones_are_refused(session: Session, guarded: Holder) -> None:
    for at in (NOW, NOW - STEP):
        assert not check_code(session, guarded, code=code_at(at), cipher=CIPHER, now=NOW)
    assert check_code(session, guarded, code=code_at(NOW + STEP), cipher=CIPHER, now=NOW)


def test_each_recovery_code_works_once_however_it_is_typed(session: Session, guarded: Holder) -> None:
    assert len(set(CODES)) == COUNT
    for second, code in enumerate((CODES[0], CODES[1].upper(), CODES[2].replace("-", " "))):
        now = NOW + timedelta(seconds=second)
        assert check_code(session, guarded, code=code, cipher=CIPHER, now=now)
        assert not check_code(session, guarded, code=code, cipher=CIPHER, now=now)
    assert second_factor.codes_left(session, guarded.kind, guarded.id) == COUNT - 3
    assert subjects(session).count("A recovery code was used") == 3


def test_recovery_codes_and_secret_are_not_readable_in_the_database(
    session: Session, guarded: Holder
) -> None:
    [factor] = session.scalars(select(SecondFactor))
    assert SECRET.encode() not in factor.secret_encrypted
    kept = b"".join(session.scalars(select(RecoveryCode.code_hash)))
    assert len(kept) == COUNT * 16
    assert not any(code.replace("-", "").encode() in kept for code in CODES)


@pytest.mark.parametrize("code", [code_at(NOW + STEP), CODES[0]])
def test_of_many_at_once_one_gets_in_with_a_code(
    engine: Engine, session: Session, guarded: Holder, code: str
) -> None:
    session.commit()
    together = threading.Barrier(8)

    def attempt(_: int) -> str:
        together.wait()
        try:
            with transaction(engine) as own:
                return str(check_code(own, guarded, code=code, cipher=CIPHER, now=NOW))
        except TooManyCodes:
            return "closed"

    with ThreadPoolExecutor(8) as threads:
        answers = sorted(threads.map(attempt, range(8)))
    # The first one's code is spent for the others; the fifth of them closes the factor.
    assert answers == ["False"] * 5 + ["True"] + ["closed"] * 2


def test_renewed_codes_replace_the_old(session: Session, guarded: Holder) -> None:
    newer = new_codes(random.Random(2).choice)
    second_factor.renew_codes(session, guarded, recovery_codes=newer, now=NOW)
    assert not check_code(session, guarded, code=CODES[0], cipher=CIPHER, now=NOW)
    assert check_code(session, guarded, code=newer[0], cipher=CIPHER, now=NOW)


def test_guessing_closes_the_factor_longer_each_time(session: Session, guarded: Holder) -> None:
    now = NOW
    for minutes in (15, 30, 60, 120, 240, 240):
        for _ in range(WRONG_IN_A_ROW):
            assert not check_code(session, guarded, code="000000", cipher=CIPHER, now=now)
        with pytest.raises(TooManyCodes) as refused:
            check_code(session, guarded, code=code_at(now), cipher=CIPHER, now=now)
        assert refused.value.until == now + timedelta(minutes=minutes)
        now = refused.value.until
    assert subjects(session).count("Wrong codes for your account") == 6
    assert check_code(session, guarded, code=code_at(now), cipher=CIPHER, now=now)
    assert not check_code(session, guarded, code="000000", cipher=CIPHER, now=now)


def test_switched_off_and_reset(session: Session, guarded: Holder) -> None:
    second_factor.disable(session, guarded, now=NOW)
    assert session.scalars(select(RecoveryCode)).all() == []
    with pytest.raises(NotEnabled):
        check_code(session, guarded, code=code_at(NOW), cipher=CIPHER, now=NOW)
    second_factor.begin(session, guarded, secret=SECRET, cipher=CIPHER, now=NOW)
    second_factor.enable(
        session, guarded, code=code_at(NOW), recovery_codes=CODES, keep=None, cipher=CIPHER, now=NOW
    )
    a_session(session, guarded, "token")
    second_factor.reset(session, guarded, actor=ACTOR, reason="Lost the phone", now=NOW)
    assert session.scalars(select(LoginSession)).all() == []
    [act] = session.scalars(select(AuditEntry).where(AuditEntry.action == "distributor.reset_second_factor"))
    assert (act.actor, act.reason) == (ACTOR, "Lost the phone")
    with pytest.raises(NotEnabled):
        second_factor.reset(session, guarded, actor=ACTOR, reason="again", now=NOW)


def test_a_new_key_reaches_the_secrets(engine: Engine, session: Session, guarded: Holder) -> None:
    session.commit()
    newest = new_key()
    [place] = [each for each in encrypted_places(SecondFactor.metadata) if each.table == "second_factors"]
    assert rotate(engine, place, Cipher([newest, KEY])).renewed == 1
    with transaction(engine) as fresh:
        assert check_code(fresh, guarded, code=code_at(NOW + STEP), cipher=Cipher([newest]), now=NOW)


def test_a_session_is_seen_ended_and_forgotten(engine: Engine, session: Session, ada: Holder) -> None:
    a_session(session, ada, "one")
    a_session(session, ada, "two")
    soon, later = NOW + timedelta(minutes=4), NOW + timedelta(minutes=6)
    found = distributor_of(session, "one", now=soon)
    assert found is not None
    for at, seen_at in ((soon, NOW), (later, later)):
        sessions.seen(session, found[1].id, now=at)
        again = distributor_of(session, "one", now=later)
        assert again is not None
        assert again[1].last_seen_at == seen_at
    assert distributor_of(session, "nobody's", now=NOW) is None
    assert distributor_of(session, "one", now=later + sessions.IDLE) is None
    with pytest.raises(sessions.SessionNotFound):
        sessions.end_one(session, Holder("merchant", ada.id, "", "", None), found[1].id, now=NOW)
    sessions.end_one(session, ada, found[1].id, now=NOW)
    assert distributor_of(session, "one", now=later) is None
    assert sessions.forget_idle(session, now=NOW + sessions.IDLE + STEP) == 1
    session.commit()
    with transaction(engine) as fresh:
        assert fresh.scalars(select(LoginSession)).all() == []


def test_a_session_keeps_no_token_and_no_whole_address(session: Session, ada: Holder) -> None:
    kept = a_session(session, ada, "the token")
    assert b"the token" not in kept.token_hash
    assert (kept.address_masked, kept.user_agent) == ("203.0.113.*", "Firefox")


def a_session(session: Session, holder: Holder, token: str) -> LoginSession:
    return sessions.begin(
        session,
        kind=holder.kind,
        person_id=holder.id,
        session_version=0,
        token=token,
        user_agent="Firefox",
        address="203.0.113.7",
        now=NOW,
    )
