"""What the form of a draft shows: its rows, what is open, what is wrong, what there is to choose from."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy.orm import Session

from distribution.commission.plan.parse import parse
from distribution.commission.plan.rules import Campaign, Rate
from distribution.commission.plan.selector import WHATS, WHOS
from distribution.errors import InvalidInput
from distribution.settings.document import ProgramSettings
from portal.console.plans.codecs import FACTOR, PERCENT, WHOLE, WORDS, Codec, LocalTime
from portal.console.plans.names import Choices, Names, names_of, offered
from portal.console.plans.posted import BLANK_STEPS
from portal.console.plans.problems import Problem, Problems, anchor
from portal.console.plans.rows import SECTIONS

PAGE = 60
FEW = 12
_ALONE: dict[str, Any] = {"name": "-", "ceiling_bps": 0, "hold_days": 0, "rates": [{"level": 1, "bps": 0}]}
_RULE_FIELDS = ("channel", "stage", "customer", "priority", "order_from.amount", "order_from.currency")
_TIER_FIELDS = (
    "tiers.by",
    "tiers.period",
    "tiers.mode",
    "tiers.currency",
    "tiers.steps!",
    "tiers.steps[].from",
    "tiers.steps[].bps",
)
_CONDITION_FIELDS = ("grades", "own_sales.amount", "own_sales.currency", "own_sales.period")
_PART_FIELDS: dict[str, tuple[str, ...]] = {
    "": (
        *("name", "base", "discounts", "shipping", "gift_cards", "self_purchase", "ceiling_bps", "hold_days"),
        "hold_days_by_grade",
        "received_after_days",
        *("margin.least_bps", "rates", "campaigns", "caps", "uplines", "customer_limit"),
    ),
    "customer_limit": ("months", "orders"),
}
_PICKED = ("grade", "group", "channel", "distributor", "category", "collection", "product", "variant")


@dataclass(frozen=True, slots=True)
class Row:
    """One rule of a draft; `rule` is what it means by itself, None while it means nothing."""

    path: str
    place: int
    entry: Any
    rule: Rate | Campaign | None
    is_open: bool
    problems: list[Problem]

    @property
    def anchor(self) -> str:
        """Its id in the page."""
        return anchor(self.path)


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one list that are shown, of how many."""

    name: str
    rows: list[Row]
    count: int
    begin: int
    readable: bool = True

    @property
    def earlier(self) -> int | None:
        """Where the page before begins."""
        return max(0, self.begin - PAGE) if self.begin else None

    @property
    def later(self) -> int | None:
        """Where the next page begins."""
        return self.begin + PAGE if self.begin + PAGE < self.count else None


