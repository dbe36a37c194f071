"""`python -m benchmarks [NAME …]` runs benchmarks; each prints its line. Without a name: those of `DEFAULT`."""

from __future__ import annotations

import sys
from importlib import import_module

DEFAULT = ("record_one", "record_batch", "settle", "frozen_terms", "simulate")


def main() -> None:
    """Run the named benchmarks one after another."""
    for name in sys.argv[1:] or DEFAULT:
        import_module(f"benchmarks.{name}").run()


main()
