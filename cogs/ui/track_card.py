"""How a track is shown: the same parts in every card, leading back to Spotify.

Spotify's design rules: Spotify is named, the title leads there, artwork and titles stay as they are, explicit content
is marked. Source: developer.spotify.com/documentation/design
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.languages import Text
from cogs.ui.layout import with_picture
from cogs.words.names import (
    EXPLICIT_MARK,
    FOOTER,
    NAME_SHOWN,
    NO_ARTIST,
    SEPARATOR,
    length,
    unplayable_words,
    year,
)
from cogs.words.text import (
    masked_link,
    picture,
    plain_text,
    size,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.spotify.models import Track
    from cogs.ui.layout import Part

ARTISTS_SHOWN = 8
TITLE_SHOWN = 200
ROOM = 1_500  # characters for all artists, their links included
AND_MORE = Text("{artists} and {more} more")
EPISODE = Text("Episode")
ARTWORK = Text("Artwork of {album}")


def track_parts(track: Track) -> tuple[Part, ...]:
    """“### [Title](Spotify)”, artists, “Album · 3:34 · 2019 · *Explicit*” and Spotify's name, beside the artwork."""
    title = f"### {masked_link(track.name, track.url, TITLE_SHOWN)}"
    lines = [title, _artists(track), SEPARATOR.join(_facts(track)), unplayable_words(track), f"-# {FOOTER}"]
    album = track.album
    alt = ARTWORK(album=plain_text(album.name, NAME_SHOWN)) if album and album.name else ""
    return (with_picture("\n".join(filter(None, lines)), artwork(track), alt),)


def artwork(track: Track) -> str | None:
    """The address of the largest picture of its album that Discord would take."""
    images = track.album.images if track.album else ()
    return next((shown for image in images if (shown := picture(image.url))), None)


def _facts(track: Track) -> Iterator[str]:
    album = track.album
    if album and album.name:
        yield masked_link(album.name, album.external_urls.spotify, NAME_SHOWN)
    if track.duration_ms:
        yield length(track.duration_ms)
    if album and (when := year(album.release_date)):
        yield when
    if track.explicit:
        yield EXPLICIT_MARK()


def _artists(track: Track) -> str:
    """As many as there is room for."""
    if track.type == "episode":
        return EPISODE()
    if not track.artists:
        return NO_ARTIST()
    names = [
        masked_link(artist.name, artist.external_urls.spotify, NAME_SHOWN)
        for artist in track.artists[:ARTISTS_SHOWN]
    ]
    while size(", ".join(names)) > ROOM:
        names.pop()
    shown = ", ".join(names)
    more = len(track.artists) - len(names)
    return AND_MORE(artists=shown, more=more) if more else shown
