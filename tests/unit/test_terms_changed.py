"""What changed between two versions of the terms is told by paragraphs."""

from __future__ import annotations

from portal.rules.changed import Change, changed


def test_what_is_gone_stands_before_what_took_its_place() -> None:
    before = "Be honest.\n\nPay in May.\n\nBe kind."
    after = "Be honest.\r\n\r\nPay in\nJune.\n\nBe kind.\n\nSmile."
    assert changed(before, after) == [
        Change("gone", "Pay in May."),
        Change("new", "Pay in June."),
        Change("new", "Smile."),
    ]


def test_other_spaces_are_no_change() -> None:
    assert changed("Be  honest.\n\n\n\nBe kind.", "Be honest.\n\nBe kind.\n") == []
