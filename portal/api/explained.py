"""An explanation as the API answers it: exact amounts as fractions, rules in the words of the plan's document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field

from distribution.analytics.explanation.claim import Claim, Cut
from distribution.analytics.explanation.level import LevelExplanation
from distribution.analytics.explanation.lost import Lost
from distribution.analytics.explanation.worth import WorthNow
from distribution.commission.plan.rules import Campaign, Rate
from distribution.money import to_decimal_text
from portal.api.types import Answer, Id, SignedAmount

Ratio = Annotated[
    str, Field(pattern=r"^[0-9]+/[1-9][0-9]*$", description="An exact fraction", examples=["1/10"])
]


class Exact(Answer):
    """An amount before the one rounding."""

    amount: Annotated[SignedAmount, Field(description="Rounded down")]
    minor_units: Annotated[
        Ratio, Field(description="Exact, in the currency's minor unit", examples=["500/3"])
    ]


class Rule(Answer):
    """A rate or a campaign, as the plan's document has it."""

    path: Annotated[str, Field(examples=["rates[3]"])]
    document: dict[str, Any]


class LostRule(Answer):
    """A rule that did not decide."""

    rule: Rule
    reason: Annotated[str, Field(examples=["less_specific", "other_category"])]
    row: Annotated[
        str | None, Field(description="Of the table of precedence: in which another one was more specific")
    ]


class LostRules(Answer):
    """Rules that did not decide: their number for each reason, and some of them, those that match first."""

    reasons: dict[str, int]
    named: list[LostRule]


class BaseAnswer(Answer):
    """What the rate was taken of."""

    total: Annotated[SignedAmount, Field(description="The line's total when its terms were frozen")]
    price: Annotated[SignedAmount, Field(description="The price that counts")]
    undiscounted: Annotated[bool, Field(description="`price` is the one before discounts")]
    amount: Annotated[Exact, Field(description="The price, with its part of the shipping where that counts")]


class CutAnswer(Answer):
    """A limit that lowered the claim."""

    limit: Annotated[
        str,
        Field(
            description="`ceiling`, `margin`, `line_cap`, `order_cap`, `month_cap`, `quarter_cap`, `year_cap`"
        ),
    ]
    factor: Ratio
    before: Exact
    after: Exact
    allowed: Annotated[Exact | None, Field(description="For all that the limit covers together")]


class TierAnswer(Answer):
    """The rate that sales led to."""

    sales: Annotated[SignedAmount, Field(description="Of the period, before this order")]
    bps: Ratio


class ClaimAnswer(Answer):
    """From the base to the frozen rate."""

    base: BaseAnswer
    tier: TierAnswer | None
    rate_comes_to: Annotated[Exact, Field(description="The rate, or the override of a campaign")]
    multiplier: Annotated[Ratio, Field(description="All campaigns together")]
    asked: Exact
    cuts: list[CutAnswer]
    claim: Exact
    rate: Annotated[Ratio, Field(description="claim ÷ total: what is frozen")]
    claimed: SignedAmount
    most: Annotated[SignedAmount | None, Field(description="The most the share may ever be worth")]


class WorthAnswer(Answer):
    """floor(total × fulfilled ÷ quantity × kept × rate), at most `most`, by the order's last state."""

    paid: bool
    total: SignedAmount
    quantity: int
    fulfilled: int
    returned: int
    kept: Ratio
    exact: Exact
    amount: SignedAmount
    potential: SignedAmount


class LevelAnswer(Answer):
    """One level of one line. Without a distributor there is only `vacancy`, without a rate only what lost."""

    level: Annotated[int, Field(ge=1, le=3)]
    distributor_id: Id | None
    vacancy: Literal["nobody_there", "kept", "past_the_third"] | None
    nothing: Annotated[
        str | None,
        Field(
            description="Why it is worth 0 whatever happens: `gift_card`, `base_is_zero`, `customer_limit`, "
            "`other_currency`, `line_gone`"
        ),
    ]
    rate: Rule | None
    campaigns: list[Rule]
    lost: LostRules
    lost_campaigns: LostRules
    claim: ClaimAnswer | None
    worth: WorthAnswer | None


