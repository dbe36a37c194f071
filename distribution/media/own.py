"""The portrait of a distributor and the logo of the program."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.media.keep import keep_picture
from distribution.media.picture import harmless
from distribution.media.tables import BrandPicture, Portrait

LOGO = "logo"
_PORTRAIT_SIDE, _LOGO_SIDE = 640, 640


def portrait(session: Session, distributor_id: UUID) -> bytes | None:
    """The digest of their portrait."""
    return session.scalar(select(Portrait.digest).where(Portrait.distributor_id == distributor_id))


def put_portrait(session: Session, distributor_id: UUID, content: bytes, *, now: datetime) -> bytes:
    """Show this picture of them from now on; raises what `harmless` does."""
    digest = keep_picture(session, harmless(content, longest_side=_PORTRAIT_SIDE, field="portrait"), now=now)
    row = {"distributor_id": distributor_id, "digest": digest, "set_at": now}
    session.execute(
        insert(Portrait).values(row).on_conflict_do_update(index_elements=["distributor_id"], set_=row)
    )
    return digest


def remove_portrait(session: Session, distributor_id: UUID) -> None:
    """Take the distributor's portrait away."""
    session.execute(delete(Portrait).where(Portrait.distributor_id == distributor_id))


def logo(session: Session) -> bytes | None:
    """The digest of the program's logo."""
    return session.scalar(select(BrandPicture.digest).where(BrandPicture.use == LOGO))


def put_logo(session: Session, content: bytes, *, actor: str, now: datetime) -> bytes:
    """Make this picture the program's logo; raises what `harmless` does."""
    digest = keep_picture(session, harmless(content, longest_side=_LOGO_SIDE, field="logo"), now=now)
    row = {"use": LOGO, "digest": digest, "set_at": now}
    session.execute(insert(BrandPicture).values(row).on_conflict_do_update(index_elements=["use"], set_=row))
    _record(session, "program.put_logo", {"digest": digest.hex()}, actor=actor, now=now)
    return digest


def remove_logo(session: Session, *, actor: str, now: datetime) -> None:
    """Take the program's logo away."""
    session.execute(delete(BrandPicture).where(BrandPicture.use == LOGO))
    _record(session, "program.remove_logo", {}, actor=actor, now=now)


def _record(session: Session, action: str, after: dict[str, str], *, actor: str, now: datetime) -> None:
    record(session, actor=actor, action=action, subject_type="program", subject_id=LOGO, now=now, after=after)
