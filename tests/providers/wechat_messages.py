"""WeChat's template messages as its documentation tells them: stable tokens, OpenIDs, error codes, repetitions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.serving import Handler, serving

APPID, SECRET = "wx0123456789abcdef", "a secret of the account"


@dataclass
class WechatMessages:
    """The server; `messages` are those delivered, by their `client_msg_id`."""

    url: str = ""
    tokens: int = 0
    followers: set[str] = field(default_factory=set)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    down: bool = False

    def expire(self) -> None:
        """Let the token expire early, as happens when somebody else asks for one by force."""
        self.tokens += 1

    def answer(
        self, path: str, query: dict[str, list[str]], document: dict[str, Any]
    ) -> tuple[int, dict[str, Any]]:
        """What it says to a request."""
        if self.down:
            return 502, {}
        if path == "/cgi-bin/stable_token":
            if (document.get("appid"), document.get("secret")) != (APPID, SECRET):
                return 200, {"errcode": 40125, "errmsg": "invalid appsecret"}
            return 200, {"access_token": f"token-{self.tokens}", "expires_in": 7200}
        if path == "/cgi-bin/message/template/send":
            if query.get("access_token") != [f"token-{self.tokens}"]:
                return 200, {"errcode": 40001, "errmsg": "invalid credential"}
            if document["touser"] not in self.followers:
                return 200, {"errcode": 43004, "errmsg": "require subscribe"}
            if not document["template_id"] or any(
                len(each["value"]) > 20 for each in document["data"].values()
            ):
                return 200, {"errcode": 47003, "errmsg": "argument invalid"}
            self.messages[document["client_msg_id"]] = document
            return 200, {"errcode": 0, "errmsg": "ok", "msgid": len(self.messages)}
        return 404, {}


@contextmanager
def running_wechat_messages() -> Iterator[WechatMessages]:
    """The server on a free port."""
    server_of = WechatMessages()

    class Answering(Handler):
        def do_POST(self) -> None:
            address = urlsplit(self.path)
            document = json.loads(self.asked())
            status, said = server_of.answer(address.path, parse_qs(address.query), document)
            self.reply(json.dumps(said).encode(), status=status)

    with serving(Answering) as url:
        server_of.url = url
        yield server_of
