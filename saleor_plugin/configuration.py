"""What the shop's staff may set in Saleor's dashboard, and what the server's environment has to say."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

CODE_KEY = "referral_code_key"
CLICK_KEY = "referral_click_key"
CHANNELS = "channels"
TOUCH = "attribution_touch"
FIRST = "attribution_first"
WINDOW_DAYS = "attribution_window_days"
SELF_PURCHASE = "attribution_self_purchase"
VOUCHER_PREFIX = "voucher_prefix"
PORTAL_URL = "portal_url"
DATABASE_URL = "DISTRIBUTION_DATABASE_URL"
REDIS_URL = "DISTRIBUTION_REDIS_URL"

DEFAULT_CONFIGURATION = [
    {"name": CODE_KEY, "value": "referral_code"},
    {"name": CLICK_KEY, "value": "referral_click"},
    {"name": CHANNELS, "value": ""},
    {"name": TOUCH, "value": ""},
    {"name": FIRST, "value": ""},
    {"name": WINDOW_DAYS, "value": ""},
    {"name": SELF_PURCHASE, "value": ""},
    {"name": VOUCHER_PREFIX, "value": ""},
    {"name": PORTAL_URL, "value": ""},
]
# The types are values of Saleor's ConfigurationTypeField.
CONFIG_STRUCTURE = {
    CODE_KEY: {
        "type": "String",
        "label": "Metadata key of the referral code",
        "help_text": "Where the storefront puts the referral code in a checkout's metadata.",
    },
    CLICK_KEY: {
        "type": "String",
        "label": "Metadata key of the click",
        "help_text": "Where the storefront puts the id of the click on a referral link.",
    },
    CHANNELS: {
        "type": "String",
        "label": "Channels",
        "help_text": "Slugs of the channels that take part, separated by commas. Empty: all of them.",
    },
    TOUCH: {
        "type": "String",
        "label": "Attribution: whose link counts",
        "help_text": "first or last. Empty, like the next four: as the program's own console says.",
    },
    FIRST: {
        "type": "String",
        "label": "Attribution: what counts first",
        "help_text": "voucher or link, where an order has both, of two distributors.",
    },
    WINDOW_DAYS: {
        "type": "String",
        "label": "Attribution: days a click counts",
        "help_text": "From 1 to 36500, or unlimited.",
    },
    SELF_PURCHASE: {
        "type": "String",
        "label": "Attribution: distributors who buy for themselves",
        "help_text": "pay, skip or sponsor: they are paid, nobody is, their sponsor is.",
    },
    VOUCHER_PREFIX: {
        "type": "String",
        "label": "Voucher prefix",
        "help_text": "What distributors' voucher codes begin with: letters, digits, dashes, underscores.",
    },
    PORTAL_URL: {
        "type": "String",
        "label": "Address of the portal",
        "help_text": "For links to an order's commission, like https://partners.example.com.",
    },
}
CHOICES = {
    TOUCH: ("first", "last"),
    FIRST: ("voucher", "link"),
    SELF_PURCHASE: ("pay", "skip", "sponsor"),
}
UNLIMITED = "unlimited"
LONGEST_WINDOW_DAYS = 36_500
METADATA_KEY = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
PREFIX = re.compile(r"[A-Za-z0-9_-]{0,20}")
DAYS = re.compile(r"[0-9]{1,5}", re.ASCII)
URL_SHAPES = {
    DATABASE_URL: (
        ("postgresql", "postgres", "postgresql+psycopg"),
        "postgresql://user:password@host:5432/database",
    ),
    REDIS_URL: (("redis", "rediss", "unix"), "redis://host:6379/0"),
}


@dataclass(frozen=True)
class PluginSettings:
    """The settings of the dashboard; no channel named means every channel takes part."""

    code_key: str = "referral_code"
    click_key: str = "referral_click"
    channels: frozenset[str] = frozenset()
    portal_url: str = ""

    def takes(self, channel_slug: str) -> bool:
        """Whether orders and checkouts of this channel are signalled."""
        return not self.channels or channel_slug in self.channels


def read_settings(configuration: object) -> PluginSettings:
    """The settings in the list of names and values Saleor keeps; whatever is odd there falls back to the default."""
    texts = _texts(configuration)
    return PluginSettings(
        code_key=texts.get(CODE_KEY) or PluginSettings.code_key,
        click_key=texts.get(CLICK_KEY) or PluginSettings.click_key,
        channels=frozenset(_slugs(texts.get(CHANNELS, ""))),
        portal_url=texts.get(PORTAL_URL, "").rstrip("/"),
    )


def told_to_the_program(configuration: object) -> dict[str, object]:
    """What of the settings the program itself follows, as its own document has it; what is empty is left to it."""
    texts = {name: text for name, text in _texts(configuration).items() if text}
    settings = read_settings(configuration)
    attribution: dict[str, object] = {}
    if TOUCH in texts:
        attribution["touch"] = texts[TOUCH].lower()
    if FIRST in texts:
        attribution["voucher_first"] = texts[FIRST].lower() == "voucher"
    if WINDOW_DAYS in texts:
        days = texts[WINDOW_DAYS].lower()
        attribution["window_days"] = None if days == UNLIMITED else int(days)
    if SELF_PURCHASE in texts:
        attribution["self_purchase"] = texts[SELF_PURCHASE].lower()
    told: dict[str, object] = {
        "metadata": {"referral_code": settings.code_key, "referral_click": settings.click_key}
    }
    if attribution:
        told["attribution"] = attribution
    if VOUCHER_PREFIX in texts:
        told["vouchers"] = {"prefix": texts[VOUCHER_PREFIX]}
    return told


def setting_problems(configuration: object, known_channels: Iterable[str]) -> dict[str, str]:
    """What is wrong with the settings, by field."""
    texts = _texts(configuration)
    problems = {
        key: "Use 1 to 64 letters, digits, dots, colons, dashes or underscores."
        for key in (CODE_KEY, CLICK_KEY)
        if not METADATA_KEY.fullmatch(texts.get(key, ""))
    }
    if not problems and texts[CODE_KEY] == texts[CLICK_KEY]:
        problems[CLICK_KEY] = "The click needs a key other than that of the referral code."
    known = set(known_channels)
    if unknown := [slug for slug in _slugs(texts.get(CHANNELS, "")) if slug not in known]:
        problems[CHANNELS] = f"No channel has the slug {', '.join(unknown)}."
    return problems | _program_problems(texts)


def _program_problems(texts: Mapping[str, str]) -> dict[str, str]:
    problems = {
        field: f"Say {', '.join(choices[:-1])} or {choices[-1]}, or leave it empty."
        for field, choices in CHOICES.items()
        if texts.get(field) and texts[field].lower() not in choices
    }
    days = texts.get(WINDOW_DAYS, "").lower()
    counted = DAYS.fullmatch(days) is not None and 1 <= int(days) <= LONGEST_WINDOW_DAYS
    if days not in ("", UNLIMITED) and not counted:
        problems[WINDOW_DAYS] = f"Enter 1 to {LONGEST_WINDOW_DAYS} days, or {UNLIMITED}, or leave it empty."
    if not PREFIX.fullmatch(texts.get(VOUCHER_PREFIX, "")):
        problems[VOUCHER_PREFIX] = "Use at most 20 letters, digits, dashes or underscores."
    portal_url = texts.get(PORTAL_URL, "")
    if portal_url and not (_is_url(portal_url, ("https", "http")) and urlsplit(portal_url).hostname):
        problems[PORTAL_URL] = "Enter an address like https://partners.example.com, or leave it empty."
    return problems


def environment_problems(environment: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the variables the plugin needs, by variable; never repeats a value, they hold passwords."""
    problems = {}
    for variable, (schemes, example) in URL_SHAPES.items():
        value = environment.get(variable, "")
        if not value:
            problems[variable] = f"{variable} is not set for Saleor's processes; it looks like {example}."
        elif not _is_url(value, schemes):
            problems[variable] = f"{variable} is not understood; it looks like {example}."
    return problems


def driver_url(database_url: str) -> str:
    """The address without the driver that SQLAlchemy wants named in it."""
    return database_url.replace("postgresql+psycopg://", "postgresql://", 1)


def _is_url(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in schemes and value.startswith(f"{parts.scheme}://")


def _texts(configuration: object) -> dict[str, str]:
    if not isinstance(configuration, Iterable):
        return {}
    items = [item for item in configuration if isinstance(item, Mapping)]
    return {
        str(item["name"]): item["value"].strip()
        for item in items
        if "name" in item and isinstance(item.get("value"), str)
    }


def _slugs(text: str) -> list[str]:
    return [slug for part in text.split(",") if (slug := part.strip())]
