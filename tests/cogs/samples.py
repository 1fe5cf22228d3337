"""Tracks, playlists and a bot for the tests of what members see."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import msgspec

from bot.spotify.models import Album, Artist, Count, ExternalUrls, Image, Person, Playlist, Restriction, Track

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot

TRACK_ID = "4uLU6hMCjMI75M1A2tKUQC"
PLAYLIST_ID = "37i9dQZF1DXcBWIGoYBM5M"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class FakeBot:
    """Knows the ids of its commands and who runs it."""

    operator_ids: frozenset[int] = frozenset({1})
    said: list[str] = field(default_factory=list)

    def get_guild(self, _guild_id: int) -> None:
        """It knows none."""

    async def language_of(self, _guild_id: int) -> str:
        return "en"

    def language_of_member(self, _member_id: int, _discords: str) -> str:
        return "en"

    def mention_command(self, name: str) -> str:
        return f"</{name}:1>"

    def mention_commands(self, text: str) -> str:
        return text


def fake_bot() -> DiscordBot:
    return cast("DiscordBot", FakeBot())


def url(kind: str, thing_id: str) -> ExternalUrls:
    return ExternalUrls(f"https://open.spotify.com/{kind}/{thing_id}")


def track(
    name: str = "Song", *, track_id: str | None = TRACK_ID, artists: int = 2, explicit: bool = False
) -> Track:
    return Track(
        uri=f"spotify:track:{track_id}" if track_id else "spotify:local:a:b:c:1",
        name=name,
        id=track_id,
        duration_ms=225_000,
        explicit=explicit,
        track_number=3,
        artists=tuple(Artist(name=name, external_urls=url("artist", TRACK_ID)) for _ in range(artists)),
        album=Album(
            name=name or "x",  # a nameless album is left out
            release_date="2019-03-12",
            total_tracks=12,
            images=(Image("https://i.scdn.co/image/ab67616d0000b273", 640, 640),),
            external_urls=url("album", TRACK_ID),
        ),
        external_urls=url("track", TRACK_ID),
    )


def barred(name: str, reason: str | None) -> Track:
    """A track Spotify does not play, for this reason."""
    return msgspec.structs.replace(track(name), is_playable=False, restrictions=Restriction(reason))


def tracks(name: str, count: int) -> tuple[Track, ...]:
    return tuple(track(name, track_id=f"{number:022}") for number in range(count))


def playlist(
    name: str = "Mix", *, playlist_id: str = PLAYLIST_ID, owner: str = "Ada", items: int | None = 42
) -> Playlist:
    return Playlist(
        id=playlist_id,
        name=name,
        owner=Person(id="ada-id", display_name=owner),
        public=True,
        collaborative=True,
        external_urls=url("playlist", playlist_id),
        items=Count(items),
    )


def playlists(name: str, count: int) -> tuple[Playlist, ...]:
    return tuple(playlist(name, playlist_id=f"{number:022}", owner=name) for number in range(count))
