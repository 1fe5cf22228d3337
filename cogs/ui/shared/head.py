"""What a card of a proposal is about: the track with its artwork, or all the tracks that were proposed at once.

Titles are not kept. A card that is drawn anew without asking Spotify takes its head from the one posted before,
whether that was made of components or, by earlier versions, of an embed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from discord.components import Container, SectionComponent, TextDisplay, ThumbnailComponent

from bot.languages import Text
from cogs.words.counts import TRACKS
from cogs.words.names import (
    AN_EPISODE,
    EPISODE,
    EXPLICIT,
    FOOTER,
    NO_ARTIST,
    UNNAMED,
    length,
    unnamed,
    unplayable_words,
    uri_page,
)
from cogs.words.text import given_text, masked_link, picture, plain_text, safe_text, size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import discord

    from bot.spotify.models import Album, Artist, Track
    from bot.stores.contributions import Contribution

TITLE: Final = "### {what}"
BY: Final = Text("{title} by {artists}")
AND_MORE: Final = Text("{artists} and {more} more")
ARTWORK: Final = Text("Artwork of {name}")
DOT: Final = " · "

# What keeps a card low: title and artists have room in two rows, where they are from in one.
TITLE_SHOWN: Final = 40
ARTIST_SHOWN: Final = 18
ARTISTS_SHOWN: Final = 2
ALBUM_SHOWN: Final = 24
MOST_TRACKS_TEXT: Final = 2_500  # leaves room for what we say about them
LINE_SHOWN: Final = (
    (60, 30),
    (40, 20),
    (22, 12),
)  # of title and artist: the longest with which all tracks fit

FORMER_MARK: Final = " 🅴"  # for explicit tracks, in the titles of former cards
ALBUM, LENGTH, RELEASED = "Album", "Length", "Released"  # fields of former cards
FORMER_LINK: Final = re.compile(r"\[(.+?)\]\((https://open\.spotify\.com/[A-Za-z0-9/]+)\)")
FORMER_MORE: Final = re.compile(r" and (\d+) more$")
FORMER_LINE: Final = re.compile(
    r"\d+\\\. (?:\*\*)?\[(?P<title>.*)\]\((?P<page>https://[^)\s]+)\)(?:\*\*)?(?: by (?P<artist>.*)| \(.*\))?"
)
YEAR: Final = re.compile(r"\d{4}$")


@dataclass(frozen=True, slots=True)
class Head:
    """words: title and artists, then where it is from. tracks: one line each of those that were proposed at once."""

    words: str
    artwork: str | None = None
    alt: str = ""
    tracks: str = ""

    @property
    def is_named(self) -> bool:
        """Whether it says what it is about without the tracks: by a title that leads to Spotify."""
        return self.words.startswith(TITLE.format(what="["))


def head_of(track: Track | None, uri: str) -> Head:
    """One track; without it, when Spotify does not answer, a link to it."""
    if track is None:
        return Head(_words(unnamed(uri, TITLE_SHOWN), (FOOTER,)))
    album = track.album
    details = (
        masked_link(album.name, album.external_urls.spotify, ALBUM_SHOWN) if album and album.name else "",
        length(track.duration_ms) if track.duration_ms else "",
        _year(album.release_date) if album else "",
        EXPLICIT() if track.explicit else "",
        FOOTER,
    )
    words = _words(_title(track), details)
    barred = unplayable_words(track)
    artwork, alt = _artwork(album)
    return Head(f"{words}\n{barred}" if barred else words, artwork, alt)


def together_head(several: Sequence[Contribution], tracks: Mapping[str, Track]) -> Head:
    """tracks: those that Spotify names, by URI. What is all of one album is called by its name."""
    known = [tracks[one.uri] for one in several if one.uri in tracks]
    shown = _numbered([_entry(one, tracks.get(one.uri)) for one in several])
    tracks_ms = sum(track.duration_ms or 0 for track in known)
    details = [length(tracks_ms) if len(known) == len(several) and tracks_ms else "", FOOTER]
    album = _common(known) if len(known) == len(several) else None
    if album is None:
        return Head(_words(TRACKS(len(several)), details), tracks=shown)
    title = masked_link(album.name, album.external_urls.spotify, TITLE_SHOWN)
    by = BY(title=title, artists=artists_of(album.artists)) if album.artists else title
    artwork, alt = _artwork(album)
    return Head(_words(by, (TRACKS(len(several)), *details)), artwork, alt, shown)


def former_head(message: discord.Message) -> Head | None:
    """What a card that was posted earlier says it is about; None where it says nothing."""
    if message.embeds:
        return _of_embed(message.embeds[0])
    parts = card_parts(message)
    texts = [text for part in parts for text in texts_of(part)]
    if not texts:
        return None
    tracks = next((text for text in texts[1:] if text.startswith("1\\. ")), "")
    first = parts[0]
    if isinstance(first, SectionComponent) and isinstance(first.accessory, ThumbnailComponent):
        return Head(texts[0], first.accessory.media.url, first.accessory.description or "", tracks)
    return Head(texts[0], tracks=tracks)


def card_parts(message: discord.Message) -> Sequence[object]:
    """Of a posted card made of components, whatever stands around it."""
    for part in message.components:
        if isinstance(part, Container):
            return part.children
    return ()


def texts_of(part: object) -> Iterator[str]:
    if isinstance(part, TextDisplay):
        yield part.content
    elif isinstance(part, SectionComponent):
        yield from (text.content for text in part.children if isinstance(text, TextDisplay))


def artists_of(artists: Sequence[Artist]) -> str:
    return _links([(one.name, one.external_urls.spotify) for one in artists])


def _links(artists: Sequence[tuple[str, str | None]], unknown: int = 0) -> str:
    """unknown: how many more there are."""
    if not artists:
        return NO_ARTIST()
    shown = ", ".join(masked_link(name, url, ARTIST_SHOWN) for name, url in artists[:ARTISTS_SHOWN])
    more = max(len(artists) - ARTISTS_SHOWN, 0) + unknown
    return AND_MORE(artists=shown, more=more) if more else shown


def _words(what: str, details: Iterable[str]) -> str:
    return f"{TITLE.format(what=what)}\n{DOT.join(filter(None, details))}"


def _title(track: Track) -> str:
    title = masked_link(track.name, track.url, TITLE_SHOWN)
    if track.type == "episode":
        return EPISODE(title=title)
    return BY(title=title, artists=artists_of(track.artists))


def _numbered(entries: Sequence[tuple[str | None, str | None, str]]) -> str:
    """The title, its page and the artist of each. Long names get shorter where there are many; none is left out."""
    text = ""
    for title, artist in LINE_SHOWN:
        lines = (
            f"{masked_link(name, url, title)}{DOT}{safe_text(by, artist)}"
            if by
            else masked_link(name, url, TITLE_SHOWN)
            for name, url, by in entries
        )
        text = "\n".join(f"{number}\\. {line}" for number, line in enumerate(lines, start=1))
        if size(text) <= MOST_TRACKS_TEXT:
            return text
    return text


def _entry(one: Contribution, track: Track | None) -> tuple[str | None, str | None, str]:
    if track is None:
        return UNNAMED(), uri_page(one.uri), ""
    artist = track.artists[0].name if track.artists else ""
    return track.name, track.url, AN_EPISODE() if track.type == "episode" else artist or NO_ARTIST()


def _common(tracks: Sequence[Track]) -> Album | None:
    """The album all of them are on."""
    albums = {track.album.external_urls.spotify for track in tracks if track.album}
    first = tracks[0].album if tracks else None
    return first if first and first.name and len(albums) == 1 and None not in albums else None


def _artwork(album: Album | None) -> tuple[str | None, str]:
    if album is None:
        return None, ""
    url = next((shown for image in album.images if (shown := picture(image.url))), None)
    return url, ARTWORK(name=plain_text(album.name))


def _year(date: str | None) -> str:
    year = (date or "")[:4]
    return year if year.isascii() and year.isdigit() and year != "0000" else ""


def _of_embed(card: discord.Embed) -> Head:
    """Of a card posted by earlier versions: its title, `by …`, and fields for the rest; or a numbered list."""
    description = card.description or ""
    artwork = picture(card.thumbnail.url)
    if not card.title and description.startswith("1\\. "):
        entries = [_former_entry(line) for line in description.split("\n")]
        return Head(_words(TRACKS(len(entries)), (FOOTER,)), artwork, "", _numbered(entries))
    if not card.title:
        return Head(_words(description, (FOOTER,)), artwork)
    explicit = card.title.endswith(FORMER_MARK)
    name = given_text(card.title.removesuffix(FORMER_MARK))
    title = masked_link(name, card.url, TITLE_SHOWN)
    by, _, barred = description.partition("\n")
    fields = {field.name: field.value or "" for field in card.fields}
    year = YEAR.search(fields.get(RELEASED, ""))
    details = (
        _former_album(fields.get(ALBUM, "").partition("\n")[0]),
        fields.get(LENGTH, ""),
        year[0] if year else "",
        EXPLICIT() if explicit else "",
        FOOTER,
    )
    if by.startswith("by "):
        title = BY(title=title, artists=_former_artists(by))
    elif by:
        title = EPISODE(title=title)
    words = _words(title, details)
    return Head(f"{words}\n{barred}" if barred else words, artwork)


def _former_entry(line: str) -> tuple[str | None, str | None, str]:
    found = FORMER_LINE.fullmatch(line)
    if found is None:
        return given_text(line.partition("\\. ")[2]), None, ""
    return given_text(found["title"]), found["page"], given_text(found["artist"] or "")


def _former_album(words: str) -> str:
    found = FORMER_LINK.match(words)
    if found:
        return masked_link(given_text(found[1]), found[2], ALBUM_SHOWN)
    return safe_text(given_text(words), ALBUM_SHOWN) if words else ""


def _former_artists(by: str) -> str:
    """Earlier versions named up to eight artists in full."""
    names = [(given_text(name), page) for name, page in FORMER_LINK.findall(by)]
    more = FORMER_MORE.search(by)
    return _links(names or [(given_text(by.removeprefix("by ")), None)], int(more[1]) if more else 0)
