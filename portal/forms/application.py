"""The form of an application: what every program asks, then what this merchant does."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms.validators import DataRequired, Length, Optional

from distribution.errors import DomainError
from distribution.promotion.answers import YES
from distribution.settings.document import ProgramSettings
from distribution.settings.joining import LONGEST_ANSWER, Question
from distribution.signing_in.vouched import Vouched
from portal.forms.access import EMAIL, NEW_PASSWORD
from portal.forms.failure import show
from portal.forms.offered import offered

_FIELDS = {"line": StringField, "text": TextAreaField, "link": URLField}


class RegisterForm(FlaskForm):
    """An application to the program."""

    name = StringField(
        lazy_gettext("Your name"),
        [DataRequired(lazy_gettext("Enter your name.")), Length(max=120)],
        description=lazy_gettext("As it appears on your bank account. Others see only part of it."),
    )
    email = EmailField(lazy_gettext("E-mail"), EMAIL)
    password = PasswordField(
        lazy_gettext("Password"),
        NEW_PASSWORD,
        description=lazy_gettext("At least 10 characters. A few words work well."),
    )
    sponsor_code = StringField(lazy_gettext("Invitation code"), [Length(max=255)])
    accept = BooleanField(
        lazy_gettext("I accept the program terms"),
        [DataRequired(lazy_gettext("Read the program terms and accept them to apply."))],
    )
    terms_version = HiddenField()


def register_form(settings: ProgramSettings, vouched: Vouched | None = None) -> RegisterForm:
    """The form with a field `answer_<place>` for each question.

    Who is `vouched` for finds name and address filled in; where it is confirmed, neither it nor a password is asked.
    """
    fields = {f"answer_{place}": _field(question) for place, question in enumerate(settings.questions)}
    kind: type[RegisterForm] = type("ApplicationForm", (RegisterForm,), fields)
    if vouched is None:
        return kind(terms_version=settings.terms_version)
    form = kind(terms_version=settings.terms_version, name=vouched.name, email=vouched.email)
    if vouched.email_confirmed:
        del form.email, form.password
    return form


def answers_of(form: RegisterForm, settings: ProgramSettings) -> dict[str, str]:
    """What was answered, by the words of the questions."""
    return {
        question.label: _answer(form[f"answer_{place}"].data)
        for place, question in enumerate(settings.questions)
    }


def show_refused(form: RegisterForm, error: DomainError, settings: ProgramSettings) -> None:
    """Put what the domain refused beside its field; terms that changed meanwhile are to be accepted anew."""
    place = (error.field or "").removeprefix("answers.")
    if place.isdigit():
        field = form[f"answer_{place}"]
        field.errors = [*field.errors, _refused(str(error.facts.get("rule")))]
        return
    show(form, error, otherwise="email" if "email" in form else "name", fields={"terms_version": "accept"})
    if error.field == "terms_version":
        form.terms_version.data = settings.terms_version
        form.accept.data = False


def _field(question: Question) -> Any:
    needed = [DataRequired(lazy_gettext("This needs an answer."))] if question.required else [Optional()]
    if question.kind == "tick":
        return BooleanField(question.label, needed)
    if question.kind == "choice":
        choices = [(each, each) for each in question.choices]
        return SelectField(question.label, needed, choices=offered(("", "–"), *choices))
    kind: type[Field] = _FIELDS[question.kind]
    return kind(question.label, [*needed, Length(max=LONGEST_ANSWER[question.kind])])


def _answer(given: Any) -> str:
    return (YES if given else "") if isinstance(given, bool) else str(given or "")


def _refused(rule: str) -> str:
    match rule:
        case "link":
            return gettext("Enter a whole address, like https://example.com/me.")
        case "required":
            return gettext("This needs an answer.")
    return gettext("This answer is not valid.")
