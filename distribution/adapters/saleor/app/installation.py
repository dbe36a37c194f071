"""Opens and closes the installation of the App, and says which one is open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.adapters.saleor.app.tables import SaleorInstallation
from distribution.audit.record import record
from distribution.privacy.encryption import Cipher
from distribution.settings.lock import lock

ACTOR = "job:saleor_app"


def open_installation(session: Session, api_url: str) -> SaleorInstallation | None:
    """The installation at this Saleor, or None."""
    return session.scalars(
        select(SaleorInstallation).where(
            SaleorInstallation.api_url == api_url, SaleorInstallation.removed_at.is_(None)
        )
    ).one_or_none()


def install(
    session: Session,
    *,
    api_url: str,
    app_id: str,
    saleor_version: str,
    token: str,
    cipher: Cipher,
    now: datetime,
) -> SaleorInstallation:
    """Open an installation; one that is still open there is replaced by it."""
    lock(session)
    former = open_installation(session, api_url)
    if former is not None:
        close(session, former, reason="replaced", now=now)
    installation = SaleorInstallation(
        api_url=api_url,
        app_id=app_id,
        saleor_version=saleor_version,
        token_encrypted=cipher.seal(token),
        installed_at=now,
    )
    session.add(installation)
    session.flush()
    record(
        session,
        actor=ACTOR,
        action="saleor.install",
        subject_type="saleor_installation",
        subject_id=installation.id,
        now=now,
        after={"api_url": api_url, "app_id": app_id, "saleor_version": saleor_version},
    )
    return installation


def close(session: Session, installation: SaleorInstallation, *, reason: str, now: datetime) -> None:
    """Close an installation and erase its token."""
    installation.removed_at = now
    installation.removed_reason = reason
    installation.token_encrypted = None
    session.flush()
    record(
        session,
        actor=ACTOR,
        action="saleor.remove",
        subject_type="saleor_installation",
        subject_id=installation.id,
        now=now,
        before={"api_url": installation.api_url, "app_id": installation.app_id},
        reason=reason,
    )
