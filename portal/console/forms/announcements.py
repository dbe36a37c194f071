"""The form of an announcement, and of what the program tells at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from distribution.announcement.document import LONGEST_TEXT, LONGEST_TITLE, Words
from distribution.announcement.tables import Announcement
from distribution.errors import InvalidInput
from portal.console.parsing import local_moment
from portal.forms.offered import offered

_TITLE = [DataRequired(lazy_gettext("Give it a title.")), Length(max=LONGEST_TITLE)]
_TEXT = [DataRequired(lazy_gettext("Write a sentence at least.")), Length(max=LONGEST_TEXT)]
AUDIENCES = {
    "all": lazy_gettext("All active distributors"),
    "grade": lazy_gettext("Those of some grades"),
    "group": lazy_gettext("Those of some groups"),
    "country": lazy_gettext("Those taxed in some countries"),
}


class AnnouncementForm(FlaskForm):
    """Words in both languages, for whom, and when."""

    title_en = StringField(lazy_gettext("Title, English"), _TITLE)
    text_en = TextAreaField(lazy_gettext("Text, English"), _TEXT)
    title_zh = StringField(lazy_gettext("Title, Chinese"), _TITLE)
    text_zh = TextAreaField(lazy_gettext("Text, Chinese"), _TEXT)
    audience = RadioField(lazy_gettext("Who is told"), choices=offered(*AUDIENCES.items()), default="all")
    audience_keys = StringField(
        lazy_gettext("Which"),
        [Length(max=2000)],
        description=lazy_gettext(
            "Names of grades or groups, or codes of countries like DE, with commas between."
        ),
    )
    from_at = StringField(
        lazy_gettext("From"), [Length(max=40)], description=lazy_gettext("Empty: once you publish it.")
    )
    until_at = StringField(
        lazy_gettext("Until"), [Length(max=40)], description=lazy_gettext("Empty: until you withdraw it.")
    )

    def words(self, zone: str) -> Words:
        """What the form means; raises InvalidInput for a time that is none."""
        keys = [key.strip() for key in (self.audience_keys.data or "").split(",")]
        if self.audience.data == "country":
            keys = [key.upper() for key in keys]
        return Words(
            title_en=self.title_en.data or "",
            title_zh=self.title_zh.data or "",
            text_en=self.text_en.data or "",
            text_zh=self.text_zh.data or "",
            audience=self.audience.data,
            audience_keys=tuple(filter(None, keys)),
            from_at=_moment(self.from_at.data, zone, "from_at"),
            until_at=_moment(self.until_at.data, zone, "until_at"),
        )


def filled(found: Announcement | None, zone: str) -> AnnouncementForm:
    """The form as a draft is."""
    if found is None:
        return AnnouncementForm()
    names = ("title_en", "title_zh", "text_en", "text_zh", "audience")
    data: dict[str, Any] = {name: getattr(found, name) for name in names}
    data["audience_keys"] = ", ".join(found.audience_keys)
    for name in ("from_at", "until_at"):
        at: datetime | None = getattr(found, name)
        data[name] = at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if at else ""
    return AnnouncementForm(data=data)


class TopicsForm(FlaskForm):
    """Of what the program tells its distributors."""

    told = SelectMultipleField(
        lazy_gettext("The program tells of"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


def _moment(text: str | None, zone: str, field: str) -> datetime | None:
    if not (text or "").strip():
        return None
    found = local_moment(text or "", zone)
    if found is None:
        raise InvalidInput("this is no date and time", field=field)
    return found
