"""What translators begin with holds every text, and nothing translated."""

from __future__ import annotations

from io import BytesIO

from babel.messages.pofile import read_po

from portal.language_template import main


def test_the_template_holds_portal_console_and_notices_untranslated() -> None:
    out = BytesIO()
    main(out)
    out.seek(0)
    found = read_po(out)
    for text in ("Earnings", "Commission plan", "New sale: {amount}", "Hello {name},"):
        assert text in found
    assert found.get("Paid", context="payout") is not None
    assert not [message.id for message in found if message.id and any(message.string or ())]
    assert len(found) > 2000
