"""The form of the program's settings, and the changes it means."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from distribution.settings.document import ProgramSettings
from portal.console.forms import (
    adjusting,
    joining,
    keeping,
    ranks,
    settling,
    sharing,
    storefront,
    withdrawing,
)
from portal.forms.offered import offered

_DAYS = [Optional(), NumberRange(1, 36_500, lazy_gettext("From %(min)s to %(max)s days."))]


class ProgramForm(
    joining.JoiningFields,
    ranks.RankFields,
    settling.SettlementFields,
    withdrawing.WithdrawalFields,
    adjusting.AdjustmentFields,
    sharing.VoucherFields,
    storefront.StorefrontFields,
    keeping.RetentionFields,
    FlaskForm,
):
    """All settings of the program."""

    program_name = StringField(
        lazy_gettext("Name of the program"),
        [DataRequired(lazy_gettext("Give the program a name.")), Length(max=120)],
        description=lazy_gettext("Distributors see it on every page."),
    )
    company_name = StringField(lazy_gettext("Your company"), [Length(max=200)])
    company_address = TextAreaField(
        lazy_gettext("Its address"),
        [Length(max=500)],
        description=lazy_gettext("Printed on statements and invoices, as the tax id is."),
    )
    company_tax_id = StringField(lazy_gettext("Its tax id"), [Length(max=40)])
    default_currency = StringField(
        lazy_gettext("Main currency"),
        [DataRequired(lazy_gettext("Enter a currency, like EUR.")), Length(3, 3)],
    )
    time_zone = SelectField(
        lazy_gettext("Time zone"),
        choices=offered(*((zone, zone.replace("_", " ")) for zone in sorted(available_timezones()))),
    )
    join_policy = RadioField(
        lazy_gettext("Who may join"),
        choices=offered(
            ("open", lazy_gettext("Everybody: a confirmed e-mail address is enough")),
            ("review", lazy_gettext("Everybody you have approved")),
            ("invitation", lazy_gettext("Those a distributor invited and you have approved")),
            ("bought", lazy_gettext("Those who have bought what stands below")),
        ),
    )
    terms_version = StringField(
        lazy_gettext("Version of the terms"),
        [DataRequired(lazy_gettext("Enter a version.")), Length(max=40)],
        description=lazy_gettext("Change it whenever the words change: who accepted which version is kept."),
    )
    terms_text = TextAreaField(lazy_gettext("Program terms"), [Length(max=200_000)])
    privacy_version = StringField(
        lazy_gettext("Version of the privacy notice"),
        [DataRequired(lazy_gettext("Enter a version.")), Length(max=40)],
    )
    privacy_text = TextAreaField(
        lazy_gettext("Privacy notice"),
        [Length(max=200_000)],
        description=lazy_gettext("Empty: a notice of what the program keeps, and why, in plain words."),
    )
    max_tree_depth = IntegerField(
        lazy_gettext("Depth of the network"),
        [
            DataRequired(lazy_gettext("Enter a number.")),
            NumberRange(1, 1000, lazy_gettext("From %(min)s to %(max)s.")),
        ],
        description=lazy_gettext(
            "How far below you somebody can be recruited. Commission never reaches past three levels anyway."
        ),
    )
    depth_acknowledgement = TextAreaField(
        lazy_gettext("Why more than three is lawful where you sell"),
        [Length(max=2000)],
        description=lazy_gettext("Needed for more than three, and kept with your name on the audit log."),
    )
    downline_on_exit = RadioField(
        lazy_gettext("When somebody leaves or is removed"),
        choices=offered(
            ("stays", lazy_gettext("Those they recruited stay where they are")),
            ("sponsor", lazy_gettext("Those they recruited move to their sponsor")),
        ),
    )
    pending_on_exit = RadioField(
        lazy_gettext("Their commission that is not settled yet"),
        choices=offered(
            ("paid", lazy_gettext("Is paid as if they had stayed")),
            (
                "held_when_removed",
                lazy_gettext("Is held for review when they are removed for cause, else paid"),
            ),
            ("held", lazy_gettext("Is held for review whenever they go")),
        ),
        description=lazy_gettext(
            "What is held stands under Reviews; it is never paid unless somebody releases it."
            " Who closes their own account is paid what was pending before they leave."
        ),
    )
    waiting_days = IntegerField(
        lazy_gettext("Closing an account can be taken back for"),
        [
            DataRequired(lazy_gettext("Enter a number.")),
            NumberRange(1, 90, lazy_gettext("From %(min)s to %(max)s days.")),
        ],
    )
    orders_days = IntegerField(
        lazy_gettext("It waits for open orders until they are this old"),
        [
            InputRequired(lazy_gettext("Enter a number.")),
            NumberRange(0, 366, lazy_gettext("From %(min)s to %(max)s days.")),
        ],
        description=lazy_gettext(
            "Orders not paid or not sent yet, and bonuses of their month, quarter or year. What comes later stays"
            " with you; whoever closes an account reads that before."
        ),
    )
    customers_on_exit = RadioField(
        lazy_gettext("Their customers"),
        choices=offered(
            ("stay", lazy_gettext("Stay theirs, and bring nobody commission unless they come back")),
            ("end", lazy_gettext("Are bound to nobody from then on")),
            ("sponsor", lazy_gettext("Move to their sponsor, or the next one above who is active")),
        ),
        description=lazy_gettext("Orders placed before stay whose they are."),
    )
    voucher_first = BooleanField(
        lazy_gettext("A distributor's voucher beats a referral code"),
        description=lazy_gettext("Unticked, the link counts first and the voucher where there is no link."),
    )
    touch = RadioField(
        lazy_gettext("When several distributors brought a shopper"),
        choices=offered(
            ("last", lazy_gettext("The last link counts")),
            ("first", lazy_gettext("The first one counts, as long as the shopper is bound")),
        ),
    )
    window_days = IntegerField(
        lazy_gettext("A click counts for"),
        _DAYS,
        description=lazy_gettext("Days; empty means without end."),
    )
    binding_moment = RadioField(
        lazy_gettext("A shopper is bound"),
        choices=offered(
            ("first_visit", lazy_gettext("By their first visit through a link, counted from that click")),
            ("sign_up", lazy_gettext("When they sign up in the shop")),
            ("first_order", lazy_gettext("By their first order through a distributor")),
            ("none", lazy_gettext("Never: every order needs its own code, link or voucher")),
        ),
    )
    binding_days = IntegerField(
        lazy_gettext("A binding lasts"), _DAYS, description=lazy_gettext("Days; empty means without end.")
    )
    protection_days = IntegerField(
        lazy_gettext("Protection of a binding"),
        [Optional(), NumberRange(0, 36_500, lazy_gettext("From %(min)s to %(max)s days."))],
        description=lazy_gettext("Days in which nobody else can take a bound shopper over."),
    )
    new_customers_only = BooleanField(lazy_gettext("Pay for new customers only"))
    self_purchase = RadioField(
        lazy_gettext("When distributors buy for themselves"),
        choices=offered(
            ("skip", lazy_gettext("Nobody is paid")),
            ("pay", lazy_gettext("They are paid like for any sale")),
            ("sponsor", lazy_gettext("Their sponsor is paid")),
        ),
    )
    referral_code_key = StringField(
        lazy_gettext("Metadata key of the referral code"),
        [DataRequired(lazy_gettext("Enter a key.")), Length(max=100)],
        description=lazy_gettext("As in the plugin's settings in Saleor and on your storefront."),
    )
    referral_click_key = StringField(
        lazy_gettext("Metadata key of the click"),
        [DataRequired(lazy_gettext("Enter a key.")), Length(max=100)],
    )


_PLAIN = (
    "program_name",
    "company_name",
    "company_address",
    "company_tax_id",
    "default_currency",
    "time_zone",
    "join_policy",
    "terms_version",
    "terms_text",
    "privacy_version",
    "privacy_text",
    "max_tree_depth",
    "downline_on_exit",
    "pending_on_exit",
    "customers_on_exit",
)
_CLOSING = ("waiting_days", "orders_days")
_ATTRIBUTION = (
    "voucher_first",
    "touch",
    "window_days",
    "binding_moment",
    "binding_days",
    "new_customers_only",
    "self_purchase",
)


def filled(settings: ProgramSettings) -> ProgramForm:
    """The form as it describes the settings in force, with room for two more currencies."""
    return ProgramForm(
        formdata=None,
        data={
            **{name: getattr(settings, name) for name in _PLAIN},
            **{name: getattr(settings.closing, name) for name in _CLOSING},
            **{name: getattr(settings.attribution, name) for name in _ATTRIBUTION},
            "depth_acknowledgement": settings.depth_acknowledgement or "",
            "protection_days": settings.attribution.protection_days,
            "referral_code_key": settings.metadata.referral_code,
            "referral_click_key": settings.metadata.referral_click,
            **joining.filled(settings),
            **ranks.filled(settings),
            **settling.filled(settings),
            **withdrawing.filled(settings),
            **adjusting.filled(settings),
            **sharing.filled(settings),
            **storefront.filled(settings),
            **keeping.filled(settings),
        },
    )


def changes(form: ProgramForm) -> dict[str, Any]:
    """The changes the form means; raises InvalidInput naming the field of an amount that is none."""
    return {
        **{name: form[name].data for name in _PLAIN},
        "default_currency": form.default_currency.data.upper(),
        "depth_acknowledgement": form.depth_acknowledgement.data.strip() or None,
        "closing": {name: form[name].data for name in _CLOSING},
        "attribution": {
            **{name: form[name].data for name in _ATTRIBUTION},
            "protection_days": form.protection_days.data or 0,
        },
        "metadata": {
            "referral_code": form.referral_code_key.data.strip(),
            "referral_click": form.referral_click_key.data.strip(),
        },
        **joining.changes(form),
        **ranks.changes(form),
        **settling.changes(form),
        **withdrawing.changes(form),
        **adjusting.changes(form),
        **sharing.changes(form),
        **storefront.changes(form),
        **keeping.changes(form),
    }
