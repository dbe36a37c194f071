"""`python -m benchmarks [NAME …]` runs benchmarks; each prints its line. Without a name: all of them."""

from __future__ import annotations

import sys
from importlib import import_module

EVERY = (
    "record_one",
    "record_batch",
    "settle",
    "drain",
    "frozen_terms",
    "simulate",
    "ledger_postings",
    "click_redirect",
    "pictures",
    "portal_pages",
    "checkout_overhead",
    "reconcile",
)
"""Quick ones first; the last two need a real Saleor and say so where there is none."""


def main() -> None:
    """Run the named benchmarks one after another; one that cannot run here holds up none."""
    for name in sys.argv[1:] or EVERY:
        if name not in EVERY:
            sys.exit(f"no benchmark {name}; there are {', '.join(EVERY)}")
        try:
            import_module(f"benchmarks.{name}").run()
        except SystemExit as cannot:
            print(f"bench {name} left out ({cannot})", flush=True)


main()
