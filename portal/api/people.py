"""Whom an answer names: in clear for a token that may read people, with an entry on the audit log; else masked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from distribution.audit.record import record
from distribution.network.tables import Distributor
from distribution.privacy.masking import masked_email, masked_name
from portal.api.call import Call


class Naming(TypedDict):
    """How a person is named."""

    email: str
    name: str


def naming(person: Distributor, *, clear: bool) -> Naming:
    """Their name and address, masked unless `clear`."""
    if clear:
        return {"email": person.email, "name": person.name}
    return {"email": masked_email(person.email), "name": masked_name(person.name)}


def looked_at(call: Call, people: Sequence[Distributor], *, operation: str | None = None) -> bool:
    """Whether these people may be named in clear; if so, that they were looked at goes on the audit log.

    A list of `operation` is one entry with all their ids. Ask it last: the log is chained.
    """
    if not call.client.sees_people:
        return False
    ids = [str(person.id) for person in people]
    if operation is not None and ids:
        _record(call, "distributor.reveal_list", "distributors", operation, {"ids": ids})
    elif ids:
        _record(call, "distributor.reveal", "distributor", ids[0], None)
    return True


def _record(
    call: Call, action: str, subject_type: str, subject_id: str, after: dict[str, list[str]] | None
) -> None:
    record(
        call.session,
        actor=call.client.actor,
        action=action,
        subject_type=subject_type,
        subject_id=subject_id,
        now=call.now,
        after=after,
    )
