"""Templates are compiled once in a test run, not once for every program under test."""

from __future__ import annotations

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class _InMemory(BytecodeCache):
    """What was compiled, by name and place of the template; a template that was changed is compiled again."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Look it up."""
        if kept := self._kept.get(bucket.key):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


def compile_templates_once() -> None:
    """Let every Flask made in this process from now on share what it compiles."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _InMemory()}
