"""One line of a list of tracks, whatever the file's format, and what the file says about the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations when an import is stored
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.services.playable import KINDS
from bot.spotify.errors import RefError
from bot.spotify.refs import parse_ref

if TYPE_CHECKING:
    from bot.spotify.models import Track


class Format(StrEnum):
    CSV = "csv"
    JSON = "json"
    JSPF = "jspf"
    XSPF = "xspf"
    M3U8 = "m3u8"


@dataclass(frozen=True, slots=True)
class Entry:
    """artists: as shown, with commas between them. uri: empty if unknown. added_by: a name.

    Everything that was read from a file is untrusted.
    """

    title: str = ""
    artists: str = ""
    album: str = ""
    duration_ms: int | None = None
    isrc: str = ""
    uri: str = ""
    added_by: str = ""
    added_at: datetime | None = None
    note: str = ""
    likes: int | None = None  # None: it isn't something members could like here

    @property
    def link(self) -> str:
        """On open.spotify.com; empty for local files, and where the URI is unknown."""
        try:
            ref = parse_ref(self.uri, KINDS) if self.uri else None
        except RefError:
            return ""
        return ref.url if ref else ""


@dataclass(frozen=True, slots=True)
class About:
    """What a file says about its list."""

    name: str
    url: str
    at: datetime
    description: str = ""


def entry_of(
    uri: str,
    track: Track | None,
    *,
    added_by: str = "",
    added_at: datetime | None = None,
    note: str = "",
    likes: int | None = None,
) -> Entry:
    """track: None if Spotify doesn't show it."""
    if track is None:
        return Entry(uri=uri, added_by=added_by, added_at=added_at, note=note, likes=likes)
    return Entry(
        track.name,
        ", ".join(artist.name for artist in track.artists if artist.name),
        track.album.name if track.album else "",
        track.duration_ms,
        track.external_ids.isrc or "",
        uri,
        added_by,
        added_at,
        note,
        likes,
    )


def length_text(duration_ms: int | None) -> str | None:
    """“3:34”, or “1:02:05”."""
    if duration_ms is None:
        return None
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
