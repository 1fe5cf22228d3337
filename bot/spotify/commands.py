"""The commands of `python -m bot.spotify`: what each asks Spotify, and what it shows of the answer."""

from __future__ import annotations

from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from bot.spotify.errors import RefError, SpotifyGrantError, SpotifyNotFoundError, SpotifyRequestError
from bot.spotify.limits import LONGEST_PAGE, SEARCH_PAGE
from bot.spotify.models.things import url_of
from bot.spotify.paging import entries
from bot.spotify.refs import parse_ref
from bot.spotify.scopes import Scope
from bot.spotify.tables import facts, table

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping, Sequence

    from bot.spotify.api.me import Span
    from bot.spotify.front import Spotify
    from bot.spotify.models import Artist, Followers, Page, Playlist, Track
    from bot.spotify.models.refs import Ref

T = TypeVar("T")


class Result(NamedTuple):
    """data: the models, for --json. text: for people, by the width of their terminal; None: as wide as it gets."""

    data: object
    text: Callable[[int | None], str]


KINDS: Final = ("track", "album", "artist", "playlist", "show", "episode", "audiobook")
TRACKS: Final = ("Title", "Artists", "Album", "Length!", "ID!")
PLAYED_ALONE: Final = frozenset({"track", "episode"})  # all others are contexts

SPANS: Final[Mapping[str, Span]] = {"short": "short_term", "medium": "medium_term", "long": "long_term"}

# What each command needs; those not listed need no scope.
SCOPES: Final = {
    "playlists": frozenset({Scope.PLAYLIST_READ_PRIVATE, Scope.PLAYLIST_READ_COLLABORATIVE}),
    "saved": frozenset({Scope.USER_LIBRARY_READ}),
    "top": frozenset({Scope.USER_TOP_READ}),
    "devices": frozenset({Scope.USER_READ_PLAYBACK_STATE}),
    "play": frozenset({Scope.USER_READ_PLAYBACK_STATE, Scope.USER_MODIFY_PLAYBACK_STATE}),
}
ALL: Final = frozenset[str]().union(*SCOPES.values())


async def login(spotify: Spotify, args: Namespace) -> Result:
    await spotify.sign_in(args.scopes or ALL, open_browser=not args.no_browser, show_dialog=args.show_dialog)
    person = await spotify.me()
    return Result(person, lambda _: f"Signed in as {person.display_name or person.id}.")


async def logout(spotify: Spotify, _: Namespace) -> Result:
    await spotify.sign_out()
    return Result(
        {"signed_in": False},
        lambda _: (
            "Signed out: the tokens are deleted. At spotify.com/account/apps you can withdraw the consent too."
        ),
    )


async def me(spotify: Spotify, _: Namespace) -> Result:
    await _signed_in(spotify)
    person = await spotify.me()
    rows = [
        ("Name", person.display_name),
        ("ID", person.id),
        ("Email", person.email),
        ("Country", person.country),
        ("Plan", person.product),
        ("Followers", _total(person.followers)),
        ("Link", url_of(person)),
    ]
    return Result(person, partial(_facts, rows))


async def track(spotify: Spotify, args: Namespace) -> Result:
    await spotify.resume()
    found = await spotify.track(_ref(args.what, {"track"}).id)
    album = found.album
    rows = [
        ("Title", found.name),
        ("Artists", _names(found.artists)),
        ("Album", album and album.name),
        ("Released", album and album.release_date),
        ("Length", _length(found)),
        ("Explicit", "yes" if found.explicit else None),
        ("ISRC", found.external_ids.isrc),
        ("ID", found.id),
        ("Link", found.url),
    ]
    return Result(found, partial(_facts, rows))


async def search(spotify: Spotify, args: Namespace) -> Result:
    await spotify.resume()
    fetch: Callable[..., Coroutine[object, object, Page[Any]]] = getattr(spotify, f"search_{args.kind}s")
    found = await _some(partial(fetch, args.what), args.limit, SEARCH_PAGE)
    if args.kind == "track":
        return Result(found, partial(_tracks, found))
    return Result(
        found, partial(_rows, ("Name", "By", "ID!"), [(thing.name, _by(thing), thing.id) for thing in found])
    )


async def artist(spotify: Spotify, args: Namespace) -> Result:
    await spotify.resume()
    if (ref := parse_ref(args.what, {"artist"})) is not None:
        found = await spotify.artist(ref.id)
    else:
        page = await spotify.search_artists(args.what, limit=1)
        if not page.items:
            raise SpotifyNotFoundError(f"no artist is called {args.what}")
        found = page.items[0]
    albums = (await spotify.artist_albums(found.id)).items
    rows = [
        ("Name", found.name),
        ("Genres", ", ".join(found.genres)),
        ("Followers", _total(found.followers)),
        ("Popularity", found.popularity),
        *(("Album", f"{album.name} ({(album.release_date or '?')[:4]})") for album in albums),
        ("ID", found.id),
        ("Link", url_of(found)),
    ]
    return Result({"artist": found, "albums": albums}, partial(_facts, rows))


