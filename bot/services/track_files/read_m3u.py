"""M3U8: addresses, each with a line above that names what is there."""

from __future__ import annotations

import re
from typing import Final

from bot.services.track_files.entries import Entry
from bot.services.track_files.lines import LONGEST_CELL, Line, usable, within
from bot.services.track_files.naming import length_in, uri_in

_EXTINF: Final = re.compile(r"#EXTINF:\s*(-?\d{1,9})?[^,]{0,200}(?:,(.*))?", re.IGNORECASE)
_ALBUM, _ARTIST = "#extalb:", "#extart:"


def lines_of(text: str) -> tuple[Line, ...]:
    found: list[Line] = []
    about: list[str] = []  # the lines above the next address
    for line in map(str.strip, text.lstrip("\ufeff").splitlines()):
        if not line or line.lower().startswith(("#extm3u", "#playlist:")):
            continue
        about.append(line)
        if not line.startswith("#"):
            found.append(Line(_entry(about), tuple(about)))
            about = []
    return tuple(found)


def _entry(lines: list[str]) -> Entry | None:
    title = artists = album = ""
    duration_ms = None
    for line in lines[:-1]:
        said = line[:LONGEST_CELL]
        if info := _EXTINF.fullmatch(said):
            duration_ms = length_in(info[1] or "")
            artists, dash, title = (info[2] or "").partition(" - ")
            if not dash:
                artists, title = "", artists
        elif said.lower().startswith(_ALBUM):
            album = said[len(_ALBUM) :]
        elif said.lower().startswith(_ARTIST):
            artists = said[len(_ARTIST) :]
    uri = uri_in([lines[-1][:LONGEST_CELL]])
    return usable(Entry(within(title), within(artists), within(album), duration_ms, uri=uri))
