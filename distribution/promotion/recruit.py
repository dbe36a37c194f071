"""The two doors into the program: a person applies, or the merchant (or a program of theirs) adds somebody."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.errors import InvalidInput
from distribution.network import terms, tree
from distribution.network.errors import SponsorRequired
from distribution.network.grade import set_grade
from distribution.network.groups import set_groups
from distribution.network.join import join
from distribution.network.tables import Distributor
from distribution.privacy.encryption import Cipher
from distribution.promotion.answers import checked_answers
from distribution.promotion.code import code_key
from distribution.promotion.codes import issue_code, resolve
from distribution.promotion.errors import UnknownSponsorCode
from distribution.promotion.tables import ReferralCode
from distribution.settings import program
from distribution.settings.document import ProgramSettings

Source = Literal["link", "qr", "code", "invitation", "portal", "saleor", "api", "merchant"]
"""How somebody came: a distributor's link, its QR code, a code typed in, an invitation by mail, the portal's own form,
their Saleor account, the API, the merchant's hand."""


@dataclass(frozen=True, slots=True)
class Recruit:
    """Somebody new, with their first link code."""

    distributor: Distributor
    code: ReferralCode


@dataclass(frozen=True, slots=True)
class Acceptance:
    """That an applicant accepted the program's terms: which version, and from which address."""

    terms_version: str
    ip: str | None


def apply(
    session: Session,
    *,
    email: str,
    name: str,
    password: str | None,
    acceptance: Acceptance,
    cipher: Cipher,
    suffix: str,
    now: datetime,
    sponsor_code: str | None = None,
    sponsor_id: UUID | None = None,
    locale: str | None = None,
    answers: Mapping[str, str] | None = None,
    source: Source = "portal",
    invited: bool = False,
) -> Recruit:
    """Apply as a distributor; the code they get begins to work when they are approved.

    `suffix` is the random end of that code (`code.new_suffix()`); who comes in by a login elsewhere needs no password;
    `sponsor_id` is whose customer they are, if they are
    somebody's: which of the two becomes their sponsor the program's `sponsor_from` says. `invited`: the merchant asked
    them to, so that they need nobody else's invitation. Raises what `network.join` raises, UnknownSponsorCode,
    SponsorRequired where joining needs an invitation, InvalidInput when the terms accepted are not those in force, or
    naming a question that is not answered as it asks.
    """
    settings = program.read(session)
    if acceptance.terms_version != settings.terms_version:
        raise InvalidInput(
            "these are not the terms in force", field="terms_version", terms_version=settings.terms_version
        )
    if settings.join_policy == "invitation" and not (sponsor_code or sponsor_id or invited):
        raise SponsorRequired
    ip_sealed = cipher.seal(acceptance.ip) if acceptance.ip else None
    application: dict[str, Any] = {
        "source": source,
        "answers": checked_answers(settings.questions, answers or {}),
        "terms": {
            "version": acceptance.terms_version,
            "accepted_at": now.isoformat(),
            "ip": ip_sealed,
        },
    }
    tree.lock(session)
    applicant = join(
        session,
        email=email,
        name=name,
        password=password,
        sponsor_id=_sponsor_id(session, settings, sponsor_code, sponsor_id),
        locale=locale,
        application=application,
        actor="applicant",
        now=now,
    )
    terms.keep(session, applicant.id, version=acceptance.terms_version, ip_sealed=ip_sealed, now=now)
    actor = f"distributor:{applicant.id}"
    return Recruit(applicant, issue_code(session, applicant.id, suffix=suffix, actor=actor, now=now))


def create(
    session: Session,
    *,
    email: str,
    name: str,
    actor: str,
    suffix: str,
    now: datetime,
    sponsor_code: str | None = None,
    sponsor_id: UUID | None = None,
    code: str | None = None,
    status: Literal["applied", "active"] = "active",
    password: str | None = None,
    locale: str | None = None,
    grade: str | None = None,
    groups: Collection[str] = (),
    source: Source = "merchant",
) -> Recruit:
    """Add a distributor on the merchant's behalf, by default active at once, with `code` or one made of their name.

    Raises what `network.join` raises, UnknownSponsorCode, CodeTaken, and InvalidInput for a grade or group that the
    program does not have.
    """
    tree.lock(session)
    recruit = join(
        session,
        email=email,
        name=name,
        password=password,
        sponsor_id=sponsor_id or sponsor_of(session, sponsor_code),
        status=status,
        locale=locale,
        application={"source": source, "answers": {}},
        actor=actor,
        now=now,
    )
    set_grade(session, recruit.id, grade=grade, actor=actor, now=now)
    set_groups(session, recruit.id, groups=groups, actor=actor, now=now)
    return Recruit(recruit, issue_code(session, recruit.id, code=code, suffix=suffix, actor=actor, now=now))


def _sponsor_id(
    session: Session, settings: ProgramSettings, sponsor_code: str | None, bound_to: UUID | None
) -> UUID | None:
    invited_by = sponsor_of(session, sponsor_code)
    first, second = (
        (invited_by, bound_to) if settings.sponsor_from == "invitation" else (bound_to, invited_by)
    )
    return first or second


def sponsor_of(session: Session, sponsor_code: str | None) -> UUID | None:
    """Whose code it is; nobody's when there is none. Raises UnknownSponsorCode."""
    if not sponsor_code:
        return None
    found = resolve(session, [sponsor_code]).get(code_key(sponsor_code))
    if found is None or not found.active:
        raise UnknownSponsorCode(sponsor_code)
    return found.distributor_id
