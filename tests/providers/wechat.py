"""WeChat Pay's merchant transfers (API v3) as its documentation describes them, signatures on both sides."""

from __future__ import annotations

import base64
import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tests.providers.server import Asked, Provider, Said

MERCHANT, APP, SERIAL, PLATFORM_KEY_ID = "1900001109", "wxf636efh567hg4356", "5157F0", "PUB_KEY_ID_0114"
API_KEY = "an API v3 key has 32 characters!"
BILLS = "/v3/fund-app/mch-transfer/transfer-bills"
_FIELD = re.compile(r'(\w+)="([^"]*)"')


@cache
def a_key(_whose: str) -> RSAPrivateKey:
    """Made once for all tests: finding primes takes longer than they do."""
    return generate_private_key(65537, 2048)


class Wechat(Provider):
    """A merchant's account; receivers confirm with `confirm`, or do not."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.now = now
        self.balance_minor = 10_000_000
        self.names: dict[str, str] = {}
        self.bills: dict[str, dict[str, Any]] = {}
        self.state = "WAIT_USER_CONFIRM"
        self.key, self.merchant_key = a_key("platform"), a_key("merchant")

    def write_keys(self, folder: Path) -> dict[str, str]:
        """What a merchant downloads, as environment variables."""
        private, public = folder / "apiclient_key.pem", folder / "pub_key.pem"
        private.write_bytes(
            self.merchant_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        public.write_bytes(
            self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        )
        given = {
            "MCHID": MERCHANT,
            "APPID": APP,
            "SERIAL_NO": SERIAL,
            "PRIVATE_KEY_FILE": str(private),
            "PUBLIC_KEY_ID": PLATFORM_KEY_ID,
            "PUBLIC_KEY_FILE": str(public),
            "API_V3_KEY": API_KEY,
            "NOTIFY_URL": "https://partners.example.com/webhooks/payouts/wechat",
            "URL": self.url,
        }
        return {f"DISTRIBUTION_PAYOUT_WECHAT_{name}": value for name, value in given.items()}

    def orders(self, asked: Asked) -> bool:
        return asked.method == "POST" and asked.path == BILLS

    def busy(self) -> Said:
        return self._error(429, "FREQUENCY_LIMITED", "频率超限")

    def answer(self, asked: Asked) -> Said:
        if not self._is_signed(asked):
            return self._error(401, "SIGN_ERROR", "签名错误")
        if asked.path == BILLS:
            return self._create(json.loads(asked.body))
        number, _, act = asked.path.removeprefix(f"{BILLS}/out-bill-no/").partition("/")
        bill = self.bills.get(number)
        if bill is None:
            return self._error(404, "NOT_FOUND", "记录不存在")
        if act == "cancel":
            if bill["state"] not in ("WAIT_USER_CONFIRM", "CANCELLED"):
                return self._error(400, "INVALID_REQUEST", "单据状态不允许撤销")
            bill["state"] = "CANCELLED"
        # What the confirmation needs is told to who made the bill, once.
        shown = {name: value for name, value in bill.items() if name != "package_info"}
        return self._json(200, shown | {"mch_id": MERCHANT})

    def confirm(self, number: str) -> None:
        """The receiver confirms, the money moves."""
        bill = self.bills[number]
        assert bill["state"] == "WAIT_USER_CONFIRM"
        bill["state"] = "SUCCESS"
        self.paid.append((f"withdrawal-{UUID(number)}", bill["transfer_amount"]))

    def callback(self, number: str, **more: str) -> tuple[dict[str, str], bytes]:
        """A callback about a bill as it is now, sealed and signed."""
        bill = self.bills[number] | {"mch_id": MERCHANT} | more
        return self.signed(self.sealed(json.dumps(bill, ensure_ascii=False)))

    def sealed(self, text: str, kind: str = "MCHTRANSFER.BILL.FINISHED", key: str = API_KEY) -> bytes:
        """The body of a callback."""
        nonce, more = "fdasfjihihih", "mch_payment"
        sealed = AESGCM(key.encode()).encrypt(nonce.encode(), text.encode(), more.encode())
        resource = {
            "original_type": "mch_payment",
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": base64.b64encode(sealed).decode(),
            "associated_data": more,
            "nonce": nonce,
        }
        event = {"id": "EV-1", "event_type": kind, "resource_type": "encrypt-resource", "resource": resource}
        return json.dumps(event).encode()

    def signed(self, body: bytes, by: RSAPrivateKey | None = None) -> tuple[dict[str, str], bytes]:
        """The headers that prove a body to be WeChat Pay's."""
        moment, nonce = str(int(self.now.timestamp())), "c5ac7061fccab6bf3e254dcf98995b8c"
        text = f"{moment}\n{nonce}\n".encode() + body + b"\n"
        signature = base64.b64encode((by or self.key).sign(text, PKCS1v15(), SHA256())).decode()
        headers = {
            "wechatpay-serial": PLATFORM_KEY_ID,
            "wechatpay-timestamp": moment,
            "wechatpay-nonce": nonce,
            "wechatpay-signature": signature,
        }
        return headers, body

    def _is_signed(self, asked: Asked) -> bool:
        scheme, _, rest = asked.headers.get("authorization", "").partition(" ")
        given = dict(_FIELD.findall(rest))
        text = f"{asked.method}\n{asked.path}\n{given['timestamp']}\n{given['nonce_str']}\n".encode()
        try:
            self.merchant_key.public_key().verify(
                base64.b64decode(given["signature"]), text + asked.body + b"\n", PKCS1v15(), SHA256()
            )
        except InvalidSignature:
            return False
        known = (given["mchid"], given["serial_no"], scheme)
        return known == (MERCHANT, SERIAL, "WECHATPAY2-SHA256-RSA2048")

    def _create(self, order: dict[str, Any]) -> Said:
        number, amount = order["out_bill_no"], order["transfer_amount"]
        assert re.fullmatch("[A-Za-z0-9]{1,32}", number)
        assert order["transfer_scene_report_infos"][0]["info_type"]
        if (known := self.bills.get(number)) is not None:
            if (known["transfer_amount"], known["openid"]) != (amount, order["openid"]):
                return self._error(400, "ALREADY_EXISTS", "单号已存在")
            return self._json(200, known)
        if (name := self.names.get(order["openid"])) is not None:
            padding = OAEP(mgf=MGF1(algorithm=SHA1()), algorithm=SHA1(), label=None)
            given = self.key.decrypt(base64.b64decode(order["user_name"]), padding).decode()
            if given != name:
                return self._error(400, "INVALID_REQUEST", "收款用户姓名与微信实名不一致")
        if amount > self.balance_minor:
            return self._error(403, "NOT_ENOUGH", "资金不足")
        self.balance_minor -= amount
        self.bills[number] = {
            "out_bill_no": number,
            "transfer_bill_no": f"13300000710{len(self.bills)}",
            "openid": order["openid"],
            "transfer_amount": amount,
            "state": self.state,
            "package_info": f"package-of-{number}",
        }
        return self._json(200, self.bills[number])

    def _json(self, status: int, document: dict[str, Any]) -> Said:
        headers, body = self.signed(json.dumps(document, ensure_ascii=False).encode())
        return Said(status, body, headers)

    def _error(self, status: int, code: str, message: str) -> Said:
        return self._json(status, {"code": code, "message": message})
