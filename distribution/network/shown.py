"""What a distributor shows of themselves to others: read and changed by themselves alone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.errors import InvalidInput
from distribution.network import find
from distribution.network.join import checked_name
from distribution.network.tables import Distributor, ShownProfile
from distribution.privacy.masking import masked_name
from distribution.settings.tax import countries


def shown(session: Session, distributor_id: UUID) -> ShownProfile | None:
    """What they chose to show; their portrait is in `media.own`."""
    return session.get(ShownProfile, distributor_id, populate_existing=True)


def shown_name(person: Distributor, profile: ShownProfile | None) -> str:
    """What strangers call them: the name they chose, else a part of their own."""
    return (profile and profile.shown_name) or masked_name(person.name)


def name_for_others(session: Session, distributor_id: UUID) -> str:
    """`shown_name` of a distributor by id: what stands wherever strangers read it. Raises NotFound."""
    return shown_name(find.by_id(session, distributor_id), shown(session, distributor_id))


def change_shown(
    session: Session, distributor_id: UUID, *, name: str | None, region: str | None, now: datetime
) -> None:
    """Show this name and region from now on, or none; the legal name stays as it is."""
    if region is not None and region not in countries():
        raise InvalidInput(f"{region!r} is no ISO 3166 country code", field="region")
    profile = _held(session, distributor_id, now)
    wanted = checked_name(name, field="shown_name") if name else None
    if (profile.shown_name, profile.region) == (wanted, region):
        return
    profile.shown_name, profile.region, profile.changed_at = wanted, region, now
    session.flush()
    # Names can be erased one day, the audit log cannot: it says that they changed, not to what.
    _record(session, distributor_id, "distributor.change_shown", now=now)


def _held(session: Session, distributor_id: UUID, now: datetime) -> ShownProfile:
    find.by_id(session, distributor_id, for_update=True)
    profile = session.get(ShownProfile, distributor_id)
    if profile is None:
        profile = ShownProfile(distributor_id=distributor_id, changed_at=now)
        session.add(profile)
    return profile


def _record(session: Session, distributor_id: UUID, action: str, *, now: datetime) -> None:
    record(
        session,
        actor=f"distributor:{distributor_id}",
        action=action,
        subject_type="distributor",
        subject_id=distributor_id,
        now=now,
    )
