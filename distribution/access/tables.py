"""Tables of access: second factors, sessions, logins elsewhere of whoever logs in, a distributor or a merchant.

The person is named by kind and id: both kinds share one mechanism, and neither concept is known here.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from distribution.db.base import Base
from distribution.db.types import PublicId, UtcTime

KINDS = ("distributor", "merchant")
_KIND = f"kind IN {KINDS}"


class SecondFactor(Base):
    """The secret of a person's authenticator app; asked for at a login once it is enabled.

    `last_step` is the newest thirty seconds whose code was taken: no code works twice. Five wrong codes in a row close
    it until `closed_until`, each further time for longer.
    """

    __tablename__ = "second_factors"
    __table_args__ = (
        UniqueConstraint("kind", "person_id", name="second_factors_person_key"),
        CheckConstraint(_KIND, name="kind"),
        CheckConstraint("wrong >= 0", name="wrong"),
    )

    id: Mapped[PublicId]
    kind: Mapped[str] = mapped_column(Text)
    person_id: Mapped[UUID]
    secret_encrypted: Mapped[bytes]
    begun_at: Mapped[UtcTime]
    enabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_step: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    wrong: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    closed_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RecoveryCode(Base):
    """A code that stands in for the app once; only a keyed hash of it is kept."""

    __tablename__ = "recovery_codes"

    factor_id: Mapped[UUID] = mapped_column(
        ForeignKey("distribution.second_factors.id", ondelete="CASCADE"), primary_key=True
    )
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class _Browser:
    """A browser that somebody uses; the token in its cookie is kept as a hash only."""

    kind: Mapped[str] = mapped_column(Text)
    person_id: Mapped[UUID]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    session_version: Mapped[int]
    user_agent: Mapped[str] = mapped_column(Text)
    address_masked: Mapped[str] = mapped_column(Text)
    created_at: Mapped[UtcTime]


class LoginSession(_Browser, Base):
    """A browser that is logged in.

    It ends with its row, and when the person's `session_version` is not this one any more.
    """

    __tablename__ = "login_sessions"
    __table_args__ = (
        Index("login_sessions_person_idx", "kind", "person_id"),
        Index("login_sessions_last_seen_at_idx", "last_seen_at"),
        CheckConstraint(_KIND, name="kind"),
    )

    id: Mapped[PublicId]
    last_seen_at: Mapped[UtcTime]


class ExternalIdentity(Base):
    """A login elsewhere that stands for a person here: who made it (`issuer`) and what it is called there (`subject`).

    An e-mail address links nobody. With `follows` the role of the console is what the issuer says at each sign-in.
    """

    __tablename__ = "external_identities"
    __table_args__ = (
        UniqueConstraint("kind", "issuer", "subject", name="external_identities_subject_key"),
        UniqueConstraint("kind", "person_id", "issuer", name="external_identities_person_key"),
        CheckConstraint(_KIND, name="kind"),
    )

    id: Mapped[PublicId]
    kind: Mapped[str] = mapped_column(Text)
    person_id: Mapped[UUID]
    issuer: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    follows: Mapped[bool]
    linked_at: Mapped[UtcTime]
    last_used_at: Mapped[UtcTime]


class SingleUseCode(Base):
    """A code that works once and for minutes; kept as a hash, with what it is about sealed beside it."""

    __tablename__ = "single_use_codes"
    __table_args__ = (
        Index("single_use_codes_expires_at_idx", "expires_at"),
        CheckConstraint("expires_at > created_at", name="expires_later"),
    )

    id: Mapped[PublicId]
    purpose: Mapped[str] = mapped_column(Text)
    code_hash: Mapped[bytes] = mapped_column(unique=True)
    content_encrypted: Mapped[str] = mapped_column(Text)
    created_at: Mapped[UtcTime]
    expires_at: Mapped[UtcTime]
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class IdentityProvider(Base):
    """An OpenID provider that people may log in with; without a secret we are a public client, PKCE alone proves us."""

    __tablename__ = "identity_providers"
    __table_args__ = (CheckConstraint("for_distributors OR for_merchants", name="for_somebody"),)

    id: Mapped[PublicId]
    label: Mapped[str] = mapped_column(Text)
    issuer: Mapped[str] = mapped_column(Text, unique=True)
    client_id: Mapped[str] = mapped_column(Text)
    client_secret_encrypted: Mapped[str | None] = mapped_column(Text)
    for_distributors: Mapped[bool]
    for_merchants: Mapped[bool]
    created_at: Mapped[UtcTime]


class Passkey(Base):
    """A key pair of one of the person's devices, or of their password manager; only the public half is known here.

    `sign_count` is what the device counted at its last use; one that counts and does not go on was copied.
    """

    __tablename__ = "passkeys"
    __table_args__ = (
        Index("passkeys_person_idx", "kind", "person_id"),
        CheckConstraint(_KIND, name="kind"),
        CheckConstraint("sign_count >= 0", name="sign_count"),
    )

    id: Mapped[PublicId]
    kind: Mapped[str] = mapped_column(Text)
    person_id: Mapped[UUID]
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    backed_up: Mapped[bool]
    created_at: Mapped[UtcTime]
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class UsedChallenge(Base):
    """A challenge that a passkey has answered: no answer is taken twice. Forgotten once it is too old to be taken."""

    __tablename__ = "used_challenges"

    challenge_hash: Mapped[bytes] = mapped_column(primary_key=True)
    used_at: Mapped[UtcTime]


class RememberedDevice(_Browser, Base):
    """A browser that gave the second step and is not asked again until `expires_at`.

    It ends with its row, with the second factor, and when the person's `session_version` is not this one any more.
    """

    __tablename__ = "remembered_devices"
    __table_args__ = (
        Index("remembered_devices_person_idx", "kind", "person_id"),
        CheckConstraint(_KIND, name="kind"),
    )

    id: Mapped[PublicId]
    last_used_at: Mapped[UtcTime]
    expires_at: Mapped[UtcTime]
