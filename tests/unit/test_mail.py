"""Mails: what a letter becomes, and where each kind of URL sends it."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any, cast
from uuid import UUID

import pytest

from distribution.adapters.mail import Mailer, mailer
from distribution.adapters.notice.email import mail
from distribution.adapters.notice.letter import Letter
from distribution.errors import InvalidInput
from distribution.notice.kinds import KINDS
from distribution.notice.render import Worded

ADA = UUID(int=7)
SAID = Worded(KINDS["sale"], "新订单：¥12 <b>", ("你好, Ada & co",), "查看订单", "/orders/7")
LETTER = Letter(
    key="notice-email-7",
    person_id=ADA,
    reader="distributor",
    name="Ada",
    email="ada@example.com",
    language="zh_Hans",
    program="Shop",
    company="Shop Ltd.",
    said=SAID,
    url="https://partners.example.com/notices/7",
    settings_url="https://partners.example.com/account/notices",
    unsubscribe="https://partners.example.com/unsubscribe/abc",
)


def test_a_mail_has_both_bodies_and_what_unsubscribes_in_one_click() -> None:
    made = mail(LETTER, sender="Shop <shop@example.com>")
    assert made["Subject"] == "新订单：¥12 <b>"
    assert made["To"] == "ada@example.com"
    assert made["Message-ID"] == "<notice-email-7@example.com>"
    assert made["List-Unsubscribe"] == "<https://partners.example.com/unsubscribe/abc>"
    assert made["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain, html = made.get_body(("plain",)), made.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "你好, Ada & co\n" in plain.get_content()
    assert "不再接收关于“订单”的邮件: https://partners.example.com/unsubscribe/abc" in plain.get_content()
    assert "你好, Ada &amp; co" in html.get_content()
    assert "新订单：¥12 &lt;b&gt;" in html.get_content()


def test_what_must_be_known_cannot_be_unsubscribed_from() -> None:
    made = mail(replace(LETTER, unsubscribe=None), sender="shop@example.com")
    assert made["List-Unsubscribe"] is None
    assert "unsubscribe" not in str(made)


@pytest.mark.parametrize(
    "to", ["nobody", "ada@example.com\nBcc: x@example.com", "ada@example.com, bob@example.com"]
)
def test_a_mail_that_cannot_be_addressed_is_refused(to: str) -> None:
    with pytest.raises(InvalidInput):
        mail(replace(LETTER, email=to), sender="shop@example.com")


def test_a_folder_keeps_a_mail_once_however_often_it_is_sent(tmp_path: Path) -> None:
    by = mailer(f"file://{tmp_path}/mails?from=Shop+<shop@example.com>")
    by.check()
    for _ in range(2):
        by.send(mail(LETTER, sender=by.sender))
    (path,) = (tmp_path / "mails").iterdir()
    made = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert made["From"] == "Shop <shop@example.com>"


def test_the_console_shows_readable_text() -> None:
    stream = io.StringIO()
    by = mailer("console:", stream=stream)
    by.check()
    by.send(mail(LETTER, sender=by.sender))
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
    by.send(mail(LETTER, sender=by.sender))
    (raw,) = smtp_server.mails
    made = cast(EmailMessage, message_from_bytes(raw, policy=policy.default))
    assert made["To"] == "ada@example.com"
    with pytest.raises(OSError, match="no such person"):
        by.send(mail(replace(LETTER, email="refused@example.com"), sender=by.sender))
