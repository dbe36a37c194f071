"""One level of one line: who earns, by which rule, what that came to, and what it is worth now."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from distribution.analytics.explanation.campaigns import NO_CAMPAIGNS, CampaignOutcome, campaign_outcome
from distribution.analytics.explanation.claim import Claim, Left, claim_of
from distribution.analytics.explanation.frozen import ExplainedShare, FrozenOrder
from distribution.analytics.explanation.lost import Lost, Sold
from distribution.analytics.explanation.people import Position, Vacancy
from distribution.analytics.explanation.rates import rate_outcome
from distribution.analytics.explanation.worth import WorthNow, worth_now
from distribution.commission.plan.index import Profile, Sale
from distribution.commission.plan.rules import Rate
from distribution.orders.snapshot import OrderLine, OrderSnapshot


@dataclass(frozen=True, slots=True)
class LevelExplanation:
    """Without a person there is only `vacancy`; without a rate that matches only what lost; else there is a share.

    `nothing` names why it is worth 0 whatever happens. `sold` is what the rules looked at.
    """

    level: int
    position: Position | None = None
    vacancy: Vacancy | None = None
    sold: Sold | None = None
    rate: Rate | None = None
    lost: tuple[Lost[Rate], ...] = ()
    campaigns: CampaignOutcome = NO_CAMPAIGNS
    share_number: int | None = None
    claim: Claim | None = None
    worth: WorthNow | None = None
    nothing: str | None = None
    thorough: bool = True
    """Whether what lost is all there is, or only what fits."""

    @property
    def amount_minor(self) -> int:
        """What it is worth now."""
        return self.worth.amount_minor if self.worth else 0

    @property
    def potential_minor(self) -> int:
        """What it becomes if all that is not returned is delivered and paid."""
        return self.worth.potential_minor if self.worth else 0


def explain_level(
    frozen: FrozenOrder,
    line: OrderLine,
    snapshot: OrderSnapshot,
    level: int,
    position: Position | None,
    vacancy: Vacancy | None,
    *,
    thorough: bool = True,
) -> LevelExplanation:
    """What a level earns of a line, and why; `line` is as the rules last looked at it, in `snapshot`."""
    if position is None:
        return LevelExplanation(level, vacancy=vacancy)
    sold = sold_to(frozen, snapshot, line, position)
    outcome = rate_outcome(frozen.plan, level, sold, thorough=thorough)
    share = next((each for each in frozen.shares if (each.line_id, each.level) == (line.id, level)), None)
    if outcome.won is None or share is None:
        return LevelExplanation(level, position, sold=sold, lost=outcome.lost, thorough=thorough)
    worth = worth_now(frozen.newest, share)
    # The first version wrote down no rate; it had one a level.
    rate = frozen.plan.plan.rates[share.rule["rate"]] if "rate" in share.rule else outcome.won
    return LevelExplanation(
        level=level,
        position=position,
        sold=sold,
        rate=rate,
        lost=outcome.lost,
        campaigns=campaign_outcome(frozen.plan, level, sold, snapshot.placed_at),
        share_number=share.number,
        claim=claim_of(
            frozen.plan.plan,
            line,
            share.rule,
            rate=Fraction(share.rate_numerator, share.rate_denominator),
            claimed_minor=share.claimed_minor,
            most_minor=share.most_minor,
            currency=snapshot.currency,
            left=_left(frozen, share, position),
        ),
        worth=worth,
        nothing=share.rule.get("nothing") or (None if worth.there else "line_gone"),
        thorough=thorough,
    )


def sold_to(frozen: FrozenOrder, snapshot: OrderSnapshot, line: OrderLine, position: Position) -> Sold:
    """The line and the order as the rules saw them for somebody."""
    net = frozen.plan.plan.base == "net"
    person = position.person
    return Sold(
        line,
        frozen.facts.stages.get(line.product_id or ""),
        Profile(str(person.id), person.grade, tuple(sorted(person.groups))),
        Sale(
            snapshot.channel,
            snapshot.currency,
            sum(each.net_minor if net else each.gross_minor for each in snapshot.lines),
            frozen.facts.repeat,
        ),
    )


def _left(frozen: FrozenOrder, share: ExplainedShare, position: Position) -> Left:
    earlier = [each for each in frozen.shares if each.snapshot_number < share.snapshot_number]
    return Left(
        order_minor=sum(each.claimed_minor for each in earlier),
        person_minor=sum(
            each.claimed_minor for each in earlier if each.distributor_id == share.distributor_id
        ),
        earned=position.person.earned,
    )
