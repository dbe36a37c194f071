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
    goods: Known = {}
    selectors: list[Selector] = []
    channels: set[str] = set()
    for level in levels:
        selectors += islice(_selectors(level), _MOST_RULES)
        if level.sold is not None:
            channels.add(level.sold.sale.channel)
            line = level.sold.line
            if named := line.name or line.sku:
                goods |= {(kind, key): named for kind, key in _own(line.product_id, line.variant_id) if key}
    # What the order calls its own goods says more than a variant's name alone.
    return names_in(session, selectors, people, channels) | goods


def names_in(
    session: Session,
    selectors: Iterable[Selector],
    people: Iterable[UUID] = (),
    channels: Iterable[str] = (),
) -> Known:
    """The names of what selectors speak of, of some people and of some channels."""
    asked: dict[str, set[str]] = defaultdict(set)
    asked["channel"].update(channels)
    for selector in selectors:
        for kind, key in _ids(selector):
            asked[kind].add(key)
    found: Known = {}
    for kind in KINDS:
        if asked[kind]:
            found |= {(kind, key): name for key, name in names(session, kind, asked[kind]).items()}
    wanted = {*people, *(UUID(key) for key in asked["distributor"])}
    return found | {
        ("distributor", str(who)): name for who, name in distributor_names(session, wanted).items()
    }


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
