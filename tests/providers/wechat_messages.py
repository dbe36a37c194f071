"""WeChat's template messages as its documentation tells them: stable tokens, OpenIDs, error codes, repetitions."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

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

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            address = urlsplit(self.path)
            document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, said = server_of.answer(address.path, parse_qs(address.query), document)
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server_of.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server_of
    server.shutdown()
