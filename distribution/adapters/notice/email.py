"""Notices by e-mail: plain text and HTML that reads well on light and dark."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from distribution.adapters.notice.letter import INVITED, Letter, topic_name
from distribution.errors import InvalidInput
from distribution.notice.words import LANGUAGES


def mail(of: Letter, *, sender: str) -> EmailMessage:
    """The mail of a letter, with the headers by which mailboxes unsubscribe in one click (RFC 8058).

    Its Message-ID follows from the letter, so that a mail sent twice (the process died before it could say so) is
    recognised as one by the reader's mail program. Raises InvalidInput when it cannot be addressed.
    """
    made = EmailMessage()
    try:
        made["From"] = sender
        made["To"] = Address(addr_spec=of.email)
    except ValueError as error:
        raise InvalidInput(f"this mail cannot be addressed: {error}", field="to") from error
    made["Subject"] = of.said.title
    made["Message-ID"] = f"<{of.key}@{made['From'].addresses[0].domain or 'localhost'}>"
    made["Auto-Submitted"] = "auto-generated"
    if of.unsubscribe is not None:
        made["List-Unsubscribe"] = f"<{of.unsubscribe}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(_rendered("letter.txt", of))
    made.add_alternative(_rendered("letter.html", of), subtype="html")
    return made


def _rendered(template: str, of: Letter) -> str:
    language = LANGUAGES[of.language]
    return _templates().get_template(template).render(
        letter=of,
        said=of.said,
        lang=of.language.replace("_", "-"),
        hello=language.hello.format(name=of.name) if of.name else language.hello_stranger,
        why=_why(of),
        choose=language.choose,
        unsubscribe=language.not_again
        if of.reader == INVITED
        else language.unsubscribe.format(topic=topic_name(of)),
    )  # fmt: skip


def _why(of: Letter) -> str:
    """Why they get it: said of what can be ended, not of a link that sets a password."""
    language = LANGUAGES[of.language]
    if of.reader == INVITED:
        return language.why_invited.format(company=of.company or of.program)
    return language.why.format(program=of.program) if of.is_distributors and of.said.kind.shown else ""


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("distribution.adapters.notice"),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
