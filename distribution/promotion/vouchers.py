"""Which codes belong in the shop's voucher: one of each active distributor's, and none of anybody else's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.promotion.code import code_key
from distribution.promotion.codes import assign_voucher
from distribution.promotion.errors import CodeTaken
from distribution.settings.document import VoucherRules

# The link's code people know is their oldest; behind a prefix it is a code of its own, which is issued first.
_LINKS = """
SELECT DISTINCT ON (person.id) person.id AS distributor_id, code.code
FROM distribution.distributors person
JOIN distribution.referral_codes code ON code.distributor_id = person.id AND code.kind = 'link' AND code.active
WHERE person.status = 'active'
ORDER BY person.id, code.created_at, code.code_key
"""
_WANTED = f"""
SELECT upper(:prefix || code) AS code_key, :prefix || code AS code, distributor_id FROM ({_LINKS}) AS link
"""
_NOT_ISSUED = text(f"""
SELECT wanted.code, wanted.distributor_id FROM ({_WANTED}) AS wanted
LEFT JOIN distribution.referral_codes known USING (code_key)
WHERE known.code_key IS NULL ORDER BY wanted.code_key
""")
# A code that is switched off, or that somebody else has, is no voucher of this distributor's.
_MISSING = text(f"""
SELECT wanted.code FROM ({_WANTED}) AS wanted
JOIN distribution.referral_codes known USING (code_key)
LEFT JOIN distribution.shop_vouchers there
    ON there.code_key = wanted.code_key AND there.voucher_id = :voucher_id
WHERE known.active AND known.distributor_id = wanted.distributor_id AND there.code_key IS NULL
ORDER BY wanted.code_key
""")
_SURPLUS = text(f"""
SELECT there.code_key FROM distribution.shop_vouchers there
LEFT JOIN ({_WANTED}) AS wanted USING (code_key)
LEFT JOIN distribution.referral_codes known USING (code_key)
WHERE there.voucher_id = :voucher_id AND there.refused IS NULL
    AND (wanted.code_key IS NULL OR NOT known.active)
ORDER BY there.code_key
""")
_OURS = text("""
SELECT code_key FROM distribution.referral_codes WHERE code_key = ANY(CAST(:keys AS text[]))
""")
_KEEP = text("""
INSERT INTO distribution.shop_vouchers (code_key, voucher_id, refused, at)
SELECT code_key, :voucher_id, refused, :now
FROM unnest(CAST(:keys AS text[]), CAST(:refused AS text[])) AS put (code_key, refused)
ON CONFLICT (code_key) DO UPDATE SET voucher_id = :voucher_id, refused = excluded.refused, at = excluded.at
""")
_OWN = text("""
SELECT code.code FROM distribution.referral_codes code
JOIN distribution.shop_vouchers there USING (code_key)
WHERE code.distributor_id = :distributor_id AND code.active AND there.voucher_id = :voucher_id
    AND there.refused IS NULL
ORDER BY code.created_at, code.code_key LIMIT 1
""")
_FORGET = text("DELETE FROM distribution.shop_vouchers WHERE code_key = ANY(CAST(:keys AS text[]))")
_FORGET_ALL = text("DELETE FROM distribution.shop_vouchers")


def issue_vouchers(session: Session, rules: VoucherRules, *, actor: str, now: datetime) -> int:
    """Issue the codes behind a prefix that are not there yet; returns how many. One that is taken is left out."""
    issued = 0
    if rules.prefix:
        for code, distributor_id in session.execute(_NOT_ISSUED, {"prefix": rules.prefix}).all():
            try:
                assign_voucher(session, distributor_id, code=code, actor=actor, now=now)
                issued += 1
            except CodeTaken:
                continue
    return issued


def missing(session: Session, rules: VoucherRules) -> list[str]:
    """The codes that belong in the shop's voucher and were not put there."""
    return list(session.scalars(_MISSING, rules.model_dump()))


def surplus(session: Session, rules: VoucherRules) -> list[str]:
    """The keys of codes that were put there and belong there no longer."""
    return list(session.scalars(_SURPLUS, rules.model_dump()))


def ours(session: Session, codes: Collection[str]) -> set[str]:
    """Which of the voucher's codes are distributors', by key; others are the shop's own and none of our business."""
    return set(session.scalars(_OURS, {"keys": [code_key(code) for code in codes]}))


def put(session: Session, rules: VoucherRules, codes: Mapping[str, str | None], *, now: datetime) -> None:
    """Note which codes were put into the voucher, and why one was refused."""
    values = {"keys": [code_key(code) for code in codes], "refused": list(codes.values())}
    session.execute(_KEEP, {**values, "voucher_id": rules.voucher_id, "now": now})


def own_voucher(session: Session, rules: VoucherRules, distributor_id: UUID) -> str | None:
    """The distributor's code in the shop's voucher, once it is there."""
    if rules.voucher_id is None:
        return None
    found: str | None = session.scalar(
        _OWN, {"distributor_id": distributor_id, "voucher_id": rules.voucher_id}
    )
    return found


def taken_out(session: Session, keys: Collection[str]) -> None:
    """Note that codes were taken out of the voucher."""
    session.execute(_FORGET, {"keys": list(keys)})


def forget(session: Session) -> None:
    """Forget what is in the voucher, for it is about to be read."""
    session.execute(_FORGET_ALL)
