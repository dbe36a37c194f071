"""In which language, on which screen and with what in hand a journey is made."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

import pytest

from tests.functional.journeys.words import Words

Language = Literal["en", "zh_Hans"]
Screen = Literal["phone", "desk"]
Hand = Literal["pointer", "keyboard"]


@dataclass(frozen=True, slots=True)
class Way:
    """One of eight."""

    language: Language
    screen: Screen
    hand: Hand

    def __str__(self) -> str:
        return f"{self.language}-{self.screen}-{self.hand}"

    @property
    def words(self) -> Words:
        """What things are called."""
        return Words(self.language)


EVERY = [
    Way(language, screen, hand)
    for language, screen, hand in product(get_args(Language), get_args(Screen), get_args(Hand))
]


def ways(telling: Way) -> pytest.MarkDecorator:
    """`make test` makes a journey in the most telling way, `make prove` in all eight."""
    every = [pytest.param(way, id=f"every-{way}", marks=pytest.mark.prove) for way in EVERY]
    return pytest.mark.parametrize("way", [pytest.param(telling, id=str(telling)), *every])
