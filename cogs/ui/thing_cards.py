"""The card of anything on Spotify: what it is beside its picture, what is in it page by page, and what can be done.

Titles lead to Spotify, pictures stay as they are, and at most twenty entries stand together: Spotify's design rules.
Source: developer.spotify.com/documentation/design
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.languages import Plural, Text
from bot.services.playable import track_key
from bot.spotify.models import (
    Album,
    AlbumDetails,
    ArtistDetails,
    Audiobook,
    Chapter,
    Episode,
    Playlist,
    Show,
    Track,
)
from cogs.ui.additions import ADD, add_button
from cogs.ui.controls import SPOTIFY_ID, Ack, Item, Pages
from cogs.ui.layout import text, with_picture
from cogs.ui.likes import like_button
from cogs.ui.reply import Reply, controls, link_button
from cogs.ui.track_card import track_parts
from cogs.words.counts import TRACKS
from cogs.words.names import (
    EXPLICIT_MARK,
    FOOTER,
    NO_ARTIST,
    OPEN,
    SEPARATOR,
    length,
    playing_time,
    released,
    track_count,
    track_label,
    track_line,
    year,
)
from cogs.words.text import (
    OPTIONS,
    fitting,
    masked_link,
    page_of,
    picture,
    plain_text,
    safe_text,
    spotify_page,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.services.catalogue import Entry, Shown, Whole
    from bot.services.searches import Thing
    from bot.spotify.models import Artist, Author, Image
    from cogs.ui.layout import Control, Part

ANY_KIND: Final = "track|album|artist|playlist|show|episode|audiobook|chapter"
PAGES: Final = Pages("card", kind=ANY_KIND, id=SPOTIFY_ID)
ONE: Final = Item("card:one", Ack.THINK, kind=ANY_KIND)  # chosen of what a card lists
ADD_ALBUM: Final = Item("card:add", Ack.THINK, id=SPOTIFY_ID)  # asks for the playlist
MATCH: Final = Item("card:match", Ack.NONE, kind=ANY_KIND)  # in place of the card it stands on

ALBUM_KINDS: Final = {
    "album": Text("Album"),
    "single": Text("Single"),
    "compilation": Text("Compilation"),
    "ep": Text("EP"),
}
RELEASES: Final = Plural("{n:,} release", "{n:,} releases")
EPISODES: Final = Plural("{n:,} episode", "{n:,} episodes")
CHAPTERS: Final = Plural("{n:,} chapter", "{n:,} chapters")
FOLLOWERS: Final = Plural("{n:,} follower", "{n:,} followers")
BY: Final = Text("by {names}")
READ_BY: Final = Text("read by {names}")
OF_SHOW: Final = Text("from {show}")
CHAPTER_OF: Final = Text("Chapter {place} of {book}")
A_PODCAST: Final = Text("Podcast")
AN_AUDIOBOOK: Final = Text("Audiobook")
AN_ARTIST: Final = Text("Artist")
A_PLAYLIST: Final = Text("Playlist")
MADE_BY: Final = Text("made by {owner}")
HIDDEN: Final = Text("Spotify lists what's in a playlist only for its owner and those who edit it together.")
SHOW_ONE: Final = {
    "album": Text("Show a track…"),
    "artist": Text("Show a release…"),
    "show": Text("Show an episode…"),
    "audiobook": Text("Show a chapter…"),
}
ENTRY_KIND: Final = {"album": "track", "artist": "album", "show": "episode", "audiobook": "chapter"}
NOT_THIS_ONE: Final = Text("Not this one? Other matches…")
RESULTS: Final = {
    "track": Text("Tracks matching “{query}”"),
    "album": Text("Albums matching “{query}”"),
    "artist": Text("Artists matching “{query}”"),
    "playlist": Text("Playlists matching “{query}”"),
    "show": Text("Podcasts matching “{query}”"),
    "episode": Text("Episodes matching “{query}”"),
    "audiobook": Text("Audiobooks matching “{query}”"),
}
OPEN_ONE: Final = Text("Show one as a card…")
NAME: Final = 150
NAMES: Final = 200
ENTRY_NAME, ENTRY_ARTISTS = 60, 30
DESCRIPTION: Final = 280
ROOM: Final = 3_000  # characters for the entries of a page, their links included
GENRES: Final = 5


def thing_reply(shown: Shown, matches: Sequence[discord.SelectOption] = ()) -> Reply:
    """matches: all that was found, offered in a menu."""
    thing = shown.thing
    items: list[Control] = list(
        PAGES.buttons(shown.number, shown.pages, kind=shown.ref.kind, id=shown.ref.id)
    )
    if page := spotify_page(thing.external_urls.spotify or shown.ref.url):
        items.append(link_button(OPEN(), page))
    if isinstance(thing, Track) and thing.id:
        items.append(add_button(track_key(thing)))
    if shown.ref.kind == "album":
        items.append(ADD_ALBUM.button(ADD(), style=discord.ButtonStyle.primary, id=shown.ref.id))
    if shown.ref.kind not in {"playlist", "chapter"}:
        items.append(like_button(shown.ref.uri))
    if options := thing_options(shown.entries):
        items.append(ONE.menu(SHOW_ONE[shown.ref.kind](), options, kind=ENTRY_KIND[shown.ref.kind]))
    if len(matches) > 1:
        for option in matches:
            option.default = option.value == shown.ref.id
        items.append(MATCH.menu(NOT_THIS_ONE(), matches, kind=shown.ref.kind))
    return Reply(card=_parts(shown), view=controls(*items))


def results_reply(kind: str, query: str, things: tuple[Thing, ...]) -> Reply:
    """Up to ten, with a menu to see one of them as a card."""
    lines = [f"{place}\\. {entry_line(one)}" for place, one in enumerate(things, 1)]
    card = (
        text(f"### {RESULTS[kind](query=safe_text(query, NAME))}"),
        text(fitting(lines, ROOM)),
        text(f"-# {FOOTER}"),
    )
    return Reply(card=card, view=controls(ONE.menu(OPEN_ONE(), thing_options(things), kind=kind)))


def _parts(shown: Shown) -> tuple[Part, ...]:
    thing = shown.thing
    if isinstance(thing, Track):
        return track_parts(thing)
    title = f"### {masked_link(thing.name, thing.external_urls.spotify or shown.ref.url, NAME)}"
    lines = [title, *filter(None, _about(thing, shown))]
    head = with_picture("\n".join(lines), _picture(thing), plain_text(thing.name))
    foot = [FOOTER, *([page_of(shown.number, shown.pages)] if shown.pages > 1 else [])]
    if not shown.entries:
        return (head, text(f"-# {SEPARATOR.join(foot)}"))
    first = shown.number * shown.size + 1
    entries = [
        f"{place}\\. {entry_line(one, on_card_of=thing.id)}" for place, one in enumerate(shown.entries, first)
    ]
    return (head, text(fitting(entries, ROOM)), text(f"-# {SEPARATOR.join(foot)}"))


def _about(thing: Whole, shown: Shown) -> Iterator[str]:
    match thing:
        case AlbumDetails():
            yield _artists(thing.artists)
            yield SEPARATOR.join(_facts(thing, _whole_length(shown)))
        case ArtistDetails():
            yield SEPARATOR.join(_artist_facts(thing, shown.total))
            yield safe_text(", ".join(thing.genres[:GENRES]), NAMES) if thing.genres else ""
        case Show():
            count = EPISODES(shown.total) if shown.total else ""
            yield SEPARATOR.join(filter(None, (A_PODCAST(), _name(thing.publisher), count, _mark(thing))))
            yield _description(thing.description)
        case Audiobook():
            yield BY(names=_people(thing.authors)) if thing.authors else ""
            yield READ_BY(names=_people(thing.narrators)) if thing.narrators else ""
            count = CHAPTERS(shown.total) if shown.total else ""
            yield SEPARATOR.join(filter(None, (AN_AUDIOBOOK(), _name(thing.edition), count, _mark(thing))))
            yield _description(thing.description)
        case Chapter():
            book = thing.audiobook
            if book is not None and thing.chapter_number is not None:
                link = masked_link(book.name, book.external_urls.spotify, NAME)
                yield CHAPTER_OF(place=thing.chapter_number + 1, book=link)
            yield SEPARATOR.join(filter(None, (_length(thing), _mark(thing))))
            yield _description(thing.description)
        case Playlist():
            owner = thing.owner.display_name or thing.owner.id
            made_by = MADE_BY(owner=safe_text(owner, NAME)) if owner else ""
            yield SEPARATOR.join(filter(None, (A_PLAYLIST(), track_count(thing.item_count), made_by)))
            yield _description(thing.description)
            yield f"-# {HIDDEN()}"


def entry_line(one: Entry | Thing, *, on_card_of: str | None = None) -> str:
    """As in every list: the name leads to Spotify, then what tells it apart. on_card_of: who needn't be named."""
    match one:
        case Track():
            return track_line(one, title=ENTRY_NAME, artists=ENTRY_ARTISTS)
        case Album():
            is_theirs = {artist.id for artist in one.artists} == {on_card_of}
            facts = [
                *([] if is_theirs else [_artists(one.artists, ENTRY_ARTISTS, linked=False)]),
                *_facts(one),
            ]
        case ArtistDetails():
            facts = [
                *_artist_facts(one, 0),
                safe_text(", ".join(one.genres[:2]), ENTRY_ARTISTS) if one.genres else "",
            ]
        case Show():
            count = EPISODES(one.total_episodes) if one.total_episodes else ""
            facts = [_name(one.publisher), count, _mark(one)]
        case Episode():
            show = OF_SHOW(show=safe_text(one.show.name, ENTRY_ARTISTS)) if one.show and one.show.name else ""
            facts = [show, released(one.release_date), _length(one), _mark(one)]
        case Audiobook():
            facts = [_people(one.authors) if one.authors else "", _mark(one)]
        case Chapter():
            facts = [_length(one), _mark(one)]
        case Playlist():
            owner = one.owner.display_name or one.owner.id
            facts = [
                MADE_BY(owner=safe_text(owner, ENTRY_ARTISTS)) if owner else "",
                track_count(one.item_count) or "",
            ]
    name = f"**{masked_link(one.name, one.external_urls.spotify, ENTRY_NAME)}**"
    return SEPARATOR.join(filter(None, (name, *facts)))


