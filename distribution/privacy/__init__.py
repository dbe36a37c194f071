"""Keyed hashes, encryption and masking of personal data."""
