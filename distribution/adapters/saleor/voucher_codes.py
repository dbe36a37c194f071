"""The codes of one voucher in Saleor: read, added, taken out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.errors import SaleorRefused, SaleorUnreachable

PAGE = 100
_READ = """
query VoucherCodes($id: ID!, $first: Int!, $after: String) {
  voucher(id: $id) {
    codes(first: $first, after: $after) { edges { node { id code } } pageInfo { hasNextPage endCursor } }
  }
}
"""
_ADD = """
mutation AddVoucherCodes($id: ID!, $codes: [String!]!) {
  voucherUpdate(id: $id, input: { addCodes: $codes }) { errors { field message code voucherCodes } }
}
"""
_DELETE = """
mutation DeleteVoucherCodes($ids: [ID!]!) {
  voucherCodeBulkDelete(ids: $ids) { count errors { message code } }
}
"""


class NoVoucher(SaleorRefused):
    """The shop has no such voucher, or does not show it to us: that takes MANAGE_DISCOUNTS."""


def read_codes(client: SaleorClient, voucher_id: str) -> Iterator[Mapping[str, str]]:
    """The ids of the voucher's codes by code, a page at a time; raises NoVoucher, SaleorUnreachable, SaleorRefused."""
    after, more = None, True
    while more:
        answer = client.execute(_READ, {"id": voucher_id, "first": PAGE, "after": after}).data
        if answer.get("voucher") is None:
            raise NoVoucher("the shop has no such voucher, or the token lacks MANAGE_DISCOUNTS")
        codes = answer["voucher"]["codes"]
        yield {edge["node"]["code"]: edge["node"]["id"] for edge in codes["edges"]}
        info = codes["pageInfo"]
        more, after = bool(info["hasNextPage"]) and info["endCursor"] != after, info["endCursor"]


def add_codes(client: SaleorClient, voucher_id: str, codes: Sequence[str]) -> dict[str, str | None]:
    """Put codes into the voucher: each with None, or with why the shop refuses it.

    Saleor takes all of them or none: what it names as being there already is left out the second time.
    """
    found: dict[str, str | None] = dict.fromkeys(codes)
    left = list(codes)
    while left:
        errors = _mutate(client, _ADD, "voucherUpdate", {"id": voucher_id, "codes": left})
        if not errors:
            break
        named = {code for error in errors for code in error.get("voucherCodes") or ()} & set(left)
        if not named:
            raise NoVoucher(f"the shop refuses: {str(errors[0].get('message'))[:200]}")
        for error in errors:
            for code in error.get("voucherCodes") or ():
                found[code] = str(error.get("message"))[:200]
        left = [code for code in left if code not in named]
    return found


def delete_codes(client: SaleorClient, ids: Sequence[str]) -> None:
    """Take codes out of their voucher; orders that used them keep them."""
    for first in range(0, len(ids), PAGE):
        _mutate(client, _DELETE, "voucherCodeBulkDelete", {"ids": ids[first : first + PAGE]})


def _mutate(
    client: SaleorClient, mutation: str, name: str, variables: dict[str, Any]
) -> list[dict[str, Any]]:
    answer = client.execute(mutation, variables)
    result = answer.data.get(name)
    if result is None:
        message = answer.errors[0].get("message") if answer.errors else "no answer"
        raise SaleorUnreachable(f"Saleor cannot answer: {str(message)[:200]}")
    errors: list[dict[str, Any]] = result["errors"]
    return errors
