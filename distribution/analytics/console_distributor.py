"""Everything the merchant may know of one distributor, on one page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from distribution.analytics.balances import Balances, balances
from distribution.analytics.console_people import actor_names, distributor_names
from distribution.analytics.console_settlements import StatementRow, statement_row
from distribution.analytics.links import CodeRow, codes
from distribution.network import find, history, terms, tree
from distribution.network.tables import Distributor
from distribution.privacy.masking import masked_email
from distribution.settlement.read import statements

MOST_RECRUITS = 50


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody above or below in the tree."""

    id: UUID
    name: str
    status: str
    depth: int
    joined_at: datetime | None
    team: int


@dataclass(frozen=True, slots=True)
class StandingStep:
    """From `at` on the distributor had this status."""

    status: str
    at: datetime
    actor: str
    actor_name: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class SponsorStep:
    """From `at` on this was the sponsor; None is the merchant."""

    sponsor_id: UUID | None
    sponsor_name: str | None
    at: datetime
    actor: str
    actor_name: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class RankStep:
    """From `at` on the distributor had this grade (None: none), or came into this group or left it."""

    key: str | None
    member: bool
    at: datetime
    actor: str
    actor_name: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Sales:
    """Orders attributed to the distributor in one currency."""

    currency: str
    orders: int
    net_minor: int
    orders_30_days: int
    net_30_days_minor: int


@dataclass(frozen=True, slots=True)
class DistributorPage:
    """One distributor; `upline` begins with the sponsor and ends below the merchant."""

    id: UUID
    name: str
    email: str
    status: str
    grade: str | None
    groups: tuple[str, ...]
    depth: int
    locale: str | None
    created_at: datetime
    joined_at: datetime | None
    email_confirmed_at: datetime | None
    last_login_at: datetime | None
    source: str
    answers: tuple[tuple[str, str], ...]
    acceptances: tuple[terms.Accepted, ...]
    upline: tuple[Relative, ...]
    team: dict[int, int]
    recruits: tuple[Relative, ...]
    standings: tuple[StandingStep, ...]
    sponsors: tuple[SponsorStep, ...]
    gradings: tuple[RankStep, ...]
    memberships: tuple[RankStep, ...]
    codes: tuple[CodeRow, ...]
    money: tuple[Balances, ...]
    sales: tuple[Sales, ...]
    statements: tuple[StatementRow, ...]


_UPLINE = text(
    """
    WITH RECURSIVE above AS (
        SELECT sponsor_id AS id, 1 AS step FROM distribution.distributors WHERE id = :distributor_id
        UNION ALL
        SELECT person.sponsor_id, step + 1 FROM above JOIN distribution.distributors person ON person.id = above.id
        WHERE step < 1000
    )
    SELECT person.id, person.name, person.status, person.depth, person.joined_at,
        (SELECT coalesce(sum(members), 0)::bigint FROM distribution.team_counts WHERE distributor_id = person.id)
    FROM above JOIN distribution.distributors person ON person.id = above.id ORDER BY step
    """
)
_RECRUITS = text(
    """
    SELECT id, name, status, depth, joined_at,
        (SELECT coalesce(sum(members), 0)::bigint FROM distribution.team_counts WHERE distributor_id = person.id)
    FROM distribution.distributors person WHERE sponsor_id = :distributor_id ORDER BY id LIMIT :most
    """
)
_SALES = text(
    """
    SELECT currency, count(*), coalesce(sum(net_minor), 0)::bigint,
        count(*) FILTER (WHERE placed_at >= CAST(:now AS timestamptz) - interval '30 days'),
        coalesce(sum(net_minor) FILTER (WHERE placed_at >= CAST(:now AS timestamptz) - interval '30 days'), 0)::bigint
    FROM distribution.orders WHERE distributor_id = :distributor_id AND status = 'open'
    GROUP BY currency ORDER BY 3 DESC
    """
)


