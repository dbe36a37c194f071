"""The form of a payout method: what its adapter has to know."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from distribution.adapters.payout import PayoutAdapter
from distribution.adapters.payout.payee import words


class PayoutMethodForm(FlaskForm):
    """Made for each method by `method_form`."""

    adapter = HiddenField()


def method_form(name: str, adapter: PayoutAdapter, language: str, *, filled: bool) -> PayoutMethodForm:
    """The form of one method, `filled` from the request or empty; its fields' ids are unlike those of other methods."""
    fields = {
        each.name: StringField(
            words(each.label, language),
            [
                *([DataRequired(lazy_gettext("Fill this in."))] if each.required else []),
                Length(max=each.longest),
            ],
            description=words(each.hint, language),
            id=f"{name}-{each.name}",
        )
        for each in adapter.payee_fields
    }
    kind: type[PayoutMethodForm] = type("MethodForm", (PayoutMethodForm,), fields)
    form = kind() if filled else kind(formdata=None)
    form.adapter.data = name
    form.adapter.id = f"{name}-adapter"
    return form
