"""The part of the program's form that says which voucher of the shop distributors have codes of."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import Length, Regexp

from distribution.settings.document import ProgramSettings


class VoucherFields:
    """Mixed into the program's form."""

    voucher_id = StringField(
        lazy_gettext("Voucher of the shop"),
        [Length(max=100)],
        description=lazy_gettext(
            "Its id in Saleor. Every active distributor has a code in it, which counts with no link and no cookie."
            " Empty: none."
        ),
    )
    prefix = StringField(
        lazy_gettext("Codes begin with"),
        [Length(max=20), Regexp(r"^[A-Za-z0-9_-]*$", message=lazy_gettext("Letters, digits, - and _ only."))],
        description=lazy_gettext("Empty: the code of the distributor's link is the voucher too."),
    )


def filled(settings: ProgramSettings) -> dict[str, Any]:
    """The fields' data for the settings in force."""
    return {"voucher_id": settings.vouchers.voucher_id or "", "prefix": settings.vouchers.prefix}


def changes(form: Any) -> dict[str, Any]:
    """The changes the fields mean."""
    return {
        "vouchers": {"voucher_id": form.voucher_id.data.strip() or None, "prefix": form.prefix.data.strip()}
    }
