"""A distributor hands in what their page is to be, or takes it from the web."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.errors import InvalidInput
from distribution.media.own import portrait
from distribution.network import find
from distribution.network.shown import shown, shown_name
from distribution.personal_page.tables import PageVersion

MOST_PRODUCTS = 8
LONGEST_WORDS = 1000


def submit(
    session: Session,
    distributor_id: UUID,
    *,
    words: str,
    product_ids: Sequence[str],
    found_by_search: bool,
    now: datetime,
) -> PageVersion:
    """Let the merchant look at this version; one that waits already is replaced by it. Raises InvalidInput."""
    tidy = "\n".join(line.strip() for line in words.strip().splitlines())
    chosen = list(dict.fromkeys(product_ids))
    if len(tidy) > LONGEST_WORDS or any(not sign.isprintable() and sign != "\n" for sign in tidy):
        raise InvalidInput(f"the words have at most {LONGEST_WORDS} printable characters", field="words")
    if len(chosen) > MOST_PRODUCTS:
        raise InvalidInput(f"at most {MOST_PRODUCTS} products", field="product_ids", most=MOST_PRODUCTS)
    person = find.by_id(session, distributor_id, for_update=True)
    profile = shown(session, distributor_id)
    session.execute(
        delete(PageVersion).where(
            PageVersion.distributor_id == distributor_id, PageVersion.state == "pending"
        )
    )
    version = PageVersion(
        distributor_id=distributor_id,
        state="pending",
        shown_name=shown_name(person, profile),
        region=profile.region if profile else None,
        portrait_digest=portrait(session, distributor_id),
        words=tidy,
        product_ids=chosen,
        found_by_search=found_by_search,
        submitted_at=now,
    )
    session.add(version)
    session.flush()
    _record(session, distributor_id, "submit_page", now=now)
    return version


def withdraw_page(session: Session, distributor_id: UUID, *, now: datetime) -> None:
    """Have no public page, and none waiting."""
    find.by_id(session, distributor_id, for_update=True)
    session.execute(
        delete(PageVersion).where(
            PageVersion.distributor_id == distributor_id, PageVersion.state == "pending"
        )
    )
    session.execute(
        update(PageVersion)
        .where(PageVersion.distributor_id == distributor_id, PageVersion.state == "approved")
        .values(state="replaced")
    )
    _record(session, distributor_id, "withdraw_page", now=now)


def forget_pages(session: Session, distributor_id: UUID) -> None:
    """Delete every version, of somebody who is erased."""
    session.execute(delete(PageVersion).where(PageVersion.distributor_id == distributor_id))


def newest(session: Session, distributor_id: UUID) -> PageVersion | None:
    """What they handed in last."""
    query = (
        select(PageVersion)
        .where(PageVersion.distributor_id == distributor_id)
        .order_by(PageVersion.submitted_at.desc(), PageVersion.id.desc())
        .limit(1)
    )
    return session.scalar(query.execution_options(populate_existing=True))


def public(session: Session, distributor_id: UUID) -> PageVersion | None:
    """The approved version, which everybody sees; None where there is none."""
    query = select(PageVersion).where(
        PageVersion.distributor_id == distributor_id, PageVersion.state == "approved"
    )
    return session.scalar(query.execution_options(populate_existing=True))


def _record(session: Session, distributor_id: UUID, act: str, *, now: datetime) -> None:
    record(
        session,
        actor=f"distributor:{distributor_id}",
        action=f"distributor.{act}",
        subject_type="distributor",
        subject_id=distributor_id,
        now=now,
    )
