"""What a field of a form offers to choose from."""

from __future__ import annotations

from wtforms import SelectChoice


def offered(*choices: tuple[object, object]) -> list[SelectChoice]:
    """Choices in this order, each a value and what people read for it; a lazy text or a number will do as well."""
    return [SelectChoice(value, label) for value, label in choices]
