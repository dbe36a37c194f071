"""Runs every check there is and gathers what differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.audit.chain import check
from distribution.audit.tables import AuditEntry, Chained
from distribution.commission.periods.tables import PeriodAdjustment
from distribution.commission.plan.built_in import BUILT_IN, BUILT_IN_NUMBER
from distribution.commission.tables import PlanVersion
from distribution.ledger.difference import Difference, differences
from distribution.ledger.proof import proof as ledger_proof
from distribution.network.tables import Grading, Membership, Sponsorship, Standing
from distribution.orders.tables import ProductStage
from distribution.proof.accounts import CHECKS as ACCOUNT_CHECKS
from distribution.proof.counters import CHECKS as COUNTER_CHECKS
from distribution.proof.histories import CHECKS as HISTORY_CHECKS
from distribution.proof.history import histories, orphans
from distribution.proof.orders import prove_order
from distribution.proof.periods import prove_periods
from distribution.proof.rates import Book
from distribution.settings.tables import ProgramVersion
from distribution.settlement.proof import proof as settlement_proof
from distribution.withdrawal.proof import proof as withdrawal_proof
from distribution.withdrawal.tables import WithdrawalEvent

CHAINED: tuple[type[Chained], ...] = (
    AuditEntry,
    Grading,
    Membership,
    PeriodAdjustment,
    PlanVersion,
    ProductStage,
    ProgramVersion,
    Sponsorship,
    Standing,
    WithdrawalEvent,
)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was checked, by table and rows, and every difference found."""

    checked: dict[str, int]
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        return not self.differences

    def to_json(self) -> dict[str, Any]:
        """The document that `verify --json` and `GET /proof` show."""
        return {
            "holds": self.holds,
            "checked": self.checked,
            "differences": [
                {
                    "check": each.check,
                    "table": each.table,
                    "row": each.row,
                    "expected": each.expected,
                    "found": each.found,
                }
                for each in self.differences
            ],
        }


def prove(session: Session) -> Proof:
    """Prove snapshots + terms → lines → statements → transfers → balances, and every history that backs them.

    Reads one state of the database: nothing committed meanwhile can make it cry wolf.
    """
    session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    return Proof(_count(session), tuple(_differences(session)))


def _differences(session: Session) -> Iterator[Difference]:
    for chained in CHAINED:
        for gap in check(session, chained):
            yield Difference(
                "the chain of a history is whole", gap.table, str(gap.number), "the row written", gap.why
            )
    published = session.execute(text("SELECT number, document FROM distribution.plan_versions"))
    plans = {BUILT_IN_NUMBER: BUILT_IN, **{row.number: row.document for row in published}}
    books = {number: Book(document) for number, document in plans.items()}
    whole = True
    for history in histories(session):
        for difference in prove_order(history, books):
            whole = False
            yield difference
    for table, order_id in orphans(session):
        yield Difference("a history belongs to an order", table, str(order_id), "an order", "none")
    yield from differences(session, HISTORY_CHECKS)
    yield from differences(session, COUNTER_CHECKS)
    yield from differences(session, ACCOUNT_CHECKS)
    # What follows from orders that are not as they were written tells nobody anything.
    yield from prove_periods(session, plans if whole else {})
    yield from settlement_proof(session)
    yield from withdrawal_proof(session)
    yield from ledger_proof(session)


_COUNTED = (
    "order_snapshots",
    "terms",
    "shares",
    "commission_lines",
    "period_adjustments",
    "statements",
    "transfers",
    "accounts",
    "audit_log",
)


def _count(session: Session) -> dict[str, int]:
    columns = ", ".join(f"(SELECT count(*) FROM distribution.{table})" for table in _COUNTED)
    return dict(zip(_COUNTED, session.execute(text(f"SELECT {columns}")).one(), strict=True))
