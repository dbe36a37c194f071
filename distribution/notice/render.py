"""Puts notices into words: one, or several of a kind as one, in a language and a time zone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_currency, format_decimal

from distribution.money import exponent
from distribution.notice.kinds import KINDS, MERCHANT, SECURITY, Kind
from distribution.notice.tables import Notice
from distribution.notice.words import LANGUAGES
from distribution.notice.words.wording import Wording

_NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Style:
    """How a reader reads: their language, the program's time zone and its name."""

    language: str
    zone: ZoneInfo
    program: str


@dataclass(frozen=True, slots=True)
class Worded:
    """A notice as people read it; `path` is where it leads in the portal, empty for nowhere."""

    kind: Kind
    title: str
    paragraphs: tuple[str, ...]
    action: str
    path: str

    @property
    def text(self) -> str:
        """All it says below the title, on one line."""
        return " ".join(" ".join(self.paragraphs).split())


def worded(notices: Sequence[Notice], style: Style, also: Mapping[str, Any] | None = None) -> Worded:
    """One notice in words, or several of one kind; the newest says where they lead, `also` are more facts of it."""
    newest = max(notices, key=lambda each: each.at)
    kind, language = KINDS[newest.kind], LANGUAGES[style.language]
    wording = language.kinds[newest.kind]
    facts = _common(newest, style) | _facts({**newest.facts, **(also or {})}, style, each=wording.each)
    title, text = wording.title, wording.text
    if len(notices) > 1 and wording.many is not None:
        title, text = wording.many
        facts |= _of_many(notices, style)
    paragraphs = [text.format(**facts), *_also(wording, facts)]
    if kind.topic is SECURITY and kind.shown:
        paragraphs.append(language.not_you)
    return Worded(
        kind=kind,
        title=" ".join(title.format(**facts).split()),
        paragraphs=tuple(paragraphs),
        action=wording.action if kind.path else "",
        path=_path(kind, notices, newest),
    )


def _also(wording: Wording, facts: Mapping[str, str]) -> list[str]:
    return [sentence.format(**facts) for name, sentence in wording.also.items() if facts.get(name)]


def _path(kind: Kind, notices: Sequence[Notice], newest: Notice) -> str:
    """One of many leads to the list they are in; the merchant's people have their pages below the console."""
    path = kind.path.format(**newest.facts) if len(notices) == 1 else kind.path.partition("/{")[0]
    return f"/console{path}" if newest.reader == MERCHANT and kind.path.startswith("/") else path


def _common(notice: Notice, style: Style) -> dict[str, str]:
    return {"program": style.program, "at": moment(notice.at, style)}


def _facts(facts: Mapping[str, Any], style: Style, *, each: str = "") -> dict[str, str]:
    """Facts as text: `amount_minor` becomes `amount`, `cooling_until_at` becomes `cooling_until`."""
    said: dict[str, str] = {}
    for name, value in facts.items():
        if value is None:
            continue
        if name.endswith("_minor"):
            said[name.removesuffix("_minor")] = money(value, facts["currency"], style)
        elif name.endswith("_at"):
            said[name.removesuffix("_at")] = moment(datetime.fromisoformat(value), style)
        elif isinstance(value, list):
            said[name] = "\n".join(f"– {each.format(**_facts(item, style))}" for item in value)
        elif isinstance(value, dict):
            said[name] = str(value.get(style.language) or next(iter(value.values()), ""))
        else:
            said[name] = str(value)
    return said


def _of_many(notices: Sequence[Notice], style: Style) -> dict[str, str]:
    sums: dict[str, int] = defaultdict(int)
    for each in notices:
        if "amount_minor" in each.facts:
            sums[each.facts["currency"]] += each.facts["amount_minor"]
    between = LANGUAGES[style.language].names_between
    names = list(dict.fromkeys(each.facts["name"] for each in notices if "name" in each.facts))
    shown = names[:_NAMES_SHOWN] + (["…"] if len(names) > _NAMES_SHOWN else [])
    return {
        "count": format_decimal(len(notices), locale=style.language),
        "amount": " + ".join(money(minor, code, style) for code, minor in sorted(sums.items())),
        "names": between.join(shown),
    }


def money(minor: int, currency: str, style: Style) -> str:
    """An amount as the reader's language writes it, with a true minus sign."""
    amount = Decimal(minor).scaleb(-exponent(currency))
    text = format_currency(abs(amount), currency, locale=style.language)
    return f"−{text}" if minor < 0 else text


def moment(at: datetime, style: Style) -> str:
    """A date with hours and minutes on the program's clock."""
    return format_datetime(
        at.astimezone(style.zone), format="y年M月d日 HH:mm" if style.language == "zh_Hans" else "d MMM y, HH:mm",
        locale=style.language,
    )  # fmt: skip
