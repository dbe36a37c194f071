"""WeChat Pay: a merchant transfer that its receiver confirms in WeChat."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any

from distribution.adapters.payout.base import (
    Answer,
    ForgedNotice,
    Notice,
    Outcome,
    PayeeField,
    Payout,
    PayoutAdapter,
    PayoutVariable,
)
from distribution.adapters.payout.http import NotReached, Reply, Unreadable, request
from distribution.adapters.payout.keys import long_key, short_key
from distribution.adapters.payout.payee import matching
from distribution.adapters.payout.variables import WrongValue, address, token
from distribution.adapters.payout.wechat_signing import Signer, api_key, private_key, public_key

_BILLS = "/v3/fund-app/mch-transfer/transfer-bills"
_ASK_AGAIN = timedelta(minutes=10)
_FILLED_UP = timedelta(hours=1)
_NAMED_FROM_MINOR = 200_000
"""From 2,000 yuan on WeChat Pay wants the receiver's name, below 0.30 it refuses it."""
_NAMELESS_BELOW_MINOR = 30
_STATES = {
    "ACCEPTED": Outcome.SENT,
    "PROCESSING": Outcome.SENT,
    "WAIT_USER_CONFIRM": Outcome.SENT,
    "TRANSFERING": Outcome.SENT,
    "CANCELING": Outcome.SENT,
    "SUCCESS": Outcome.PAID,
    "FAIL": Outcome.FAILED,
    "CANCELLED": Outcome.FAILED,
}


def report(value: str) -> list[dict[str, str]]:
    """What is reported about the scene, a JSON object of texts."""
    try:
        found = json.loads(value)
        return [{"info_type": str(name), "info_content": str(text)} for name, text in found.items()]
    except (ValueError, AttributeError):
        raise WrongValue("it is no JSON object") from None


