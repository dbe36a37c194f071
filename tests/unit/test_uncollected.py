"""Leaving the search for circles until a block ends."""

import gc

import pytest

from distribution.commission.uncollected import uncollected


def test_it_goes_on_afterwards_also_when_the_block_failed() -> None:
    with pytest.raises(LookupError), uncollected():
        _fail_without_collecting()

    assert gc.isenabled()


def _fail_without_collecting() -> None:
    assert not gc.isenabled()
    raise LookupError


def test_a_block_inside_leaves_it_to_the_one_around() -> None:
    with uncollected():
        with uncollected():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
