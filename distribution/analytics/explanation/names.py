"""What the things are called that an explanation speaks of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.analytics.console_people import distributor_names
from distribution.analytics.explanation.level import LevelExplanation
from distribution.commission.plan.selector import Selector
from distribution.orders.catalogue import KINDS, names

_MOST_RULES, _MOST_IDS = 600, 3
"""Of rules that lost, and of the ids one names, no more are ever shown."""

Known = dict[tuple[str, str], str]


def known_names(session: Session, levels: Iterable[LevelExplanation], people: Iterable[UUID] = ()) -> Known:
    """Names by kind (`product`, `category`, `distributor`, …) and id; what nobody has named is left out."""
    found: Known = {}
    asked: dict[str, set[str]] = defaultdict(set)
    for level in levels:
        if level.sold is not None:
            line = level.sold.line
            asked["channel"].add(level.sold.sale.channel)
            named = line.name or line.sku
            if named:
                found |= {(kind, key): named for kind, key in _own(line.product_id, line.variant_id) if key}
        for selector in islice(_selectors(level), _MOST_RULES):
            for kind, key in _ids(selector):
                asked[kind].add(key)
    for kind in KINDS:
        if asked[kind]:
            # What the order calls its own goods says more than a variant's name alone.
            found = {(kind, key): name for key, name in names(session, kind, asked[kind]).items()} | found
    wanted = {*people, *(UUID(key) for key in asked.pop("distributor", ()))}
    persons = distributor_names(session, wanted)
    return found | {("distributor", str(who)): name for who, name in persons.items()}


def _own(product_id: str | None, variant_id: str | None) -> tuple[tuple[str, str | None], ...]:
    return ("product", product_id), ("variant", variant_id)


def _selectors(level: LevelExplanation) -> Iterator[Selector]:
    if level.rate is not None:
        yield level.rate.selector
    for campaign in level.campaigns.applied:
        yield campaign.selector
    yield from (lost.rule.selector for lost in level.campaigns.lost)
    yield from (lost.rule.selector for lost in level.lost)


def _ids(selector: Selector) -> Iterator[tuple[str, str]]:
    for kind, keys in ((selector.what, selector.what_ids), (selector.who, selector.who_ids)):
        if kind is not None:
            yield from ((kind, key) for key in sorted(keys)[:_MOST_IDS])
    yield from (("channel", key) for key in sorted(selector.channels or ())[:_MOST_IDS])