async def playlists(spotify: Spotify, args: Namespace) -> Result:
    if args.user_id:
        await spotify.resume()
        ref = parse_ref(args.user_id, {"user"})
        fetch: Callable[..., Coroutine[object, object, Page[Playlist]]] = partial(
            spotify.user_playlists, ref.id if ref else args.user_id
        )
    else:
        await _signed_in(spotify)
        fetch = spotify.my_playlists
    found = await _some(fetch, args.limit, LONGEST_PAGE)
    lines = [(one.name, one.owner.display_name or one.owner.id, one.item_count, one.id) for one in found]
    return Result(found, partial(_rows, ("Name", "Owner", "Tracks!", "ID!"), lines))


async def saved(spotify: Spotify, args: Namespace) -> Result:
    await _signed_in(spotify)
    found = await _some(spotify.saved_tracks, args.limit, LONGEST_PAGE)
    lines = [
        (f"{one.added_at:%Y-%m-%d}" if one.added_at else "", *_track(one.track)) for one in found if one.track
    ]
    return Result(found, partial(_rows, ("Saved!", *TRACKS), lines))


async def top(spotify: Spotify, args: Namespace) -> Result:
    await _signed_in(spotify)
    span = SPANS[args.range]
    if args.of == "artists":
        artists = await _some(partial(spotify.top_artists, span), args.limit, LONGEST_PAGE)
        lines = [(place, one.name, ", ".join(one.genres), one.id) for place, one in enumerate(artists, 1)]
        return Result(artists, partial(_rows, ("#!", "Name", "Genres", "ID!"), lines))
    tracks = await _some(partial(spotify.top_tracks, span), args.limit, LONGEST_PAGE)
    ranked = [(place, *_track(one)) for place, one in enumerate(tracks, 1)]
    return Result(tracks, partial(_rows, ("#!", *TRACKS), ranked))


async def devices(spotify: Spotify, _: Namespace) -> Result:
    await _signed_in(spotify)
    found = await spotify.devices()
    lines = [
        (
            "*" if one.is_active else "",
            one.name,
            one.type,
            "" if one.volume_percent is None else f"{one.volume_percent}%",
            one.id,
        )
        for one in found
    ]
    return Result(found, partial(_rows, ("!", "Name", "Type", "Volume!", "ID!"), lines))


async def play(spotify: Spotify, args: Namespace) -> Result:
    ref = _ref(args.what, KINDS) if args.what else None
    await _signed_in(spotify)
    device = await _device(spotify, args.device) if args.device else None
    if ref is None:
        await spotify.play(device_id=device)
    elif ref.kind in PLAYED_ALONE:
        await spotify.play(uris=[ref.uri], device_id=device)
    else:
        await spotify.play(context=ref.uri, device_id=device)
    return Result({"playing": ref.uri if ref else None, "device_id": device}, lambda _: "Spotify is playing.")


async def _signed_in(spotify: Spotify) -> None:
    if await spotify.resume() is None:
        raise SpotifyGrantError("nobody is signed in")


async def _device(spotify: Spotify, wanted: str) -> str:
    there = await spotify.devices()
    for one in there:
        if one.id and wanted.casefold() in {one.id.casefold(), one.name.casefold()}:
            return one.id
    names = ", ".join(one.name for one in there) or "none"
    raise SpotifyRequestError(f"there is no device “{wanted}”; available: {names}")


def _ref(text: str, kinds: Collection[str]) -> Ref:
    if (ref := parse_ref(text, kinds)) is None:
        raise RefError("host", expected=sorted(kinds))
    return ref


async def _some(
    fetch: Callable[..., Coroutine[object, object, Page[T]]], limit: int, longest: int
) -> tuple[T, ...]:
    """The first so many entries of a list."""
    size = min(limit, longest)
    found: list[T] = []
    async with aclosing(entries(partial(fetch, limit=size), size=size)) as read:
        async for entry in read:
            found.append(entry)
            if len(found) == limit:
                break
    return tuple(found)


def _facts(rows: Sequence[tuple[str, object]], width: int | None) -> str:
    return facts(rows, width=width)


def _rows(headings: Sequence[str], rows: Sequence[Sequence[object]], width: int | None) -> str:
    return table(headings, rows, width=width) if rows else "Nothing there."


def _tracks(found: Iterable[Track], width: int | None) -> str:
    return _rows(TRACKS, [_track(one) for one in found], width)


def _track(one: Track) -> tuple[object, ...]:
    return one.name, _names(one.artists), one.album and one.album.name, _length(one), one.id


def _names(artists: Iterable[Artist]) -> str:
    return ", ".join(one.name for one in artists)


def _by(thing: object) -> str:
    """Who made it, whatever kind of thing it is."""
    if artists := getattr(thing, "artists", ()):
        return _names(artists)
    if owner := getattr(thing, "owner", None):
        return str(owner.display_name or owner.id or "")
    return ", ".join(one.name for one in getattr(thing, "authors", ())) or str(
        getattr(thing, "publisher", "") or ""
    )


def _length(one: Track) -> str:
    if one.duration_ms is None:
        return ""
    minutes, seconds = divmod(one.duration_ms // 1000, 60)
    return f"{minutes}:{seconds:02}"


def _total(followers: Followers | None) -> int | None:
    return None if followers is None else followers.total
