"""What a process counts by itself while Redis is away."""

from __future__ import annotations

from uuid import uuid4

import redis
from flask import Flask

from portal import throttle
from portal.throttle import OwnCounts


def test_a_window_begins_with_the_first_and_ends() -> None:
    counts = OwnCounts()
    assert [counts.count("a", seconds=60, at=at) for at in (0.0, 30.0, 59.9)] == [1, 2, 3]
    assert counts.count("b", seconds=60, at=59.9) == 1
    assert counts.count("a", seconds=60, at=60.0) == 1
    counts.forget("a")
    assert counts.count("a", seconds=60, at=61.0) == 1


def test_many_names_take_no_more_room_and_push_out_the_oldest() -> None:
    counts = OwnCounts(most=10)
    tries = []
    for number in range(100):
        tries.append(counts.count("address", seconds=1_000, at=float(number)))
        counts.count(f"name-{number}", seconds=1_000, at=float(number))
    assert tries == list(range(1, 101))
    assert len(counts._counts) <= 10
    assert counts.count("name-99", seconds=1_000, at=99.5) == 2
    assert counts.count("name-0", seconds=1_000, at=99.5) == 1


def test_tries_are_counted_with_redis_away() -> None:
    whose = f"Ada.{uuid4()}@example.com"
    app = Flask(__name__)
    app.extensions["redis"] = redis.Redis.from_url("unix:///nonexistent/redis.sock")
    with app.app_context():
        tries = [throttle.exceeded("login", whose, limit=3, seconds=60) for _ in range(5)]
        assert tries == [False, False, False, True, True]
        assert not throttle.exceeded("login", f"other.{whose}", limit=3, seconds=60)
        throttle.forget("login", whose.lower())
        assert not throttle.exceeded("login", whose.lower(), limit=3, seconds=60)
