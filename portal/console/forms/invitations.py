"""The form of invitations: to whom, in which language, with which personal line."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length

from distribution.invitation.invite import LONGEST_WORDS
from portal.forms.offered import offered
from portal.i18n import current_locale, locale_names

LONGEST_FILE = 200_000


class InvitationForm(FlaskForm):
    """Addresses pasted or in a file."""

    addresses = TextAreaField(
        lazy_gettext("E-mail addresses"),
        [Length(max=LONGEST_FILE)],
        description=lazy_gettext("One or many, separated by commas, spaces or new lines."),
    )
    file = FileField(
        lazy_gettext("Or a CSV file"),
        description=lazy_gettext("Every e-mail address in it is invited."),
    )
    words = TextAreaField(
        lazy_gettext("A personal line"),
        [Length(max=LONGEST_WORDS)],
        description=lazy_gettext("Optional. It appears in the e-mail in quotation marks."),
    )
    locale = SelectField(lazy_gettext("Language of the e-mail"))

    def __init__(self, *arguments: object, **values: object) -> None:
        super().__init__(*arguments, **values)
        self.locale.choices = offered(*locale_names().items())
        self.locale.data = self.locale.data or str(current_locale())

    def pasted(self) -> str:
        """All that may hold addresses."""
        uploaded = self.file.data.read(LONGEST_FILE) if self.file.data else b""
        return f"{self.addresses.data or ''}\n{uploaded.decode('utf-8-sig', errors='replace')}"
