"""Where on the page of settings it is said what was refused, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import flash
from flask_babel import gettext, lazy_gettext, ngettext
from wtforms import Field

from distribution.commission.change_program import StillHeld, StillPlanned
from distribution.errors import DomainError
from portal.console.forms.program import ProgramForm
from portal.console.refusals import told

_AMOUNT = lazy_gettext("Enter an amount like 25.00.")
_CURRENCY = lazy_gettext("Enter the code of a currency, like EUR.")
_TABLES = ("limits-", "settled-", "adjusted-", "charges-", "bought-")
"""Tables of amounts by currency: a path there is `limits-0-currency`."""
_PLACES: tuple[tuple[tuple[str, ...], Callable[[ProgramForm, str], Field], object], ...] = (
    (("settlement.",), lambda form, _: form.settled[0].form.currency, _CURRENCY),
    (("adjustment.",), lambda form, _: form.adjusted[0].form.currency, _CURRENCY),
    (
        ("withdrawal.fee", "withdrawal.second_person"),
        lambda form, _: form.charges[0].form.currency,
        lazy_gettext("Check the fees: a currency like EUR, and the fixed one below what it is taken from."),
    ),
    (
        ("withdrawal", "currency"),
        lambda form, _: form.limits[0].form.currency,
        lazy_gettext("Check the limits: a currency like EUR, and the smallest not above the largest."),
    ),
    (
        ("questions",),
        lambda form, path: form.questions[_row(path)].form.label,
        lazy_gettext("Each question stands there once; a choice has choices, parted by semicolons."),
    ),
    (
        ("bought",),
        lambda form, _: form.bought[0].form.amount,
        lazy_gettext("Say what must have been bought: an amount in a currency like EUR, or a product."),
    ),
    (
        ("max_tree_depth", "depth_acknowledgement"),
        lambda form, _: form.depth_acknowledgement,
        lazy_gettext("A network deeper than three levels needs your reason here."),
    ),
    (("default_currency",), lambda form, _: form.default_currency, _CURRENCY),
    (
        ("grades", "groups"),
        lambda form, path: form[path.partition(".")[0]],
        lazy_gettext("Each has 1 to 60 characters and stands there once, in whatever case."),
    ),
    (
        ("storefront.picture_hosts",),
        lambda form, _: form.picture_hosts,
        lazy_gettext("A host looks like cdn.example.com, without https://."),
    ),
)
"""Paths of the settings by how they begin, the first that fits, with the field of the page and its words."""


def put_problems(form: ProgramForm, error: DomainError) -> None:
    """Say beside each field what is wrong with it; what belongs to none is told above the page."""
    if isinstance(error, (StillHeld, StillPlanned)):
        form[error.field or ""].errors = [_still_needed(error)]
        return
    for problem in error.facts.get("errors") or [{"field": error.field or ""}]:
        found = _beside(form, _path(problem))
        if found is None:
            flash(told(error), "bad")
        else:
            field, words = found
            field.errors = [*(each for each in field.errors if each != words), words]


def _path(problem: Mapping[str, str]) -> str:
    path, message = problem["field"], problem.get("message", "")
    # Of what two fields together break, the path names their part at most.
    if path.startswith("withdrawal") and " fee " in message:
        return "withdrawal.fee"
    if "bought:" in message:
        return "bought"
    return path or "depth_acknowledgement"


def _beside(form: ProgramForm, path: str) -> tuple[Field, object] | None:
    if path.startswith(_TABLES):
        rows, index, name = path.split("-")
        return form[rows][int(index)].form[name], _CURRENCY if name == "currency" else _AMOUNT
    for beginnings, field, words in _PLACES:
        if path.startswith(beginnings):
            return field(form, path), words
    name = path.rpartition(".")[2]
    return (form[name], lazy_gettext("This value is not valid.")) if name in form else None


def _row(path: str) -> int:
    place = path.split(".")[1] if "." in path else "0"
    return int(place) if place.isdigit() else 0


def _still_needed(error: DomainError) -> str:
    if isinstance(error, StillHeld):
        return ngettext(
            "%(num)d distributor has “%(key)s”; change that first.",
            "%(num)d distributors have “%(key)s”; change that first.",
            error.facts["holders"],
            key=error.facts["key"],
        )
    return gettext("The plan “%(plan)s” names “%(key)s”.", **error.facts)
