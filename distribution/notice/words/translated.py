"""The English words put into another language by its catalogue, sentence by sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from gettext import GNUTranslations
from string import Formatter

from distribution.notice.words.wording import Language, Wording

Say = Callable[[str], str]


def translated(english: Language, catalogues: Sequence[GNUTranslations]) -> Language:
    """`english` as these catalogues have it, the last first; what none has stays English."""

    def say(text: str) -> str:
        for catalogue in reversed(catalogues):
            # The empty text is a catalogue's own header.
            found = catalogue.gettext(text) if text else text
            if found != text and _facts(found) <= _facts(text):
                return found
        return text

    return Language(
        kinds={kind: _wording(said, say) for kind, said in english.kinds.items()},
        topics={topic: (say(name), say(about)) for topic, (name, about) in english.topics.items()},
        hello=say(english.hello),
        hello_stranger=say(english.hello_stranger),
        not_you=say(english.not_you),
        why=say(english.why),
        why_invited=say(english.why_invited),
        choose=say(english.choose),
        unsubscribe=say(english.unsubscribe),
        not_again=say(english.not_again),
        names_between=say(english.names_between),
    )


def sentences(language: Language) -> Iterator[str]:
    """Everything a translator is asked for."""
    for said in language.kinds.values():
        yield from (said.title, said.text, said.action, said.each, *said.also.values(), *(said.many or ()))
    for name, about in language.topics.values():
        yield from (name, about)
    yield from (language.hello, language.hello_stranger, language.not_you, language.why, language.why_invited)
    yield from (language.choose, language.unsubscribe, language.not_again)
    yield language.names_between


def _wording(said: Wording, say: Say) -> Wording:
    return Wording(
        title=say(said.title),
        text=say(said.text),
        action=say(said.action),
        also={name: say(sentence) for name, sentence in said.also.items()},
        many=(say(said.many[0]), say(said.many[1])) if said.many else None,
        each=say(said.each),
    )


def _facts(text: str) -> set[str]:
    """The names in braces; a text that is no format has one that nobody knows."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return {"\x00"}
