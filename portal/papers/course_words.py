"""The lines of a statement that say how the balance came to be, the same on a page and on paper."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext

from distribution.settlement.course import Course
from distribution.settlement.tables import Statement
from portal.countries import country_name
from portal.formatting import money


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A line and its amount; a sum stands under what it adds up."""

    name: str
    amount_minor: int
    is_sum: bool = False


def course_lines(course: Course, of: Statement) -> list[CourseLine]:
    """From the balance before to the balance after; what nothing moved is left out."""
    begun = (
        gettext("Balance after statement %(number)s", number=course.before_number)
        if course.before_number
        else gettext("Balance at the beginning")
    )
    lines = [CourseLine(begun, course.before_minor)]
    if course.withdrawn_minor:
        lines.append(CourseLine(gettext("Withdrawn meanwhile, less what came back"), course.withdrawn_minor))
    if course.adjusted_minor:
        lines.append(CourseLine(gettext("Manual corrections in between"), course.adjusted_minor))
    lines += [
        CourseLine(gettext("Earned"), course.accrued_minor),
        CourseLine(gettext("Taken back"), course.reversed_minor),
        CourseLine(gettext("Total of this statement"), course.total_minor, is_sum=True),
    ]
    if of.withholds:
        lines.append(CourseLine(_tax_name(of), -course.tax_minor))
    lines.append(CourseLine(gettext("Balance after"), course.after_minor, is_sum=True))
    return lines


def year_words(of: Statement) -> str | None:
    """What the year has come to with this statement, where its rules withhold."""
    if of.year_total_minor is None or of.year_tax_minor is None:
        return None
    return gettext(
        "%(year)s so far: commission of %(total)s, tax withheld %(tax)s.",
        year=of.tax_year,
        total=money(of.year_total_minor, of.currency),
        tax=money(of.year_tax_minor, of.currency),
    )


def document_name(of: Statement) -> str:
    """What the document is called: an invoice by its number, any other a statement."""
    number = of.invoice
    if number is None:
        return gettext("Statement %(number)s", number=f"{of.currency} {of.number}")
    if of.total_minor < 0:
        return gettext("Self-billing credit note %(number)s", number=number)
    return gettext("Self-billing invoice %(number)s", number=number)


def _tax_name(of: Statement) -> str:
    country = country_name(of.tax_country)
    if of.tax_minor < 0:
        return (
            gettext("Tax given back (%(country)s)", country=country) if country else gettext("Tax given back")
        )
    return gettext("Tax withheld (%(country)s)", country=country) if country else gettext("Tax withheld")
