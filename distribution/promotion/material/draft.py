"""What a merchant says of a material, and the rules it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from distribution.errors import InvalidInput
from distribution.promotion.material.tables import KINDS

LONGEST_TITLE, LONGEST_BODY, LONGEST_TAG, LONGEST_ADDRESS = 120, 5_000, 60, 1_000
LINKED = frozenset({"video", "article", "use_case", "live"})


@dataclass(frozen=True, slots=True)
class MaterialDraft:
    """All of a material but its picture's pixels; words are trimmed."""

    kind: str
    title: str
    body: str = ""
    address: str | None = None
    picture: bytes | None = None
    language: str | None = None
    channel: str | None = None
    product_id: str | None = None
    product: str = ""
    path: str = ""
    campaign: str = ""
    scene: str = ""
    grades: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    template: str | None = None
    palette: str | None = None

    def check(self) -> None:
        """Raise InvalidInput naming the first field that breaks a rule."""
        if self.kind not in KINDS:
            raise InvalidInput(f"kind: one of {', '.join(KINDS)}", field="kind")
        if not 0 < len(self.title) <= LONGEST_TITLE:
            raise InvalidInput(f"title: 1 to {LONGEST_TITLE} characters", field="title")
        if len(self.body) > LONGEST_BODY:
            raise InvalidInput(f"body: at most {LONGEST_BODY} characters", field="body")
        if self.kind == "text" and not self.body:
            raise InvalidInput("body: a text says something", field="body")
        if self.kind == "picture" and self.picture is None:
            raise InvalidInput("picture: choose a file", field="picture")
        if self.kind in LINKED and not self.address:
            raise InvalidInput("address: where it is to be seen", field="address")
        if self.address is not None and not _is_address(self.address):
            raise InvalidInput("address: begins with https://", field="address")
        for name in ("campaign", "scene"):
            if len(getattr(self, name)) > LONGEST_TAG:
                raise InvalidInput(f"{name}: at most {LONGEST_TAG} characters", field=name)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and bool(parts.hostname)
        and text.isprintable()
        and len(text) <= LONGEST_ADDRESS
    )
