"""What Spotify lets the bot do, in words."""

from __future__ import annotations

from bot.services.linking import PLAYLIST_SCOPES
from bot.services.scopes import WORDS, in_words


def test_fixed_order() -> None:
    """Known scopes come in a fixed order; one without words is named as Spotify names it, after them."""
    assert in_words({"zz-new", "playlist-modify-private", "playlist-read-private"}) == [
        WORDS["playlist-read-private"](),
        WORDS["playlist-modify-private"](),
        "use “zz new”",
    ]


def test_what_we_ask_has_words() -> None:
    """A member never has to agree to something unnamed."""
    assert WORDS.keys() >= PLAYLIST_SCOPES