class WechatAdapter(PayoutAdapter):
    """Transfer bills of API v3: taken, confirmed by the receiver within a day, transferred; otherwise closed."""

    title = {"en": "WeChat Pay", "zh_Hans": "微信支付"}
    variables = (
        PayoutVariable("MCHID", "your merchant number, such as 1900001109", token),
        PayoutVariable("APPID", "the id of the app that the merchant number is bound to, wx…", token),
        PayoutVariable("SERIAL_NO", "the serial number of your API certificate", token),
        PayoutVariable("PRIVATE_KEY_FILE", "the path of apiclient_key.pem", private_key),
        PayoutVariable("PUBLIC_KEY_ID", "the id of WeChat Pay's public key, PUB_KEY_ID_…", token),
        PayoutVariable("PUBLIC_KEY_FILE", "the path of WeChat Pay's pub_key.pem", public_key),
        PayoutVariable("API_V3_KEY", "your API v3 key of 32 characters", api_key),
        PayoutVariable("SCENE_ID", "the transfer scene, 1005 for commission", token, default="1005"),
        PayoutVariable(
            "SCENE_REPORT",
            "what the scene has to report, as JSON",
            report,
            default='{"岗位类型": "推广员", "报酬说明": "推广佣金"}',
        ),
        PayoutVariable("REMARK", "what the receiver reads, up to 32 characters", default="推广佣金"),
        PayoutVariable("NOTIFY_URL", "https://…/webhooks/payouts/wechat on the portal", default=""),
        PayoutVariable(
            "URL", "https://api.mch.weixin.qq.com", address, default="https://api.mch.weixin.qq.com"
        ),
    )
    payee_fields = (
        PayeeField(
            "openid",
            {"en": "WeChat OpenID", "zh_Hans": "微信 OpenID"},
            longest=64,
            check=matching(r"[A-Za-z0-9_-]{20,64}", "it is no OpenID"),
        ),
        PayeeField(
            "name",
            {"en": "Name as WeChat knows it", "zh_Hans": "微信实名"},
            required=False,
            longest=64,
            hint={"en": "Needed from ¥2,000 on.", "zh_Hans": "单笔 2000 元及以上必填。"},
        ),
    )
    currencies = frozenset({"CNY"})
    key_life = timedelta(days=30)

    def label(self, payee: Mapping[str, str]) -> str:
        """The end of the OpenID."""
        return f"微信 •••• {payee['openid'][-4:]}"

    def submit(self, payout: Payout) -> Answer:
        """Make the bill; what WeChat's page needs for the confirmation comes with the answer, and only once."""
        name = payout.payee.get("name")
        if payout.amount_minor >= _NAMED_FROM_MINOR and not name:
            return Answer(Outcome.FAILED, detail="WeChat Pay wants the receiver's name from 2,000 yuan on")
        document: dict[str, Any] = {
            "appid": self.settings["APPID"],
            "out_bill_no": short_key(payout.key),
            "transfer_scene_id": self.settings["SCENE_ID"],
            "openid": payout.payee.get("openid", ""),
            "transfer_amount": payout.amount_minor,
            "transfer_remark": self.settings["REMARK"][:32],
            "transfer_scene_report_infos": self.settings["SCENE_REPORT"],
        }
        if name and payout.amount_minor >= _NAMELESS_BELOW_MINOR:
            document["user_name"] = self._signer.sealed(name)
        if self.settings["NOTIFY_URL"]:
            document["notify_url"] = self.settings["NOTIFY_URL"]
        try:
            reply = self._ask("POST", _BILLS, json.dumps(document, ensure_ascii=False).encode())
        except NotReached as error:
            return Answer(Outcome.NOT_TAKEN, detail=str(error))
        return self._of_bill(reply.document) if reply.status == 200 else self._refused(reply, payout)

    def poll(self, payout: Payout) -> Answer:
        """Ask for the bill by our number."""
        reply = self._ask("GET", f"{_BILLS}/out-bill-no/{short_key(payout.key)}")
        if reply.status == 200:
            return self._of_bill(reply.document)
        return Answer(Outcome.UNKNOWN, detail=_said(reply), ask_again=_ASK_AGAIN)

    def cancel(self, payout: Payout) -> Answer:
        """Call the bill off while its receiver has not confirmed it."""
        reply = self._ask("POST", f"{_BILLS}/out-bill-no/{short_key(payout.key)}/cancel")
        return self._of_bill(reply.document) if reply.status == 200 else self.poll(payout)

    def webhook(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Callbacks about finished bills: signed by WeChat Pay, sealed for us."""
        self._signer.verify(headers, body, now=self.clock())
        event = json.loads(body)
        bill = json.loads(self._signer.open(event.get("resource") or {}))
        if not str(event.get("event_type", "")).startswith("MCHTRANSFER.BILL."):
            return Notice(None)
        if bill.get("mch_id", bill.get("mchid")) != self.settings["MCHID"]:
            raise ForgedNotice("it is about another merchant")
        return Notice(long_key(bill.get("out_bill_no")), self._of_bill(bill))

    @cached_property
    def _signer(self) -> Signer:
        names = ("MCHID", "SERIAL_NO", "PRIVATE_KEY_FILE", "PUBLIC_KEY_ID", "PUBLIC_KEY_FILE", "API_V3_KEY")
        return Signer(*(self.settings[name] for name in names))

    def _ask(self, method: str, path: str, body: bytes = b"") -> Reply:
        now = self.clock()
        headers = {
            "Authorization": self._signer.authorization(method, path, body, now=now),
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Wechatpay-Serial": self.settings["PUBLIC_KEY_ID"],
        }
        reply = request(method, self.settings["URL"] + path, headers=headers, body=body or None)
        if reply.status == 200:
            # Without its signature anybody in between could say that money has moved.
            self._signer.verify(reply.headers, reply.body, now=now)
        return reply

    def _of_bill(self, bill: Mapping[str, Any]) -> Answer:
        state, package = str(bill.get("state")), bill.get("package_info")
        detail = f"WeChat Pay: {state} {bill.get('fail_reason') or ''}".strip()[:500]
        confirm = None
        if state == "WAIT_USER_CONFIRM" and package:
            confirm = {
                "kind": "wechat",
                "mch_id": str(self.settings["MCHID"]),
                "app_id": str(self.settings["APPID"]),
                "package": str(package),
            }
        return Answer(
            _STATES.get(state, Outcome.UNKNOWN),
            reference=bill.get("transfer_bill_no"),
            detail=detail,
            ask_again=_ASK_AGAIN,
            confirm=confirm,
        )

    def _refused(self, reply: Reply, payout: Payout) -> Answer:
        detail = _said(reply)
        code = detail.split(":")[1].strip()
        if code == "NOT_ENOUGH":
            return Answer(Outcome.NOT_TAKEN, detail=detail, ask_again=_FILLED_UP)
        if reply.status in (401, 403, 429):
            return Answer(Outcome.NOT_TAKEN, detail=detail)
        if code in ("PARAM_ERROR", "INVALID_REQUEST", "ALREADY_EXISTS"):
            return self._made_sure(payout, detail)
        return Answer(Outcome.UNKNOWN, detail=detail, ask_again=_ASK_AGAIN)

    def _made_sure(self, payout: Payout, detail: str) -> Answer:
        """Refused for good only if there is no such bill either."""
        reply = self._ask("GET", f"{_BILLS}/out-bill-no/{short_key(payout.key)}")
        if reply.status == 200:
            return self._of_bill(reply.document)
        if reply.status == 404 and _said(reply).split(":")[1].strip() == "NOT_FOUND":
            return Answer(Outcome.FAILED, detail=detail)
        return Answer(Outcome.UNKNOWN, detail=detail, ask_again=_ASK_AGAIN)


def _said(reply: Reply) -> str:
    try:
        problem = reply.document
    except Unreadable:
        problem = {}
    return f"WeChat Pay: {problem.get('code', reply.status)}: {problem.get('message', '')}"[:500]
