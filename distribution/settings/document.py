"""What a program's settings are, with the rules each value keeps."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Annotated, Literal, Self, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from distribution.money import is_currency
from distribution.settings.joining import BoughtRule, Questions
from distribution.settings.tax import TaxRules

PAID_LEVELS = 3


def _known_currency(code: str) -> str:
    if not is_currency(code):
        raise ValueError(f"{code!r} is no ISO 4217 currency code")
    return code


@lru_cache(maxsize=1)
def _time_zones() -> frozenset[str]:
    # Reads a folder of six hundred files.
    return frozenset(available_timezones())


def _printable(key: str) -> str:
    if not key.isprintable():
        raise ValueError("must be one line of printable characters")
    return key


def _all_different(keys: list[str]) -> list[str]:
    seen: set[str] = set()
    for key in keys:
        # Two that differ in case only would be taken for one another.
        if key.casefold() in seen:
            raise ValueError(f"{key!r} is in the list twice")
        seen.add(key.casefold())
    return keys


def _known_time_zone(name: str) -> str:
    if name not in _time_zones():
        raise ValueError(f"{name!r} is no time zone of the IANA database")
    return name


def _in_order(days: list[int]) -> list[int]:
    return sorted(set(days))


Role = Literal["owner", "finance", "support", "read_only"]


def _each_once(roles: list[Role]) -> list[Role]:
    return [role for role in get_args(Role) if role in roles]


def _sorted_once(names: list[str]) -> list[str]:
    return sorted(set(names))


Currency = Annotated[str, AfterValidator(_known_currency)]
Days = Annotated[int, Field(ge=1, le=36_500)]
StageDays = Annotated[int, Field(ge=1, le=366)]
Key = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_printable)]
Grades = Annotated[list[Key], Field(max_length=50), AfterValidator(_all_different)]
Groups = Annotated[list[Key], Field(max_length=500), AfterValidator(_all_different)]
Weekday = Annotated[int, Field(ge=1, le=7)]
DayOfMonth = Annotated[int, Field(ge=1, le=31)]
MinorByCurrency = dict[Currency, Annotated[int, Field(ge=0, le=10**15)]]


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class AttributionRules(_Rules):
    """Who is the seller of an order; `attribution.policy` reads it. No number of days means without end."""

    voucher_first: bool = True
    touch: Literal["first", "last"] = "last"
    window_days: Days | None = 30
    binding_moment: Literal["none", "first_visit", "sign_up", "first_order"] = "first_order"
    binding_days: Days | None = 365
    protection_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    new_customers_only: bool = False
    self_purchase: Literal["pay", "skip", "sponsor"] = "skip"


class WithdrawalRules(_Rules):
    """What a withdrawal may ask for and costs, when it is asked for and how soon it is paid; amounts by currency.

    A currency not named has no such limit and no such fee. The fee is `fee_fixed_minor` and `fee_bps` of the amount, at
    most `fee_maximum_minor`. Requests are taken on days that are in `weekdays` (1 is Monday) and in `days_of_month`; an
    empty list names every day, a month too short for a day of it has that day on its last. `processing_days` are
    promised; an account is not paid to for `cooling_days` after it took another's place; above
    `second_person_above_minor` it takes two people to approve.
    """

    minimum_minor: MinorByCurrency = Field(default_factory=dict)
    maximum_minor: MinorByCurrency = Field(default_factory=dict)
    maximum_per_day_minor: MinorByCurrency = Field(default_factory=dict)
    requests_per_day: Annotated[int, Field(ge=1, le=1000)] | None = None
    fee_fixed_minor: MinorByCurrency = Field(default_factory=dict)
    fee_bps: Annotated[int, Field(ge=0, lt=10_000)] = 0
    fee_maximum_minor: MinorByCurrency = Field(default_factory=dict)
    weekdays: Annotated[list[Weekday], AfterValidator(_in_order)] = Field(default_factory=list)
    days_of_month: Annotated[list[DayOfMonth], AfterValidator(_in_order)] = Field(default_factory=list)
    processing_days: Annotated[int, Field(ge=1, le=90)] | None = None
    processing_on_working_days: bool = False
    cooling_days: Annotated[int, Field(ge=0, le=90)] = 3
    second_person_above_minor: MinorByCurrency = Field(default_factory=dict)

    @model_validator(mode="after")
    def _minimum_below_maximum(self) -> Self:
        for currency, minimum in self.minimum_minor.items():
            if minimum > self.maximum_minor.get(currency, minimum):
                raise ValueError(f"the minimum in {currency} is above the maximum")
        return self

    @model_validator(mode="after")
    def _fee_leaves_something(self) -> Self:
        for currency, fixed in self.fee_fixed_minor.items():
            if fixed > self.fee_maximum_minor.get(currency, fixed):
                raise ValueError(f"the fixed fee in {currency} is above the highest fee")
            if 0 < self.maximum_minor.get(currency, fixed + 1) <= fixed:
                raise ValueError(f"the fixed fee in {currency} takes all of the largest withdrawal")
        return self


class SettlementRules(_Rules):
    """Who settles, how often, what is too little to be paid, and who has to agree; amounts by currency.

    `weekday` is 1 for Monday; a month without `day_of_month` settles on its last day. `smallest_minor` is the total
    from which a statement is written. Under `review` a run waits for approval, by two where it credits more than
    `second_person_above_minor`.
    """

    automatic: bool = True
    every: Literal["hour", "day", "week", "month"] = "day"
    weekday: Annotated[int, Field(ge=1, le=7)] = 1
    day_of_month: Annotated[int, Field(ge=1, le=31)] = 1
    smallest_minor: MinorByCurrency = Field(default_factory=dict)
    review: bool = False
    second_person_above_minor: MinorByCurrency = Field(default_factory=dict)


class AdjustmentRules(_Rules):
    """Above which amount a correction by hand takes two people, by currency; without a limit it always does."""

    second_person_above_minor: MinorByCurrency = Field(default_factory=dict)


Permission = Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{2,59}$")]
Permissions = Annotated[list[Permission], Field(max_length=40), AfterValidator(_sorted_once)]


class StaffRoles(_Rules):
    """Which of the shop's permissions, all together, make somebody what in the console; none: nobody by the shop.

    Read from the top: the first role whose permissions somebody has is theirs.
    """

    owner: Permissions = ["MANAGE_APPS", "MANAGE_SETTINGS", "MANAGE_STAFF"]
    finance: Permissions = ["HANDLE_PAYMENTS", "MANAGE_ORDERS"]
    support: Permissions = ["MANAGE_ORDERS"]
    read_only: Permissions = []


def _web_page(address: str) -> str:
    if not address.startswith(("https://", "http://")) or not address.isprintable() or " " in address:
        raise ValueError("must be an address that begins with https://")
    return address


WebPage = Annotated[str, Field(max_length=500), AfterValidator(_web_page)]


class SaleorSignIn(_Rules):
    """Who of the shop may come in by its own login, and what they become.

    `customers_confirmed`: the shop confirms e-mail addresses, so that one of its confirmed addresses needs no second
    letter. The two addresses are where the buttons of our login pages lead.
    """

    staff: bool = False
    roles: StaffRoles = StaffRoles()
    dashboard: WebPage | None = None
    customers: bool = False
    customers_confirmed: bool = True
    storefront: WebPage | None = None


class SignInRules(_Rules):
    """Which roles of the console sign in with a code beside the password; before that day they are reminded.

    `saleor`: sign-in with a login of the shop.
    """

    second_factor_roles: Annotated[list[Role], AfterValidator(_each_once)] = Field(default_factory=list)
    second_factor_from: date | None = None
    saleor: SaleorSignIn = SaleorSignIn()


class ClosingRules(_Rules):
    """For how many days somebody can take back that their account is to be closed.

    `orders_days`: an order that is not paid for or not sent yet, or whose period is not decided yet, is waited for
    until it is that old.
    """

    waiting_days: Annotated[int, Field(ge=1, le=90)] = 14
    orders_days: Annotated[int, Field(ge=0, le=366)] = 90


NoticeTopic = Literal["sales", "team", "commission", "settlements", "news", "products"]


class RetentionRules(_Rules):
    """For how many days is kept what names or tells of a shopper and is needed for a while only.

    `click_details_days`: browser and hashed address of a click, after which the click itself stays;
    `unread_answers_days`: what the shop answered for an order and nobody could read.
    """

    click_details_days: Annotated[int, Field(ge=1, le=3_650)] = 90
    unread_answers_days: Annotated[int, Field(ge=1, le=3_650)] = 90


class NoticeRules(_Rules):
    """Of what the program does not tell its distributors; what they must know is not among it."""

    left_out: list[NoticeTopic] = Field(default_factory=list)


class MetadataKeys(_Rules):
    """Under which metadata keys the storefront puts the referral; the plugin in the shop is told the same."""

    referral_code: Annotated[str, Field(min_length=1, max_length=100)] = "referral_code"
    referral_click: Annotated[str, Field(min_length=1, max_length=100)] = "referral_click"


def _names_its_page(path: str) -> str:
    if not path.startswith("/") or path.startswith("//") or not path.isprintable() or "{slug}" not in path:
        raise ValueError("must begin with / and hold {slug}")
    return path


Host = Annotated[
    str, Field(max_length=253, pattern=r"^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")
]


def _applies_the_voucher(path: str) -> str:
    if not path.startswith("/") or path.startswith("//") or not path.isprintable() or "{voucher}" not in path:
        raise ValueError("must begin with / and hold {voucher}")
    return path


PagePath = Annotated[str, Field(max_length=200), AfterValidator(_names_its_page)]
CheckoutPath = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_applies_the_voucher)]


class StorefrontPages(_Rules):
    """Where the storefront shows a product and a collection: paths with `{slug}`, and `{channel}` where it has one.

    `picture_hosts` are hosts beside the shop's own that posters may have pictures of products from.
    `checkout` is where it fills a checkout and applies `{voucher}`; with `{slug}` a product is in it.
    """

    product: PagePath = "/products/{slug}"
    collection: PagePath = "/collections/{slug}"
    picture_hosts: Annotated[list[Host], Field(max_length=20)] = Field(default_factory=list)
    checkout: CheckoutPath | None = None


class VoucherRules(_Rules):
    """The shop's voucher that every active distributor has a code of; none: distributors' codes are no vouchers.

    With a `prefix` the code is their link's code behind it, without one the link's code itself.
    """

    voucher_id: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    prefix: Annotated[str, Field(max_length=20, pattern=r"^[A-Za-z0-9_-]*$")] = ""


class NewStage(_Rules):
    """A product is new until this many days after its first sale."""

    days: StageDays = 30


class BestSellingStage(_Rules):
    """A product sells best when at least so many units were sold in the days before."""

    days: StageDays
    units_from: Annotated[int, Field(ge=1, le=1_000_000)]


class SlowStage(_Rules):
    """A product is slow when fewer units were sold in the days before."""

    days: StageDays
    units_below: Annotated[int, Field(ge=1, le=1_000_000)]


class ProductStages(_Rules):
    """When a product is new, sells best or is slow, in this order; `orders.stages` reads it. None: never."""

    new: NewStage = NewStage()
    best_selling: BestSellingStage | None = None
    slow: SlowStage | None = None


class ProgramSettings(_Rules):
    """The whole of a program's settings; the defaults hold where the merchant chose nothing."""

    program_name: Annotated[str, Field(min_length=1, max_length=120)] = "Partner program"
    company_name: Annotated[str, Field(max_length=200)] = ""
    company_address: Annotated[str, Field(max_length=500)] = ""
    company_tax_id: Annotated[str, Field(max_length=40)] = ""
    default_currency: Currency = "USD"
    time_zone: Annotated[str, AfterValidator(_known_time_zone)] = "UTC"
    terms_version: Annotated[str, Field(min_length=1, max_length=40)] = "1"
    terms_text: Annotated[str, Field(max_length=200_000)] = ""
    privacy_version: Annotated[str, Field(min_length=1, max_length=40)] = "1"
    privacy_text: Annotated[str, Field(max_length=200_000)] = ""
    join_policy: Literal["open", "review", "invitation", "bought"] = "review"
    bought: BoughtRule = BoughtRule()
    sponsor_from: Literal["invitation", "binding"] = "invitation"
    questions: Questions = []
    max_tree_depth: Annotated[int, Field(ge=1, le=1000)] = PAID_LEVELS
    depth_acknowledgement: Annotated[str, Field(max_length=2000)] | None = None
    downline_on_exit: Literal["stays", "sponsor"] = "stays"
    pending_on_exit: Literal["paid", "held_when_removed", "held"] = "paid"
    customers_on_exit: Literal["stay", "end", "sponsor"] = "stay"
    grades: Annotated[Grades, Field(description="Lowest first")] = []
    groups: Groups = []
    product_stages: ProductStages = ProductStages()
    attribution: AttributionRules = AttributionRules()
    metadata: MetadataKeys = MetadataKeys()
    storefront: StorefrontPages = StorefrontPages()
    vouchers: VoucherRules = VoucherRules()
    settlement: SettlementRules = SettlementRules()
    adjustment: AdjustmentRules = AdjustmentRules()
    withdrawal: WithdrawalRules = WithdrawalRules()
    tax: TaxRules = TaxRules()
    sign_in: SignInRules = SignInRules()
    closing: ClosingRules = ClosingRules()
    retention: RetentionRules = RetentionRules()
    notices: NoticeRules = NoticeRules()

    @model_validator(mode="after")
    def _bought_is_something(self) -> Self:
        if self.join_policy == "bought" and self.bought.is_empty:
            raise ValueError("bought: say what must have been bought, an amount or a product")
        return self

    @model_validator(mode="after")
    def _deep_tree_is_acknowledged(self) -> Self:
        if self.max_tree_depth > PAID_LEVELS and not self.depth_acknowledgement:
            raise ValueError(
                f"a tree deeper than {PAID_LEVELS} needs depth_acknowledgement: why the merchant answers for it"
            )
        return self
