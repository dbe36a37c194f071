"""Array literals, as PostgreSQL reads them."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from distribution.db.arrays import array, arrays

WHO = UUID("0190a0b0-0000-7000-8000-00000000000a")
AT = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["smallint", "integer", "bigint", "numeric"])
def test_numbers(kind: str) -> None:
    assert array((1, None, -3, 1), kind).replace(" ", "") == "{1,NULL,-3,1}"
    assert array([7], kind) == "{7}"
    assert array([None], kind) == "{NULL}"
    assert array([], kind) == "{}"


@pytest.mark.parametrize("times", [1, 3, 5])
def test_what_comes_again_is_written_again(times: int) -> None:
    assert array([WHO] * times, "uuid") == "{" + ",".join([WHO.hex] * times) + "}"
    assert array([AT] * times, "timestamptz") == "{" + ",".join(['"2026-03-01T10:00:00+00:00"'] * times) + "}"
    assert array([None] * times, "text") == "{" + ",".join(["NULL"] * times) + "}"


def test_text_is_quoted_so_that_nothing_in_it_counts() -> None:
    assert array(['a"b', "c\\d", "NULL", "{,}", None], "text") == '{"a\\"b","c\\\\d","NULL","{,}",NULL}'


def test_rows_become_columns() -> None:
    assert arrays([(1, "a"), (None, None)], ["integer", "text"]) == ["{1, NULL}", '{"a",NULL}']
    assert arrays([], ["integer", "text"]) == ["{}", "{}"]


def test_one_row_becomes_columns_of_one() -> None:
    row = (7, None, 'a"b', WHO, True, b"\x01", AT)
    kinds = ["bigint", "integer", "text", "uuid", "boolean", "bytea", "timestamptz"]
    assert arrays([row], kinds) == [array([value], kind) for value, kind in zip(row, kinds, strict=True)]
