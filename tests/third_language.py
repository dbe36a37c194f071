"""A few words of German, as a shop would bring them in a folder."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

GERMAN = {
    "Earnings": "Provisionen",
    "Log in": "Anmelden",
    "New sale: {amount}": "Neuer Verkauf: {amount}",
    "Sales": "Verkäufe",
    # Names a fact that there is not: the English stands instead.
    "Your password was changed": "Ihr {unknown} Passwort",
}


def bring_german(folder: Path) -> Path:
    """Catalogues below `folder`: one of German, and one of a name that no language has."""
    for name in ("de", "no-language"):
        place = folder / name / "LC_MESSAGES"
        place.mkdir(parents=True)
        catalogue = Catalog(locale="de")
        for english, said in GERMAN.items():
            catalogue.add(english, said)
        with (place / "messages.mo").open("wb") as file:
            write_mo(file, catalogue)
    return folder
