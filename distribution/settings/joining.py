"""What an application asks, what one has to have bought where that is the rule, and whose recruit somebody is."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from distribution.money import is_currency

Kind = Literal["line", "text", "link", "choice", "tick"]
LONGEST_ANSWER = {"line": 200, "text": 2_000, "link": 300, "choice": 100, "tick": 10}


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be one line of printable characters")
    return text


def _known_currency(code: str) -> str:
    if not is_currency(code):
        raise ValueError(f"{code!r} is no ISO 4217 currency code")
    return code


Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_one_line)]
Choice = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_one_line)]
Currency = Annotated[str, AfterValidator(_known_currency)]


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Question(_Rules):
    """Something an applicant is asked in the merchant's own words; a `choice` names what there is to choose from."""

    label: Line
    kind: Kind = "line"
    required: bool = False
    choices: Annotated[list[Choice], Field(max_length=30)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _a_choice_has_choices(self) -> Self:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError("choices are given for a choice, and for nothing else")
        return self


class BoughtRule(_Rules):
    """What somebody must have bought to be admitted under the policy `bought`: one of the products, or that much.

    Amounts are of paid orders without money given back, net, by currency.
    """

    amount_minor: dict[Currency, Annotated[int, Field(ge=1, le=10**15)]] = Field(default_factory=dict)
    product_ids: Annotated[list[Line], Field(max_length=100)] = Field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether it names nothing that could be bought."""
        return not self.amount_minor and not self.product_ids


def each_once(questions: list[Question]) -> list[Question]:
    """Answers are kept under the words of their question."""
    labels = [question.label.casefold() for question in questions]
    if len(set(labels)) < len(labels):
        raise ValueError("two questions have the same words")
    return questions


Questions = Annotated[list[Question], Field(max_length=12), AfterValidator(each_once)]
