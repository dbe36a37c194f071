"""Invitations by e-mail: who is written to and who is not, what the letter says, and what is forgotten when."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from distribution.adapters.mail import mailer
from distribution.adapters.notice.invitation import invitations_by
from distribution.errors import InvalidInput
from distribution.invitation import follow, link
from distribution.invitation.errors import TooManyInvitations
from distribution.invitation.forget import forget_unused
from distribution.invitation.invite import (
    EFFECT,
    GOOD_FOR,
    MOST_IN_A_DAY,
    REFUSABLE_FOR,
    Invited,
    addresses_in,
    invite,
)
from distribution.invitation.read import invitations
from distribution.invitation.tables import Invitation
from distribution.outbox import carry_out
from distribution.privacy.encryption import Cipher, new_key
from tests.factories import ACTOR, EARLY, a_distributor
from tests.letters import SITE

CIPHER = Cipher([new_key()])
NOW = EARLY + timedelta(days=100)


def send(
    session: Session, *addresses: str, words: str = "", locale: str = "en", after: timedelta = timedelta(0)
) -> Invited:
    return invite(session, addresses, words=words, locale=locale, cipher=CIPHER, actor=ACTOR, now=NOW + after)


def delivered(session: Session, folder: Path, after: timedelta = timedelta(minutes=9)) -> list[EmailMessage]:
    session.commit()
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    by = invitations_by(engine, mailer(f"file://{folder}"), CIPHER, site=SITE, clock=lambda: NOW + after)
    carry_out(engine, {EFFECT: by}, clock=lambda: NOW + after)
    session.expire_all()
    return [message_from_bytes(each.read_bytes(), policy=policy.default) for each in folder.glob("*.eml")]


def states(session: Session, after: timedelta = timedelta(0)) -> dict[str, int]:
    found = invitations(session, cipher=CIPHER, now=NOW + after)
    return {state: count for state, count in found.counts.items() if count}


def test_addresses_are_found_in_whatever_was_pasted() -> None:
    pasted = 'Name;E-mail\nAda;ada@example.com\n"Lovelace, Ada" <ada@example.com>, bob@example.com\tnobody'
    assert addresses_in(pasted) == ["ada@example.com", "bob@example.com"]


def test_each_address_is_written_to_once_a_month_and_members_never(session: Session) -> None:
    a_distributor(session, email="member@example.com")
    first = send(session, "Ada@example.com", "ada@EXAMPLE.com", "member@example.com", "no@address@x")
    assert (len(first.ids), dict(first.left_out)) == (1, {"wrong": 1, "member": 1})
    again = send(session, "ada@example.com", after=GOOD_FOR - timedelta(seconds=1))
    assert (len(again.ids), dict(again.left_out)) == (0, {"recent": 1})
    assert len(send(session, "ada@example.com", after=GOOD_FOR).ids) == 1


def test_who_declines_is_never_written_to_again_and_only_recognised(session: Session) -> None:
    [which] = send(session, "ada@example.com").ids
    follow.declined(session, which, now=NOW)
    kept = session.get_one(Invitation, which)
    assert (kept.email_encrypted, kept.words_encrypted) == (None, None)
    assert follow.opened(session, which, cipher=CIPHER, now=NOW) is None
    later = send(session, "ada@example.com", after=timedelta(days=1000))
    assert dict(later.left_out) == {"declined": 1}


def test_the_letter_says_who_invites_and_leads_to_the_application(session: Session, tmp_path: Path) -> None:
    [which] = send(session, "ada@example.com", words="You would be <great> at this.").ids
    [letter] = delivered(session, tmp_path)
    body = letter.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    address = f"{SITE.portal_url}/invited/{link.token(SITE.secret_key, which)}"
    assert letter["To"] == "ada@example.com"
    assert "invited to" in letter["Subject"]
    assert "“You would be <great> at this.”" in text
    assert f"See how it works:\n{address}\n" in text
    assert f"Do not invite me again: {address}/decline" in text
    assert letter["List-Unsubscribe"] == f"<{address}/decline>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert states(session) == {"sent": 1}
    assert len(delivered(session, tmp_path)) == 1


def test_the_letter_is_written_in_the_language_chosen(session: Session, tmp_path: Path) -> None:
    send(session, "ada@example.com", locale="zh_Hans")
    [letter] = delivered(session, tmp_path)
    assert "邀请您加入" in letter["Subject"]
    with pytest.raises(InvalidInput):
        send(session, "bob@example.com", locale="xx")


def test_letters_leave_one_a_second_and_none_after_it_was_declined(session: Session, tmp_path: Path) -> None:
    ids = send(session, *(f"p{number}@example.com" for number in range(5))).ids
    follow.declined(session, ids[0], now=NOW)
    assert len(delivered(session, tmp_path, after=timedelta(seconds=2))) == 2
    assert len(delivered(session, tmp_path, after=timedelta(seconds=9))) == 4


def test_a_day_has_a_limit(session: Session) -> None:
    send(session, *(f"p{number}@example.com" for number in range(MOST_IN_A_DAY - 1)))
    with pytest.raises(TooManyInvitations) as refused:
        send(session, "ada@example.com", "bob@example.com")
    assert refused.value.left == 1
    assert len(send(session, "ada@example.com", "bob@example.com", after=timedelta(days=1)).ids) == 2


def test_how_far_each_came(session: Session) -> None:
    ids = send(session, *(f"p{number}@example.com" for number in range(4))).ids
    assert follow.opened(session, ids[0], cipher=CIPHER, now=NOW) == "p0@example.com"
    for which, status in ((ids[1], "applied"), (ids[2], "active")):
        assert follow.applied(session, which, a_distributor(session, status=status).id, now=NOW)
    assert states(session) == {"waiting": 1, "opened": 1, "applied": 1, "approved": 1}
    assert states(session, GOOD_FOR) == {"ended": 2, "applied": 1, "approved": 1}
    shown = invitations(session, cipher=CIPHER, now=NOW, state="opened").rows
    assert [each.email for each in shown] == ["p***@example.com"]
    assert [each.email for each in invitations(session, cipher=None, now=NOW, state="opened").rows] == [None]


def test_an_invitation_is_used_once(session: Session) -> None:
    [which] = send(session, "ada@example.com").ids
    ada = a_distributor(session)
    assert follow.applied(session, which, ada.id, now=NOW)
    assert not follow.applied(session, which, a_distributor(session).id, now=NOW)
    kept = session.get_one(Invitation, which)
    assert (kept.distributor_id, kept.email_encrypted, kept.email_hash) == (ada.id, None, None)


def test_an_address_is_forgotten_when_its_link_ends(session: Session) -> None:
    send(session, "ada@example.com", words="Dear Ada")
    assert forget_unused(session, now=NOW + GOOD_FOR - timedelta(seconds=1)) == 0
    assert forget_unused(session, now=NOW + GOOD_FOR) == 1
    forget_unused(session, now=NOW + GOOD_FOR + REFUSABLE_FOR - timedelta(seconds=1))
    kept = select(Invitation.email_encrypted, Invitation.words_encrypted, Invitation.email_hash.is_(None))
    assert tuple(session.execute(kept).one()) == (None, None, False)
    forget_unused(session, now=NOW + GOOD_FOR + REFUSABLE_FOR)
    assert tuple(session.execute(kept).one()) == (None, None, True)


def test_nobody_else_makes_a_link() -> None:
    which = uuid4()
    good = link.token("secret", which)
    assert link.read("secret", good) == which
    assert link.read("other", good) is None
    for bad in ("", "x", good[:-2], good + "A", "é", "A" * 43):
        assert link.read("secret", bad) is None


def test_a_letter_that_is_read_late_can_still_be_refused(session: Session) -> None:
    [which] = send(session, "ada@example.com").ids
    forget_unused(session, now=NOW + GOOD_FOR)
    follow.declined(session, which, now=NOW + GOOD_FOR)
    assert dict(send(session, "ada@example.com", after=2 * GOOD_FOR).left_out) == {"declined": 1}
