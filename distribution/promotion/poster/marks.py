"""What a poster is made of, in the order it is drawn; lengths in pixels of its template, from the top left corner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from distribution.promotion.poster.letters import Role

PictureName = Literal["product", "portrait", "logo"]


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled rectangle with round corners; `arch` rounds the upper two to half circles."""

    area: Area
    colour: str
    radius: float = 0.0
    arch: bool = False


@dataclass(frozen=True, slots=True)
class Shade:
    """A colour that comes in from the top of the area to its bottom, or the other way where `rising` is false."""

    area: Area
    colour: str
    strongest: float
    rising: bool = True


@dataclass(frozen=True, slots=True)
class Ring:
    """The outline of a circle."""

    centre: tuple[float, float]
    radius: float
    colour: str
    thickness: float


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that covers the area, its middle shown."""

    area: Area
    picture: PictureName
    radius: float = 0.0
    arch: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text; `tracking` is a share of the size."""

    left: float
    baseline: float
    text: str
    role: Role
    size: float
    colour: str
    tracking: float = 0.0


@dataclass(frozen=True, slots=True)
class Code:
    """The QR code of the link with its quiet zone, and perhaps a picture in the middle."""

    area: Area
    dark: str
    light: str
    middle: PictureName | None = None


Mark: TypeAlias = Fill | Shade | Ring | Photo | Line | Code
