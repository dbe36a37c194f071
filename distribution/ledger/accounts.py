"""Accounts are opened when money first needs them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


class AccountKey(NamedTuple):
    """What an account is known by; without a distributor it is the program's."""

    distributor_id: UUID | None
    kind: str
    currency: str


_KEYS = """
SELECT * FROM unnest(CAST(:distributor_ids AS uuid[]), CAST(:kinds AS text[]), CAST(:currencies AS text[]))
    AS key (distributor_id, kind, currency)
"""
# Equality with null is never an index condition, so the program's accounts are looked up apart.
_FIND = text(f"""
WITH key AS ({_KEYS})
SELECT account.distributor_id, account.kind, account.currency, account.id
FROM key JOIN distribution.accounts account USING (distributor_id, kind, currency)
UNION ALL
SELECT account.distributor_id, account.kind, account.currency, account.id
FROM key JOIN distribution.accounts account ON account.distributor_id IS NULL AND key.distributor_id IS NULL
    AND account.kind = key.kind AND account.currency = key.currency
""")


def account_ids(session: Session, keys: Collection[AccountKey]) -> dict[AccountKey, int]:
    """The ids of these accounts, opening those that do not exist yet."""
    wanted = list(dict.fromkeys(keys))
    arrays = {
        "distributor_ids": [key.distributor_id for key in wanted],
        "kinds": [key.kind for key in wanted],
        "currencies": [key.currency for key in wanted],
    }
    found = _find(session, arrays)
    if len(found) < len(wanted):
        open_accounts(session, _KEYS, arrays)
        found = _find(session, arrays)
    return found


def open_accounts(session: Session, selection: str, parameters: Mapping[str, Any]) -> None:
    """Open the accounts that `selection`, a query for distributor_id, kind and currency, names and that are not there.

    Two at once open each account once: the second waits for the first, and sees its accounts in its next statement.
    To be called before any balance is locked.
    """
    session.execute(
        text(f"""
        WITH opened AS (
            INSERT INTO distribution.accounts (distributor_id, kind, currency)
            SELECT distributor_id, kind, currency FROM ({selection}) AS wanted
            WHERE NOT EXISTS (
                SELECT FROM distribution.accounts account
                WHERE account.distributor_id = wanted.distributor_id
                    AND account.kind = wanted.kind AND account.currency = wanted.currency
            )
            ORDER BY distributor_id, kind, currency
            ON CONFLICT DO NOTHING
            RETURNING id, distributor_id, kind
        )
        INSERT INTO distribution.balances (account_id, kind, balance_minor)
        SELECT id, kind, 0 FROM opened WHERE distributor_id IS NOT NULL
        """),
        parameters,
    )


def _find(session: Session, arrays: Mapping[str, Any]) -> dict[AccountKey, int]:
    rows = session.execute(_FIND, arrays)
    return {AccountKey(*key): account_id for *key, account_id in rows}
