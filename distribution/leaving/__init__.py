"""Leaving: a copy of everything we hold about a person, and closing their account."""
