"""The whole proof: snapshots and terms → lines → statements → transfers → balances, by code of its own."""

from distribution.proof.prove import Proof, prove

__all__ = ["Proof", "prove"]
