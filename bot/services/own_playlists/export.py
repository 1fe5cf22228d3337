"""A playlist of one's own as a file to keep: every entry in order, with when it was added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.export_files import CsvFiles, Format, JsonFiles, file_stem, time_text

if TYPE_CHECKING:
    from datetime import datetime

    from bot.services.export_files import ExportFile, Row
    from bot.services.own_playlists.reading import Contents
    from bot.spotify.models import PlaylistItem

ITEMS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class OwnExport:
    """complete: False if not everything fits into a file Discord accepts; the end is missing then."""

    files: tuple[ExportFile, ...]
    items: int
    complete: bool


def exported(contents: Contents, kind: Format, now: datetime, *, most_bytes: int) -> OwnExport:
    """most_bytes: for all files together."""
    playlist, entries = contents.playlist, contents.entries
    about = {
        "playlist": playlist.name,
        "uri": f"spotify:playlist:{playlist.id}",
        "description": playlist.description or "",
        "exported_at": time_text(now),
    }
    made = CsvFiles(most_bytes) if kind is Format.CSV else JsonFiles(most_bytes, about)
    written = 0
    with made.table("items"):
        for first in range(0, len(entries), ITEMS_AT_ONCE):
            if not made.has_room:
                break
            some = entries[first : first + ITEMS_AT_ONCE]
            made.write([_row(place, entry) for place, entry in enumerate(some, first + 1)])
            written += len(some)
    return OwnExport(made.finish(file_stem(playlist.name, now)), written, written == len(entries))


def _row(place: int, entry: PlaylistItem | None) -> Row:
    track = entry.content if entry else None
    album = track.album if track else None
    added_at = entry.added_at if entry else None
    return {
        "place": place,
        "uri": track.uri if track else None,
        "title": track.name if track else None,
        "artists": ", ".join(artist.name for artist in track.artists) if track else None,
        "album": album.name if album else None,
        "released": album.release_date if album else None,
        "duration_ms": track.duration_ms if track else None,
        "isrc": track.external_ids.isrc if track else None,
        "added_at": time_text(added_at) if added_at else None,
        "local_file": "yes" if entry and entry.is_local else None,
    }
