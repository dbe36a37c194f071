"""What an applicant answered, checked against what the merchant asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from distribution.errors import InvalidInput
from distribution.settings.joining import LONGEST_ANSWER, Question

YES = "yes"


def checked_answers(questions: Sequence[Question], given: Mapping[str, str]) -> dict[str, str]:
    """The answers by the words of their questions, only those that were given; others than asked for are left out.

    Raises InvalidInput whose `field` is `answers.<place of the question>`.
    """
    return {
        question.label: answer
        for place, question in enumerate(questions)
        if (answer := _checked(question, place, given.get(question.label, "")))
    }


def _checked(question: Question, place: int, given: str) -> str:
    answer = given.strip() if question.kind == "text" else " ".join(given.split())
    field = f"answers.{place}"
    if not answer:
        if question.required:
            raise InvalidInput(f"{question.label!r} needs an answer", field=field, rule="required")
        return ""
    if len(answer) > LONGEST_ANSWER[question.kind] or "\x00" in answer:
        raise InvalidInput(f"the answer to {question.label!r} is too long", field=field, rule="longest")
    if question.kind == "choice" and answer not in question.choices:
        raise InvalidInput(f"the answer to {question.label!r} is none of those", field=field, rule="choice")
    if question.kind == "tick" and answer != YES:
        raise InvalidInput(f"the answer to {question.label!r} is yes or nothing", field=field, rule="tick")
    if question.kind == "link" and not _is_link(answer):
        raise InvalidInput(f"the answer to {question.label!r} is no address", field=field, rule="link")
    return answer


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in parts.netloc and text.isprintable()
