"""The audit log's filter offers everything that acts are done to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from distribution.audit.record import SUBJECT_TYPES
from portal.console.words import SUBJECTS

ROOT = Path(__file__).parents[2]


def test_every_subject_that_code_writes_is_in_the_list_and_has_words() -> None:
    written = {
        subject for folder in ("distribution", "portal", "jobs") for subject in _written(ROOT / folder)
    }
    assert written, "found no call of record"
    assert sorted(written - set(SUBJECT_TYPES)) == []
    assert sorted(set(SUBJECT_TYPES) - set(SUBJECTS)) == []
    assert len(set(SUBJECT_TYPES)) == len(SUBJECT_TYPES)


def _written(folder: Path) -> Iterator[str]:
    """Each text given as `subject_type`, itself or by a constant of its module."""
    for path in folder.rglob("*.py"):
        tree = ast.parse(path.read_text())
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "subject_type":
                value = node.value
                found = value.value if isinstance(value, ast.Constant) else None
                found = constants.get(value.id) if isinstance(value, ast.Name) else found
                if isinstance(found, str) and found:
                    yield found
