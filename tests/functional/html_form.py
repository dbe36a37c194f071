"""The fields of a page's form as a browser would send them."""

from __future__ import annotations

from html.parser import HTMLParser

Fields = list[tuple[str, str]]


class _Form(HTMLParser):
    """Reads one form by its id."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self._wanted = wanted
        self._inside = False
        self._select: str | None = None
        self._option: str | None = None
        self._textarea: str | None = None
        self._text = ""
        self._first_option: str | None = None
        self._chosen: str | None = None
        self.fields: Fields = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = given.get("id") == self._wanted
        if not self._inside:
            return
        name = given.get("name") or ""
        if tag == "input" and name:
            kind = given.get("type", "text")
            if kind not in {"checkbox", "radio"} or "checked" in given:
                self.fields.append((name, given.get("value") or ("on" if kind == "checkbox" else "")))
        elif tag == "select":
            self._select, self._first_option, self._chosen = name, None, None
        elif tag == "option" and self._select is not None:
            value = given.get("value") or ""
            self._first_option = value if self._first_option is None else self._first_option
            if "selected" in given:
                self._chosen = value
        elif tag == "textarea":
            self._textarea, self._text = name, ""

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select" and self._select is not None and self._inside:
            self.fields.append(
                (self._select, self._chosen if self._chosen is not None else self._first_option or "")
            )
            self._select = None
        elif tag == "textarea" and self._textarea is not None:
            # The first line break belongs to the markup.
            self.fields.append((self._textarea, self._text.removeprefix("\n")))
            self._textarea = None


def fields_of(page: str, form: str = "draft") -> Fields:
    """Names and values of the form of that id, in the order of the page, `page` as it was answered."""
    reader = _Form(form)
    reader.feed(page)
    return reader.fields


def changed(fields: Fields, **new: str | None) -> Fields:
    """The fields with others in their place, added, or left out (None); `__` in a name stands for a dot."""
    return altered(fields, {name.replace("__", "."): value for name, value in new.items()})


def altered(fields: Fields, new: dict[str, str | None]) -> Fields:
    """The same by names of any shape."""
    kept = [(name, value) for name, value in fields if name not in new]
    return kept + [(name, value) for name, value in new.items() if value is not None]
