"""What the plugin says about the shop: this changed, nothing more."""

from typing import NamedTuple

from saleor_plugin.referral import Referral, SignUp


class Settings(NamedTuple):
    """What Saleor's staff has set that the program itself follows."""

    document: dict[str, object]


class Signal(NamedTuple):
    """One inbox row to be: what changed, the hook that told, and a referral or settings where they are the news."""

    kind: str
    subject_id: str
    hook: str
    referral: Referral | SignUp | Settings | None = None
