"""A shop that installs the App and signs its deliveries, in place of a Saleor: real keys, real HTTP, made-up orders."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.saleor_signing import SigningKey, body_of, jwks, key_named
from tests.serving import Handler, serving

APP_ID = "QXBwOjIw"
GRANTED = ("MANAGE_CHECKOUTS", "MANAGE_ORDERS")


@dataclass
class SigningShop:
    """Where its keys and its apps are asked for, by token."""

    url: str = ""
    keys: list[SigningKey] = field(default_factory=lambda: [key_named("first")])
    apps: dict[str, dict[str, Any]] = field(default_factory=dict)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Who is asked for by `me`, by the id in their token."""
    up: bool = True
    asked: list[str] = field(default_factory=list)

    @property
    def domain(self) -> str:
        """As it stands in the headers."""
        return self.url.split("/")[2]

    def app(self, token: str, **changes: Any) -> None:
        """Let it know this token from now on."""
        self.apps[token] = {
            "id": APP_ID,
            "identifier": "distribution",
            "isActive": True,
            "permissions": [{"code": code} for code in GRANTED],
        } | changes

    def person(self, user_id: str, email: str, *permissions: str, **changes: Any) -> None:
        """Let it know this person from now on; with permissions they are staff."""
        self.people[user_id] = {
            "id": user_id,
            "email": email,
            "firstName": "",
            "lastName": "",
            "isActive": True,
            "isStaff": bool(permissions),
            "isConfirmed": True,
            "userPermissions": [{"code": code} for code in permissions],
        } | changes

    def token(self, user_id: str, key: SigningKey | None = None, /, **changes: Any) -> str:
        """An access token of a person, as Saleor signs it; `type="thirdparty"` makes it one for our App."""
        signing = key or self.keys[0]
        me = self.people[user_id]
        claims = {
            "iat": datetime.now(UTC),
            "exp": datetime.now(UTC) + timedelta(minutes=5),
            "iss": self.url,
            "owner": "saleor",
            "type": "access",
            "token": "key of the person",
            "email": me["email"],
            "user_id": user_id,
            "is_staff": me["isStaff"],
        }
        if changes.get("type") == "thirdparty":
            permissions = [each["code"] for each in me["userPermissions"]]
            claims |= {
                "app": APP_ID,
                "permissions": sorted({*permissions} & {*GRANTED}),
                "user_permissions": permissions,
            }
        return jwt.encode(claims | changes, signing.private, algorithm="RS256", headers={"kid": signing.id})

    def me(self, token: str) -> dict[str, Any]:
        """The answer to `me` with this token."""
        user_id = jwt.decode(token, options={"verify_signature": False})["user_id"]
        if (me := self.people.get(user_id)) is None or not me["isActive"]:
            problem = {
                "message": "Invalid token.",
                "extensions": {"exception": {"code": "InvalidTokenError"}},
            }
            return {"data": None, "errors": [problem]}
        return {"data": {"me": me}}

    def headers(self, **changes: str) -> dict[str, str]:
        """Those of a handshake, and of a delivery without its signature."""
        return {"Saleor-Domain": self.domain, "Saleor-Api-Url": self.url} | changes

    def install(self, client: FlaskClient, token: str = "the-token", **headers: str) -> TestResponse:
        """Hand the portal a token."""
        return client.post("/saleor/register", json={"auth_token": token}, headers=self.headers(**headers))

    def deliver(
        self,
        client: FlaskClient,
        body: bytes,
        *,
        webhook: str = "orders",
        signature: str | None = None,
        **headers: str,
    ) -> TestResponse:
        """Deliver a body, signed with the newest key unless another signature is given."""
        signed = {"Saleor-Signature": self.keys[-1].sign(body) if signature is None else signature}
        return client.post(
            f"/saleor/webhooks/{webhook}",
            data=body,
            content_type="application/json",
            headers=self.headers(**headers) | signed,
        )


def told(
    type_name: str, *subject_ids: str, issued_at: datetime | None = None, **referral: str | None
) -> bytes:
    """A body for our installation, issued now."""
    return body_of(
        type_name, *subject_ids, app_id=APP_ID, issued_at=issued_at or datetime.now(UTC), **referral
    )


@contextmanager
def running_signing_shop() -> Iterator[SigningShop]:
    """The shop on a free port of this machine, until the block ends."""
    shop = SigningShop()

    class Asking(Handler):
        def do_GET(self) -> None:
            shop.asked.append(self.path)
            self.answer(jwks(*shop.keys) if self.path == "/.well-known/jwks.json" else b"{}")

        def do_POST(self) -> None:
            shop.asked.append(self.path)
            token = (self.headers["Authorization"] or "").removeprefix("Bearer ")
            if b"query Me" in self.asked():
                self.answer(json.dumps(shop.me(token)).encode())
            else:
                app = shop.apps.get(token)
                self.answer(json.dumps({"data": {"app": app, "shop": {"version": "3.23"}}}).encode())

        def answer(self, content: bytes) -> None:
            self.reply(content, status=200 if shop.up else 502)

    with serving(Asking) as url:
        shop.url = f"{url}/graphql/"
        yield shop
