"""The form of a draft, read back into its document: only what was shown is touched, and only where it was changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.datastructures import MultiDict

from distribution.commission.plan.selector import WHATS, WHOS
from portal.console.plans.codecs import FACTOR, PERCENT, WHOLE, WORDS, Codec, LocalTime

BLANK_STEPS = 2
EFFECTS = {"percent": "bps", "fixed": "fixed", "tiers": "tiers", "factor": "multiplier_bps"}
TIER_START = {"by": "own", "period": "month", "mode": "marginal"}
Entry = dict[str, Any]
Named = Callable[[str, str], str]
"""The id behind what was typed of a kind."""


class Posted:
    """One request's fields, laid over the document that the form showed."""

    def __init__(
        self, form: MultiDict[str, str], document: Entry, *, zone: str, currency: str, named: Named
    ) -> None:
        self._form = form
        self._document = document
        self._time = LocalTime(zone)
        self._currency = currency
        self._named = named

    def read(self) -> Entry:
        """The document as it now is."""
        document = self._document
        for part in self._form.getlist("shown"):
            if part == "basics":
                self._basics(document)
            elif part == "uplines":
                self._uplines(document)
            elif found := re.fullmatch(r"(rates|campaigns|caps)\[(\d{1,5})\]", part):
                entries = document.get(found[1])
                place = int(found[2])
                if isinstance(entries, list) and place < len(entries) and isinstance(entries[place], dict):
                    read = {"rates": self._rate, "campaigns": self._campaign, "caps": self._cap}[found[1]]
                    read(entries[place], part)
        return document

    def _basics(self, document: Entry) -> None:
        self._put(document, "name", "name", WORDS, empty="")
        for name, default in (
            ("base", "net"),
            ("discounts", "after"),
            ("shipping", "exclude"),
            ("gift_cards", "exclude"),
        ):
            self._choice(document, name, name, default)
        self._put(document, "self_purchase", "self_purchase", WORDS)
        self._put(document, "ceiling_bps", "ceiling_bps", PERCENT)
        self._put(document, "hold_days", "hold_days", WHOLE)
        self._put(document, "received_after_days", "received_after_days", WHOLE)
        self._grade_holds(document)
        self._part(document, "margin", [("margin.least_bps", "least_bps", PERCENT)])
        self._part(
            document,
            "customer_limit",
            [("customer_limit.months", "months", WHOLE), ("customer_limit.orders", "orders", WHOLE)],
        )

    def _grade_holds(self, document: Entry) -> None:
        grades = self._form.getlist("hold_days_by_grade")
        if not grades:
            return
        holds = document.get("hold_days_by_grade")
        holds = dict(holds) if isinstance(holds, dict) else {}
        for place, grade in enumerate(grades):
            self._put(holds, grade, f"hold_days_by_grade[{place}]", WHOLE)
        if holds:
            document["hold_days_by_grade"] = holds
        else:
            document.pop("hold_days_by_grade", None)

    def _part(self, document: Entry, name: str, fields: Iterable[tuple[str, str, Codec]]) -> None:
        """An object that is there while any of its fields is."""
        part = document.get(name)
        part = part if isinstance(part, dict) else {}
        for field, key, codec in fields:
            self._put(part, key, field, codec)
        if part:
            document[name] = part
        else:
            document.pop(name, None)

    def _uplines(self, document: Entry) -> None:
        uplines = document.get("uplines")
        uplines = uplines if isinstance(uplines, dict) else {}
        self._choice(uplines, "unqualified", "uplines.unqualified", "keep")
        conditions = uplines.get("conditions")
        conditions = conditions if isinstance(conditions, list) else []
        for level in (2, 3):
            path = f"uplines.level_{level}"
            old = next(
                (each for each in conditions if isinstance(each, dict) and each.get("level") == level), None
            )
            condition = {"level": level} if old is None else old
            self._keys(condition, "grades", f"{path}.grades")
            self._sales(condition, path)
            if old is None and len(condition) > 1:
                conditions.append(condition)
            elif old is not None and len(condition) == 1:
                conditions.remove(old)
        if conditions:
            uplines["conditions"] = conditions
        else:
            uplines.pop("conditions", None)
        if uplines:
            document["uplines"] = uplines
        else:
            document.pop("uplines", None)

    def _sales(self, condition: Entry, path: str) -> None:
        if not self._text(f"{path}.amount"):
            condition.pop("own_sales", None)
            return
        sales = condition.get("own_sales")
        sales = sales if isinstance(sales, dict) else {}
        self._put(sales, "amount", f"{path}.amount", WORDS)
        self._put(sales, "currency", f"{path}.currency", WORDS)
        self._put(sales, "period", f"{path}.period", WORDS)
        condition["own_sales"] = sales

    def _rate(self, rate: Entry, path: str) -> None:
        self._put(rate, "level", f"{path}.level", WHOLE)
        kind = self._text(f"{path}.kind")
        self._value(rate, path, kind)
        if kind == "tiers":
            self._tiers(rate, f"{path}.tiers")
        self._selector(rate, path)

    def _campaign(self, campaign: Entry, path: str) -> None:
        self._put(campaign, "name", f"{path}.name", WORDS, empty="")
        self._put(campaign, "from", f"{path}.from", self._time, empty="")
        self._put(campaign, "to", f"{path}.to", self._time, empty="")
        levels = sorted(int(level) for level in set(self._form.getlist(f"{path}.levels")) & {"1", "2", "3"})
        if levels != campaign.get("levels", [1, 2, 3]):
            campaign["levels"] = levels
        kind = self._text(f"{path}.kind")
        self._value(campaign, path, kind)
        if kind == "factor":
            self._put(campaign, "multiplier_bps", f"{path}.multiplier_bps", FACTOR, empty="")
        stacks = f"{path}.stacks" in self._form
        if stacks != bool(campaign.get("stacks", False)):
            campaign["stacks"] = stacks
        self._selector(campaign, path)

    def _cap(self, cap: Entry, path: str) -> None:
        for name in ("per", "amount", "currency"):
            self._put(cap, name, f"{path}.{name}", WORDS, empty="")
        if cap.get("per") == "distributor":
            self._put(cap, "period", f"{path}.period", WORDS)
        else:
            cap.pop("period", None)

    def _value(self, rule: Entry, path: str, kind: str) -> None:
        for other, name in EFFECTS.items():
            if other != kind:
                rule.pop(name, None)
        if kind == "percent":
            self._put(rule, "bps", f"{path}.bps", PERCENT, empty="")
        if kind == "fixed":
            self._put(rule, "fixed", f"{path}.fixed", WORDS, empty="")
            self._put(rule, "currency", f"{path}.currency", WORDS)
        else:
            rule.pop("currency", None)

    def _tiers(self, rate: Entry, path: str) -> None:
        tiers = rate.get("tiers")
        if not isinstance(tiers, dict):
            tiers = {**TIER_START, "currency": self._currency, "steps": []}
        for name in ("by", "period", "mode", "currency"):
            self._put(tiers, name, f"{path}.{name}", WORDS)
        old = tiers.get("steps")
        old = old if isinstance(old, list) else []
        steps = []
        for place in range(len(old) + BLANK_STEPS):
            step = old[place] if place < len(old) and isinstance(old[place], dict) else {}
            where = f"{path}.steps[{place}]"
            if self._text(f"{where}.from") or self._text(f"{where}.bps"):
                self._put(step, "from", f"{where}.from", WORDS, empty="")
                self._put(step, "bps", f"{where}.bps", PERCENT, empty="")
                steps.append(step)
        # A first step needs no typing of what it must be.
        if steps and not steps[0].get("from"):
            steps[0]["from"] = "0"
        tiers["steps"] = steps
        rate["tiers"] = tiers

    def _selector(self, rule: Entry, path: str) -> None:
        for field, names in (("what", WHATS), ("who", WHOS)):
            kind = self._text(f"{path}.{field}")
            for name in names:
                if name == kind:
                    self._keys(rule, name, f"{path}.{name}", needed=True)
                else:
                    rule.pop(name, None)
        self._keys(rule, "channel", f"{path}.channel")
        self._put(rule, "stage", f"{path}.stage", WORDS)
        self._put(rule, "customer", f"{path}.customer", WORDS)
        self._put(rule, "priority", f"{path}.priority", WHOLE)
        if self._text(f"{path}.order_from.amount"):
            order_from = rule.get("order_from")
            order_from = order_from if isinstance(order_from, dict) else {}
            self._put(order_from, "amount", f"{path}.order_from.amount", WORDS)
            self._put(order_from, "currency", f"{path}.order_from.currency", WORDS)
            rule["order_from"] = order_from
        else:
            rule.pop("order_from", None)

    def _keys(self, rule: Entry, name: str, field: str, *, needed: bool = False) -> None:
        """A list of ids: ticked ones, and those typed with commas or on lines between them."""
        typed = [key for text in self._form.getlist(f"{field}.more") for key in self._typed(name, text)]
        ids = list(
            dict.fromkeys(filter(None, (part.strip() for part in [*self._form.getlist(field), *typed])))
        )
        old = rule.get(name)
        if ids == ([old] if isinstance(old, str) else old):
            return
        if ids or needed:
            rule[name] = ids
        else:
            rule.pop(name, None)

    def _typed(self, kind: str, text: str) -> list[str]:
        """What was typed means one name, or several ids or names with commas or on lines between them."""
        kind, text = kind.removesuffix("s"), text.strip()
        whole = self._named(kind, text)
        if whole != text:
            return [whole]
        return [self._named(kind, part.strip()) for part in re.split(r"[,\n]", text)]

    def _choice(self, entry: Entry, key: str, field: str, default: str) -> None:
        """A choice with a default stays unwritten while it is the default."""
        text = self._text(field)
        if text and text != entry.get(key, default):
            entry[key] = text

    def _put(self, entry: Entry, key: str, field: str, codec: Codec, *, empty: str | None = None) -> None:
        """`empty` is what stands for nothing typed; without it the field goes."""
        if field not in self._form:
            return
        text = self._text(field)
        if key in entry and codec.shown(entry[key]) == text:
            return
        if text:
            entry[key] = codec.typed(text)
        elif empty is not None:
            entry[key] = empty
        else:
            entry.pop(key, None)

    def _text(self, field: str) -> str:
        return " ".join(self._form.get(field, "").replace("\x00", "").split())