@dataclass(frozen=True, slots=True)
class Editor:
    """Everything the template of the form asks for."""

    document: dict[str, Any]
    problems: Problems
    sections: dict[str, Section]
    names: Names
    choices: dict[str, Choices]
    currencies: list[str]
    zone: str
    open_path: str = ""
    codecs: dict[str, Codec] = field(default_factory=dict)

    def anchor(self, path: str) -> str:
        """The id of what stands for a path."""
        return anchor(path)

    def value(self, path: str) -> Any:
        """What the draft says at a path; None where it says nothing."""
        found: Any = self.document
        for part in re.findall(r"[^.\[\]]+", path):
            if isinstance(found, dict):
                found = found.get(part)
            elif isinstance(found, list) and part.isdigit() and int(part) < len(found):
                found = found[int(part)]
            else:
                return None
        return found

    def shown(self, path: str, codec: str = "words") -> str:
        """The text of the field at a path."""
        return self.codecs[codec].shown(self.value(path))

    def keys(self, path: str) -> list[str]:
        """The ids at a path."""
        found = self.value(path)
        if isinstance(found, str):
            return [found]
        return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []

    def kind(self, path: str) -> Literal["percent", "fixed", "tiers", "factor"]:
        """What kind of value the rule at a path has."""
        entry = self.value(path)
        assert isinstance(entry, dict)
        if "tiers" in entry:
            return "tiers"
        if entry.get("fixed") is not None or ("currency" in entry and "bps" not in entry):
            return "fixed"
        return "factor" if "multiplier_bps" in entry else "percent"

    def selects(self, path: str, names: tuple[str, ...]) -> str:
        """Which of these selectors the rule at a path has."""
        entry = self.value(path)
        return next((name for name in names if entry.get(name) is not None), "")

    def what(self, path: str) -> str:
        return self.selects(path, WHATS)

    def who(self, path: str) -> str:
        return self.selects(path, WHOS)

    def fields(self, path: str) -> list[str]:
        """The fields that the form shows of the rule at a path: those of the kinds that are chosen."""
        found = [*_RULE_FIELDS, self.what(path), self.who(path)]
        if path.startswith("campaigns"):
            found += ["name", "from", "to", "levels"]
        else:
            found.append("level")
        match self.kind(path):
            case "percent":
                found.append("bps")
            case "fixed":
                found += ["fixed", "currency"]
            case "factor":
                found.append("multiplier_bps")
            case "tiers":
                found += _TIER_FIELDS
        return list(filter(None, found))

    def rest(self, part: str) -> list[Problem]:
        """What is wrong in a part of the plan and shown by none of its fields."""
        if part == "uplines":
            shown = ["unqualified"]
            for level in (2, 3):
                path = self.condition(level)[0].removeprefix("uplines.")
                shown += [f"{path}.{name}" for name in _CONDITION_FIELDS] if path else []
            return self.problems.beside(part, shown)
        return self.problems.beside(part, _PART_FIELDS[part])

    def steps(self, path: str) -> list[int]:
        """The places of the steps at a path, with room for more."""
        found = self.value(path)
        return list(range((len(found) if isinstance(found, list) else 0) + BLANK_STEPS))

    def few(self, kind: str, path: str) -> Choices | None:
        """Everything there is of a kind with what is chosen, where that is little enough to tick; else None."""
        known = self.choices[kind]
        if kind not in {"grade", "group", "channel"} or not known or len(known) > FEW:
            return None
        names = dict(known)
        return [*known, *((key, key) for key in self.keys(path) if key not in names)]

    def grade_holds(self) -> list[tuple[str, str]]:
        """Every grade there is or that has a hold of its own, with what the draft says of it."""
        found = self.document.get("hold_days_by_grade")
        found = found if isinstance(found, dict) else {}
        grades = dict.fromkeys([*(key for key, _ in self.choices["grade"]), *found])
        return [(grade, self.codecs["whole"].shown(found.get(grade))) for grade in grades]

    def condition(self, level: int) -> tuple[str, dict[str, Any]]:
        """What somebody must have reached to earn at a level, and its path in the document."""
        found = self.value("uplines.conditions")
        for place, each in enumerate(found if isinstance(found, list) else []):
            if isinstance(each, dict) and each.get("level") == level:
                return f"uplines.conditions[{place}]", each
        return "", {}

    @property
    def compact(self) -> str:
        """The document as the form carries it."""
        return json.dumps(self.document, ensure_ascii=False, separators=(",", ":"))


def editor(
    session: Session,
    document: dict[str, Any],
    problems: Problems,
    settings: ProgramSettings,
    currencies: list[str],
    *,
    open_path: str = "",
    begins: dict[str, int] | None = None,
) -> Editor:
    """The form of a draft; without a row to open, the first that is wrong is open."""
    found = re.match(r"(?:rates|campaigns)\[\d+\]", open_path)
    opened = found[0] if found else ""
    if not opened and open_path != "-":
        opened = next(
            (
                found[0]
                for each in problems.found
                if (found := re.match(r"(?:rates|campaigns)\[\d+\]", each.path))
            ),
            "",
        )
    sections = {
        name: _section(name, document, problems, opened, (begins or {}).get(name, 0)) for name in SECTIONS
    }
    wanted = [
        (name, key)
        for section in sections.values()
        for row in section.rows
        if isinstance(row.entry, dict)
        for name in (*WHATS, *WHOS, "channel")
        for key in _keys(row.entry.get(name))
    ]
    return Editor(
        document=document,
        problems=problems,
        sections=sections,
        names=names_of(session, wanted),
        choices={kind: offered(session, kind, "", settings) for kind in _PICKED},
        currencies=currencies,
        zone=settings.time_zone,
        open_path=opened,
        codecs={
            "words": WORDS,
            "percent": PERCENT,
            "factor": FACTOR,
            "whole": WHOLE,
            "time": LocalTime(settings.time_zone),
        },
    )


def _section(name: str, document: dict[str, Any], problems: Problems, opened: str, begin: int) -> Section:
    entries = document.get(name, [])
    if not isinstance(entries, list):
        return Section(name, [], 0, 0, readable=False)
    if opened.startswith(f"{name}["):
        begin = int(opened[len(name) + 1 : -1]) // PAGE * PAGE
    begin = begin if 0 <= begin < len(entries) else 0
    rows = [
        Row(
            path=(path := f"{name}[{place}]"),
            place=place,
            entry=entries[place],
            rule=_alone(name, entries[place]),
            is_open=path == opened,
            problems=problems.at(path),
        )
        for place in range(begin, min(begin + PAGE, len(entries)))
    ]
    return Section(name, rows, len(entries), begin)


def _alone(name: str, entry: Any) -> Rate | Campaign | None:
    """What a rule means by itself, whatever is wrong elsewhere."""
    if name == "caps" or not isinstance(entry, dict):
        return None
    try:
        plan = parse({**_ALONE, name: [entry]})
    except InvalidInput:
        return None
    return plan.rates[0] if name == "rates" else plan.campaigns[0]


def _keys(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
