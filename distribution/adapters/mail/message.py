"""Makes a mail of an effect's payload."""

from __future__ import annotations

from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

from distribution.errors import InvalidInput
from distribution.outbox.claim import Claim


def message(claimed: Claim, *, sender: str) -> EmailMessage:
    """The mail that a payload of `to`, `subject`, `text` and optional `html` asks for.

    Its Message-ID follows from the effect, so that a mail sent twice (the process died before it could say so) is
    recognised as one by the reader's mail program.
    """
    payload = claimed.payload
    mail = EmailMessage()
    try:
        mail["From"] = sender
        mail["To"] = Address(addr_spec=_text(payload, "to"))
        mail["Subject"] = " ".join(_text(payload, "subject").split())
    except ValueError as error:
        raise InvalidInput(f"this mail cannot be addressed: {error}", field="to") from error
    mail["Message-ID"] = f"<effect-{claimed.id}@{mail['From'].addresses[0].domain or 'localhost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_text(payload, "text"))
    if html := payload.get("html"):
        mail.add_alternative(str(html), subtype="html")
    return mail


def _text(payload: Mapping[str, Any], key: str) -> str:
    value = payload.get(key)
    if not isinstance(value, str) or not value:
        raise InvalidInput(f"a mail needs {key}", field=key)
    return value
