"""Finds things by words and field filters, in an order that looks like relevance.

Source: developer.spotify.com/documentation/web-api/reference/search (parameter `q`)
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.fake_spotify.audiobooks import Audiobook
    from sandbox.fake_spotify.catalogue import Album, Artist, Catalogue, Episode, Track
    from sandbox.fake_spotify.playlists import FakePlaylist

FIELDS = ("album", "artist", "track", "year", "isrc")
_FILTER = re.compile(rf'\b({"|".join(FIELDS)}):(?:"([^"]*)"|(\S+(?: (?!\S+:)[^\s"]+)*))')
_NOT_HEARD = ("Mn", "Cf")  # accents, and what is invisible: zero-width and direction marks
_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")


@dataclass(frozen=True, slots=True)
class Query:
    """`words` must all occur, each as the beginning of a word; the words of `filters` likewise in their own field.

    year, isrc: filters that are no words.
    """

    words: tuple[str, ...]
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    year: str | None = None
    isrc: str | None = None

    @property
    def empty(self) -> bool:
        return not (self.words or self.filters or self.year or self.isrc)


@dataclass(frozen=True, slots=True)
class _Card:
    """A track as the search sees it: folded, each text with a blank before every word."""

    track: Track
    title: str
    artists: str
    album: str
    text: str  # all three


def parse(q: str) -> Query:
    """`copper artist:"Velmora Quist" year:2019`: a filter's value is in quotes or goes on to the next filter."""
    values = {name: quoted or bare for name, quoted, bare in _FILTER.findall(q)}
    year, isrc = values.pop("year", None), values.pop("isrc", None)
    filters = {name: tuple(fold(value).split()) for name, value in values.items()}
    return Query(tuple(fold(_FILTER.sub(" ", q)).split()), filters, year, isrc)


def fold(text: str) -> str:
    """Lower case, without accents, apostrophes and other signs; every word has a blank before it."""
    signs = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(
        sign for sign in signs if unicodedata.category(sign) not in _NOT_HEARD and sign not in "'\u2019"
    )
    return "".join(f" {word}" for word in re.findall(r"\w+", plain))


class Index:
    """The tracks of a catalogue, made ready to be searched."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._cards = tuple(_card(track) for track in catalogue.tracks.values())

    def tracks(self, query: Query) -> list[Track]:
        """Exact titles first, then titles that begin so, then the more popular."""
        if query.empty:
            return []
        wanted = " ".join(query.words)
        found = [card for card in self._cards if _fits(card, query)]
        found.sort(
            key=lambda card: (
                card.title.strip() != wanted,
                not card.title.startswith(f" {wanted}"),
                -card.track.popularity,
                card.track.id,
            )
        )
        return [card.track for card in found]


def artists(catalogue: Catalogue, query: Query) -> list[Artist]:
    return [one for one in catalogue.artists.values() if _named(query, "artist", one.name)]


def albums(catalogue: Catalogue, query: Query) -> list[Album]:
    return [
        one
        for one in catalogue.albums.values()
        if one.name
        and _named(query, "album", f"{one.name} {' '.join(artist.name for artist in one.artists)}")
    ]


def episodes(catalogue: Catalogue, query: Query) -> list[Episode]:
    return [one for one in catalogue.episodes.values() if _named(query, "", f"{one.name} {one.show_name}")]


def shows(catalogue: Catalogue, query: Query) -> list[Episode]:
    """An episode of each show: it knows its show."""
    by_show = {one.show_id: one for one in catalogue.episodes.values()}
    return [one for one in by_show.values() if _named(query, "", one.show_name)]


def audiobooks(there: Iterable[Audiobook], query: Query) -> list[Audiobook]:
    return [one for one in there if _named(query, "", f"{one.name} {one.author}")]


def playlists(public: Iterable[FakePlaylist], query: Query) -> list[FakePlaylist]:
    return [one for one in public if _named(query, "", one.name)]


def _card(track: Track) -> _Card:
    title, album = fold(track.name), fold(track.album.name)
    names = fold(" ".join(artist.name for artist in track.artists))
    return _Card(track, title, names, album, title + names + album)


def _fits(card: _Card, query: Query) -> bool:
    if query.isrc is not None and card.track.isrc != query.isrc.upper():
        return False
    if query.year is not None and not _in_years(card.track.album.release_date, query.year):
        return False
    fields = {"track": card.title, "artist": card.artists, "album": card.album}
    return _occur(query.words, card.text) and all(
        _occur(words, fields[name]) for name, words in query.filters.items()
    )


def _named(query: Query, own: str, name: str) -> bool:
    """Things other than tracks: by name, and with no filter but their own."""
    if query.year or query.isrc or query.filters.keys() - {own}:
        return False
    wanted = query.words + query.filters.get(own, ())
    return bool(wanted) and _occur(wanted, fold(name))


def _occur(words: tuple[str, ...], folded: str) -> bool:
    return all(f" {word}" in folded for word in words)


def _in_years(release_date: str, value: str) -> bool:
    years = _YEARS.fullmatch(value)
    if years is None:
        return False
    first, last = years.group(1), years.group(2) or years.group(1)
    return first <= release_date[:4] <= last
