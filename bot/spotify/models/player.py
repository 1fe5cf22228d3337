"""The player: devices, what's playing, what's next, what was played."""

from __future__ import annotations

from msgspec import Struct

from bot.spotify.models.music import Track
from bot.spotify.models.things import ExternalUrls, Moment


class Device(Struct, frozen=True, gc=False):
    """`id` can change from day to day, and is None for a device that can't be addressed.

    is_restricted: accepts no commands from the Web API.
    """

    id: str | None = None
    name: str = ""
    type: str = ""
    is_active: bool = False
    is_private_session: bool = False
    is_restricted: bool = False
    volume_percent: int | None = None
    supports_volume: bool = False


class Context(Struct, frozen=True, gc=False):
    """What it's playing from: an artist, a playlist, an album, a show, or the saved tracks ("collection")."""

    uri: str | None = None
    type: str | None = None
    external_urls: ExternalUrls = ExternalUrls()


class Playback(Struct, frozen=True, gc=False):
    """The player's state. `item` is None for an advertisement and for anything Spotify can't name.

    timestamp: when this last changed, in ms since 1970. device: only from `playback`, not `currently_playing`.
    """

    is_playing: bool = False
    item: Track | None = None
    device: Device | None = None
    context: Context | None = None
    progress_ms: int | None = None
    timestamp: int | None = None
    currently_playing_type: str | None = None
    repeat_state: str | None = None
    shuffle_state: bool | None = None


class Queue(Struct, frozen=True, gc=False):
    """`skipped`: entries that couldn't be read."""

    currently_playing: Track | None = None
    queue: tuple[Track, ...] = ()
    skipped: int = 0


class Played(Struct, frozen=True, gc=False):
    """A track the account has listened to for more than 30 seconds."""

    track: Track
    played_at: Moment | None = None
    context: Context | None = None
