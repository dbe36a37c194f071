"""What is withheld from commission for the tax office, and how self-billing invoices are numbered."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Literal, Self

from babel import Locale
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from distribution.money import is_currency

Recipient = Literal["person", "company"]
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """The ISO 3166 codes of all countries, as the Unicode repository knows them."""
    territories = Locale("en").territories
    codes = {str(code) for code in territories}
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NO_COUNTRIES


def _known_country(code: str) -> str:
    if code not in countries():
        raise ValueError(f"{code!r} is no ISO 3166 country code")
    return code


def _known_currency(code: str) -> str:
    if not is_currency(code):
        raise ValueError(f"{code!r} is no ISO 4217 currency code")
    return code


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class TaxBracket(_Rules):
    """What is withheld of the part of a year's commission that lies from here up to the next bracket."""

    from_minor: Annotated[int, Field(ge=0, le=10**15)] = 0
    bps: Annotated[int, Field(ge=0, le=10_000)]


class Withholding(_Rules):
    """The brackets for some distributors; of rules that hold for somebody the one that says most about them counts.

    No `country` means everybody else, those who gave none among them. `recipients` and `tax_id` left out hold for all.
    With more than one bracket it is of one `currency`.
    """

    country: Annotated[str, AfterValidator(_known_country)] | None = None
    recipients: Recipient | None = None
    tax_id: Literal["given", "missing"] | None = None
    currency: Annotated[str, AfterValidator(_known_currency)] | None = None
    brackets: Annotated[tuple[TaxBracket, ...], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _brackets_rise_from_nothing(self) -> Self:
        starts = [each.from_minor for each in self.brackets]
        if starts[0] != 0:
            raise ValueError("the first bracket begins at 0")
        if any(later <= earlier for earlier, later in pairwise(starts)):
            raise ValueError("each bracket begins above the one before")
        if len(starts) > 1 and self.currency is None:
            raise ValueError("brackets above 0 need a currency")
        return self


class TaxRules(_Rules):
    """Withholding by country, and the beginning of the numbers of self-billing invoices; without one none is numbered.

    Invoices are numbered through for each year: `SB` begins `SB-2026-1`.
    """

    withholding: Annotated[tuple[Withholding, ...], Field(max_length=300)] = ()
    invoice_prefix: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,9}$")] | None = None

    @model_validator(mode="after")
    def _no_two_for_the_same(self) -> Self:
        seen = set()
        for number, each in enumerate(self.withholding):
            key = (each.country, each.recipients, each.tax_id, each.currency)
            if key in seen:
                raise ValueError(f"withholding[{number}] is for the same distributors as one before it")
            seen.add(key)
        return self
