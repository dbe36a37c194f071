"""How often something may be tried: logins by address and by account, mails to one person."""

from __future__ import annotations

import hashlib
import logging

import redis

from portal.queue import client

log = logging.getLogger("portal.throttle")


def exceeded(what: str, whose: str, *, limit: int, seconds: int) -> bool:
    """Count one try of `what` by `whose` and say whether there were more than `limit` in the window.

    With Redis away nobody is locked out.
    """
    key = f"distribution:throttle:{what}:{hashlib.blake2b(whose.casefold().encode(), digest_size=12).hexdigest()}"
    try:
        with client().pipeline(transaction=True) as pipeline:
            pipeline.incr(key)
            pipeline.expire(key, seconds, nx=True)
            count = pipeline.execute()[0]
    except redis.RedisError as error:
        log.warning("not throttled, Redis is away: %s", error)
        return False
    return int(count) > limit


def forget(what: str, whose: str) -> None:
    """Start the count anew, after a success."""
    key = f"distribution:throttle:{what}:{hashlib.blake2b(whose.casefold().encode(), digest_size=12).hexdigest()}"
    try:
        client().delete(key)
    except redis.RedisError as error:
        log.warning("count kept, Redis is away: %s", error)
