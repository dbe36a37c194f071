"""An OpenID provider of our own that follows the protocol to the letter, and lies where a test wants it to."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt

from tests.saleor_signing import SigningKey, jwks, key_named
from tests.serving import Handler, serving

CLIENT_ID = "the-program"
SECRET = "s3cret-of-the-program"


@dataclass
class Provider:
    """Who is logged in there, what was begun, and in what it lies."""

    url: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    keys: list[SigningKey] = field(default_factory=lambda: [key_named("provider-1")])
    signs_with: SigningKey | None = None
    """Instead of its newest key."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    """Put over the claims of the id token; None takes a claim away."""
    algorithm: str = "RS256"
    says: dict[str, Any] = field(default_factory=dict)
    """Put over its configuration."""
    userinfo: dict[str, Any] | None = None
    up: bool = True
    refused: list[str] = field(default_factory=list)

    def configuration(self) -> dict[str, Any]:
        """What it says of itself."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "authorization_response_iss_parameter_supported": True,
        } | self.says

    def authorize(self, address: str) -> str:
        """Where the browser of somebody who is logged in is sent back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["client_id"] == CLIENT_ID
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return (
            f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.url})}"
        )

    def redeem(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The answer of the token endpoint."""
        expected = "Basic " + base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        if authorization != expected:
            return self.refuse("invalid_client", 401)
        begun = self.codes.pop(form.get("code", ""), None)
        if begun is None or form.get("redirect_uri") != begun["redirect_uri"]:
            return self.refuse("invalid_grant")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != begun["code_challenge"]:
            return self.refuse("invalid_grant")
        tokens = {"access_token": "access", "token_type": "Bearer", "id_token": self.id_token(begun["nonce"])}
        return 200, tokens

    def refuse(self, error: str, status: int = 400) -> tuple[int, dict[str, Any]]:
        """Say no, and remember it."""
        self.refused.append(error)
        return status, {"error": error}

    def id_token(self, nonce: str) -> str:
        """A signed id token about the person."""
        now = datetime.now(UTC)
        claims = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + timedelta(minutes=5),
            "nonce": nonce,
            **self.person,
            **self.lies,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "none":
            return jwt.encode(claims, None, algorithm="none")
        key = self.signs_with or self.keys[-1]
        if self.algorithm == "HS256":
            # What a verifier falls for that takes the algorithm from the header.
            return jwt.encode(claims, json.dumps(key.public()), algorithm="HS256", headers={"kid": key.id})
        return jwt.encode(claims, key.private, algorithm=self.algorithm, headers={"kid": key.id})


@contextmanager
def running_provider() -> Iterator[Provider]:
    """The provider on a free port of this machine, until the block ends."""
    provider = Provider()

    class Answering(Handler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path == "/.well-known/openid-configuration":
                self.say(200, json.dumps(provider.configuration()).encode())
            elif path == "/keys":
                self.say(200, jwks(*provider.keys))
            elif path == "/userinfo" and provider.userinfo is not None:
                self.say(200, json.dumps(provider.userinfo).encode())
            elif path == "/authorize":
                self.reply(b"", status=303, Location=provider.authorize(self.path))
            else:
                self.say(404, b"{}")

        def do_POST(self) -> None:
            form = {name: values[0] for name, values in parse_qs(self.asked().decode()).items()}
            status, answer = provider.redeem(form, self.headers["Authorization"] or "")
            self.say(status, json.dumps(answer).encode())

        def say(self, status: int, content: bytes) -> None:
            self.reply(content, status=status if provider.up else 502)

    with serving(Answering) as url:
        provider.url = url
        yield provider
