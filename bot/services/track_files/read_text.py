"""Lines a member pasted: links, or the artist, a dash and the title."""

from __future__ import annotations

import re
from typing import Final

from bot.services.playable import KINDS
from bot.services.track_files.entries import Entry
from bot.services.track_files.lines import LONGEST_CELL, Line, usable, within
from bot.spotify.models import Ref
from bot.spotify.refs import named_in

_NUMBER: Final = re.compile(r"\d{1,4}[.):]\s+|[-*•]\s+")
_APART: Final = re.compile(r"\t+|\s+[-‐‑–—]+\s+")  # noqa: RUF001 - all that are met


def lines_of(text: str) -> tuple[Line, ...]:
    found: list[Line] = []
    for written in text.lstrip("\ufeff").splitlines():
        line = written.strip()
        if not line:
            continue
        named = list(named_in(line[: 10 * LONGEST_CELL], (*KINDS,)))
        refs = [one for one in named if isinstance(one, Ref)]
        if refs:
            found += [Line(Entry(uri=ref.uri), (ref.url,)) for ref in refs]
        elif named:
            found.append(Line(None, (line,)))
        else:
            found.append(Line(_entry(line), (line,)))
    return tuple(found)


def _entry(line: str) -> Entry | None:
    plain = _NUMBER.sub("", line[:LONGEST_CELL], count=1) if _NUMBER.match(line) else line[:LONGEST_CELL]
    artists, *title = _APART.split(plain, maxsplit=1)
    return usable(Entry(within(title[0]), within(artists))) if title else None
