"""Whether what a passkey answered is right, and whose it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import gettext

from distribution.access import passkeys
from distribution.access.errors import ChallengeUsed
from distribution.access.identities import follows
from portal.clock import now
from portal.database import unit
from portal.login import holder_of
from portal.securing import keys
from portal.securing.area import Area

PROOF = "proof"
"""The purpose of an answer of somebody who is logged in already."""


def checked(area: Area, purpose: str, answer: str, *, person_id: UUID | None = None) -> Any:
    """Whose passkey answered rightly; with `person_id` it has to be theirs. Raises keys.WrongAnswer.

    A key whose counter did not go on was copied: its owner is told, and nobody gets in by it.
    """
    challenge = keys.answered(purpose, now=now())
    credential_id, whose = keys.named(answer, area.kind)
    with unit() as session:
        passkey = passkeys.by_credential(session, area.kind, credential_id)
        if passkey is None or (whose or person_id) is None:
            raise keys.WrongAnswer
        if passkey.person_id not in {whose or passkey.person_id} & {person_id or passkey.person_id}:
            raise keys.WrongAnswer
        use = keys.use(answer, passkey, challenge)
        person = area.person(session, passkey.person_id)
        if person is None or not person.may_enter:
            raise keys.WrongAnswer
        # Without a first step the passkey is the login itself, and who is out at the shop stays out.
        if person_id is None and follows(session, area.kind, person.id):
            raise keys.WrongAnswer
        try:
            passkeys.use_challenge(session, challenge, now=now())
        except ChallengeUsed:
            raise keys.WrongAnswer from None
        good = passkeys.used(
            session,
            holder_of(person),
            passkey,
            sign_count=use.sign_count,
            backed_up=use.backed_up,
            now=now(),
        )
        if good and purpose != PROOF:
            area.entered(session, person.id, now())
    if not good:
        raise keys.WrongAnswer
    return person


def not_taken() -> str:
    """What is said of every answer that is not right, whatever is wrong with it."""
    return gettext("This passkey was not accepted. Try again, or use another way.")
