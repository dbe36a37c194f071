"""Every macro of `templates/components/` as `ui.<name>`: one design language, nothing to import in a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import Environment

FOLDER = Path(__file__).with_name("templates") / "components"


class Components:
    """Looks a macro up by its name in the files of components."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._macros: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if not self._macros:
            for path in sorted(FOLDER.glob("*.html")):
                module = self._environment.get_template(f"components/{path.name}").module
                self._macros.update(
                    {key: value for key, value in vars(module).items() if not key.startswith("_")}
                )
        try:
            return self._macros[name]
        except KeyError:
            raise AttributeError(f"no component is called {name!r}") from None


def install(app: Flask) -> None:
    """Give every template the components, as `ui`."""
    app.jinja_env.globals["ui"] = Components(app.jinja_env)
