"""What an announcement says and to whom, checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from distribution.announcement.tables import AUDIENCES
from distribution.errors import InvalidInput

LONGEST_TITLE = 120
LONGEST_TEXT = 4_000
MOST_KEYS = 50


@dataclass(frozen=True, slots=True)
class Words:
    """Title and text in both languages, for whom, from when and until when; no `from_at` is at once."""

    title_en: str
    title_zh: str
    text_en: str
    text_zh: str
    audience: str = "all"
    audience_keys: tuple[str, ...] = ()
    from_at: datetime | None = None
    until_at: datetime | None = None

    def checked(self) -> Words:
        """The same, tidied; raises InvalidInput naming the field."""
        tidy = replace(
            self,
            title_en=" ".join(self.title_en.split()),
            title_zh=" ".join(self.title_zh.split()),
            text_en=self.text_en.strip().replace("\r\n", "\n"),
            text_zh=self.text_zh.strip().replace("\r\n", "\n"),
            audience_keys=tuple(dict.fromkeys(self.audience_keys)) if self.audience != "all" else (),
        )
        for name, longest in (
            ("title_en", LONGEST_TITLE),
            ("title_zh", LONGEST_TITLE),
            ("text_en", LONGEST_TEXT),
            ("text_zh", LONGEST_TEXT),
        ):
            if not 0 < len(getattr(tidy, name)) <= longest:
                raise InvalidInput(f"{name} has 1 to {longest} characters", field=name)
        if tidy.audience not in AUDIENCES:
            raise InvalidInput("an audience is all, grade, group or country", field="audience")
        if tidy.audience != "all" and not 0 < len(tidy.audience_keys) <= MOST_KEYS:
            raise InvalidInput("say which", field="audience_keys")
        if tidy.until_at is not None and tidy.from_at is not None and tidy.until_at <= tidy.from_at:
            raise InvalidInput("it ends after it begins", field="until_at")
        return tidy
