"""One database connection that reads what a storefront may show of referral codes, and nothing else."""

import json
from collections.abc import Collection, Mapping

from psycopg import pq

from saleor_plugin.postgres import DatabaseUnavailable, ask, connect, literal, sqlstate

# The view holds what is public already: whoever knows a code may know the first name and the discount behind it.
STATEMENT = b"""
SET LOCAL statement_timeout = 1000;
SELECT coalesce(jsonb_object_agg(code_key, jsonb_build_object(
    'code', code, 'name', name, 'voucher', voucher, 'offer', offer)), '{}')
FROM distribution.storefront_codes
WHERE code_key IN (SELECT jsonb_array_elements_text(%b::jsonb))
"""
Entry = Mapping[str, object]


class Directory:
    """A connection to the view of codes; belongs to the process and thread that opened it."""

    def __init__(self, database_url: str) -> None:
        self._connection = connect(database_url)

    def find(self, keys: Collection[str]) -> dict[str, Entry]:
        """What is known of each of these codes in upper case; unknown and inactive ones are left out.

        Raises DatabaseUnavailable.
        """
        pgconn = self._connection.pgconn
        wanted = json.dumps(sorted(keys)).encode("ascii")
        found: dict[str, Entry] = {}
        for result in ask(pgconn, STATEMENT % literal(pgconn, wanted)):
            if result.status == pq.ExecStatus.FATAL_ERROR:
                raise DatabaseUnavailable(f"SQLSTATE {sqlstate(result)}")
            if result.status == pq.ExecStatus.TUPLES_OK:
                found = json.loads(result.get_value(0, 0) or b"{}")
        return found

    def close(self) -> None:
        """Let go of the connection without waiting for the server."""
        self._connection.close()
