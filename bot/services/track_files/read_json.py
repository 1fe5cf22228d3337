"""JSPF: XSPF's playlist as JSON. Source: xspf.org/jspf"""

from __future__ import annotations

from typing import Final

import msgspec

from bot.services.track_files.lines import MOST_LINES, Kind, Line, Problem, UnreadableFileError
from bot.services.track_files.read_xml import FIELDS, entry_of_fields

ANYTHING: Final = msgspec.json.Decoder()


def lines_of(text: str) -> tuple[Line, ...]:
    """Raises UnreadableFileError."""
    try:
        whole = ANYTHING.decode(text.lstrip("\ufeff").encode(errors="replace"))
    except (msgspec.DecodeError, RecursionError) as broken:
        raise UnreadableFileError(Problem.BROKEN, Kind.JSPF) from broken
    playlist = whole.get("playlist") if isinstance(whole, dict) else None
    tracks = playlist.get("track") if isinstance(playlist, dict) else None
    if not isinstance(tracks, list):
        raise UnreadableFileError(Problem.BROKEN, Kind.JSPF)
    if len(tracks) > MOST_LINES:
        raise UnreadableFileError(Problem.LINES, Kind.JSPF)
    return tuple(
        Line(entry_of_fields(_fields(track)), (msgspec.json.encode(track).decode(),)) for track in tracks
    )


def _fields(track: object) -> dict[str, list[str]]:
    if not isinstance(track, dict):
        return {}
    return {name: _texts(track[name]) for name in FIELDS if name in track}


def _texts(value: object) -> list[str]:
    several = value if isinstance(value, list) else [value]
    return [str(one) for one in several if isinstance(one, str | int | float)]
