"""Texts in the reader's language, with its numbers, lists and dates."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from bot import languages
from bot.languages import Plural, Text, language_for, preferred, speak, speaking

TRACKS = Plural("{n:,} track", "{n:,} tracks")


def test_english_is_the_source() -> None:
    """Without a language it is what stands in the code, with its values filled in."""
    assert Text("{count:,} of {name}")(count=10_000, name="{x}") == "10,000 of {x}"
    assert Text("100 {percent}")() == "100 {percent}"


def test_plurals_and_numbers() -> None:
    """The forms and the grouping are those of the language."""
    assert [TRACKS(1), TRACKS(2), TRACKS(10_000)] == ["1 track", "2 tracks", "10,000 tracks"]
    with speaking("de"):
        assert [TRACKS(1), TRACKS(2), TRACKS(10_000)] == ["1 Song", "2 Songs", "10.000 Songs"]


def test_unknown_text() -> None:
    """What a catalogue lacks is said in English."""
    with speaking("de"):
        assert Text("Never heard of")() == "Never heard of"


def test_only_within() -> None:
    """A language ends with its block, also after an error."""
    with pytest.raises(KeyError), speaking("de"):
        raise KeyError
    assert languages.current() == "en"


async def test_each_task_its_own() -> None:
    """Two answers at the same time do not change each other's language."""

    async def answer(language: str) -> str:
        speak(language)
        await asyncio.sleep(0)
        return TRACKS(2)

    assert list(await asyncio.gather(answer("de"), answer("en"))) == ["2 Songs", "2 tracks"]
    assert languages.current() == "en"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (("de",), "de"),
        (("de-AT",), "de"),
        (("DE_ch",), "de"),
        (("xx", "de"), "de"),
        ((None, "en-GB", "de"), "en"),
        ((), "en"),
    ],
)
def test_language_for(wanted: tuple[str | None, ...], found: str) -> None:
    """The first of those wanted that we have; English otherwise."""
    assert language_for(*wanted) == found


def test_weekdays() -> None:
    """A week begins on Monday, and its days are called as the language does."""
    assert languages.weekdays()[0] == "Monday"
    assert languages.weekdays(short=True) == ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    with speaking("de"):
        assert languages.weekdays()[6] == "Sonntag"
        assert languages.weekdays(short=True)[0] == "Mo"


def test_lists_and_days() -> None:
    """Lists and dates are worded by the language."""
    assert languages.all_of(["a", "b", "c"]) == "a, b and c"
    assert languages.any_of(["a", "b"]) == "a or b"
    assert languages.day(date(2026, 11, 28)) == "28 November 2026"
    assert languages.month(date(2026, 11, 28)) == "November 2026"
    with speaking("de"):
        assert languages.all_of(["a", "b", "c"]) == "a, b und c"
        assert languages.any_of(["a", "b"]) == "a oder b"
        assert languages.day(date(2026, 11, 28)) == "28. November 2026"
        assert languages.month(date(2026, 3, 28)) == "März 2026"


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", ["de-DE", "de", "en"]),
        ("en;q=0.2, de", ["de", "en"]),
        ("", [""]),
        ("de;q=x,fr", ["fr"]),
        ("en ; q=0.5, fr; Q=0.7", ["fr", "en"]),
        ("de;q=0, en;q=nan, fr", ["fr"]),
    ],
)
def test_preferred(header: str, codes: list[str]) -> None:
    """A browser's languages, best first; what cannot be read is left out."""
    assert list(preferred(header)) == codes


def test_own_name() -> None:
    """A language is called as its speakers call it."""
    assert [languages.own_name(code) for code in ("en", "de")] == ["English", "Deutsch"]
