"""A playlist of one's own as a file to keep: every entry in order, with when it was added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.export_files import file_stem, time_text
from bot.services.track_files.entries import About, entry_of
from bot.services.track_files.written import begun, put

if TYPE_CHECKING:
    from datetime import datetime

    from bot.services.export_files import ExportFile
    from bot.services.own_playlists.reading import Contents
    from bot.services.track_files.entries import Format
    from bot.services.track_files.written import Line
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
    made = begun(kind, About(playlist.name, playlist.url, now, playlist.description or ""), most_bytes, about)
    written = 0
    with made.table("items"):
        for first in range(0, len(entries), ITEMS_AT_ONCE):
            if not made.has_room:
                break
            some = entries[first : first + ITEMS_AT_ONCE]
            put(made, [_line(entry) for entry in some], first + 1)
            written += len(some)
    return OwnExport(made.finish(file_stem(playlist.name, now)), written, written == len(entries))


def _line(entry: PlaylistItem | None) -> Line:
    track = entry.content if entry else None
    album = track.album if track else None
    line = entry_of(track.uri if track else "", track, added_at=entry.added_at if entry else None)
    return line, {
        "released": album.release_date if album else None,
        "local_file": "yes" if entry and entry.is_local else None,
    }
