"""Forms of a personal page: its words and products, and reporting one."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from distribution.personal_page.moderate import LONGEST_REPORT
from distribution.personal_page.write import LONGEST_WORDS

CATEGORIES = {
    "false": lazy_gettext("It promises what is not true"),
    "offending": lazy_gettext("It offends or harms"),
    "spam": lazy_gettext("It is spam"),
    "rights": lazy_gettext("It shows what belongs to somebody else"),
    "other": lazy_gettext("Something else"),
}


class PageForm(FlaskForm):
    """What stands on the page."""

    words = TextAreaField(
        lazy_gettext("About you and what you recommend"),
        [Length(max=LONGEST_WORDS, message=lazy_gettext("At most %(max)d characters."))],
        description=lazy_gettext("Say what you like and why. Promise nothing the products cannot do."),
    )
    found_by_search = BooleanField(lazy_gettext("Search engines may show the page"))
    search = StringField(lazy_gettext("Find a product"), [Length(max=60)])


class ReportForm(FlaskForm):
    """What is wrong with a page."""

    category = RadioField(
        lazy_gettext("What is wrong?"),
        [DataRequired(lazy_gettext("Choose what is wrong."))],
        choices=list(CATEGORIES.items()),
    )
    words = TextAreaField(lazy_gettext("Tell us more, if you like"), [Length(max=LONGEST_REPORT)])
