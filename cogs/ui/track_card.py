"""How a track is shown: the same card everywhere, leading back to Spotify.

Spotify's design rules: Spotify is named, the title leads there, artwork and titles stay as they are, explicit content
is marked. Source: developer.spotify.com/documentation/design
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from cogs.ui.layout import ACCENT
from cogs.words.names import (
    AN_EPISODE,
    EXPLICIT,
    FOOTER,
    NAME_SHOWN,
    NO_ARTIST,
    length,
    released,
    unplayable_words,
)
from cogs.words.text import EMBED_TITLE, FIELD_VALUE, masked_link, picture, safe_text, size, spotify_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.spotify.models import Artist, Track

ARTISTS_SHOWN = 8


def track_card(track: Track) -> discord.Embed:
    mark = f" · {EXPLICIT}" if track.explicit else ""
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
    return AN_EPISODE if track.type == "episode" else f"by {_artists(track.artists)}"


def _artists(artists: Sequence[Artist]) -> str:
    if not artists:
        return NO_ARTIST
    shown = [
        masked_link(artist.name, artist.external_urls.spotify, NAME_SHOWN)
        for artist in artists[:ARTISTS_SHOWN]
    ]
    more = len(artists) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _place(track: Track) -> str | None:
    if not track.track_number:
        return None
    total = track.album.total_tracks if track.album else None
    disc = f"disc {track.disc_number}, " if track.disc_number and track.disc_number > 1 else ""
    # The total counts every disc, the number only its own.
    return f"{disc}track {track.track_number}" + (f" of {total}" if total and not disc else "")
