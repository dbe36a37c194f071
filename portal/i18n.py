"""Which language, time zone and theme a page is shown in."""

from __future__ import annotations

from functools import cache
from typing import Any

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, g, request
from flask_babel import Babel, get_locale, get_translations
from flask_login import current_user

from distribution.notice.words import LANGUAGES
from distribution.notice.words.catalogues import folders
from portal.database import program_settings

THEMES = ("system", "light", "dark")
_CHINESE = dict.fromkeys(("zh", "zh-CN", "zh-SG"), "zh_Hans")
"""How browsers ask for Simplified Chinese without naming its script."""


def install(app: Flask) -> None:
    """Load the catalogues and give templates `locale_tag`, `theme` and the choices there are."""
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    places = ("console/translations", "translations", *(str(folder) for folder in folders()))
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(places)
    app.config["BABEL_DOMAIN"] = ";".join(["messages"] * len(places))
    Babel(app, locale_selector=chosen_locale, timezone_selector=lambda: program_settings().time_zone)
    # Jinja's extension for languages adds the method when it is loaded, which no type tells.
    translated: Any = app.jinja_env
    translated.install_gettext_callables(
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, count: _catalogue().ungettext(one, many, count),
        pgettext=lambda context, text: _catalogue().upgettext(context, text),
        npgettext=lambda context, one, many, count: _catalogue().unpgettext(context, one, many, count),
        newstyle=True,
    )
    app.jinja_env.globals["reads"] = reads

    @app.context_processor
    def preferences() -> dict[str, object]:
        return {
            "locale_tag": locale_tag(),
            "locale_key": str(current_locale()),
            "locale_names": locale_names(),
            "theme": chosen_theme(),
        }


def chosen_locale() -> str:
    """The language asked for in the address, remembered, saved with the login, or accepted by the browser."""
    for wanted in (
        getattr(g, "locale", None),
        request.cookies.get("language"),
        getattr(current_user, "locale", None),
    ):
        if wanted in LANGUAGES:
            return str(wanted)
    accepted = {tag_of(key): key for key in LANGUAGES} | _CHINESE
    best = request.accept_languages.best_match(list(accepted))
    return accepted[best] if best else "en"


def locale_names() -> dict[str, str]:
    """Every language there is, each by the name its speakers give it."""
    return {key: _own_name(key) for key in LANGUAGES}


def tag_of(locale: str) -> str:
    """How HTML, HTTP and mail write a locale: zh_Hans is zh-Hans."""
    return locale.replace("_", "-")


@cache
def _own_name(key: str) -> str:
    locale = Locale.parse(key)
    name = str(locale.languages.get(key) or locale.get_display_name() or key)
    return name[:1].upper() + name[1:]


def current_locale() -> Locale:
    """The locale of this request; English outside of one."""
    return get_locale() or Locale("en")


def reads(language: str) -> bool:
    """Whether this request is answered in a language, "zh" say."""
    return current_locale().language == language


def _catalogue() -> NullTranslations:
    """The translations into the language of this moment; a page asks for them hundreds of times."""
    locale = get_locale()
    language, found = g.get("catalogue", (None, None))
    if found is None or language is not locale:
        found = get_translations()
        g.catalogue = locale, found
    return found


def locale_tag() -> str:
    """What `<html lang>` says."""
    return tag_of(str(current_locale()))


def chosen_theme() -> str:
    """`light`, `dark`, or `system` when nothing was chosen."""
    wanted = request.cookies.get("theme", "system")
    return wanted if wanted in THEMES else "system"
