"""What things are called: names where the program knows them, else the id that the plan uses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import reduce

from flask_babel import gettext

_MOST = 3


class Names:
    """Names by kind (`product`, `category`, …) and id."""

    def __init__(
        self, known: Mapping[tuple[str, str], str] | None = None, *, reader: str | None = None
    ) -> None:
        self._known = known or {}
        self.reader = reader
        """The id of the distributor who reads it, if it is one."""

    def one(self, kind: str, key: str) -> str:
        """The name of one thing."""
        return self._known.get((kind, key), key)

    def some(self, kind: str, keys: Collection[str]) -> str:
        """The names of several, the first three of them."""
        found = sorted(self.one(kind, key) for key in keys)
        shown, more = found[:_MOST], len(found) - _MOST
        if more > 0:
            return gettext("%(names)s and %(count)s more", names=listed(shown), count=more)
        return either(shown)


def either(items: Sequence[str]) -> str:
    """Things of one kind with "or" before the last: "tea, cups or pots"."""
    if len(items) < 2:
        return "".join(items)
    return gettext("%(names)s or %(last)s", names=listed(items[:-1]), last=items[-1])


def listed(items: Iterable[str]) -> str:
    """Things of one kind with commas between: "tea, cups, pots"."""
    return reduce(lambda before, item: gettext("%(before)s, %(item)s", before=before, item=item), items)


def joined(sentences: Iterable[str]) -> str:
    """Sentences one after the other."""
    return reduce(
        lambda before, sentence: gettext("%(before)s %(sentence)s", before=before, sentence=sentence),
        sentences,
    )
