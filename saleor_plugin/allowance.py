"""How often one address may ask; counted in this process alone, which is enough to keep a database from harm."""

import threading
from collections import OrderedDict

ADDRESSES_REMEMBERED = 4096


class Allowance:
    """So many requests a minute for each address, as many at once."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str, now: float) -> bool:
        """Use one up; False when none is left."""
        with self._lock:
            left, since = self._left.pop(address, (float(self._per_minute), now))
            left = min(float(self._per_minute), left + (now - since) * self._per_minute / 60)
            taken = left >= 1
            self._left[address] = (left - 1 if taken else left, now)
            if len(self._left) > ADDRESSES_REMEMBERED:
                self._left.popitem(last=False)
            return taken
