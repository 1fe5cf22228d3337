"""Everything that is said, in the reader's language: English stands in the code, the others in `locales/`.

Each language is one gettext file there (`de.po`), which Babel reads when the bot starts; nothing has to be compiled.
"""

from __future__ import annotations

import gettext
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Final, Literal

from babel import Locale
from babel.dates import format_date, format_skeleton, get_day_names
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

FOLDER: Final = Path(__file__).resolve().parent.parent / "locales"
ENGLISH: Final = "en"

_current: ContextVar[str] = ContextVar("language", default=ENGLISH)


@cache
def languages() -> tuple[str, ...]:
    """The codes of all there are, English first."""
    return (ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.po")))


def language_for(*wanted: str | None) -> str:
    """The first language we have of those wanted, which are Discord's or a browser's codes: "de", "pt-BR"."""
    for code in wanted:
        for known in languages():
            if code and code.replace("_", "-").lower().split("-")[0] == known:
                return known
    return ENGLISH


def own_name(language: str) -> str:
    """As its speakers call it: "Deutsch"."""
    return (Locale(language).display_name or language).capitalize()


def current() -> str:
    return _current.get()


def speak(language: str) -> None:
    """From here on, in this task and those it starts."""
    _current.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within the block."""
    before = _current.set(language)
    try:
        yield
    finally:
        _current.reset(before)


def translate(english: str) -> str:
    """In the current language. For templates; code says `Text`."""
    return _catalogue(current()).gettext(english)


def translate_plural(one: str, many: str, n: int) -> str:
    """The same, in the form for this number."""
    return _catalogue(current()).ngettext(one, many, n)


@dataclass(frozen=True, slots=True)
class Text:
    """A text as the code has it; called, it is in the current language. No string, so none is sent untranslated."""

    english: str

    def __call__(self, **values: object) -> str:
        """values: for the names in braces; whole numbers with `:,` are grouped as the language does."""
        return filled(translate(self.english), values)


@dataclass(frozen=True, slots=True)
class Plural:
    """A text with a number in it, `{n}`, in its English forms; other languages may have more or fewer."""

    one: str
    many: str

    def __call__(self, n: int, **values: object) -> str:
        return filled(translate_plural(self.one, self.many, n), {"n": n, **values})


class _Filling(Formatter):
    def format_field(self, value: object, format_spec: str) -> str:
        if format_spec == "," and isinstance(value, int):
            return number(value)
        return str(super().format_field(value, format_spec))


_FILLING: Final = _Filling()


def filled(text: str, values: dict[str, object]) -> str:
    return _FILLING.vformat(text, (), values) if values else text


def number(value: int) -> str:
    """10,000 in English, 10.000 in German."""
    return str(format_decimal(value, locale=current()))


def day(value: date) -> str:
    """28 November 2026, in words of the language. What Discord shows itself is formatted by Discord."""
    return str(format_date(value, "d MMMM y" if current() == ENGLISH else "long", locale=current()))


def month(value: date) -> str:
    """November 2026."""
    return str(format_skeleton("yMMMM", value, locale=current()))


def weekdays(*, short: bool = False) -> tuple[str, ...]:
    """Monday to Sunday, or Mon to Sun."""
    names = get_day_names("abbreviated" if short else "wide", "stand-alone", locale=current())
    return tuple(names[day] for day in range(7))


def all_of(things: Sequence[str]) -> str:
    """a, b and c."""
    return _listed(things, "standard")


def any_of(things: Sequence[str]) -> str:
    """a, b or c."""
    return _listed(things, "or")


def _listed(things: Sequence[str], style: Literal["standard", "or"]) -> str:
    locale = "en_GB" if current() == ENGLISH else current()  # no comma before the last
    return str(format_list(things, style, locale=locale))


def command_text(english: str, context: str, language: str) -> str | None:
    """A command's name, description or choice in this language; None: there is none of its own."""
    found = _catalogue(language).pgettext(context, english)
    return None if found == english else found


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == ENGLISH:
        return gettext.NullTranslations()
    with (FOLDER / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def preferred(accept_language: str) -> Iterable[str]:
    """The codes in a browser's Accept-Language, best first, without those it refuses (q=0)."""
    weighted = []
    for part in accept_language.split(",")[:20]:
        code, _, quality = part.partition(";")
        try:
            weight = float(quality.strip().lower().removeprefix("q=") or 1)
        except ValueError:
            continue
        if weight > 0:
            weighted.append((-weight, code.strip()))
    return [code for _, code in sorted(weighted, key=lambda one: one[0])]
