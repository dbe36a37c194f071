"""Every finding of the doctor is told in full, in every language of the console."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from distribution.installation.outcomes import OUTCOMES
from tests.doctor import texts

CATALOGUE = Path(__file__).parents[2] / "portal/console/translations/zh_Hans/LC_MESSAGES/messages.po"
_PLACEHOLDER = re.compile(r"%\(\w+\)s")


@pytest.mark.parametrize("code", OUTCOMES)
def test_what_is_not_well_says_why_it_matters_and_what_to_do(code: str) -> None:
    outcome = OUTCOMES[code]
    assert outcome.subject
    assert outcome.seen
    assert (bool(outcome.why), bool(outcome.next)) == (outcome.state != "good",) * 2


def test_every_word_of_it_is_translated() -> None:
    catalogue = read_po(CATALOGUE.open("rb"))
    for text in texts():
        message = catalogue.get(text)
        assert message is not None, text
        assert message.string, text
        facts = _PLACEHOLDER.findall(text)
        assert set(_PLACEHOLDER.findall(message.string)) == set(facts), text
        # Put into words, as the page does: a bare percent sign would break it.
        for words in (text, message.string):
            assert "%" not in words % {fact[2:-2]: "x" for fact in facts}, words