def thing_options(things: Iterable[Entry | Thing]) -> list[discord.SelectOption]:
    options = {
        one.id: discord.SelectOption(
            label=track_label(one) if isinstance(one, Track) else plain_text(one.name),
            value=one.id,
            description=_detail(one) or None,
        )
        for one in things
        if one.id
    }
    return list(options.values())[:OPTIONS]


def _detail(one: Entry | Thing) -> str:
    match one:
        case Album():
            artists = ", ".join(artist.name for artist in one.artists)
            return (
                plain_text(SEPARATOR.join(filter(None, (artists, year(one.release_date) or ""))))
                if artists
                else ""
            )
        case Show():
            return plain_text(one.publisher) if one.publisher else ""
        case Episode():
            return plain_text(one.show.name) if one.show and one.show.name else released(one.release_date)
        case Audiobook():
            return plain_text(", ".join(author.name for author in one.authors)) if one.authors else ""
        case Playlist():
            return plain_text(one.owner.display_name or one.owner.id or "") if one.owner.display_name else ""
        case _:
            return ""


def _facts(album: Album, length_ms: int = 0) -> Iterator[str]:
    if kind := ALBUM_KINDS.get((album.album_type or "").lower()):
        yield kind()
    if album.total_tracks:
        yield TRACKS(album.total_tracks)
    if length_ms:
        yield playing_time(length_ms)
    if when := year(album.release_date):
        yield when


