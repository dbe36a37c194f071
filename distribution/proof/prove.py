"""Runs every check there is and gathers what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.adjustment.proof import proof as adjustment_proof
from distribution.adjustment.tables import Adjustment, AdjustmentDecision
from distribution.audit.chain import check
from distribution.audit.tables import AuditEntry, Chained
from distribution.commission.periods.tables import PeriodAdjustment
from distribution.commission.plan.built_in import BUILT_IN, BUILT_IN_NUMBER
from distribution.commission.review.tables import CommissionReview
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
from distribution.proof.reviews import CHECKS as REVIEW_CHECKS
from distribution.proof.seals import prove_head, prove_seals
from distribution.proof.verified import NEVER, Verified, last_verified, last_whole_at
from distribution.sealing.head import NOTHING_SEALED, Head, head
from distribution.sealing.tables import TransferSeal
from distribution.settings.tables import ProgramVersion
from distribution.settlement.proof import proof as settlement_proof
from distribution.settlement.tables import SettlementApproval
from distribution.tax.tables import TaxProfile
from distribution.withdrawal.proof import proof as withdrawal_proof
from distribution.withdrawal.tables import WithdrawalEvent

CHAINED: tuple[type[Chained], ...] = (
    Adjustment,
    AdjustmentDecision,
    AuditEntry,
    CommissionReview,
    Grading,
    Membership,
    PeriodAdjustment,
    PlanVersion,
    ProductStage,
    ProgramVersion,
    SettlementApproval,
    Sponsorship,
    Standing,
    TaxProfile,
    TransferSeal,
    WithdrawalEvent,
)
_CHAIN_NAMES = tuple(table.__tablename__ for table in CHAINED)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was checked, by table and rows, and every difference found.

    `seal` is the newest seal it covers; `since_seal` the number of the one up to which orders were compared with their
    seals, None where everything was worked out anew.
    """

    checked: dict[str, int]
    differences: tuple[Difference, ...]
    seal: Head = NOTHING_SEALED
    since_seal: int | None = None

    @property
    def holds(self) -> bool:
        return not self.differences

    def to_json(self) -> dict[str, Any]:
        """The document that `verify --json` and `GET /proof` show."""
        return {
            "holds": self.holds,
            "checked": self.checked,
            "seal": self.seal.number,
            "since_seal": self.since_seal,
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


def prove(
    session: Session,
    *,
    since_seal: bool = False,
    kept: Sequence[tuple[int, bytes]] = (),
    progress: Callable[[int], None] = lambda _orders: None,
) -> Proof:
    """Prove snapshots + terms → lines → statements → transfers → balances, and every history that backs them.

    With `since_seal` the orders that a proof has covered are compared with their seals, and only what came after the
    last verified seal is worked out anew; all the rest is proven whole. So is everything where nothing is verified yet,
    or where the last whole proof found a difference. `kept` are heads kept elsewhere, by number and digest, that must
    be among the seals. `progress` is told how many orders were looked at so far.
    Reads one state of the database: nothing committed meanwhile can make it cry wolf.
    """
    session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    known = last_verified(session)
    since = known if since_seal and last_whole_at(session) else NEVER
    heads = [*kept, (known.number, known.digest)]
    return Proof(
        checked=_count(session),
        differences=tuple(_differences(session, since, heads, progress)),
        seal=head(session),
        since_seal=since.number or None,
    )


def _differences(
    session: Session,
    since: Verified,
    heads: Sequence[tuple[int, bytes]],
    progress: Callable[[int], None],
) -> Iterator[Difference]:
    for number, digest in heads:
        yield from prove_head(session, number, digest)
    for chained in CHAINED:
        for gap in check(session, chained):
            yield Difference(
                "the chain of a history is whole", gap.table, str(gap.number), "the row written", gap.why
            )
    yield from prove_seals(session, _CHAIN_NAMES)
    published = session.execute(text("SELECT number, document FROM distribution.plan_versions"))
    plans = {BUILT_IN_NUMBER: BUILT_IN, **{row.number: row.document for row in published}}
    books = {number: Book(document) for number, document in plans.items()}
    whole = True
    for number, history in enumerate(histories(session), start=1):
        progress(number)
        for difference in prove_order(history, books, last_proven=since.last_snapshot):
            whole = False
            yield difference
    for table, order_id in orphans(session):
        yield Difference("a history belongs to an order", table, str(order_id), "an order", "none")
    yield from differences(session, HISTORY_CHECKS)
    yield from differences(session, REVIEW_CHECKS)
    yield from differences(session, COUNTER_CHECKS)
    yield from differences(session, ACCOUNT_CHECKS)
    # What follows from orders that are not as they were written tells nobody anything.
    yield from prove_periods(session, plans if whole else {}, since=since.at)
    yield from settlement_proof(session)
    yield from adjustment_proof(session)
    yield from withdrawal_proof(session)
    yield from ledger_proof(session)


_COUNTED = (
    "order_snapshots",
    "terms",
    "shares",
    "commission_lines",
    "period_adjustments",
    "statements",
    "adjustments",
    "transfers",
    "accounts",
    "audit_log",
)


def _count(session: Session) -> dict[str, int]:
    columns = ", ".join(f"(SELECT count(*) FROM distribution.{table})" for table in _COUNTED)
    return dict(zip(_COUNTED, session.execute(text(f"SELECT {columns}")).one(), strict=True))
