"""How members, tracks and shared playlists are called in sentences, menus and lists; names lead to Spotify."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bot.languages import Text, all_of, day
from bot.stores.history import FORMER_MEMBER
from cogs.words.counts import MORE, TRACKS
from cogs.words.text import CHOICE, masked_link, plain_text, safe_text, size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.spotify.models import Track
    from bot.stores.lists import SharedPlaylist

EXPLICIT = Text("Explicit")
EXPLICIT_MARK = Text("*Explicit*")  # where Discord reads markdown
FOOTER = "Spotify"
SEPARATOR = " · "
OPEN = Text("Open in Spotify")
NO_ARTIST = Text("unknown artist")
AN_EPISODE = Text("episode")
BY_ARTIST = Text("{title} by {artist}")
EPISODE = Text("{title} (episode)")
MINUTES_ONLY = Text("{minutes} min")
HOURS_AND_MINUTES = Text("{hours:,} h {minutes} min")
UNNAMED = Text("a track on Spotify")
A_FORMER_MEMBER = Text("a former member")
UNPLAYABLE = {  # by Spotify's word for the reason
    "market": Text("⚠️ Spotify can't play this in the country I search in."),
    "product": Text("⚠️ Spotify plays this only with Premium."),
    "explicit": Text("⚠️ Spotify doesn't play this while explicit content is turned off."),
}
UNPLAYABLE_NOW = Text("⚠️ Spotify can't play this right now.")
NAME_SHOWN = 100
LISTS_SHOWN = 10
TITLE_SHOWN, ARTISTS_SHOWN = 60, 40  # in a line of a list


def mention(member_id: int) -> str:
    """Who had their data deleted is named to nobody."""
    return A_FORMER_MEMBER() if member_id == FORMER_MEMBER else f"<@{member_id}>"


def list_name(shared: SharedPlaylist) -> str:
    return f"**{masked_link(shared.name, list_url(shared), NAME_SHOWN)}**"


def playlist_names(lists: Sequence[SharedPlaylist]) -> str:
    """Of several, in a sentence, leading nowhere."""
    names = [f"**{safe_text(one.name, NAME_SHOWN)}**" for one in lists[:LISTS_SHOWN]]
    return all_of([*names, *([MORE(len(lists) - LISTS_SHOWN)] if len(lists) > LISTS_SHOWN else [])])


def list_url(shared: SharedPlaylist) -> str:
    return f"https://open.spotify.com/playlist/{shared.playlist_id}"


def unnamed(uri: str, limit: int) -> str:
    """A track whose title Spotify does not tell, leading there."""
    return masked_link(UNNAMED(), uri_page(uri), limit)


def uri_page(uri: str) -> str | None:
    kind, _, key = uri.removeprefix("spotify:").partition(":")
    return f"https://open.spotify.com/{kind}/{key}" if kind and key else None


def track_name(track: Track, limit: int) -> str:
    """Title and first artist for a sentence, the title leading to Spotify; `limit` counts the title only."""
    return by_artist(f"**{masked_link(track.name, track.url, limit)}**", track, NAME_SHOWN)


def track_line(
    track: Track | None,
    uri: str = "",
    *,
    title: int = TITLE_SHOWN,
    artists: int = ARTISTS_SHOWN,
    linked: bool = True,
) -> str:
    """As in every list: “**[Title](Spotify)** · Artists · 3:45 · *Explicit*”. The limits cut title and artists.

    uri: names what Spotify does not. linked: not for a file on somebody's own device.
    """
    if track is None:
        return f"**{unnamed(uri, title)}**"
    name = f"**{masked_link(track.name, track.url if linked else None, title)}**"
    return SEPARATOR.join((name, safe_text(artist_names(track), artists), *_facts(track, EXPLICIT_MARK())))


def _facts(track: Track, explicit: str) -> Iterator[str]:
    if track.duration_ms:
        yield length(track.duration_ms)
    if track.explicit:
        yield explicit


def artist_names(track: Track) -> str:
    """All of them, as Spotify writes them. Episodes have a show instead, which Spotify does not name everywhere."""
    if track.type == "episode":
        return AN_EPISODE()
    return ", ".join(artist.name for artist in track.artists) or NO_ARTIST()


def by_artist(title: str, track: Track, limit: int) -> str:
    """The title and who it is by. Episodes have a show instead, which Spotify does not name everywhere."""
    if track.type == "episode":
        return EPISODE(title=title)
    artist = safe_text(track.artists[0].name if track.artists else NO_ARTIST(), limit)
    return BY_ARTIST(title=title, artist=artist)


def track_label(track: Track, limit: int = CHOICE) -> str:
    """“Title · Artists · Explicit” for places without markdown; a long title leaves room for the artist."""
    mark = f" · {EXPLICIT()}" if track.explicit else ""
    room = limit - size(mark)
    artists = plain_text(artist_names(track), room)
    title = plain_text(track.name, max(room // 2, room - size(artists) - size(SEPARATOR)))
    return plain_text(f"{title}{SEPARATOR}{artists}", room) + mark


def track_detail(track: Track) -> str:
    """What tells equal titles apart: album, year, length."""
    album = track.album
    parts = [
        plain_text(album.name, CHOICE // 2) if album and album.name else "",
        (album.release_date or "")[:4] if album else "",
        length(track.duration_ms) if track.duration_ms else "",
    ]
    return plain_text(SEPARATOR.join(part for part in parts if part) or FOOTER)


def unplayable_words(track: Track) -> str:
    """Why Spotify does not play it; empty where it does, or does not say."""
    if track.is_playable is not False:
        return ""
    return UNPLAYABLE.get((track.restrictions and track.restrictions.reason) or "market", UNPLAYABLE_NOW)()


def track_count(count: int | None) -> str | None:
    """“42 tracks”; None where Spotify does not tell."""
    return None if count is None else TRACKS(count)


def length(duration_ms: int) -> str:
    """3:45, or 1:02:03 from an hour on."""
    minutes, seconds = divmod(duration_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def playing_time(duration_ms: int) -> str:
    """Of several tracks together: “47 min”, “2 h 5 min”."""
    hours, minutes = divmod(max(1, round(duration_ms / 60_000)), 60)
    return HOURS_AND_MINUTES(hours=hours, minutes=minutes) if hours else MINUTES_ONLY(minutes=minutes)


def released(release_date: str | None) -> str:
    """A day as the reader's language writes it, or the year if Spotify knows no more."""
    try:
        return day(date.fromisoformat(release_date or ""))
    except ValueError:
        return year(release_date) or ""


def year(release_date: str | None) -> str | None:
    """2019; None where Spotify knows none, which it also writes as 0000."""
    first = (release_date or "")[:4]
    return first if first.isascii() and first.isdigit() and len(first) == 4 and int(first) else None
