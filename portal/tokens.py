"""Links in mails: signed, short-lived, and void once what they were for has happened."""

from __future__ import annotations

from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

CONFIRM_SECONDS = 7 * 24 * 3600
RESET_SECONDS = 3600
EMAIL_CHANGE_SECONDS = 2 * 24 * 3600
CONNECT_SECONDS = 3600


def confirm_token(distributor_id: UUID, email: str) -> str:
    """Proves that who has it reads the mail of `email`."""
    return _signer("confirm").dumps([str(distributor_id), email])


def read_confirm(token: str) -> tuple[UUID, str] | None:
    """Whose address it confirms, or None when it is altered or older than a week."""
    return _read("confirm", token, CONFIRM_SECONDS)


def reset_token(distributor_id: UUID, session_version: int) -> str:
    """Lets who has it set a password, once: setting one raises the version."""
    return _signer("reset").dumps([str(distributor_id), str(session_version)])


def read_reset(token: str) -> tuple[UUID, str] | None:
    """Whose password it resets and under which version, or None when it is altered or older than an hour."""
    return _read("reset", token, RESET_SECONDS)


def email_change_token(change_id: UUID, side: str) -> str:
    """Lets who reads the mail of one side agree to a change of address."""
    return _signer("email-change").dumps([str(change_id), side])


def read_email_change(token: str) -> tuple[UUID, str] | None:
    """Which change and which side, or None when it is altered or older than two days."""
    return _read("email-change", token, EMAIL_CHANGE_SECONDS)


def connect_token(login_id: UUID, provider_id: UUID) -> str:
    """Lets one session, and no other, connect a login of that provider."""
    return _signer("connect").dumps([str(login_id), str(provider_id)])


def read_connect(token: str) -> tuple[UUID, str] | None:
    """Which session it lets connect, and a login of which provider; None when it is altered or older than an hour."""
    return _read("connect", token, CONNECT_SECONDS)


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=f"distribution.{purpose}")


def _read(purpose: str, token: str, longest_seconds: int) -> tuple[UUID, str] | None:
    try:
        key, value = _signer(purpose).loads(token, max_age=longest_seconds)
        return UUID(key), str(value)
    except (BadSignature, ValueError, TypeError):
        return None
