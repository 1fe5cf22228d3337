"""How a track is shown: the same parts in every card, leading back to Spotify.

Spotify's design rules: Spotify is named, the title leads there, artwork and titles stay as they are, explicit content
is marked. Source: developer.spotify.com/documentation/design
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from cogs.ui.layout import ACCENT, with_picture
from cogs.words.names import (
    AN_EPISODE,
    EXPLICIT,
    EXPLICIT_MARK,
    FOOTER,
    NAME_SHOWN,
    NO_ARTIST,
    SEPARATOR,
    length,
    released,
    unplayable_words,
    year,
)
from cogs.words.text import (
    EMBED_TITLE,
    FIELD_VALUE,
    masked_link,
    picture,
    plain_text,
    safe_text,
    size,
    spotify_page,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.spotify.models import Track
    from cogs.ui.layout import Part

ARTISTS_SHOWN = 8
TITLE_SHOWN = 200
ROOM = 1_500  # characters for all artists, their links included
AND_MORE = "{artists} and {more} more"
ARTWORK = "Artwork of {album}"


def track_parts(track: Track) -> tuple[Part, ...]:
    """“### [Title](Spotify)”, artists, “Album · 3:34 · 2019 · *Explicit*” and Spotify's name, beside the artwork."""
    title = f"### {masked_link(track.name, track.url, TITLE_SHOWN)}"
    lines = [title, _artists(track), SEPARATOR.join(_facts(track)), unplayable_words(track), f"-# {FOOTER}"]
    album = track.album
    alt = ARTWORK.format(album=plain_text(album.name, NAME_SHOWN)) if album and album.name else ""
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


def track_card(track: Track) -> discord.Embed:
    mark = f" · {EXPLICIT()}" if track.explicit else ""
    card = discord.Embed(
        title=safe_text(track.name, EMBED_TITLE - size(mark)) + mark,
        url=spotify_page(track.url),
        description="\n".join(filter(None, (_by(track), unplayable_words(track)))),
        colour=ACCENT,
    )
    album = track.album
    if album and album.name:
        place = _place(track)
        name = masked_link(album.name, album.external_urls.spotify, FIELD_VALUE // 2)
        card.add_field(name="Album", value=f"{name}\n{place}" if place else name)
    if track.duration_ms:
        card.add_field(name="Length", value=length(track.duration_ms))
    if album and (when := released(album.release_date)):
        card.add_field(name="Released", value=when)
    artwork = (
        next((shown for image in album.images if (shown := picture(image.url))), None) if album else None
    )
    if artwork:
        card.set_thumbnail(url=artwork)
    card.set_footer(text=FOOTER)
    return card


def _by(track: Track) -> str:
    return AN_EPISODE() if track.type == "episode" else f"by {_artists(track)}"


def _artists(track: Track) -> str:
    """As many as there is room for."""
    if track.type == "episode":
        return AN_EPISODE()
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
    return AND_MORE.format(artists=shown, more=more) if more else shown


def _place(track: Track) -> str | None:
    if not track.track_number:
        return None
    total = track.album.total_tracks if track.album else None
    disc = f"disc {track.disc_number}, " if track.disc_number and track.disc_number > 1 else ""
    # The total counts every disc, the number only its own.
    return f"{disc}track {track.track_number}" + (f" of {total}" if total and not disc else "")
