"""What ids in a plan are called, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.analytics.console_people import distributor_names
from distribution.commission.plan.rules import Plan
from distribution.network.listing import named_like
from distribution.orders import catalogue
from distribution.orders.listing import channels_of_orders
from distribution.settings.document import ProgramSettings

MOST_OFFERED = 200
BELOW = " › "
Choices = list[tuple[str, str]]
"""Ids with what people call them."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names by kind and id; what has none is called by its id."""

    known: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, kind: str, key: str) -> str:
        """What people call it."""
        return self.known.get((kind, key)) or key


def ids_in(plan: Plan) -> set[tuple[str, str]]:
    """Everything that a plan's rules name."""
    found: set[tuple[str, str]] = set()
    for rule in (*plan.rates, *plan.campaigns):
        one = rule.selector
        found.update((one.what, each) for each in one.what_ids if one.what is not None)
        found.update((one.who, each) for each in one.who_ids if one.who is not None)
        found.update(("channel", each) for each in one.channels or ())
    return found


def names_of(session: Session, wanted: Iterable[tuple[str, str]]) -> Names:
    """The names behind these ids."""
    by_kind: dict[str, set[str]] = {}
    for kind, key in wanted:
        by_kind.setdefault(kind, set()).add(key)
    found: dict[tuple[str, str], str] = {}
    for kind in catalogue.KINDS:
        if kind in by_kind:
            names = catalogue.names(session, kind, by_kind[kind])
            found.update({(kind, key): name for key, name in names.items()})
    people = [_uuid(key) for key in by_kind.get("distributor", ())]
    for person, name in distributor_names(session, [each for each in people if each is not None]).items():
        found["distributor", str(person)] = name
    return Names(found)


def offered(session: Session, kind: str, text: str, settings: ProgramSettings) -> Choices:
    """What there is of a kind whose name or id holds `text`."""
    match kind:
        case "grade":
            found: Choices = [(each, each) for each in settings.grades]
        case "group":
            found = [(each, each) for each in settings.groups]
        case "channel" if not catalogue.is_synced(session, "channel"):
            found = [(each, each) for each in channels_of_orders(session)]
        case "distributor":
            people = named_like(session, text, limit=MOST_OFFERED)
            return [(str(person), name) for person, name in people]
        case "variant" | "product" | "collection" | "category" | "channel":
            shown = catalogue.search(session, kind, text, MOST_OFFERED)
            return [
                (each.id, f"{each.parent}{BELOW}{each.name}" if each.parent else each.name) for each in shown
            ]
        case _:
            found = []
    wanted = text.casefold()
    return [(key, name) for key, name in found if wanted in name.casefold() or wanted in key.casefold()][
        :MOST_OFFERED
    ]


def named(session: Session, kind: str, text: str, settings: ProgramSettings) -> str:
    """The id of the one thing that has this name or id; the text itself where there is none, or more than one."""
    wanted = text.casefold()
    found = offered(session, kind, text, settings)
    if not wanted or any(key == text for key, _ in found):
        return text
    ids = {key for key, name in found if wanted in (name.casefold(), name.rpartition(BELOW)[2].casefold())}
    return ids.pop() if len(ids) == 1 else text


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
