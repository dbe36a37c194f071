"""How passwords are kept: what attackers would have to pay, and that nobody learns who exists."""

from __future__ import annotations

import subprocess
import sys

from argon2 import PasswordHasher, extract_parameters

from distribution.privacy.password import NOBODY, hash_password, password_matches, renewed

PASSWORD = "correct horse battery"


def test_outside_tests_a_hash_costs_what_rfc_9106_recommends() -> None:
    # Tests themselves hash cheaply, so another process is asked.
    program = f"from distribution.privacy.password import hash_password; print(hash_password({PASSWORD!r}))"
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    cost = extract_parameters(printed.stdout.strip())
    assert (cost.time_cost, cost.memory_cost, cost.parallelism) == (3, 65_536, 4)
    assert extract_parameters(NOBODY) == cost


def test_a_password_matches_its_own_hash_only() -> None:
    kept = hash_password(PASSWORD)
    assert password_matches(kept, PASSWORD)
    assert not password_matches(kept, PASSWORD + " staple")
    assert not password_matches(None, PASSWORD)


def test_a_hash_of_another_cost_matches_and_is_renewed() -> None:
    dear = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    assert password_matches(dear, PASSWORD)
    again = renewed(dear, PASSWORD)
    assert again != dear
    assert password_matches(again, PASSWORD)
    assert renewed(again, PASSWORD) == again