def distributor_page(
    session: Session, distributor_id: UUID, *, now: datetime, show_email: bool = False
) -> DistributorPage:
    """The page of one distributor, the address masked unless `show_email`; raises DistributorNotFound."""
    person = find.by_id(session, distributor_id)
    named = {"distributor_id": distributor_id, "most": MOST_RECRUITS}
    form: dict[str, Any] = person.application or {}
    return DistributorPage(
        id=person.id,
        name=person.name,
        email=person.email if show_email else masked_email(person.email),
        status=person.status,
        grade=person.grade,
        groups=tuple(person.groups),
        depth=person.depth,
        locale=person.locale,
        created_at=person.created_at,
        joined_at=person.joined_at,
        email_confirmed_at=person.email_confirmed_at,
        last_login_at=person.last_login_at,
        source=str(form.get("source") or ""),
        answers=tuple((str(key), str(value)) for key, value in (form.get("answers") or {}).items() if value),
        acceptances=tuple(terms.history(session, distributor_id)),
        upline=tuple(Relative(*row) for row in session.execute(_UPLINE, {"distributor_id": distributor_id})),
        team=tree.counts(session, distributor_id),
        recruits=tuple(Relative(*row) for row in session.execute(_RECRUITS, named)),
        standings=_standings(session, distributor_id),
        sponsors=_sponsors(session, distributor_id),
        gradings=_gradings(session, distributor_id),
        memberships=_memberships(session, distributor_id),
        codes=tuple(codes(session, distributor_id, since=datetime(2000, 1, 1, tzinfo=now.tzinfo))),
        money=tuple(balances(session, distributor_id, now=now)),
        sales=tuple(
            Sales(*row) for row in session.execute(_SALES, {"distributor_id": distributor_id, "now": now})
        ),
        statements=tuple(
            statement_row(each, person.name)
            for each in statements(session, distributor_id=distributor_id, limit=24)
        ),
    )


def by_code_or_email(session: Session, wanted: str) -> UUID | None:
    """The distributor a merchant means by a code, an e-mail address or an id; None when there is nobody."""
    from_text = wanted.strip()[:254].replace("\x00", "")
    found = find.by_email(session, from_text) if "@" in from_text else None
    if found is not None:
        return found.id
    try:
        return session.scalar(select(Distributor.id).where(Distributor.id == UUID(from_text)))
    except ValueError:
        return _by_code(session, from_text)


def _by_code(session: Session, code: str) -> UUID | None:
    query = text("SELECT distributor_id FROM distribution.referral_codes WHERE code_key = upper(:code)")
    found: UUID | None = session.execute(query, {"code": code}).scalar_one_or_none()
    return found


def _standings(session: Session, distributor_id: UUID) -> tuple[StandingStep, ...]:
    rows = history.standings(session, distributor_id)
    names = actor_names(session, (row.actor for row in rows))
    return tuple(
        StandingStep(row.status, row.effective_at, row.actor, names.get(row.actor), row.reason)
        for row in reversed(rows)
    )


def _sponsors(session: Session, distributor_id: UUID) -> tuple[SponsorStep, ...]:
    rows = history.sponsorships(session, distributor_id)
    names = actor_names(session, (row.actor for row in rows))
    people = distributor_names(session, [row.sponsor_id for row in rows])
    return tuple(
        SponsorStep(
            row.sponsor_id,
            people.get(row.sponsor_id) if row.sponsor_id else None,
            row.effective_at,
            row.actor,
            names.get(row.actor),
            row.reason,
        )
        for row in reversed(rows)
    )


def _gradings(session: Session, distributor_id: UUID) -> tuple[RankStep, ...]:
    rows = history.gradings(session, distributor_id)
    names = actor_names(session, (row.actor for row in rows))
    return tuple(
        RankStep(row.grade, True, row.effective_at, row.actor, names.get(row.actor), row.reason)
        for row in reversed(rows)
    )


def _memberships(session: Session, distributor_id: UUID) -> tuple[RankStep, ...]:
    rows = history.memberships(session, distributor_id)
    names = actor_names(session, (row.actor for row in rows))
    return tuple(
        RankStep(row.group_key, row.member, row.effective_at, row.actor, names.get(row.actor), row.reason)
        for row in reversed(rows)
    )
