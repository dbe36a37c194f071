"""The one line a benchmark prints."""

from __future__ import annotations


def report(name: str, ratio: float, goal: float, words: str, *, at_most: bool = False) -> None:
    """Print `bench NAME ratio=0.57 goal=0.55 ok`; `at_most` where smaller is better."""
    met = ratio <= goal if at_most else ratio >= goal
    print(f"bench {name} ratio={ratio:.2f} goal={goal:.2f} {'ok' if met else 'short'} ({words})", flush=True)
