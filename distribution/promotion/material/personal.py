"""Puts a distributor's own link into a material."""

from __future__ import annotations

import re
from io import BytesIO

from PIL import Image

from distribution.promotion.poster.letters import Role, drawable
from distribution.promotion.poster.marks import Area, Fill, Mark, PictureName
from distribution.promotion.poster.palettes import PALETTES
from distribution.promotion.poster.parts import Style, code, one_line, person
from distribution.promotion.poster.raster import raster
from distribution.promotion.poster.spec import PosterSpec
from distribution.promotion.qr.readable import UnreadableCode, read_back

_PLACEHOLDER = re.compile(r"\{(link|code|name)\}")
DRAWN_BY = 2
"""The version of what draws the strip: another one makes other pictures of the same words."""
_WIDE = 1080
_STRIP = 300


def placed(body: str, *, link: str, code: str, name: str) -> str:
    """The words with {link}, {code} and {name} replaced; what a name itself holds in braces stays as it is."""
    own = {"link": link, "code": code, "name": name}
    return _PLACEHOLDER.sub(lambda found: own[found[1]], body)


def own_text(body: str, *, link: str, code: str, name: str, address: str | None = None) -> str:
    """What is sent on: the words, where it is to be seen, the link; neither of the latter twice."""
    lines = [placed(body, link=link, code=code, name=name).strip()]
    if address and address not in lines[0]:
        lines.append(address)
    if "{link}" not in body:
        lines.append(link)
    return "\n".join(line for line in lines if line)


def own_picture(
    picture: Image.Image, *, link: str, name: str, by: str, invite: str, portrait: Image.Image | None = None
) -> bytes:
    """The picture as JPEG with a strip below: who recommends it, and the code of their link.

    Raises UnreadableCode.
    """
    high = max(1, round(picture.height * _WIDE / picture.width))
    whole = Image.new("RGB", (_WIDE, high + _STRIP), "white")
    shown = picture.convert("RGBA").resize((_WIDE, high), Image.Resampling.LANCZOS)
    whole.paste(shown, (0, 0), shown)
    spec = PosterSpec(
        link=link,
        palette="snow",
        person=drawable(name),
        by=drawable(by),
        invite=drawable(invite),
        portrait="own" if portrait is not None else None,
    )
    pictures: dict[PictureName, Image.Image] = {"portrait": portrait} if portrait is not None else {}
    whole.paste(raster(_strip(spec), (_WIDE, _STRIP), 1, pictures=pictures, link=link), (0, high))
    if link not in read_back(whole):
        raise UnreadableCode
    file = BytesIO()
    whole.save(file, "JPEG", quality=90, optimize=True)
    return file.getvalue()


def _strip(spec: PosterSpec) -> list[Mark]:
    marks: list[Mark] = [Fill(Area(0, 0, _WIDE, _STRIP), "#ffffff")]
    marks += person(spec, Area(48, 52, 690, 104))
    marks += one_line(spec.invite, Area(48, 190, 690, 48), 32, Style(Role.TEXT, PALETTES["snow"].quiet))
    return marks + code(spec, Area(766, 14, 272, 272))
