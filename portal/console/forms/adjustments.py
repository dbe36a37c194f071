"""Forms about adjustments."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField, validators
from wtforms.validators import DataRequired, Length

from distribution.adjustment.document import Proposal
from distribution.adjustment.tables import CATEGORIES, LONGEST_REASON, LONGEST_REFERENCE, SHORTEST_REASON
from distribution.money import to_minor
from portal.forms.offered import offered
from portal.words import ADJUSTMENT_CATEGORIES

_REASON = [
    DataRequired(lazy_gettext("Say why, in a few words.")),
    Length(SHORTEST_REASON, LONGEST_REASON, lazy_gettext("From %(min)s to %(max)s characters.")),
]


class AdjustmentForm(FlaskForm):
    """What to give somebody or to take from them; `key` was drawn with the page, so that sent twice it is one."""

    key = HiddenField(validators=[validators.UUID()])
    direction = RadioField(
        lazy_gettext("What"),
        [DataRequired(lazy_gettext("Choose one."))],
        choices=offered(("give", lazy_gettext("Give")), ("take", lazy_gettext("Take"))),
    )
    amount = StringField(
        lazy_gettext("Amount"), [DataRequired(lazy_gettext("Enter an amount like 25.00.")), Length(max=20)]
    )
    currency = StringField(
        lazy_gettext("Currency"),
        [DataRequired(lazy_gettext("Enter a currency, like EUR.")), Length(3, 3)],
    )
    category = SelectField(
        lazy_gettext("Kind"),
        choices=offered(*((category, ADJUSTMENT_CATEGORIES[category][0]) for category in CATEGORIES)),
    )
    reason = TextAreaField(
        lazy_gettext("Reason"), _REASON, description=lazy_gettext("The distributor reads it.")
    )
    reference = StringField(
        lazy_gettext("What it refers to"),
        [Length(max=LONGEST_REFERENCE)],
        description=lazy_gettext("An order's number, say. May stay empty."),
    )

    def proposal(self, distributor_id: UUID) -> Proposal:
        """What the form means; raises InvalidInput for an amount that is none."""
        currency = self.currency.data.strip().upper()
        amount_minor = to_minor(self.amount.data.strip(), currency)
        return Proposal(
            distributor_id=distributor_id,
            amount_minor=-abs(amount_minor) if self.direction.data == "take" else abs(amount_minor),
            currency=currency,
            category=self.category.data,
            reason=self.reason.data,
            reference=self.reference.data,
        )


class DeclineForm(FlaskForm):
    """Why an adjustment is not carried out."""

    note = StringField(
        lazy_gettext("Reason"), _REASON, description=lazy_gettext("Whoever proposed it reads it.")
    )
