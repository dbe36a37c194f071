"""What the form of the program's settings says about applying: questions, and what must have been bought."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length

from distribution.money import to_decimal_text
from distribution.settings.document import ProgramSettings
from portal.console.forms.settling import amounts
from portal.forms.offered import offered

_SPARE = 2


class QuestionForm(Form):
    """One question; without words it is none."""

    label = StringField(lazy_gettext("Question"), [Length(max=200)])
    kind = SelectField(
        lazy_gettext("Answer"),
        choices=offered(
            ("line", lazy_gettext("a line")),
            ("text", lazy_gettext("a longer text")),
            ("link", lazy_gettext("an address on the web")),
            ("choice", lazy_gettext("one of the choices")),
            ("tick", lazy_gettext("a tick")),
        ),
        default="line",
    )
    choices = StringField(lazy_gettext("Choices"), [Length(max=3000)])
    required = BooleanField(lazy_gettext("Has to be answered"))


class BoughtForm(Form):
    """How much must have been bought in a currency."""

    currency = StringField(lazy_gettext("Currency"), [Length(max=3)])
    amount = StringField(lazy_gettext("Bought for at least"), [Length(max=30)])


class JoiningFields:
    """Fields of the program's form."""

    sponsor_from = RadioField(
        lazy_gettext("Whose recruit a shopper is who joins"),
        choices=offered(
            ("invitation", lazy_gettext("Of whoever's link they followed, else of whose customer they are")),
            ("binding", lazy_gettext("Of whose customer they are, else of whoever's link they followed")),
        ),
    )
    questions = FieldList(FormField(QuestionForm), min_entries=2, max_entries=14)
    bought = FieldList(FormField(BoughtForm), min_entries=1, max_entries=40)
    bought_products = TextAreaField(
        lazy_gettext("Or one of these products"),
        [Length(max=20_000)],
        description=lazy_gettext("Ids of the shop, one a line."),
    )


def filled(settings: ProgramSettings) -> dict[str, Any]:
    """The fields as they describe the settings in force, with room for more."""
    return {
        "sponsor_from": settings.sponsor_from,
        "questions": [
            *(
                {
                    "label": each.label,
                    "kind": each.kind,
                    "choices": "; ".join(each.choices),
                    "required": each.required,
                }
                for each in settings.questions
            ),
            *({} for _ in range(_SPARE)),
        ],
        "bought": [
            *(
                {"currency": code, "amount": to_decimal_text(minor, code)}
                for code, minor in settings.bought.amount_minor.items()
            ),
            {},
        ],
        "bought_products": "\n".join(settings.bought.product_ids),
    }


def changes(form: Any) -> dict[str, Any]:
    """The changes the fields mean; raises InvalidInput naming the field of an amount that is none."""
    return {
        "sponsor_from": form.sponsor_from.data,
        "questions": [_question(row.form) for row in form.questions if (row.form.label.data or "").strip()],
        "bought": {
            "amount_minor": amounts(form.bought, "bought", "amount"),
            "product_ids": [line.strip() for line in form.bought_products.data.splitlines() if line.strip()],
        },
    }


def _question(row: Any) -> dict[str, Any]:
    choices = [
        each.strip() for each in (row.choices.data or "").replace("；", ";").split(";") if each.strip()
    ]
    return {
        "label": row.label.data,
        "kind": row.kind.data,
        "required": row.required.data,
        "choices": choices if row.kind.data == "choice" else [],
    }
