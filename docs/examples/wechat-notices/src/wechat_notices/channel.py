"""The channel: one template message for each notice, to a follower of the official account."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import httpx

from distribution.adapters.notice.base import (
    ChannelVariable,
    InvalidInput,
    Message,
    NoticeChannel,
    Unreachable,
    WrongValue,
)

_OPEN_ID = re.compile(r"[A-Za-z0-9_-]{28}")
_SECONDS = 10.0
_EARLIER_SECONDS = 300
_TOKEN_EXPIRED = frozenset({40001, 40014, 42001})
_NOBODY_THERE = frozenset({40003, 43004})
"""No such follower; they do not follow the account any more."""
_LONGEST = 20
"""Characters that WeChat takes of a `thing`."""


class WechatRefused(Exception):
    """WeChat took the message not; it is tried again."""


def templates(value: str) -> dict[str, str]:
    """Template ids by topic, as a JSON object; "default" stands in for every other topic."""
    try:
        found = json.loads(value)
    except ValueError:
        raise WrongValue("it is no JSON") from None
    if not isinstance(found, dict) or "default" not in found:
        raise WrongValue('it is no JSON object with "default"')
    return {str(topic): str(template) for topic, template in found.items()}


class WechatChannel(NoticeChannel):
    """Sends with the account's access token, which is asked for when there is none and when WeChat says it expired."""

    title = {"en": "WeChat", "zh_Hans": "微信"}
    address_label = {"en": "Your OpenID for our official account", "zh_Hans": "您在公众号的 OpenID"}
    address_hint = {
        "en": "Follow our official account and send it the word “bind”; it answers with your OpenID.",
        "zh_Hans": "关注公众号并发送“绑定”，公众号会回复您的 OpenID。",
    }
    asks_proof = True
    """Whoever saw an OpenID could enter it: a code goes there first."""
    variables = (
        ChannelVariable("APPID", "the id of the official account, wx…"),
        ChannelVariable("SECRET", "the secret of the official account"),
        ChannelVariable("TEMPLATES", '{"default": "a template id", "sales": "another"}', templates),
        ChannelVariable("API_URL", "https://api.weixin.qq.com", default="https://api.weixin.qq.com"),
    )

    _token: str | None = None
    _token_until: float = 0.0

    def address(self, given: str) -> str:
        """An OpenID."""
        if not _OPEN_ID.fullmatch(given):
            raise InvalidInput("an OpenID has 28 letters, digits, - or _", field="address")
        return given

    def send(self, message: Message) -> None:
        """One template message; its fields are `thing1`, the title, and `thing2`, the text."""
        chosen = self.settings["TEMPLATES"]
        document = {
            "touser": message.address,
            "template_id": chosen.get(message.topic, chosen["default"]),
            # The same again, after a crash, is known by WeChat as one.
            "client_msg_id": message.key[-32:],
            "url": message.url,
            "data": {"thing1": {"value": _short(message.title)}, "thing2": {"value": _short(message.text)}},
        }
        answer = self._post(document)
        if answer.get("errcode") in _TOKEN_EXPIRED:
            self._token = None
            answer = self._post(document)
        code = answer.get("errcode", -1)
        if code in _NOBODY_THERE:
            raise Unreachable(message.address)
        if code != 0:
            raise WechatRefused(f"{code}: {answer.get('errmsg', '')}")

    def _post(self, document: dict[str, Any]) -> dict[str, Any]:
        return self._ask("POST", "/cgi-bin/message/template/send", {"access_token": self._access()}, document)

    def _access(self) -> str:
        if self._token is None or time.monotonic() > self._token_until:
            asked = {
                "grant_type": "client_credential",
                "appid": self.settings["APPID"],
                "secret": self.settings["SECRET"],
            }
            # The stable token: asked again it is the same, so that workers do not end one another's.
            answer = self._ask("POST", "/cgi-bin/stable_token", {}, asked)
            if "access_token" not in answer:
                raise WechatRefused(f"{answer.get('errcode')}: {answer.get('errmsg', '')}")
            self._token = str(answer["access_token"])
            self._token_until = time.monotonic() + int(answer["expires_in"]) - _EARLIER_SECONDS
        return self._token

    def _ask(
        self, method: str, path: str, parameters: dict[str, str], document: dict[str, Any]
    ) -> dict[str, Any]:
        body = json.dumps(document, ensure_ascii=False).encode()
        answer = httpx.request(
            method, f"{self.settings['API_URL']}{path}", params=parameters, content=body, timeout=_SECONDS
        )
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
