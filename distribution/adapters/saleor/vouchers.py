"""Keeps the shop's voucher in step: a code for each active distributor, none for anybody who has left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.voucher_codes import PAGE, add_codes, delete_codes, read_codes
from distribution.adapters.saleor.voucher_offer import read_offer
from distribution.db import transaction
from distribution.promotion import vouchers
from distribution.promotion.code import code_key
from distribution.promotion.offer import keep_offer, offer_read_at
from distribution.settings import program
from distribution.settings.document import VoucherRules

OFFER_LASTS = timedelta(hours=1)


@dataclass(slots=True)
class VouchersKept:
    """How many codes were added, taken out, and refused by the shop."""

    added: int = 0
    taken_out: int = 0
    refused: int = 0


def keep_vouchers(
    engine: Engine, client: SaleorClient, *, actor: str, now: datetime, whole: bool = False
) -> VouchersKept | None:
    """Put in what is missing and take out what belongs there no longer; None where the program has no voucher.

    `whole` reads the voucher first, so that what was changed in the shop is put right; without it, what was put there
    before is believed to be there. This is an edge: Saleor is asked between transactions, and a code is noted after
    it was put there, so that a run which is killed puts it there again, which changes nothing. Codes of the shop's own
    are left alone. Raises NoVoucher, SaleorUnreachable and SaleorRefused.
    """
    with transaction(engine) as session:
        rules = program.read(session).vouchers
        if rules.voucher_id is None:
            return None
        vouchers.issue_vouchers(session, rules, actor=actor, now=now)
    if whole:
        _read(engine, client, rules, now=now)
    with transaction(engine) as session:
        read_at = offer_read_at(session, rules.voucher_id)
    if whole or read_at is None or now - read_at >= OFFER_LASTS:
        offer = read_offer(client, rules.voucher_id)
        if offer is not None:
            with transaction(engine) as session:
                keep_offer(session, rules.voucher_id, offer, now=now)
    kept = VouchersKept()
    with transaction(engine) as session:
        missing = vouchers.missing(session, rules)
        surplus = set(vouchers.surplus(session, rules))
    for first in range(0, len(missing), PAGE):
        put = add_codes(client, rules.voucher_id, missing[first : first + PAGE])
        refused = {code for code, why in put.items() if why is not None}
        if refused:
            # Put there by a run that was killed before it noted them.
            there = {code for page in read_codes(client, rules.voucher_id) for code in page}
            put |= dict.fromkeys(refused & there)
        with transaction(engine) as session:
            vouchers.put(session, rules, put, now=now)
        kept.added += len(put) - len(refused)
        kept.refused += sum(why is not None for why in put.values())
    if surplus:
        pages = read_codes(client, rules.voucher_id)
        ids = [each for page in pages for code, each in page.items() if code_key(code) in surplus]
        delete_codes(client, ids)
        with transaction(engine) as session:
            vouchers.taken_out(session, surplus)
        kept.taken_out = len(surplus)
    return kept


def _read(engine: Engine, client: SaleorClient, rules: VoucherRules, *, now: datetime) -> None:
    """Note what is in the voucher of distributors' codes, in place of what was believed to be there."""
    assert rules.voucher_id is not None
    found = [code for page in read_codes(client, rules.voucher_id) for code in page]
    with transaction(engine) as session:
        vouchers.forget(session)
        ours = vouchers.ours(session, found)
        vouchers.put(session, rules, {code: None for code in found if code_key(code) in ours}, now=now)
