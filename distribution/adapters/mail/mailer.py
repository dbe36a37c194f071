"""Ways to send a mail, chosen by the scheme of a URL."""

from __future__ import annotations

import os
import smtplib
import ssl
import sys
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol, TextIO
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from distribution.errors import InvalidInput

_TIMEOUT_SECONDS = 15
_PORTS = {"smtp": 25, "smtps": 465}
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


class Mailer(Protocol):
    """Sends mails from one sender."""

    sender: str

    def send(self, mail: EmailMessage) -> None:
        """Send it, or raise."""

    def check(self) -> None:
        """Raise when mails could not be sent now."""


class SmtpMailer:
    """Hands mails to a server: TLS from the first byte for `smtps`, as soon as the server offers it for `smtp`."""

    def __init__(self, address: SplitResult, *, sender: str) -> None:
        self.sender = sender
        self._address = address

    def send(self, mail: EmailMessage) -> None:
        """Send it over a connection of its own; a refused recipient raises like any other fault."""
        with self._connect() as server:
            if self._address.username:
                server.login(unquote(self._address.username), unquote(self._address.password or ""))
            server.send_message(mail)

    def check(self) -> None:
        """Raise unless the server answers and takes our name and password."""
        with self._connect() as server:
            if self._address.username:
                server.login(unquote(self._address.username), unquote(self._address.password or ""))
            server.noop()

    def _connect(self) -> smtplib.SMTP:
        host = self._address.hostname or ""
        port = self._address.port or _PORTS[self._address.scheme]
        context = ssl.create_default_context()
        if self._address.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_SECONDS, context=context)
        server = smtplib.SMTP(host, port, timeout=_TIMEOUT_SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
        elif self._address.username and host not in _LOCAL_HOSTS:
            server.close()
            raise smtplib.SMTPNotSupportedError(
                "the server offers no TLS, the password is not sent in the clear"
            )
        return server


class FolderMailer:
    """Writes each mail to a file of a folder, for tests and for trying the program out."""

    def __init__(self, folder: Path, *, sender: str) -> None:
        self.sender = sender
        self._folder = folder

    def send(self, mail: EmailMessage) -> None:
        """Write it under its Message-ID; nobody ever sees half of it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        target = self._folder / f"{str(mail['Message-ID']).strip('<>')}.eml"
        draft = target.with_suffix(f".{os.getpid()}")
        draft.write_bytes(mail.as_bytes())
        draft.replace(target)

    def check(self) -> None:
        """Raise unless the folder can be written to."""
        self._folder.mkdir(parents=True, exist_ok=True)


class ConsoleMailer:
    """Prints each mail."""

    def __init__(self, stream: TextIO, *, sender: str) -> None:
        self.sender = sender
        self._stream = stream

    def send(self, mail: EmailMessage) -> None:
        """Print it, with its text readable."""
        body = mail.get_body(("plain",))
        text = body.get_content() if body is not None else ""
        print(f"To: {mail['To']}\nSubject: {mail['Subject']}\n\n{text}", file=self._stream, flush=True)

    def check(self) -> None:
        """Nothing can be wrong."""


def mailer(url: str, *, stream: TextIO | None = None) -> Mailer:
    """The way a URL names: `smtp://user:password@host:587?from=Shop <shop@example.com>`, `smtps://…`,
    `file:///folder` or `console:` (standard error, or `stream`).

    Raises InvalidInput for any other.
    """
    address = urlsplit(url)
    host = address.hostname or "localhost"
    sender = parse_qs(address.query).get("from", [f"no-reply@{host}"])[0]
    match address.scheme:
        case "smtp" | "smtps":
            return SmtpMailer(address, sender=sender)
        case "file":
            return FolderMailer(Path(unquote(address.path)), sender=sender)
        case "console":
            return ConsoleMailer(stream or sys.stderr, sender=sender)
    raise InvalidInput("the mail URL begins with smtp://, smtps://, file:/// or console:", field="mail_url")
