"""A plan document, checked to its last field, as the values that the engine is compiled from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from distribution.commission.plan.built_in import BUILT_IN_NUMBER
from distribution.commission.plan.document import (
    AmountFrom,
    CampaignDocument,
    CapDocument,
    ConditionDocument,
    RateDocument,
    SelectorDocument,
    TiersDocument,
)
from distribution.commission.plan.rules import Campaign, Cap, Condition, Plan, Rate, Tiers, Value
from distribution.commission.plan.selector import WHATS, WHOS, Selector
from distribution.commission.plan.shape import shape, wrong
from distribution.commission.plan.ties import refuse_ties
from distribution.money import is_currency, to_minor

_Name = TypeVar("_Name", bound=str)


def parse(document: Mapping[str, Any], number: int = BUILT_IN_NUMBER) -> Plan:
    """The plan a document describes.

    Raises InvalidInput naming the path of the first value that breaks a rule (`rates[1].bps`); whether the
    distributors and products it names exist is for `references` to say.
    """
    read = shape(document)
    rates = tuple(_rate(entry, index, f"rates[{index}]") for index, entry in enumerate(read.rates))
    campaigns = tuple(
        _campaign(entry, index, f"campaigns[{index}]") for index, entry in enumerate(read.campaigns)
    )
    refuse_ties(rates, campaigns)
    limit = read.customer_limit
    if limit is not None and limit.months is None and limit.orders is None:
        raise wrong("customer_limit", "needs months, orders or both")
    return Plan(
        number=number,
        name=read.name,
        base=read.base,
        ceiling_bps=read.ceiling_bps,
        hold_days=read.hold_days,
        rates=rates,
        discounts=read.discounts,
        shipping=read.shipping,
        gift_cards=read.gift_cards,
        self_purchase=read.self_purchase,
        margin_least_bps=None if read.margin is None else read.margin.least_bps,
        campaigns=campaigns,
        caps=_caps(read.caps),
        compress=read.uplines.unqualified == "compress",
        conditions=_conditions(read.uplines.conditions),
        limit_months=None if limit is None else limit.months,
        limit_orders=None if limit is None else limit.orders,
        hold_days_by_grade=read.hold_days_by_grade or {},
        received_after_days=read.received_after_days,
    )


def _rate(entry: RateDocument, index: int, path: str) -> Rate:
    given = [name for name in ("bps", "fixed", "tiers") if getattr(entry, name) is not None]
    if len(given) != 1:
        raise wrong(path, "needs exactly one of bps, fixed with currency, and tiers")
    return Rate(index, entry.level, _selector(entry, path), _value(entry, path, entry.tiers))


def _value(entry: RateDocument | CampaignDocument, path: str, tiers: TiersDocument | None = None) -> Value:
    if entry.currency is not None and entry.fixed is None:
        raise wrong(f"{path}.currency", "belongs to a fixed amount only")
    if entry.fixed is not None:
        if entry.currency is None:
            raise wrong(f"{path}.currency", "is required with fixed")
        currency = _currency(entry.currency, f"{path}.currency")
        return Value(fixed_minor=_minor(entry.fixed, currency, f"{path}.fixed"), currency=currency)
    if tiers is not None:
        return Value(tiers=_tiers(tiers, f"{path}.tiers"))
    return Value(bps=entry.bps)


def _tiers(entry: TiersDocument, path: str) -> Tiers:
    currency = _currency(entry.currency, f"{path}.currency")
    steps: list[tuple[int, int]] = []
    for index, step in enumerate(entry.steps):
        where = f"{path}.steps[{index}].from"
        from_minor = _minor(step.from_, currency, where)
        if not steps and from_minor:
            raise wrong(where, "the first step begins at 0")
        if steps and from_minor <= steps[-1][0]:
            raise wrong(where, "must be more than that of the step before")
        steps.append((from_minor, step.bps))
    return Tiers(entry.by, entry.period, entry.mode, currency, tuple(steps))


def _selector(entry: SelectorDocument, path: str) -> Selector:
    what, what_ids = _one_of(entry, WHATS, path)
    who, who_ids = _one_of(entry, WHOS, path)
    if who == "distributor":
        who_ids = _distributors(entry.distributor or [], f"{path}.distributor")
    channels = None if entry.channel is None else _distinct(entry.channel, f"{path}.channel")
    order_from = entry.order_from
    return Selector(
        what=what,
        what_ids=what_ids,
        who=who,
        who_ids=who_ids,
        channels=channels,
        stage=entry.stage,
        order_from_minor=None if order_from is None else _amount(order_from, f"{path}.order_from"),
        order_currency=None if order_from is None else order_from.currency,
        customer=entry.customer,
        priority=entry.priority,
    )


def _one_of(
    entry: SelectorDocument, names: tuple[_Name, ...], path: str
) -> tuple[_Name | None, frozenset[str]]:
    given = [name for name in names if getattr(entry, name) is not None]
    if len(given) > 1:
        raise wrong(
            f"{path}.{given[1]}", f"cannot stand beside {given[0]}: at most one of {', '.join(names)}"
        )
    if not given:
        return None, frozenset()
    return given[0], _distinct(getattr(entry, given[0]), f"{path}.{given[0]}")


def _distinct(keys: list[str], path: str) -> frozenset[str]:
    for index, key in enumerate(keys):
        if key in keys[:index]:
            raise wrong(f"{path}[{index}]", f"{key!r} occurs twice")
    return frozenset(keys)


def _distributors(texts: list[str], path: str) -> frozenset[str]:
    ids = []
    for index, text in enumerate(texts):
        try:
            ids.append(str(UUID(text)))
        except ValueError:
            where = f"{path}[{index}]" if len(texts) > 1 else path
            raise wrong(where, f"{text!r} is no distributor's id") from None
    return _distinct(ids, path)


def _campaign(entry: CampaignDocument, index: int, path: str) -> Campaign:
    given = [name for name in ("multiplier_bps", "bps", "fixed") if getattr(entry, name) is not None]
    if len(given) != 1:
        raise wrong(path, "needs exactly one of multiplier_bps, bps, and fixed with currency")
    from_at, to_at = _moment(entry.from_, f"{path}.from"), _moment(entry.to, f"{path}.to")
    if to_at <= from_at:
        raise wrong(f"{path}.to", "must be later than from")
    if len(set(entry.levels)) != len(entry.levels):
        raise wrong(f"{path}.levels", "a level occurs twice")
    value = _value(entry, path)
    return Campaign(
        index=index,
        name=entry.name,
        from_at=from_at,
        to_at=to_at,
        levels=frozenset(entry.levels),
        selector=_selector(entry, path),
        stacks=entry.stacks,
        multiplier_bps=entry.multiplier_bps,
        override=value if entry.multiplier_bps is None else None,
    )


def _caps(entries: list[CapDocument]) -> tuple[Cap, ...]:
    caps: list[Cap] = []
    for index, entry in enumerate(entries):
        path = f"caps[{index}]"
        if (entry.per == "distributor") != (entry.period is not None):
            raise wrong(f"{path}.period", "is required per distributor, and only there")
        cap = Cap(index, entry.per, _amount(entry, path), entry.currency, entry.period)
        for other in caps:
            if (other.per, other.currency, other.period) == (cap.per, cap.currency, cap.period):
                raise wrong(path, f"caps[{other.index}] is for the same already")
        caps.append(cap)
    return tuple(caps)


def _conditions(entries: list[ConditionDocument]) -> dict[int, Condition]:
    conditions: dict[int, Condition] = {}
    for index, entry in enumerate(entries):
        path = f"uplines.conditions[{index}]"
        if entry.level in conditions:
            raise wrong(f"{path}.level", f"level {entry.level} has a condition already")
        if entry.grades is None and entry.own_sales is None:
            raise wrong(path, "needs grades, own_sales or both")
        sales = entry.own_sales
        conditions[entry.level] = Condition(
            level=entry.level,
            grades=None if entry.grades is None else _distinct(entry.grades, f"{path}.grades"),
            own_sales_minor=None if sales is None else _amount(sales, f"{path}.own_sales"),
            currency=None if sales is None else sales.currency,
            period=None if sales is None else sales.period,
        )
    return conditions


def _amount(entry: AmountFrom, path: str) -> int:
    return _minor(entry.amount, _currency(entry.currency, f"{path}.currency"), f"{path}.amount")


def _currency(code: str, path: str) -> str:
    if not is_currency(code):
        raise wrong(path, f"{code!r} is no ISO 4217 code")
    return code


def _minor(text: str, currency: str, path: str) -> int:
    amount_minor = to_minor(text, currency, field=path)
    if amount_minor < 0:
        raise wrong(path, "must not be negative")
    return amount_minor


def _moment(text: str, path: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1970 < moment.year < 9000:
        raise wrong(path, "must be an ISO 8601 time with offset")
    return moment.astimezone(UTC)
