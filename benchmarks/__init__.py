"""Benchmarks: each prints its ratio to a baseline taken in the same run."""
