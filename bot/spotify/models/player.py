"""The player: devices, what is playing, what comes next, what was played."""

from __future__ import annotations

from msgspec import Struct

from bot.spotify.models.music import Track
from bot.spotify.models.things import ExternalUrls, Moment


class Device(Struct, frozen=True, gc=False):
    """`id` may change from day to day, and is None for a device that cannot be addressed.

    is_restricted: takes no orders from the Web API.
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
    """What is being played from: an artist, a playlist, an album, a show, or the saved tracks ("collection")."""

    uri: str | None = None
    type: str | None = None
    external_urls: ExternalUrls = ExternalUrls()


class Playback(Struct, frozen=True, gc=False):
    """The state of the player. `item` is None for an advertisement and for what Spotify cannot name.

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
    """`skipped`: entries that could not be read."""

    currently_playing: Track | None = None
    queue: tuple[Track, ...] = ()
    skipped: int = 0


class Played(Struct, frozen=True, gc=False):
    """A track the account has listened to for more than 30 seconds."""

    track: Track
    played_at: Moment | None = None
    context: Context | None = None
