"""What a browser is asked of a passkey, and whether its answer is right: origin, place, challenge, person, counter."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app, session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from distribution.access.passkeys import CHALLENGE_LASTS
from distribution.access.tables import Passkey

_KEY = "passkey_challenge"
_CHALLENGE_BYTES = 32
_LONGEST_ANSWER = 20_000


class WrongAnswer(Exception):
    """A browser's answer is not what was asked for."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A passkey as its first answer described it."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    backed_up: bool


@dataclass(frozen=True, slots=True)
class Use:
    """A right answer: the counter and whether the key is kept elsewhere too."""

    sign_count: int
    backed_up: bool


def ask_for_new(
    kind: str,
    person_id: UUID,
    *,
    email: str,
    name: str,
    program: str,
    known: Sequence[Passkey],
    now: datetime,
) -> str:
    """What a browser is asked to make a passkey with; one that knows a key of theirs makes no second."""
    options = generate_registration_options(
        rp_id=_place(),
        rp_name=program,
        user_id=user_handle(kind, person_id),
        user_name=email,
        user_display_name=name,
        challenge=_challenge("new", now),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each.credential_id) for each in known],
    )
    return options_to_json(options)


def ask_for_use(purpose: str, *, allowed: Sequence[Passkey] = (), now: datetime) -> str:
    """What a browser is asked to prove a passkey with: any of this place, or one of those allowed."""
    options = generate_authentication_options(
        rp_id=_place(),
        challenge=_challenge(purpose, now),
        allow_credentials=[PublicKeyCredentialDescriptor(id=each.credential_id) for each in allowed],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def answered(purpose: str, *, now: datetime) -> bytes:
    """The challenge this browser was given for that purpose; it is forgotten. Raises WrongAnswer."""
    kept = session.pop(_KEY, None)
    if not kept or kept[0] != purpose or now.timestamp() - kept[2] > CHALLENGE_LASTS.total_seconds():
        raise WrongAnswer
    return base64url_to_bytes(kept[1])


def new_key(answer: str, challenge: bytes) -> NewKey:
    """The passkey that was made. Raises WrongAnswer."""
    try:
        found = verify_registration_response(
            credential=_read(answer),
            expected_challenge=challenge,
            expected_rp_id=_place(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise WrongAnswer from None
    return NewKey(
        found.credential_id, found.credential_public_key, found.sign_count, found.credential_backed_up
    )


def named(answer: str, kind: str) -> tuple[bytes, UUID | None]:
    """Which credential an answer is of, and whose it says to be. Raises WrongAnswer."""
    read = _read(answer)
    try:
        credential_id = base64url_to_bytes(read["rawId"])
        handle = read["response"].get("userHandle")
        whose = None if handle is None else base64url_to_bytes(handle)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise WrongAnswer from None
    if whose is None:
        return credential_id, None
    prefix = kind.encode() + b":"
    if not whose.startswith(prefix) or len(whose) != len(prefix) + 16:
        raise WrongAnswer
    return credential_id, UUID(bytes=whose[len(prefix) :])


def use(answer: str, passkey: Passkey, challenge: bytes) -> Use:
    """The use of a passkey, if the answer is right. Raises WrongAnswer."""
    try:
        found = verify_authentication_response(
            credential=_read(answer),
            expected_challenge=challenge,
            expected_rp_id=_place(),
            expected_origin=_origin(),
            credential_public_key=passkey.public_key,
            # The counter is looked at by whoever asked: a copy is told of, a wrong answer is not.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise WrongAnswer from None
    return Use(found.new_sign_count, found.credential_backed_up)


def user_handle(kind: str, person_id: UUID) -> bytes:
    """How an authenticator names the person: nothing of it says who they are."""
    return kind.encode() + b":" + person_id.bytes


def _challenge(purpose: str, now: datetime) -> bytes:
    challenge = secrets.token_bytes(_CHALLENGE_BYTES)
    session[_KEY] = [purpose, bytes_to_base64url(challenge), now.timestamp()]
    return challenge


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > _LONGEST_ANSWER:
        raise WrongAnswer
    try:
        read = json.loads(answer)
    except ValueError:
        raise WrongAnswer from None
    if not isinstance(read, dict):
        raise WrongAnswer
    return read


def _origin() -> str:
    parts = urlsplit(current_app.extensions["settings"].portal_url)
    return f"{parts.scheme}://{parts.netloc}"


def _place() -> str:
    return urlsplit(current_app.extensions["settings"].portal_url).hostname or ""
