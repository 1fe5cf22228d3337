"""Names from Spotify and members, made harmless: shown as they are, they can not ping, format, link or break a message.

Discord's limits stand here too, so that every text is cut in one place.
Source: docs.discord.com/developers/resources/message, /components/reference, /reference (message formatting).
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from bot.languages import Text
from bot.visible import JOINERS, one_line, pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHOICE: Final = 100  # name of a suggestion; label, value and description of a menu's option
BUTTON_URL: Final = 512
OPTIONS: Final = 25

CELLS = 10
FULL, VACANT = "▰", "▱"
PAGE_OF = Text("page {number:,} of {pages:,}")
BLANK = Text("(no name)")
ELLIPSIS = "…"
GAP = "\u200b"  # a zero-width space: breaks Discord's patterns, cannot be seen

LONGEST_READ = 4_000  # more of a name is not even looked at
ESCAPED = frozenset("\\*_~`|[]")
ESCAPED_SIGN = re.compile(r"\\(.)")
LINE_STARTS = re.compile(r"[#>+-]|\d+(?=\.(?:\s|$))")  # heading, quote, list, small print
BROKEN_AFTER = re.compile(
    r"[@<]"  # mentions, channels, roles, commands, emoji, timestamps, links in angle brackets
    r"|:(?=//|[^\s:]+:)"  # addresses; emoji by name
    r"|(?<=[\w\u200c\u200d])\.(?=[^\W\d_]{2}|[^\s/]+/)"  # example.com, discord.gg/x
)
SPOTIFY_PAGE = re.compile(r"https://open\.spotify\.com/[A-Za-z0-9/_-]+(?:\?[A-Za-z0-9=&._-]*)?")


def safe_text(value: str | None, limit: int) -> str:
    """One line of at most `limit` characters for places where Discord reads markdown: contents and cards.

    Never empty. What is too long ends in an ellipsis.
    """
    clean = _one_line(value)
    signs = _disarmed(clean)
    return _cut(["".join(islice(signs, len(piece))) for piece in pieces(clean)], limit)


def given_text(text: str) -> str:
    """What `safe_text` was given, if that was one line and not too long."""
    return ESCAPED_SIGN.sub(r"\1", text).replace(GAP, "")


def plain_text(value: str | None, limit: int = CHOICE) -> str:
    """One line of at most `limit` characters for places without markdown: suggestions, labels, footers.

    Never empty. Nothing is escaped there, as the backslashes would be seen.
    """
    return _cut([*pieces(_one_line(value))], limit)


def masked_link(label: str | None, url: str | None, limit: int) -> str:
    """`label`, at most `limit` long, leading to a page of open.spotify.com; without one, the label alone."""
    text = safe_text(label, limit)
    page = spotify_page(url)
    if page is None:
        return text
    # Discord finds the end of a label without minding backslashes, so brackets change their shape here.
    return f"[{text.replace(chr(92) + '[', '［').replace(chr(92) + ']', '］')}]({page})"  # noqa: RUF001 - on purpose


def spotify_page(url: str | None) -> str | None:
    """The address, if it is one of open.spotify.com that fits into a button or a link."""
    return url if url and len(url) <= BUTTON_URL and SPOTIFY_PAGE.fullmatch(url) else None


def picture(url: str | None) -> str | None:
    """The address of a picture, if Discord would take it; one bad address would cost the whole message."""
    if not url or len(url) > 2_000 or not url.isascii() or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def size(text: str) -> int:
    """Characters as Discord's apps count them: most emoji are two."""
    return len(text.encode("utf-16-le")) // 2


def bar(done: int, of: int) -> str:
    """Full only when all is done."""
    full = max(0, min(CELLS, done * CELLS // max(of, 1)))
    return FULL * full + VACANT * (CELLS - full)


def page_of(number: int, pages: int) -> str:
    """number: counts from 0."""
    return PAGE_OF(number=number + 1, pages=pages)


def fitting(lines: Iterable[str], limit: int) -> str:
    """As many lines as there is room for."""
    text = ""
    for line in lines:
        longer = f"{text}\n{line}" if text else line
        if size(longer) > limit:
            break
        text = longer
    return text


def _one_line(value: str | None) -> str:
    return one_line((value or "")[:LONGEST_READ]) or BLANK()


def _disarmed(text: str) -> Iterator[str]:
    """The characters of `text`, each with what makes it harmless."""
    start = LINE_STARTS.match(text)
    escaped = (
        None if start is None else start.end() - (0 if start[0].isdigit() else 1)
    )  # "1." needs it at the dot
    broken = {found.start() for found in BROKEN_AFTER.finditer(text)}
    for place, char in enumerate(text):
        if char in ESCAPED or place == escaped:
            yield "\\" + char
        elif place in broken:
            yield char + GAP
        else:
            yield char


def _cut(parts: list[str], limit: int) -> str:
    """The parts that fit."""
    sizes = [size(part) for part in parts]
    if sum(sizes) <= limit:
        return "".join(parts)
    room = limit - len(ELLIPSIS)
    kept: list[str] = []
    for part, needed in zip(parts, sizes, strict=True):
        if needed > room:
            break
        room -= needed
        kept.append(part)
    return "".join(kept).rstrip(f" {JOINERS}") + ELLIPSIS
