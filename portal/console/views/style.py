"""The living style page: every token and component with its states."""

from __future__ import annotations

from flask import flash, render_template
from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired

from distribution.analytics.selling import Part
from portal.charts import bar_chart, line_chart, scale_for, sparkline
from portal.console.blueprint import blueprint
from portal.console.guard import own_account
from portal.design import tokens
from portal.forms.offered import offered

_SAMPLE = (120, 80, 260, 190, 340, 300, 420, 380, 260, 510, 470, 620, 580, 690, 640)
_BEFORE = (90, 110, 140, 150, 170, 230, 210, 260, 240, 300, 330, 310, 350, 330, 380)


class SampleForm(FlaskForm):
    """A field of every kind."""

    name = StringField("Name", [DataRequired()], description="As it stands on your bank account.")
    email = StringField("E-mail", [DataRequired("Enter your e-mail address.")])
    password = PasswordField("Password")
    amount = StringField("Amount")
    method = SelectField("Method", choices=offered(("bank", "Bank transfer"), ("paypal", "PayPal")))
    words = TextAreaField("About you")
    agree = BooleanField("I accept the program terms")
    pace = RadioField(
        "Pay me", choices=offered(("month", "Every month"), ("week", "Every week")), default="month"
    )


@blueprint.get("/style")
@own_account
def style() -> str:
    """Everything there is, on one page."""
    form = SampleForm(meta={"csrf": False})
    form.validate()
    for tone in ("good", "warn", "bad"):
        flash(f"A message of tone {tone}.", tone)
    scale = scale_for((*_SAMPLE, *_BEFORE))
    notes = [f"Day {number}: {value}" for number, value in enumerate(_SAMPLE, 1)]
    return render_template(
        "style/page.html",
        tokens=tokens,
        ranked=[
            {"name": name, "value": value, "most": 9000, "part": Part(name, 3 * orders, orders, value)}
            for name, value, orders in (
                ("Quiet kettle", 9000, 12),
                ("Tea tin", 4200, 9),
                ("Linen apron", 800, 1),
            )
        ],
        form=form,
        chart=line_chart(_SAMPLE, scale=scale, notes=notes, title="Commission", previous=_BEFORE),
        bars=bar_chart(_SAMPLE, scale=scale, notes=notes, title="Clicks"),
        spark=sparkline(_SAMPLE, title="Trend"),
        ticks=[str(tick) for tick in scale.ticks],
        rows=[[f"Day {number}", value] for number, value in enumerate(_SAMPLE, 1)],
    )
