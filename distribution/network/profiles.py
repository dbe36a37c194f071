"""Which grade a distributor had at a moment, and which groups they were in.

Before the first record of a grade nobody has one, and nobody is in a group: unlike a sponsor (ADR 3), neither is ever
true of a time before it was said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from distribution.db.arrays import array
from distribution.db.raw import execute, numbered

_PROFILES = numbered(
    """
SELECT graded.grade, member.groups
FROM unnest(%s::uuid[], %s::timestamptz[]) WITH ORDINALITY AS asked(person, at, position)
LEFT JOIN LATERAL (
    SELECT grade FROM distribution.distributor_grades AS history
    WHERE history.distributor_id = asked.person AND history.effective_at <= asked.at
    ORDER BY history.effective_at DESC, history.number DESC LIMIT 1
) AS graded ON true
LEFT JOIN LATERAL (
    SELECT array_agg(newest.group_key) AS groups FROM (
        SELECT DISTINCT ON (group_key) group_key, member FROM distribution.distributor_groups AS history
        WHERE history.distributor_id = asked.person AND history.effective_at <= asked.at
        ORDER BY group_key, effective_at DESC, number DESC
    ) AS newest WHERE newest.member
) AS member ON true
ORDER BY asked.position
"""
)


@dataclass(frozen=True, slots=True)
class Profile:
    """A distributor's grade, if any, and groups."""

    grade: str | None = None
    groups: frozenset[str] = frozenset()


def profiles(
    connection: psycopg.Connection[Any], asked: Sequence[tuple[UUID, datetime]]
) -> dict[tuple[UUID, datetime], Profile]:
    """The profile of each person as of a moment, in one statement; a stranger has neither grade nor groups."""
    wanted = list(dict.fromkeys(asked))
    if not wanted:
        return {}
    people, moments = zip(*wanted, strict=True)
    rows = execute(connection, _PROFILES, [array(people, "uuid"), array(moments, "timestamptz")]).fetchall()
    return {
        key: Profile(grade, frozenset(groups or ()))
        for key, (grade, groups) in zip(wanted, rows, strict=True)
    }
