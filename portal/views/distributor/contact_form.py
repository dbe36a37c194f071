"""The form of a distributor's contact as the account's page shows it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from distribution.network.contact import contact, opened
from portal.forms.contact import ContactForm
from portal.payouts import cipher
from portal.views.distributor.blueprint import own_id


def contact_form(session: Session) -> ContactForm:
    """The form with what is shown now."""
    kept = contact(session, own_id())
    if kept is None:
        return ContactForm(formdata=None)
    reach = opened(kept.kind, kept.value_encrypted, cipher=cipher())
    return ContactForm(
        formdata=None,
        kind=kept.kind,
        contact=reach.value if reach else "",
        to_recruits=kept.to_recruits,
        to_sponsor=kept.to_sponsor,
    )
