"""An explanation ready for a page: for the distributor who earns there, and for the merchant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext

from distribution.analytics.explanation.level import LevelExplanation
from distribution.analytics.explanation.lost import Lost
from distribution.analytics.explanation.order import LineExplanation
from distribution.analytics.explanation.own import OwnLevel
from distribution.commission.plan.rules import Campaign, Rate
from portal.explaining.lost import reason_words, why
from portal.explaining.names import Names
from portal.explaining.people import VACANCIES
from portal.explaining.rules import campaign_words, rate_words
from portal.explaining.steps import Step, formula, steps
from portal.words import level_word

AnyLost = Lost[Rate] | Lost[Campaign]
_MOST_NAMED = 5
_MOST_OF_A_REASON = 100


@dataclass(frozen=True, slots=True)
class Reason:
    """Rules that lost for the same reason; the first of them in words."""

    words: str
    count: int
    rules: tuple[str, ...]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.rules)


@dataclass(frozen=True, slots=True)
class Told:
    """One level of one line. `nearly` are rules that fit or nearly did, each with why another one counts.

    A `brief` one leaves the steps and what lost to a page of its own.
    """

    product: str
    sku: str
    level: int
    who: str
    amount_minor: int
    potential_minor: int
    rule: str | None
    steps: tuple[Step, ...]
    formula: str | None
    nearly: tuple[tuple[str, str], ...]
    others: tuple[Reason, ...] = ()
    share_number: int | None = None
    earned: bool = False
    brief: bool = False


def told_to_distributor(own: OwnLevel, currency: str, names: Names) -> Told:
    """What a distributor reads of a share of theirs."""
    level = own.level
    assert level.position is not None
    who = level_word(level.position.place)
    if level.position.passed_up:
        who = gettext("%(sale)s, passed up to you as level %(level)s", sale=who, level=level.level)
    return _told(own.line, level, who, currency, names, nearly=_all_lost(level))


def told_to_merchant(
    line: LineExplanation,
    level: LevelExplanation,
    who: str,
    currency: str,
    names: Names,
    *,
    whole: bool = False,
) -> Told:
    """What the merchant reads of any level; `whole` with every rule that lost, not only their number."""
    matched = [each for each in _all_lost(level) if each.matched]
    if level.position is None and level.vacancy is not None:
        who = str(VACANCIES[level.vacancy])
    return _told(
        line,
        level,
        who,
        currency,
        names,
        nearly=matched if whole else matched[:_MOST_NAMED],
        others=_reasons(level, names, most=_MOST_OF_A_REASON if whole else 0),
        brief=not level.thorough,
    )


def _told(
    line: LineExplanation,
    level: LevelExplanation,
    who: str,
    currency: str,
    names: Names,
    *,
    nearly: Sequence[AnyLost],
    others: tuple[Reason, ...] = (),
    brief: bool = False,
) -> Told:
    return Told(
        product=line.product,
        sku=line.line.sku or "",
        level=level.level,
        who=who,
        amount_minor=level.amount_minor,
        potential_minor=level.potential_minor,
        rule=None if level.rate is None else rate_words(level.rate, names),
        steps=() if brief or level.share_number is None else tuple(steps(level, currency, names)),
        formula=None if brief else formula(level, currency),
        nearly=tuple((_rule_words(each, names), why(each)) for each in nearly),
        others=others,
        share_number=level.share_number,
        earned=level.position is not None,
        brief=brief,
    )


def _all_lost(level: LevelExplanation) -> list[AnyLost]:
    found: list[AnyLost] = [*level.lost]
    return [*found, *level.campaigns.lost]


def _reasons(level: LevelExplanation, names: Names, *, most: int) -> tuple[Reason, ...]:
    """What did not fit, by reason, the most frequent first."""
    grouped: dict[str, list[AnyLost]] = {}
    for each in _all_lost(level):
        if not each.matched:
            grouped.setdefault(each.reason, []).append(each)
    ordered = sorted(grouped.items(), key=lambda item: -len(item[1]))
    return tuple(
        Reason(
            reason_words(reason),
            len(found),
            tuple(_rule_words(each, names) for each in found[:most]),
        )
        for reason, found in ordered
    )


def _rule_words(lost: AnyLost, names: Names) -> str:
    rule = lost.rule
    if isinstance(rule, Rate):
        return rate_words(rule, names)
    return gettext("Campaign “%(name)s”: %(rule)s", name=rule.name, rule=campaign_words(rule, names))
