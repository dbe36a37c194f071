"""The breaker opens at the first failure and closes at the first good probe, never before."""

from saleor_plugin.breaker import FIRST_PROBE_SECONDS, LONGEST_PROBE_SECONDS, Breaker


def test_closed_until_something_fails() -> None:
    breaker = Breaker()
    assert not breaker.is_open
    assert breaker.seconds_to_probe(100.0) is None
    breaker.fail(100.0)
    assert breaker.is_open
    assert breaker.seconds_to_probe(100.0) == FIRST_PROBE_SECONDS


def test_many_failures_at_once_are_one() -> None:
    breaker = Breaker()
    for moment in (100.0, 100.1, 100.2):
        breaker.fail(moment)
    assert breaker.times_opened == 1
    assert breaker.seconds_to_probe(100.5) == FIRST_PROBE_SECONDS - 0.5


def test_a_late_success_is_no_probe() -> None:
    breaker = Breaker()
    breaker.fail(100.0)
    breaker.succeed(100.5)
    assert breaker.is_open
    breaker.succeed(101.0)
    assert not breaker.is_open


def test_failed_probes_come_more_rarely_up_to_a_bound() -> None:
    breaker = Breaker()
    now, pauses = 0.0, []
    breaker.fail(now)
    for _ in range(8):
        pause = breaker.seconds_to_probe(now)
        assert pause is not None
        pauses.append(pause)
        now += pause
        breaker.fail(now)
    assert pauses == [1.0, 2.0, 4.0, 8.0, *[LONGEST_PROBE_SECONDS] * 4]


def test_starts_afresh_after_it_closed() -> None:
    breaker = Breaker()
    breaker.fail(0.0)
    breaker.fail(1.0)
    breaker.succeed(3.0)
    breaker.fail(50.0)
    assert breaker.times_opened == 2
    assert breaker.seconds_to_probe(50.0) == FIRST_PROBE_SECONDS
