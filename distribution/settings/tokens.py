"""Bearer tokens of API clients. The secret is shown once; what is kept is its SHA-256."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.db import new_id
from distribution.errors import Conflict, Forbidden, InvalidInput, NotFound
from distribution.settings.lock import lock
from distribution.settings.tables import ApiToken

ALL = "all"
READ = "read"
PEOPLE = "people:read"
SCOPES = (READ, PEOPLE, "orders:write", "distributors:write", "money:write", "money:approve", ALL)
SHOP_SOURCE = "saleor"
LONGEST_NAME = 80
_PREFIX = "sd_"


class TokenNotFound(NotFound):
    """There is no token of that name in use."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no token {name} in use", name=name)


class TokenNameTaken(Conflict):
    """Another token has, or had, this name: the audit log tells them apart by it."""

    code = "token_name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is or was a token {name}", field="name", name=name)


class ScopeMissing(Forbidden):
    """The token may not do this."""

    code = "scope_missing"

    def __init__(self, wanted: Sequence[str], scopes: Iterable[str]) -> None:
        super().__init__(
            f"this token lacks the scope {' or '.join(wanted)}", scope=wanted[0], scopes=tuple(scopes)
        )


def new_secret() -> str:
    """A random secret; edges draw it, `create` is given it."""
    return _PREFIX + secrets.token_urlsafe(32)


def create(
    session: Session,
    *,
    name: str,
    secret: str,
    actor: str,
    now: datetime,
    scopes: Collection[str] = (ALL,),
    source: str | None = None,
) -> ApiToken:
    """Add a token whose orders belong to `source`: by default the name in lower case with hyphens.

    Raises InvalidInput for a bad name, scope or source, TokenNameTaken. The shop's own source must be chosen
    explicitly, and so must one that another token has: a slip would let one client touch the other's orders.
    """
    tidy = " ".join(name.split())
    if not 1 <= len(tidy) <= LONGEST_NAME or not tidy.isprintable():
        raise InvalidInput(f"a token's name has 1 to {LONGEST_NAME} printable characters", field="name")
    lock(session)
    if session.scalar(select(ApiToken.id).where(ApiToken.name == tidy)) is not None:
        raise TokenNameTaken(tidy)
    token = ApiToken(
        id=new_id(),
        name=tidy,
        token_hash=hash_of(secret),
        source=_own_source(session, tidy) if source is None else _checked_source(source),
        scopes=checked_scopes(scopes),
        created_at=now,
    )
    session.add(token)
    session.flush()
    _record(session, token, "token.create", actor=actor, now=now)
    return token


def revoke(session: Session, name: str, *, actor: str, now: datetime) -> ApiToken:
    """End a token; raises TokenNotFound."""
    token = session.scalar(
        select(ApiToken).where(ApiToken.name == name, ApiToken.revoked_at.is_(None)).with_for_update()
    )
    if token is None:
        raise TokenNotFound(name)
    token.revoked_at = now
    session.flush()
    _record(session, token, "token.revoke", actor=actor, now=now)
    return token


def by_secret(session: Session, secret: str) -> ApiToken | None:
    """The token in use with this secret."""
    query = select(ApiToken).where(ApiToken.token_hash == hash_of(secret), ApiToken.revoked_at.is_(None))
    return session.scalar(query)


def every(session: Session) -> list[ApiToken]:
    """All tokens, revoked ones too, oldest first."""
    return list(session.scalars(select(ApiToken).order_by(ApiToken.id)))


def may(scopes: Collection[str], *wanted: str) -> bool:
    """Whether a token with `scopes` may do what any one of `wanted` allows."""
    return ALL in scopes or any(scope in scopes for scope in wanted)


def demand(scopes: Collection[str], *wanted: str) -> None:
    """Raise ScopeMissing unless a token with `scopes` may do what any one of `wanted` allows."""
    if not may(scopes, *wanted):
        raise ScopeMissing(wanted, scopes)


def hash_of(secret: str) -> bytes:
    """The form in which a secret is kept; it is random and long, so a fast hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def checked_scopes(scopes: Collection[str]) -> list[str]:
    """The scopes without repetition, in the order of SCOPES; raises InvalidInput for one that does not exist."""
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise InvalidInput(f"scopes are {', '.join(SCOPES)}", field="scopes", unknown=unknown)
    return [scope for scope in SCOPES if scope in scopes]


def slug(name: str) -> str:
    """A name as a source: "POS Berlin #2" is "pos-berlin-2"."""
    return re.sub(r"\W+", "-", name.casefold()).strip("-_")


def _own_source(session: Session, name: str) -> str:
    source = _checked_source(slug(name))
    taken = session.scalar(select(ApiToken.id).where(ApiToken.source == source).limit(1)) is not None
    if source == SHOP_SOURCE or taken:
        raise InvalidInput(
            f"orders of the source {source} are another's: name a source of its own, or this one explicitly",
            field="source",
            source=source,
        )
    return source


def _checked_source(source: str) -> str:
    if not 1 <= len(source) <= LONGEST_NAME or slug(source) != source:
        raise InvalidInput(
            "a source is letters and digits in lower case with hyphens between", field="source"
        )
    return source


def _record(session: Session, token: ApiToken, action: str, *, actor: str, now: datetime) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject_type="token",
        subject_id=token.name,
        now=now,
        after={"source": token.source, "scopes": list(token.scopes)},
    )