def level_answer(
    level: LevelExplanation, document: Mapping[str, Any], currency: str, *, most_lost: int
) -> LevelAnswer:
    """A level, naming at most so many of the rules that lost."""
    return LevelAnswer(
        level=level.level,
        distributor_id=None if level.position is None else str(level.position.person.id),
        vacancy=level.vacancy,
        nothing=level.nothing,
        rate=None if level.rate is None else _rule(level.rate, document),
        campaigns=[_rule(each, document) for each in level.campaigns.applied],
        lost=_lost(level.lost, document, most_lost),
        lost_campaigns=_lost(level.campaigns.lost, document, most_lost),
        claim=None if level.claim is None else _claim(level.claim, currency),
        worth=None if level.worth is None else _worth(level.worth, currency),
    )


def ratio(fraction: Fraction) -> str:
    """An exact fraction."""
    return f"{fraction.numerator}/{fraction.denominator}"


def _exact(amount: Fraction, currency: str) -> Exact:
    floor = amount.numerator // amount.denominator
    return Exact(amount=to_decimal_text(floor, currency), minor_units=ratio(amount))


def _rule(rule: Rate | Campaign, document: Mapping[str, Any]) -> Rule:
    kind = "rates" if isinstance(rule, Rate) else "campaigns"
    return Rule(path=f"{kind}[{rule.index}]", document=document[kind][rule.index])


def _lost(
    lost: Sequence[Lost[Rate]] | Sequence[Lost[Campaign]], document: Mapping[str, Any], most: int
) -> LostRules:
    return LostRules(
        reasons=dict(Counter(each.reason for each in lost).most_common()),
        named=[
            LostRule(rule=_rule(each.rule, document), reason=each.reason, row=each.row)
            for each in lost[:most]
        ],
    )


def _claim(claim: Claim, currency: str) -> ClaimAnswer:
    base, tier = claim.base, claim.tier
    return ClaimAnswer(
        base=BaseAnswer(
            total=to_decimal_text(base.total_minor, currency),
            price=to_decimal_text(base.price_minor, currency),
            undiscounted=base.undiscounted,
            amount=_exact(base.amount, currency),
        ),
        tier=None
        if tier is None
        else TierAnswer(sales=to_decimal_text(tier.sales_minor, currency), bps=ratio(tier.bps)),
        rate_comes_to=_exact(claim.plain, currency),
        multiplier=ratio(claim.multiplier),
        asked=_exact(claim.asked, currency),
        cuts=[_cut(each, currency) for each in claim.cuts],
        claim=_exact(claim.amount, currency),
        rate=ratio(claim.rate),
        claimed=to_decimal_text(claim.claimed_minor, currency),
        most=None if claim.most_minor is None else to_decimal_text(claim.most_minor, currency),
    )


def _cut(cut: Cut, currency: str) -> CutAnswer:
    return CutAnswer(
        limit=cut.name,
        factor=ratio(cut.factor),
        before=_exact(cut.before, currency),
        after=_exact(cut.after, currency),
        allowed=None if cut.allowed is None else _exact(cut.allowed, currency),
    )


def _worth(worth: WorthNow, currency: str) -> WorthAnswer:
    return WorthAnswer(
        paid=worth.paid,
        total=to_decimal_text(worth.total_minor, currency),
        quantity=worth.quantity,
        fulfilled=worth.fulfilled,
        returned=worth.returned,
        kept=ratio(worth.kept),
        exact=_exact(worth.exact, currency),
        amount=to_decimal_text(worth.amount_minor, currency),
        potential=to_decimal_text(worth.potential_minor, currency),
    )