def _whole_length(shown: Shown) -> int:
    """0 if not all of it is known."""
    lengths = [one.duration_ms for one in shown.entries if isinstance(one, Track)]
    return sum(filter(None, lengths)) if shown.pages == 1 and all(lengths) else 0


def _artist_facts(artist: ArtistDetails, releases: int) -> Iterator[str]:
    yield AN_ARTIST()
    if artist.followers is not None:
        yield FOLLOWERS(artist.followers.total)
    if releases:
        yield RELEASES(releases)


def _artists(artists: Iterable[Artist], limit: int = NAMES, *, linked: bool = True) -> str:
    several = list(artists)[:4]
    names = [masked_link(one.name, one.external_urls.spotify, 40) if linked else one.name for one in several]
    if not names:
        return NO_ARTIST()
    return ", ".join(names) if linked else safe_text(", ".join(names), limit)


def _people(people: Iterable[Author]) -> str:
    return safe_text(", ".join(one.name for one in people), ENTRY_ARTISTS * 2)


def _name(name: str | None) -> str:
    return safe_text(name, ENTRY_ARTISTS) if name else ""


def _description(words: str | None) -> str:
    return safe_text(words, DESCRIPTION) if words and words.strip() else ""


def _mark(thing: Show | Episode | Audiobook | Chapter) -> str:
    return EXPLICIT_MARK() if thing.explicit else ""


def _length(thing: Episode | Chapter) -> str:
    return length(thing.duration_ms) if thing.duration_ms else ""


def _picture(thing: Whole) -> str | None:
    images: tuple[Image, ...] = getattr(thing, "images", None) or ()
    return next((shown for image in images if (shown := picture(image.url))), None)
