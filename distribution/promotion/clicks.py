"""Records clicks in batches: bots left out, repeats of one address on one link within half an hour folded into one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.promotion.bots import LONGEST_USER_AGENT, is_bot
from distribution.promotion.code import code_key
from distribution.promotion.codes import resolve
from distribution.promotion.landing import landing_page

REPEAT_WINDOW = timedelta(minutes=30)
LONGEST_URL = 2000
LONGEST_ID = 80

# One batch at a time: two at once would not see each other's clicks and fold nothing.
_LOCK = text("SELECT pg_advisory_xact_lock(7305811940226008)")
_RECENT = text(
    """
    SELECT clicks.code_key, clicks.ip_hash, clicks.link_id, clicks.id, clicks.at
    FROM distribution.clicks
    JOIN (
        SELECT DISTINCT code_key, ip_hash
        FROM unnest(CAST(:code_keys AS text[]), CAST(:ip_hashes AS bytea[])) AS wanted(code_key, ip_hash)
    ) AS wanted USING (code_key, ip_hash)
    WHERE distributor_id = ANY (CAST(:distributor_ids AS uuid[])) AND at BETWEEN :since AND :until
    ORDER BY clicks.at
    """
)
# The planner cannot know how many clicks are recent; where it guesses few, it compares each with every wanted one.
_NESTED_LOOPS = text("SELECT set_config('enable_nestloop', :to, true)")
_INSERT = text(
    """
    INSERT INTO distribution.clicks (id, code_key, distributor_id, at, url, ip_hash, user_agent, link_id)
    SELECT * FROM unnest(
        CAST(:ids AS text[]), CAST(:code_keys AS text[]), CAST(:distributor_ids AS uuid[]),
        CAST(:ats AS timestamptz[]), CAST(:urls AS text[]), CAST(:ip_hashes AS bytea[]), CAST(:user_agents AS text[]),
        CAST(:link_ids AS uuid[])
    )
    ON CONFLICT (id) DO NOTHING
    """
)
_INSERT_REPEATS = text(
    """
    INSERT INTO distribution.click_repeats (id, click_id)
    SELECT * FROM unnest(CAST(:ids AS text[]), CAST(:click_ids AS text[])) ON CONFLICT (id) DO NOTHING
    """
)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody followed a link; `id` is the click id the shopper carries on, `link_id` the saved link they followed."""

    id: str
    code: str
    at: datetime
    url: str | None = None
    ip_hash: bytes | None = None
    user_agent: str | None = None
    link_id: UUID | None = None


def record_clicks(session: Session, visits: Iterable[Visit]) -> dict[str, str]:
    """Record a batch and say under which id each visit counts: its own, or that of the click it repeats.

    Visits by bots, with an unknown or inactive code, or with a malformed id are left out. The same batch again
    changes nothing.
    """
    wanted = [visit for visit in visits if _is_sound(visit) and not is_bot(visit.user_agent)]
    codes = resolve(session, (visit.code for visit in wanted))
    owners = {key: found.distributor_id for key, found in codes.items() if found.active}
    known = sorted((visit for visit in wanted if code_key(visit.code) in owners), key=lambda visit: visit.at)
    if not known:
        return {}
    session.execute(_LOCK)
    latest = _recent(session, known, owners)
    counted: dict[str, str] = {}
    fresh: list[Visit] = []
    for visit in known:
        repeated = _repeated(visit, latest)
        if repeated is None:
            fresh.append(visit)
            repeated = visit.id
            if visit.ip_hash is not None:
                latest.setdefault((code_key(visit.code), visit.ip_hash, visit.link_id), []).append(
                    (visit.at, visit.id)
                )
        counted[visit.id] = repeated
    _insert(session, fresh, owners)
    _insert_repeats(session, {id_: click for id_, click in counted.items() if id_ != click})
    return counted


_Seen = dict[tuple[str, bytes, UUID | None], list[tuple[datetime, str]]]


def _repeated(visit: Visit, seen: _Seen) -> str | None:
    if visit.ip_hash is None:
        return None
    for at, click_id in seen.get((code_key(visit.code), visit.ip_hash, visit.link_id), ()):
        if abs(visit.at - at) <= REPEAT_WINDOW:
            return click_id
    return None


def _recent(session: Session, visits: Sequence[Visit], owners: dict[str, UUID]) -> _Seen:
    addressed = [visit for visit in visits if visit.ip_hash is not None]
    seen: _Seen = {}
    if not addressed:
        return seen
    session.execute(_NESTED_LOOPS, {"to": "off"})
    rows = session.execute(
        _RECENT,
        {
            "code_keys": [code_key(visit.code) for visit in addressed],
            "ip_hashes": [visit.ip_hash for visit in addressed],
            "distributor_ids": list({owners[code_key(visit.code)] for visit in addressed}),
            "since": addressed[0].at - REPEAT_WINDOW,
            "until": addressed[-1].at + REPEAT_WINDOW,
        },
    )
    session.execute(_NESTED_LOOPS, {"to": "on"})
    for row in rows:
        seen.setdefault((row.code_key, bytes(row.ip_hash), row.link_id), []).append((row.at, row.id))
    return seen


def _insert(session: Session, visits: Sequence[Visit], owners: dict[str, UUID]) -> None:
    if not visits:
        return
    session.execute(
        _INSERT,
        {
            "ids": [visit.id for visit in visits],
            "code_keys": [code_key(visit.code) for visit in visits],
            "distributor_ids": [owners[code_key(visit.code)] for visit in visits],
            "ats": [visit.at for visit in visits],
            "urls": [_clipped(landing_page(visit.url), LONGEST_URL) for visit in visits],
            "ip_hashes": [visit.ip_hash for visit in visits],
            "user_agents": [_clipped(visit.user_agent, LONGEST_USER_AGENT) for visit in visits],
            "link_ids": [visit.link_id for visit in visits],
        },
    )


def _insert_repeats(session: Session, repeats: dict[str, str]) -> None:
    if repeats:
        session.execute(_INSERT_REPEATS, {"ids": list(repeats), "click_ids": list(repeats.values())})


def _is_sound(visit: Visit) -> bool:
    return 0 < len(visit.id) <= LONGEST_ID and visit.id.isascii() and visit.id.isprintable()


def _clipped(text_or_none: str | None, longest: int) -> str | None:
    if text_or_none is None:
        return None
    # What a browser sends may hold what PostgreSQL's text cannot.
    return text_or_none[:longest].replace("\x00", "").encode("utf-8", "replace").decode()
