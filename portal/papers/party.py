"""Who stands on a statement: its distributor as they were for the tax office when it was written."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.privacy.encryption import Cipher
from distribution.settlement.tables import Statement
from distribution.tax.profile import details_of
from distribution.tax.tables import TaxProfile
from portal.countries import country_name


@dataclass(frozen=True, slots=True)
class Party:
    """Name, address, country and tax id; without the key only the country and the last digits of the id."""

    name: str
    address: tuple[str, ...] = ()
    country: str | None = None
    tax_id: str | None = None

    def lines(self) -> list[str]:
        """What stands under the name."""
        shown = [*self.address]
        if self.country:
            shown.append(country_name(self.country))
        if self.tax_id:
            shown.append(gettext("Tax id %(tax_id)s", tax_id=self.tax_id))
        return shown


def party(session: Session, of: Statement, *, name: str, cipher: Cipher | None) -> Party:
    """The distributor of a statement by the profile it names; `name` where there is none or no key."""
    number = of.tax_profile_number
    said = None if number is None else session.get_one(TaxProfile, number)
    return as_said(session, said, name=name, cipher=cipher)


def as_said(session: Session, said: TaxProfile | None, *, name: str, cipher: Cipher | None) -> Party:
    """The same by a profile that is read already."""
    if said is None:
        return Party(name)
    if cipher is None:
        return Party(name, (), said.country, said.tax_id_label)
    details = details_of(session, said, cipher=cipher)
    return Party(details.name, tuple(details.address.splitlines()), said.country, details.tax_id)
