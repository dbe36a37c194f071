"""Mails: what a payload becomes, and where each kind of URL sends it."""

from __future__ import annotations

import io
import threading
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any, cast

import pytest

from distribution.adapters.mail import Mailer, mail_handler, mailer
from distribution.adapters.mail.message import message
from distribution.errors import InvalidInput
from distribution.outbox import Claim, GiveUp

PAYLOAD = {
    "to": "ada@example.com",
    "subject": "您的佣金\nBcc: x@example.com",
    "text": "你好, Ada",
    "html": "<p>你好</p>",
}


def effect(payload: dict[str, Any]) -> Claim:
    return Claim(7, "mail", "welcome-7", payload, 1, datetime(2026, 6, 1, tzinfo=UTC))


def test_a_mail_has_both_bodies_and_one_line_of_subject() -> None:
    mail = message(effect(PAYLOAD), sender="Shop <shop@example.com>")
    assert mail["Subject"] == "您的佣金 Bcc: x@example.com"
    assert mail["Bcc"] is None
    assert mail["To"] == "ada@example.com"
    assert mail["Message-ID"] == "<effect-7@example.com>"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert (plain.get_content().strip(), html.get_content().strip()) == ("你好, Ada", "<p>你好</p>")


@pytest.mark.parametrize(
    "payload",
    [
        {},
        PAYLOAD | {"to": "nobody"},
        PAYLOAD | {"to": "ada@example.com\nBcc: x@example.com"},
        PAYLOAD | {"to": "ada@example.com, bob@example.com"},
        PAYLOAD | {"subject": None},
        PAYLOAD | {"text": ""},
    ],
)
def test_a_mail_that_cannot_be_made_is_given_up_at_once(payload: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(GiveUp):
        mail_handler(mailer(f"file://{tmp_path}"))(effect(payload))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_keeps_a_mail_once_however_often_it_is_sent(tmp_path: Path) -> None:
    by = mailer(f"file://{tmp_path}/mails?from=Shop+<shop@example.com>")
    by.check()
    for _ in range(2):
        mail_handler(by)(effect(PAYLOAD))
    (path,) = (tmp_path / "mails").iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert mail["From"] == "Shop <shop@example.com>"


def test_the_console_shows_readable_text() -> None:
    stream = io.StringIO()
    by = mailer("console:", stream=stream)
    by.check()
    mail_handler(by)(effect(PAYLOAD))
    assert "你好, Ada" in stream.getvalue()


@pytest.mark.parametrize("url", ["http://example.com", "mail", ""])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        mailer(url)


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    mails: list[bytes]


class _Session(StreamRequestHandler):
    """As much of SMTP as a client needs to deliver a mail."""

    def handle(self) -> None:
        self._say("220 test")
        while line := self.rfile.readline():
            match line.split()[0].upper():
                case b"EHLO":
                    self._say("250-test\r\n250 8BITMIME")
                case b"DATA":
                    self._say("354 go on")
                    lines = []
                    while (line := self.rfile.readline()) != b".\r\n":
                        lines.append(line)
                    cast(_Server, self.server).mails.append(b"".join(lines))
                    self._say("250 taken")
                case b"RCPT" if b"refused" in line:
                    self._say("550 no such person")
                case b"QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def smtp_server() -> Any:
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.mails = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_a_server_gets_the_mail(smtp_server: _Server) -> None:
    by: Mailer = mailer(f"smtp://127.0.0.1:{smtp_server.server_address[1]}?from=shop@example.com")
    by.check()
    mail_handler(by)(effect(PAYLOAD))
    (raw,) = smtp_server.mails
    mail = cast(EmailMessage, message_from_bytes(raw, policy=policy.default))
    assert mail["To"] == "ada@example.com"
    with pytest.raises(OSError, match="no such person"):
        mail_handler(by)(effect(PAYLOAD | {"to": "refused@example.com"}))
