"""Shoppers write the metadata, so the plugin takes whatever stands there."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_plugin.identity import global_id
from saleor_plugin.referral import LONGEST_TEXT, Referral, read_referral

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


def read(metadata: object) -> Referral | None:
    return read_referral(metadata, code_key="referral_code", click_key="referral_click")


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        [],
        "referral_code",
        {},
        {"other": "ALICE"},
        {"referral_code": ""},
        {"referral_code": "  "},
        {"referral_code": 7, "referral_click": ["c"]},
        {"referral_code": {"deep": "ALICE"}},
    ],
)
def test_no_referral(metadata: object) -> None:
    assert read(metadata) is None


def test_code_and_click() -> None:
    assert read({"referral_code": "ALICE", "referral_click": "c1"}) == Referral("ALICE", "c1")
    assert read({"referral_code": " ALICE\n"}) == Referral("ALICE", None)
    assert read({"referral_code": 1, "referral_click": "c1"}) == Referral(None, "c1")


def test_keys_can_be_others() -> None:
    assert read_referral({"ref": "ALICE"}, code_key="ref", click_key="click") == Referral("ALICE", None)


def test_ten_megabytes_are_cut() -> None:
    referral = read({"referral_code": "A" * 10_000_000})
    assert referral == Referral("A" * LONGEST_TEXT, None)


@given(st.text(), st.text())
def test_whatever_was_typed_can_be_stored(code: str, click: str) -> None:
    referral = read({"referral_code": code, "referral_click": click})
    for text in referral or ():
        assert text is None or (0 < len(text) <= LONGEST_TEXT and "\0" not in text and text.encode("utf-8"))


def test_lone_surrogates_are_replaced() -> None:
    assert read({"referral_code": "A\ud800B\0"}) == Referral("A?B\ufffd", None)


@given(ANYTHING | st.dictionaries(st.sampled_from(["referral_code", "referral_click"]), ANYTHING))
def test_never_raises(metadata: object) -> None:
    referral = read(metadata)
    assert referral is None or isinstance(metadata, Mapping)
    assert json.dumps(referral)


def test_global_id_is_what_graphql_shows() -> None:
    order = "8b7a1c5e-0f4d-4d4f-9c8e-2f1f0c3b7a11"
    assert global_id("Order", order) == "T3JkZXI6OGI3YTFjNWUtMGY0ZC00ZDRmLTljOGUtMmYxZjBjM2I3YTEx"
