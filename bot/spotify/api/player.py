"""The listener's own player: what's playing, and controlling it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias
from urllib.parse import urlencode

import msgspec

from bot.spotify.api.arguments import check_not_negative, check_page, check_playable, check_uris
from bot.spotify.api.calling import Calling, allowed
from bot.spotify.errors import SpotifyRequestError
from bot.spotify.limits import LONGEST_PAGE, PLAY_URIS
from bot.spotify.models import CursorPage, Device, Playback, Played, Queue
from bot.spotify.shapes import CursorShape, Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.spotify.oauth import UserToken

Repeat: TypeAlias = Literal["track", "context", "off"]

_KINDS: Final = "additional_types=track,episode"
_CONTEXTS: Final = frozenset({"album", "artist", "playlist", "show", "audiobook"})


class _Devices(msgspec.Struct, frozen=True):
    devices: tuple[Device, ...] = ()


_PLAYBACK: Final = Shape(Playback)
_DEVICES: Final = Shape(_Devices)
_QUEUE: Final = Shape(Queue)
_PLAYED: Final = CursorShape(Played)


class _StateShape:
    """A state, or nothing at all: Spotify answers 204 if nothing is active."""

    def read(self, body: bytes) -> Playback | None:
        return None if body.strip() in {b"", b"null"} else _PLAYBACK.read(body)


_STATE: Final = _StateShape()


class Player(Calling):
    """Reading needs user-read-playback-state; commands need user-modify-playback-state and Premium.

    Commands return nothing: Spotify sends 204, or 200 with a meaningless text. It doesn't promise to carry out
    quick commands in order either: send one, wait, read the state. device_id: from `devices`; None: the active one.
    Commands raise SpotifyNoDeviceError and SpotifyPremiumError; SpotifyForbiddenError has the `reason`.
    Source: developer.spotify.com/documentation/web-api/reference/start-a-users-playback and its neighbours
    """

    async def playback(self, token: UserToken) -> Playback | None:
        """The player's state; None if nothing is active.

        Source: developer.spotify.com/documentation/web-api/reference/get-information-about-the-users-current-playback
        """
        return await self._read(allowed(token, "playback"), f"/me/player?{_KINDS}", _STATE)

    async def currently_playing(self, token: UserToken) -> Playback | None:
        """The state without the device; None if nothing plays, or privately. Scope: user-read-currently-playing.

        Source: developer.spotify.com/documentation/web-api/reference/get-the-users-currently-playing-track
        """
        path = f"/me/player/currently-playing?{_KINDS}"
        return await self._read(allowed(token, "currently_playing"), path, _STATE)

    async def devices(self, token: UserToken) -> tuple[Device, ...]:
        """The devices the account could play on right now.

        Source: developer.spotify.com/documentation/web-api/reference/get-a-users-available-devices
        """
        return (await self._read(allowed(token, "devices"), "/me/player/devices", _DEVICES)).devices

    async def queue(self, token: UserToken) -> Queue:
        """What comes next. Scope: user-read-currently-playing and user-read-playback-state.

        Source: developer.spotify.com/documentation/web-api/reference/get-queue
        """
        return await self._read(allowed(token, "queue"), "/me/player/queue", _QUEUE)

    async def recently_played(
        self,
        token: UserToken,
        *,
        after: str | None = None,
        before: str | None = None,
        limit: int = LONGEST_PAGE,
    ) -> CursorPage[Played]:
        """Tracks, newest first. after or before: a moment in ms since 1970, as the last page names it. limit: 1-50.

        Scope: user-read-recently-played.

        Source: developer.spotify.com/documentation/web-api/reference/get-recently-played
        """
        check_page(limit, LONGEST_PAGE, 0)
        if after is not None and before is not None:
            raise SpotifyRequestError("after or before, not both")
        path = f"/me/player/recently-played?limit={limit}"
        for name, moment in (("after", after), ("before", before)):
            if moment is not None:
                if not (moment.isascii() and moment.isdigit()):
                    raise SpotifyRequestError("expected a time in ms")
                path += f"&{name}={moment}"
        return await self._read(allowed(token, "recently_played"), path, _PLAYED)

    async def transfer(self, token: UserToken, device_id: str, *, play: bool | None = None) -> None:
        """Continue playing on this device. play: True starts, None keeps the state.

        Source: developer.spotify.com/documentation/web-api/reference/transfer-a-users-playback
        """
        body: dict[str, object] = {"device_ids": [device_id]}
        if play is not None:
            body["play"] = play
        await self._write(allowed(token, "transfer"), "PUT", "/me/player", body)

    async def play(
        self,
        token: UserToken,
        *,
        context: str | None = None,
        uris: Sequence[str] = (),
        start_at: int | str | None = None,
        position_ms: int | None = None,
        device_id: str | None = None,
    ) -> None:
        """Resume playing, or start something: a context or some tracks.

        context: URI of an album, artist, playlist or show. uris: 1-100 of tracks or episodes.
        start_at: the position (from 0) or URI in an album or playlist.

        Source: developer.spotify.com/documentation/web-api/reference/start-a-users-playback
        """
        body = _what_to_play(context, uris, start_at, position_ms)
        path = _order("play", device_id)
        await self._write(allowed(token, "play"), "PUT", path, body or None)

    async def pause(self, token: UserToken, *, device_id: str | None = None) -> None:
        """Stop the music. device_id: where; None: on the active device.

        Scope: user-modify-playback-state. Raises SpotifyNoDeviceError, SpotifyPremiumError.

        Source: developer.spotify.com/documentation/web-api/reference/pause-a-users-playback
        """
        await self._write(allowed(token, "pause"), "PUT", _order("pause", device_id))

    async def skip(self, token: UserToken, *, device_id: str | None = None) -> None:
        """Go on to the next track. Arguments and errors as for `pause`.

        Source: developer.spotify.com/documentation/web-api/reference/skip-users-playback-to-next-track
        """
        await self._write(allowed(token, "skip"), "POST", _order("next", device_id))

    async def skip_back(self, token: UserToken, *, device_id: str | None = None) -> None:
        """Go back to the previous track. Arguments and errors as for `pause`.

        Source: developer.spotify.com/documentation/web-api/reference/skip-users-playback-to-previous-track
        """
        await self._write(allowed(token, "skip_back"), "POST", _order("previous", device_id))

    async def seek(self, token: UserToken, position_ms: int, *, device_id: str | None = None) -> None:
        """Beyond the end: skips to the next track.

        Source: developer.spotify.com/documentation/web-api/reference/seek-to-position-in-currently-playing-track
        """
        check_not_negative(position_ms=position_ms)
        path = _order("seek", device_id, position_ms=position_ms)
        await self._write(allowed(token, "seek"), "PUT", path)

    async def repeat(self, token: UserToken, state: Repeat, *, device_id: str | None = None) -> None:
        """Repeat the "track", the "context" or nothing ("off"). The rest as for `pause`.

        Source: developer.spotify.com/documentation/web-api/reference/set-repeat-mode-on-users-playback
        """
        if state not in {"track", "context", "off"}:
            raise SpotifyRequestError("expected track, context or off")
        await self._write(allowed(token, "repeat"), "PUT", _order("repeat", device_id, state=state))

    async def volume(self, token: UserToken, percent: int, *, device_id: str | None = None) -> None:
        """percent: 0-100. Some devices don't support it (`Device.supports_volume`).

        Source: developer.spotify.com/documentation/web-api/reference/set-volume-for-users-playback
        """
        if not 0 <= percent <= 100:
            raise SpotifyRequestError("expected 0 to 100 percent")
        path = _order("volume", device_id, volume_percent=percent)
        await self._write(allowed(token, "volume"), "PUT", path)

    async def shuffle(self, token: UserToken, *, on: bool, device_id: str | None = None) -> None:
        """Play in random order, or not. The rest as for `pause`.

        Source: developer.spotify.com/documentation/web-api/reference/toggle-shuffle-for-users-playback
        """
        path = _order("shuffle", device_id, state="true" if on else "false")
        await self._write(allowed(token, "shuffle"), "PUT", path)

    async def enqueue(self, token: UserToken, uri: str, *, device_id: str | None = None) -> None:
        """Queue a track or an episode after the current one. It can't be removed or moved again.

        Source: developer.spotify.com/documentation/web-api/reference/add-to-queue
        """
        check_playable((uri,), 1)
        await self._write(allowed(token, "enqueue"), "POST", _order("queue", device_id, uri=uri))


def _order(name: str, device_id: str | None, **parameters: str | int) -> str:
    if device_id is not None:
        parameters["device_id"] = device_id
    return f"/me/player/{name}?{urlencode(parameters, safe=':')}" if parameters else f"/me/player/{name}"


def _what_to_play(
    context: str | None, uris: Sequence[str], start_at: int | str | None, position_ms: int | None
) -> dict[str, object]:
    """The body of a `play`; empty to simply resume."""
    body: dict[str, object] = {}
    if context is not None and uris:
        raise SpotifyRequestError("expected a context or tracks, not both")
    if context is not None:
        check_uris((context,), _CONTEXTS)
        body["context_uri"] = context
    if uris:
        check_playable(uris, PLAY_URIS)
        body["uris"] = list(uris)
    if start_at is not None:
        if isinstance(start_at, int):
            check_not_negative(start_at=start_at)
        body["offset"] = {"position" if isinstance(start_at, int) else "uri": start_at}
    if position_ms is not None:
        check_not_negative(position_ms=position_ms)
        body["position_ms"] = position_ms
    return body
