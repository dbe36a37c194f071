"""Forms of a distributor's own account."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import DataRequired, Length

from distribution.privacy.password import LONGEST, SHORTEST


class PasswordForm(FlaskForm):
    """The old password and a new one."""

    current = PasswordField(
        lazy_gettext("Current password"), [DataRequired(lazy_gettext("Enter your current password."))]
    )
    password = PasswordField(
        lazy_gettext("New password"),
        [
            DataRequired(lazy_gettext("Choose a password.")),
            Length(SHORTEST, LONGEST, lazy_gettext("A password has %(min)d to %(max)d characters.")),
        ],
        description=lazy_gettext("All other devices are logged out."),
    )
