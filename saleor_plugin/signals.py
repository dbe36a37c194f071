"""What the plugin says about the shop: this order or this checkout changed, nothing more."""

from typing import NamedTuple

from saleor_plugin.referral import Referral


class Signal(NamedTuple):
    """One inbox row to be: which order or checkout, the hook that told, and a checkout's referral."""

    kind: str
    subject_id: str
    hook: str
    referral: Referral | None = None
