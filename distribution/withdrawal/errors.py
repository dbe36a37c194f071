"""What a withdrawal is refused for."""

from __future__ import annotations

from datetime import datetime

from distribution.errors import Conflict, Forbidden, InvalidInput, NotFound


class WithdrawalNotFound(NotFound):
    """No withdrawal has this id."""

    def __init__(self, withdrawal_id: object) -> None:
        super().__init__(f"there is no withdrawal {withdrawal_id}", withdrawal_id=withdrawal_id)


class BelowMinimum(InvalidInput):
    """Less than the program pays out at once."""

    code = "below_minimum"

    def __init__(self, *, minimum_minor: int, currency: str) -> None:
        super().__init__(
            "the amount is below the minimum", field="amount", minimum_minor=minimum_minor, currency=currency
        )


class AboveMaximum(InvalidInput):
    """More than the program pays out at once."""

    code = "above_maximum"

    def __init__(self, *, maximum_minor: int, currency: str) -> None:
        super().__init__(
            "the amount is above the maximum", field="amount", maximum_minor=maximum_minor, currency=currency
        )


class AboveDailyMaximum(Conflict):
    """More than the program pays a distributor out in a day."""

    code = "above_daily_maximum"

    def __init__(self, *, left_minor: int, currency: str) -> None:
        super().__init__(
            "the amount is above what is left of today's maximum",
            field="amount",
            left_minor=left_minor,
            currency=currency,
        )


class TooManyRequests(Conflict):
    """The distributor has asked as often as the program allows in a day."""

    code = "too_many_requests"

    def __init__(self, *, requests_per_day: int) -> None:
        super().__init__("no more withdrawals can be requested today", requests_per_day=requests_per_day)


class FeeTakesAll(InvalidInput):
    """The fee leaves nothing of the amount."""

    code = "fee_takes_all"

    def __init__(self, *, fee_minor: int, currency: str) -> None:
        super().__init__(
            "the fee leaves nothing of the amount", field="amount", fee_minor=fee_minor, currency=currency
        )


class WindowClosed(Conflict):
    """Requests are not taken today; `opens_at` is when they are again."""

    code = "window_closed"

    def __init__(self, *, opens_at: datetime) -> None:
        super().__init__(f"withdrawals can be requested from {opens_at.isoformat()} on", opens_at=opens_at)
        self.opens_at = opens_at


class MethodCooling(Conflict):
    """The account took another's place a short time ago; money goes there from `until` on."""

    code = "method_cooling"

    def __init__(self, *, until: datetime) -> None:
        super().__init__(
            f"this account is new: it can be paid to from {until.isoformat()} on", field="method", until=until
        )
        self.until = until


class AlreadyApproved(Conflict):
    """The same person approved the withdrawal before; it takes another one."""

    code = "already_approved"

    def __init__(self, withdrawal_id: object) -> None:
        super().__init__(
            "the same person approved this withdrawal before: it takes another one",
            withdrawal_id=withdrawal_id,
        )


class NeedsPeople(Forbidden):
    """The amount takes two people of the merchant's; nobody else can be one of them."""

    code = "needs_people"

    def __init__(self, withdrawal_id: object) -> None:
        super().__init__(
            "this amount is approved by two people with logins of their own", withdrawal_id=withdrawal_id
        )


class MethodUnavailable(InvalidInput):
    """The program does not pay by this method, or it is not one of the distributor's."""

    code = "method_unavailable"

    def __init__(self, method: str) -> None:
        super().__init__(f"payouts by {method[:40]!r} are not available", field="method", method=method)


class WrongPayee(InvalidInput):
    """Details of a payout method that no money can be sent to; `field` names the one at fault."""

    code = "wrong_payee"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}", field=field, why=why)


class ForgedNotice(Forbidden):
    """A webhook that its provider has not signed, or not for us."""

    code = "forged_notice"

    def __init__(self, why: str) -> None:
        super().__init__(f"the provider did not send this: {why}", why=why)


class OutstandingDebt(Conflict):
    """The distributor owes money in this currency; nothing leaves until it is repaid."""

    code = "outstanding_debt"

    def __init__(self, *, debt_minor: int, currency: str) -> None:
        super().__init__("there is a debt in this currency", debt_minor=debt_minor, currency=currency)


class NotAllowedNow(Conflict):
    """The withdrawal's state does not allow this act, or the act was done with other facts."""

    code = "not_allowed_now"

    def __init__(self, act: str, state: str) -> None:
        super().__init__(f"cannot {act} a withdrawal that is {state}", field="state", act=act, state=state)
