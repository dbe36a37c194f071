"""The materials that are for somebody, by what they look for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session

from distribution.errors import NotFound
from distribution.promotion.material.tables import Material

PAGE = 24
ANY_LANGUAGE = "any"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: what an audience asks of them, and the language they read.

    Who told no country sees what is for every country. A language hides nothing: lists begin with the reader's own.
    """

    grade: str | None = None
    groups: Collection[str] = ()
    country: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What they look for; an empty word asks nothing, an empty language is the reader's own."""

    kind: str = ""
    product: str = ""
    campaign: str = ""
    scene: str = ""
    words: str = ""
    language: str = ""


ANYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class Tags:
    """What there is to choose from; `languages` also those that are not looked for now."""

    kinds: list[str] = field(default_factory=list)
    products: list[str] = field(default_factory=list)
    campaigns: list[str] = field(default_factory=list)
    scenes: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)


def materials(session: Session, reader: Reader, wanted: Wanted, *, page: int = 0) -> list[Material]:
    """Those for this reader, the newest first; one more than a page when there are more."""
    query = (
        _for(reader)
        .where(_in(reader, wanted), *_matching(wanted))
        .order_by(Material.changed_at.desc(), Material.id)
    )
    return list(session.scalars(query.offset(page * PAGE).limit(PAGE + 1)))


def material(session: Session, reader: Reader, material_id: UUID) -> Material:
    """One that is for this reader; raises NotFound for any other."""
    found: Material | None = session.scalar(_for(reader).where(Material.id == material_id))
    if found is None:
        raise NotFound("there is no such material")
    return found


def tags(session: Session, reader: Reader, wanted: Wanted = ANYTHING) -> Tags:
    """What the materials for this reader are about, those of the language that is looked for."""
    columns = (Material.kind, Material.product, Material.campaign, Material.scene)
    every = [
        func.array_agg(column.distinct()).filter(column != "", _in(reader, wanted)) for column in columns
    ]
    languages = func.array_agg(Material.language.distinct()).filter(Material.language.is_not(None))
    row = session.execute(_for(reader).with_only_columns(*every, languages)).one()
    return Tags(*(sorted(found or []) for found in row))


def _for(reader: Reader) -> Select[Any]:
    return select(Material).where(
        Material.archived_at.is_(None),
        _asks(Material.grades, [reader.grade] if reader.grade else []),
        _asks(Material.groups, list(reader.groups)),
        _asks(Material.countries, [reader.country] if reader.country else []),
    )


def _in(reader: Reader, wanted: Wanted) -> ColumnElement[bool]:
    """What is for every language is there in each."""
    if wanted.language == ANY_LANGUAGE:
        return true()
    return or_(Material.language.is_(None), Material.language == (wanted.language or reader.language))


def _asks(column: Any, has: list[str]) -> ColumnElement[bool]:
    nothing: ColumnElement[bool] = func.cardinality(column) == 0
    return or_(nothing, column.overlap(has)) if has else nothing


def _matching(wanted: Wanted) -> list[ColumnElement[bool]]:
    exact = {
        Material.kind: wanted.kind,
        Material.product: wanted.product,
        Material.campaign: wanted.campaign,
        Material.scene: wanted.scene,
    }
    rules: list[ColumnElement[bool]] = [column == value for column, value in exact.items() if value]
    if wanted.words:
        text = func.concat_ws(
            " ", Material.title, Material.body, Material.product, Material.campaign, Material.scene
        )
        rules.append(func.strpos(func.lower(text), wanted.words.lower()) > 0)
    return rules
