"""OpenID providers an owner has set up: added, changed, removed, each on the audit log without its secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.access.errors import ProviderKnown, ProviderNotFound
from distribution.access.tables import IdentityProvider
from distribution.audit.record import record
from distribution.errors import InvalidInput
from distribution.privacy.encryption import Cipher

_LONGEST_LABEL = 60
_LONGEST = 255


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed with a provider; `issuer` is checked already. `secret`: None leaves the one there is."""

    label: str
    issuer: str
    client_id: str
    secret: str | None
    for_distributors: bool
    for_merchants: bool


def put(
    session: Session,
    terms: Terms,
    *,
    provider_id: UUID | None = None,
    cipher: Cipher,
    actor: str,
    now: datetime,
) -> IdentityProvider:
    """Add a provider, or change the one of this id.

    Raises InvalidInput naming the field, ProviderNotFound, ProviderKnown when the issuer is set up already.
    """
    _check(terms)
    provider = None if provider_id is None else by_id(session, provider_id, for_update=True)
    other = session.scalar(select(IdentityProvider).where(IdentityProvider.issuer == terms.issuer))
    if other is not None and other is not provider:
        raise ProviderKnown(terms.issuer)
    before = None if provider is None else _facts(provider)
    if provider is None:
        provider = IdentityProvider(created_at=now)
        session.add(provider)
    elif provider.issuer != terms.issuer and terms.secret is None:
        # The secret of one provider is not told to another.
        provider.client_secret_encrypted = None
    provider.label, provider.issuer, provider.client_id = (
        terms.label.strip(),
        terms.issuer,
        terms.client_id.strip(),
    )
    provider.for_distributors, provider.for_merchants = terms.for_distributors, terms.for_merchants
    if terms.secret is not None:
        provider.client_secret_encrypted = cipher.seal(terms.secret)
    session.flush()
    after = _facts(provider) | {"new_secret": terms.secret is not None}
    act = "add" if before is None else "change"
    _record(session, provider, act, before=before, after=after, actor=actor, now=now)
    return provider


def remove(session: Session, provider_id: UUID, *, actor: str, now: datetime) -> None:
    """Let nobody in by this provider any more; who is linked stays so, should it come back."""
    provider = by_id(session, provider_id, for_update=True)
    session.delete(provider)
    session.flush()
    _record(session, provider, "remove", before=_facts(provider), after=None, actor=actor, now=now)


def by_id(session: Session, provider_id: UUID, *, for_update: bool = False) -> IdentityProvider:
    """The provider of this id; raises ProviderNotFound."""
    query = select(IdentityProvider).where(IdentityProvider.id == provider_id)
    found = session.scalar(query.with_for_update() if for_update else query)
    if found is None:
        raise ProviderNotFound(provider_id)
    return found


def providers(session: Session) -> Sequence[IdentityProvider]:
    """Every provider, in the order they were added."""
    return session.scalars(select(IdentityProvider).order_by(IdentityProvider.id)).all()


def _check(terms: Terms) -> None:
    label = terms.label.strip()
    if not 1 <= len(label) <= _LONGEST_LABEL or not label.isprintable():
        raise InvalidInput(f"a name has 1 to {_LONGEST_LABEL} printable characters", field="label")
    for field, value in (("client_id", terms.client_id.strip()), ("secret", terms.secret)):
        if value is not None and (
            not 1 <= len(value) <= _LONGEST or not value.isascii() or not value.isprintable()
        ):
            raise InvalidInput("1 to 255 printable ASCII characters", field=field)
    if not (terms.for_distributors or terms.for_merchants):
        raise InvalidInput("it is for distributors, for the console, or both", field="for_distributors")


def _facts(provider: IdentityProvider) -> dict[str, Any]:
    return {
        "label": provider.label,
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "has_secret": provider.client_secret_encrypted is not None,
        "for_distributors": provider.for_distributors,
        "for_merchants": provider.for_merchants,
    }


def _record(
    session: Session,
    provider: IdentityProvider,
    act: str,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    actor: str,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        action=f"identity_provider.{act}",
        subject_type="identity_provider",
        subject_id=provider.id,
        before=before,
        after=after,
        now=now,
    )
