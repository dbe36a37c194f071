"""The form that holds commission back or lets it go."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from distribution.commission.review.rule import BY, HOLD, RELEASE, UNTIL
from distribution.commission.review.tables import LONGEST_REASON
from portal.forms.offered import offered

DECISIONS = {
    HOLD: lazy_gettext("Hold until somebody releases it"),
    UNTIL: lazy_gettext("Hold at least until"),
    BY: lazy_gettext("Let it mature by"),
    RELEASE: lazy_gettext("Release: as the plan says"),
}
MOST_SUBJECTS = 200


class ReviewForm(FlaskForm):
    """Whose commission, what is decided, and why."""

    subjects = TextAreaField(
        lazy_gettext("Orders and distributors"),
        [DataRequired(lazy_gettext("Name at least one.")), Length(max=20_000)],
        description=lazy_gettext(
            "One a line: the number of an order, or code, e-mail address or id of a distributor."
        ),
    )
    decision = SelectField(lazy_gettext("Decision"), choices=offered(*DECISIONS.items()))
    moment = StringField(
        lazy_gettext("Date and time"),
        [Length(max=40)],
        description=lazy_gettext("For a hold until then, or a maturity by then."),
    )
    reason = StringField(
        lazy_gettext("Reason"),
        [DataRequired(lazy_gettext("Say why, in a few words.")), Length(max=LONGEST_REASON)],
    )

    def names(self) -> list[str]:
        """Whom it is about, each once."""
        lines = (line.strip() for line in (self.subjects.data or "").splitlines())
        return list(dict.fromkeys(filter(None, lines)))[:MOST_SUBJECTS]
