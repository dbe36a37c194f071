"""Reads the tables of the chapters, and what each row expects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from tests.model.plan.generate_orders import Case
from tests.model.plan.limits import Key
from tests.model.plan.order import minor
from tests.specification.notation import PEOPLE, case, parts

CHAPTERS = Path(__file__).parent / "chapters"
_AMOUNT = re.compile(
    r"(?P<claimed>[\d.]+)(?P<rest>(?: (?:≤[\d.]+|=[\d/]+|worth [\d.]+|held [\d]+|[a-z_]+|[A-Z][a-z]+))*)"
)


@dataclass(frozen=True)
class Expected:
    """What a row says of one share; a rate, a worth and a hold of None were not said."""

    distributor_id: str
    claimed: int
    most: int | None
    nothing: str | None
    rate: Fraction | None
    worth: int | None
    hold_days: int | None


@dataclass(frozen=True)
class Row:
    """One row of a table."""

    chapter: str
    case: Case
    pays: dict[Key, Expected]
    why: str


def rows() -> Iterator[Row]:
    """Every row of every chapter."""
    for path in sorted(CHAPTERS.glob("*.md")):
        yield from _rows_of(path)


def _rows_of(path: Path) -> Iterator[Row]:
    every = {"plan": "", "order": ""}
    for line in path.read_text(encoding="utf-8").splitlines():
        shared = re.fullmatch(r"Every (plan|order): `(.*)`", line)
        if shared:
            every[shared[1]] = shared[2]
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|") or cells[0] == "plan" or set(cells[0]) == {"-"}:
            continue
        assert len(cells) == 4, f"{path.name}: {line}"
        plan, order, pays, why = (cell.strip("`") for cell in cells)
        try:
            found = case(f"{every['plan']};{plan}", f"{every['order']};{order}")
            expected = _pays(pays, found)
        except Exception as problem:
            raise AssertionError(f"{path.name}: {why}: {problem!r}") from problem
        yield Row(path.stem, found, expected, why)


def _pays(text: str, found: Case) -> dict[Key, Expected]:
    lines = [line["id"] for line in found.state["lines"]]
    earlier = {share["line_id"] for share in found.earlier}
    new = [line_id for line_id in lines if line_id not in earlier]
    expected: dict[Key, Expected] = {}
    for part in parts(text):
        name, _, rest = part.partition(" ")
        line_id, levels = (name, rest) if name in lines else (new[0], part)
        assert name in lines or len(new) == 1, f"which line is {part}?"
        for level, amount in enumerate(levels.split(" / "), 1):
            if amount != "-":
                expected[line_id, level] = _expected(amount, level, found.state["currency"])
    return expected


def _expected(text: str, level: int, currency: str) -> Expected:
    found = _AMOUNT.fullmatch(text.strip())
    assert found, f"{text!r} is no amount"
    words = found["rest"].replace("worth ", "worth:").replace("held ", "held:").split()
    marked = {word[0] if word[0] in "≤=" else word.split(":")[0]: word for word in words}

    def amount(word: str | None) -> int | None:
        return None if word is None else int(minor(word, currency))

    claimed = amount(found["claimed"])
    assert claimed is not None
    named = [PEOPLE[word] for word in words if word in PEOPLE]
    return Expected(
        distributor_id=named[0] if named else list(PEOPLE.values())[level - 1],
        claimed=claimed,
        most=amount(marked["≤"][1:] if "≤" in marked else None),
        rate=Fraction(marked["="][1:]) if "=" in marked else None,
        worth=amount(marked["worth"].split(":")[1] if "worth" in marked else None),
        hold_days=int(marked["held"].removeprefix("held:")) if "held" in marked else None,
        nothing=next((word for word in words if word[0].islower() and ":" not in word), None),
    )
