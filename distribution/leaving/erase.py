"""Erases a person: what names them goes or is replaced, what is owed to others, to the law and to proof stays."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from distribution.access.tables import (
    ExternalIdentity,
    LoginSession,
    Passkey,
    RememberedDevice,
    SecondFactor,
)
from distribution.leaving.tables import AccountClosing, DataExport
from distribution.media.own import remove_portrait
from distribution.network import find, tree
from distribution.network.tables import (
    Contact,
    Distributor,
    EmailChange,
    ShownProfile,
    Sponsorship,
    TermsAcceptance,
)
from distribution.notice.tables import (
    Notice,
    NoticeAddress,
    NoticeChoice,
    NoticeQuiet,
    PushSubscription,
)
from distribution.personal_page.write import forget_pages
from distribution.privacy.encryption import Cipher
from distribution.privacy.hashing import email_hash, shopper_key
from distribution.promotion.poster.tables import Poster
from distribution.promotion.saved.tables import SavedLink
from distribution.withdrawal.tables import PayoutMethod

NAME = "Former distributor"
_NOWHERE = "erased.invalid"


def erase(session: Session, distributor_id: UUID, *, cipher: Cipher, now: datetime) -> None:
    """Leave of a person only their id, place and history of money; safe to repeat.

    Which terms they accepted and when stays as evidence; so do tax documents, which the law asks to be kept.
    """
    tree.lock(session)
    person = find.by_id(session, distributor_id, for_update=True)
    person.name = NAME
    person.email = f"{distributor_id}@{_NOWHERE}"
    person.email_hash = email_hash(shopper_key(session), person.email)
    person.password_hash = None
    person.locale = None
    person.session_version += 1
    person.application = _evidence(person.application)
    for method in session.scalars(select(PayoutMethod).where(PayoutMethod.distributor_id == distributor_id)):
        method.label = "***"
        method.details_encrypted = cipher.seal("{}").encode()
        method.removed_at = method.removed_at or now
    forget_pages(session, distributor_id)
    remove_portrait(session, distributor_id)
    for table in (ShownProfile, Contact, EmailChange, DataExport, Poster, SavedLink):
        session.execute(delete(table).where(table.distributor_id == distributor_id))
    for known in (SecondFactor, Passkey, RememberedDevice, LoginSession, ExternalIdentity):
        session.execute(delete(known).where(known.kind == "distributor", known.person_id == distributor_id))
    accepted = update(TermsAcceptance).where(TermsAcceptance.distributor_id == distributor_id)
    session.execute(accepted.values(ip_encrypted=None))
    # Also of wishes that were taken back: a reason may tell more of a person than their name does.
    wished = update(AccountClosing).where(AccountClosing.distributor_id == distributor_id)
    session.execute(wished.values(reason=None))
    _forget_notices(session, person)
    session.flush()


def _forget_notices(session: Session, person: Distributor) -> None:
    """What they were told, chose and are reached by; and half their name in what their sponsors were told."""
    for table in (Notice, NoticeChoice, NoticeQuiet, NoticeAddress, PushSubscription):
        session.execute(delete(table).where(table.person_id == person.id))
    sponsors = select(Sponsorship.sponsor_id).where(Sponsorship.distributor_id == person.id)
    theirs = update(Notice).where(
        Notice.person_id.in_(sponsors), Notice.facts["friend_id"].astext == str(person.id)
    )
    session.execute(
        theirs.values(facts=Notice.facts.op("||")({"name": "***"})),
        execution_options={"synchronize_session": False},
    )


def _evidence(application: dict[str, object] | None) -> dict[str, object] | None:
    if application is None:
        return None
    terms = application.get("terms")
    kept = (
        {key: terms[key] for key in ("version", "accepted_at") if key in terms}
        if isinstance(terms, dict)
        else {}
    )
    return {"source": application.get("source"), "answers": {}, "terms": kept}
