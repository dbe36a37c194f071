"""What every answer promises a browser: where things may come from, who may frame us, what a cookie may do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, TypeVar, cast

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

csrf = CSRFProtect()
View = TypeVar("View", bound=Callable[..., Any])
_FORM_BYTES = 64 * 1024


class _Sessions(SecureCookieSessionInterface):
    """What everybody may keep is nobody's: it neither depends on a session nor carries one."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not response.cache_control.public:
            super().save_session(app, session, response)


def install(app: Flask, *, secret_key: str, secure: bool) -> None:
    """Set headers, cookie flags and CSRF protection; `secure` when the portal is reached over HTTPS."""
    app.config.update(
        SECRET_KEY=secret_key,
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        REMEMBER_COOKIE_DURATION=timedelta(days=30),
        REMEMBER_COOKIE_SECURE=secure,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=secure,
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=500,
    )
    app.session_interface = _Sessions()

    @app.before_request
    def let_files_in() -> None:
        # Before the form is read for its CSRF token.
        limit = getattr(app.view_functions.get(request.endpoint or ""), "takes_bytes", None)
        if limit is not None:
            request.max_content_length = limit

    csrf.init_app(app)

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        # Pages hold one person's money: neither a proxy nor the next user of the browser may keep them.
        if response.mimetype == "text/html":
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def takes_file(largest_bytes: int) -> Callable[[View], View]:
    """Mark a view that takes a file, and so more than a form's bytes."""

    def mark(view: View) -> View:
        cast(Any, view).takes_bytes = largest_bytes + _FORM_BYTES
        return view

    return mark


def policy_with_pictures(origins: Iterable[str]) -> str:
    """The policy of a page that shows pictures of these origins, and of wherever they send on to over TLS."""
    return POLICY.replace("img-src 'self' data:", " ".join(("img-src 'self' data: https:", *sorted(origins))))


def address_of_client() -> str:
    """The IP address of whoever asks, through as many proxies as `ProxyFix` was told to trust."""
    return request.remote_addr or ""


def cookie_flags(app: Flask) -> dict[str, Any]:
    """Flags of the small cookies that hold a preference."""
    return {
        "max_age": 365 * 24 * 3600,
        "httponly": True,
        "secure": app.config["SESSION_COOKIE_SECURE"],
        "samesite": "Lax",
        "path": "/",
    }
