"""Which language, time zone and theme a page is shown in."""

from __future__ import annotations

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, g, request
from flask_babel import Babel, get_locale, get_translations
from flask_login import current_user

from portal.database import program_settings

LOCALES = ("en", "zh_Hans")
NAMES = {"en": "English", "zh_Hans": "简体中文"}
THEMES = ("system", "light", "dark")
_ACCEPTED = {"en": "en", "zh-Hans": "zh_Hans", "zh-CN": "zh_Hans", "zh-SG": "zh_Hans", "zh": "zh_Hans"}


def install(app: Flask) -> None:
    """Load the catalogues and give templates `locale_tag`, `theme` and the choices there are."""
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "console/translations;translations"
    app.config["BABEL_DOMAIN"] = "messages;messages"
    Babel(app, locale_selector=chosen_locale, timezone_selector=lambda: program_settings().time_zone)
    # Jinja's extension for languages adds this method when it is loaded, which no type tells.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, count: _catalogue().ungettext(one, many, count),
        pgettext=lambda context, text: _catalogue().upgettext(context, text),
        npgettext=lambda context, one, many, count: _catalogue().unpgettext(context, one, many, count),
        newstyle=True,
    )

    @app.context_processor
    def preferences() -> dict[str, object]:
        return {
            "locale_tag": locale_tag(),
            "locale_key": str(current_locale()),
            "locale_names": NAMES,
            "theme": chosen_theme(),
        }


def chosen_locale() -> str:
    """The language asked for in the address, remembered, saved with the login, or accepted by the browser."""
    for wanted in (
        getattr(g, "locale", None),
        request.cookies.get("language"),
        getattr(current_user, "locale", None),
    ):
        if wanted in LOCALES:
            return str(wanted)
    best = request.accept_languages.best_match(list(_ACCEPTED))
    return _ACCEPTED[best] if best else "en"


def current_locale() -> Locale:
    """The locale of this request; English outside of one."""
    return get_locale() or Locale("en")


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
    return "zh-Hans" if current_locale().language == "zh" else "en"


def chosen_theme() -> str:
    """`light`, `dark`, or `system` when nothing was chosen."""
    wanted = request.cookies.get("theme", "system")
    return wanted if wanted in THEMES else "system"
