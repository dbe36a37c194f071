"""Recording makes and drops tens of thousands of small objects a batch, none of which ever points in a circle."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Leave the search for circles until the block ends: it would look through the whole program every few orders.

    Whoever found it switched off leaves it so: of threads that overlap the first one switches it on again.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
