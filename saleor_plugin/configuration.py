"""What the shop's staff may set in Saleor's dashboard, and what the server's environment has to say."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

CODE_KEY = "referral_code_key"
CLICK_KEY = "referral_click_key"
CHANNELS = "channels"
DATABASE_URL = "DISTRIBUTION_DATABASE_URL"
REDIS_URL = "DISTRIBUTION_REDIS_URL"

DEFAULT_CONFIGURATION = [
    {"name": CODE_KEY, "value": "referral_code"},
    {"name": CLICK_KEY, "value": "referral_click"},
    {"name": CHANNELS, "value": ""},
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
}
METADATA_KEY = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
CHANNEL_SLUG = re.compile(r"[-\w]{1,255}")
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
    )


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
