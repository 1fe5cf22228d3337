"""Refused and required words: as a listener reads a title, in any script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.shared.rules.keywords import is_in
from bot.spotify.models import Artist
from tests.bot.services.shared.rules.rules_desk import ARTIST, Table, song

if TYPE_CHECKING:
    from bot.stores import Stores


@pytest.fixture
def table(stores: Stores) -> Table:
    return Table(stores)


@pytest.mark.parametrize(
    ("word", "title", "expected"),
    [
        ("live", "Song - LIVE at the Barn", True),
        ("live", "Alive", False),
        ("live", "Olive Tree", False),
        ("café", "Cafe\N{COMBINING ACUTE ACCENT} Nights", True),
        ("cafe", "Café Nights", True),
        ("sped up", "Song (Sped-Up Version)", True),
        ("sped up", "Sped and Up", False),
        ("rock & roll", "Rock and Roll Radio", True),
        ("愛", "愛してる", True),
        ("カラオケ", "曲名(カラオケ)", True),
        ("remix", "", False),
        ("!", "Wow!", False),
    ],
)
def test_words(word: str, title: str, expected: object) -> None:
    """Whole words, whatever their case, accents and punctuation; a part where a script has no spaces."""
    assert is_in(word, [title]) is expected


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_any_text(before: str, word: str, after: str) -> None:
    """A word is found between spaces wherever it stands, if it has anything to say; nothing breaks."""
    found = is_in(word, [f"{before} {word} {after}"])
    assert found or not is_in(word, [word])


async def test_refused(table: Table) -> None:
    """Title and each artist count; the refusal names the word."""
    table.set(refused_words=("live", "tribute band"))
    (refusal,) = await table.refusals(song(1, "Song - Live"))
    assert (refusal.rule, refusal.word) == ("refused_words", "live")
    assert await table.names(song(2, artists=(Artist(name="The Tribute Band", id="t" * 22),))) == [
        "refused_words"
    ]
    apart = (Artist(name="The Tribute", id="t" * 22), Artist(name="Band of Ada", id="b" * 22))
    assert await table.names(song(3, artists=apart)) == []
    assert await table.names(song(4)) == []


async def test_required(table: Table) -> None:
    """One of the words is enough, in the title or in an artist's name."""
    table.set(required_words=("jazz", ARTIST.name))
    assert await table.names(song(1)) == []
    other = (Artist(name="Orla", id="o" * 22),)
    assert await table.names(song(2, "All That Jazz", artists=other)) == []
    assert await table.names(song(3, artists=other)) == ["required_words"]
