"""What a poster says: everything that decides how it looks, so that the same again is the same file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args

from distribution.errors import InvalidInput
from distribution.promotion.poster.letters import drawable, left_out
from distribution.promotion.poster.palettes import PALETTES

Template = Literal["moments", "story", "card", "square", "sheet"]
TEMPLATES: tuple[Template, ...] = get_args(Template)
InCode = Literal["nothing", "portrait", "logo"]
IN_CODE: tuple[InCode, ...] = get_args(InCode)
LONGEST_HEADLINE, LONGEST_NAME, LONGEST_LINK = 80, 200, 600
_DRAWN_BY = 4
"""The version of what draws: another one makes other files of the same words."""
_WORDS = ("headline", "product", "price", "person", "by", "invite", "program")


@dataclass(frozen=True, slots=True)
class PosterSpec:
    """Words as they are drawn, pictures by their digests; empty words and missing pictures leave no gap."""

    link: str
    template: Template = "moments"
    palette: str = "porcelain"
    headline: str = ""
    product: str = ""
    price: str = ""
    person: str = ""
    by: str = ""
    invite: str = ""
    program: str = ""
    in_code: InCode = "nothing"
    picture: str | None = None
    portrait: str | None = None
    logo: str | None = None

    def content_hash(self) -> bytes:
        """What names the files of this poster."""
        told = json.dumps([_DRAWN_BY, asdict(self)], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(told.encode()).digest()

    def document(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


def checked(spec: PosterSpec) -> PosterSpec:
    """The same with words that can be drawn.

    Raises InvalidInput naming the field: an unknown template, palette or picture in the code, words that are too long,
    a poster that says nothing, a link that no code of a poster holds.
    """
    if spec.template not in TEMPLATES:
        raise InvalidInput(f"template: one of {', '.join(TEMPLATES)}", field="template")
    if spec.palette not in PALETTES:
        raise InvalidInput(f"palette: one of {', '.join(PALETTES)}", field="palette")
    if spec.in_code not in IN_CODE:
        raise InvalidInput(f"in_code: one of {', '.join(IN_CODE)}", field="in_code")
    if not spec.link.isascii() or not 0 < len(spec.link) <= LONGEST_LINK:
        raise InvalidInput(f"link: 1 to {LONGEST_LINK} ASCII characters", field="link")
    words: dict[str, Any] = {name: drawable(getattr(spec, name)) for name in _WORDS}
    for name, longest in (("headline", LONGEST_HEADLINE), ("product", LONGEST_NAME)):
        if len(words[name]) > longest:
            raise InvalidInput(f"{name}: at most {longest} characters", field=name)
    if not words["headline"] and not words["product"]:
        raise InvalidInput("headline: a poster says something", field="headline")
    return replace(spec, **words)


def not_drawn(spec: PosterSpec) -> list[str]:
    """The characters of its words that no font has."""
    return list(dict.fromkeys(each for name in _WORDS for each in left_out(getattr(spec, name))))
