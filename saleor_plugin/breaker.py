"""Whether requests may wait for the database: once it fails they no longer do, until a probe has succeeded."""

FIRST_PROBE_SECONDS = 1.0
LONGEST_PROBE_SECONDS = 10.0


class Breaker:
    """Closed while all is well, open from the first failure to the first good probe; ``now`` is any monotonic clock."""

    def __init__(self) -> None:
        self._probe_at: float | None = None
        self._delay = FIRST_PROBE_SECONDS
        self.times_opened = 0

    @property
    def is_open(self) -> bool:
        """True while nobody may wait."""
        return self._probe_at is not None

    def fail(self, now: float) -> None:
        """A wait or a write failed: open, or when a probe failed put the next one off twice as long."""
        if self._probe_at is None:
            self.times_opened += 1
            self._delay = FIRST_PROBE_SECONDS
        elif now < self._probe_at:
            return
        else:
            self._delay = min(self._delay * 2, LONGEST_PROBE_SECONDS)
        self._probe_at = now + self._delay

    def succeed(self, now: float) -> None:
        """A write succeeded: that closes an open breaker only when it was the probe."""
        if self._probe_at is not None and now >= self._probe_at:
            self._probe_at = None

    def seconds_to_probe(self, now: float) -> float | None:
        """How long until the next probe is due, or None while closed."""
        return None if self._probe_at is None else max(0.0, self._probe_at - now)
