"""The player of the person whose token it is. Orders answer 204 and want Premium.

Source: developer.spotify.com/documentation/web-api/reference/get-information-about-the-users-current-playback and its
neighbours
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.fake_spotify.catalogue import Track
from sandbox.fake_spotify.web_api.answers import ApiError
from sandbox.fake_spotify.web_api.call import Route

if TYPE_CHECKING:
    from sandbox.fake_spotify.listening import Device, Player
    from sandbox.fake_spotify.web_api.answers import Json
    from sandbox.fake_spotify.web_api.call import ApiCall

STATE, STEER, CURRENT = (
    "user-read-playback-state",
    "user-modify-playback-state",
    "user-read-currently-playing",
)
PLAYED = 50


async def get_state(call: ApiCall) -> Json | web.Response:
    player = call.member.listening.player
    if player.device is None:
        return web.Response(status=204)
    return _playing(call, player) | {
        "device": _device(player, player.device),
        "repeat_state": player.repeat,
        "shuffle_state": player.shuffle,
    }


async def get_current(call: ApiCall) -> Json | web.Response:
    player = call.member.listening.player
    return web.Response(status=204) if player.uri is None else _playing(call, player)


async def get_devices(call: ApiCall) -> Json:
    listening = call.member.listening
    return {"devices": [_device(listening.player, one) for one in listening.devices]}


async def get_queue(call: ApiCall) -> Json:
    player = call.member.listening.player
    following = [*player.queue, *player.uris[player.place + 1 :]][:20]
    return {"currently_playing": _item(call, player.uri), "queue": [_item(call, uri) for uri in following]}


async def get_recently_played(call: ApiCall) -> Json:
    """Tracks only, newest first; the cursors are moments."""
    limit, query = call.window().limit, call.request.query
    moments = [(int(one[1].timestamp() * 1000), *one) for one in call.member.listening.player.played]
    if "after" in query:
        moments = [one for one in moments if one[0] > int(query["after"])]
    if "before" in query:
        moments = [one for one in moments if one[0] < int(query["before"])]
    shown, url = moments[:limit], f"{call.state.api_url}/me/player/recently-played"
    cursors = {"after": str(shown[0][0]), "before": str(shown[-1][0])} if shown else None
    return {
        "cursors": cursors,
        "href": url,
        "items": [
            {"played_at": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "track": _item(call, uri)}
            | ({"context": _context(call, context)} if context else {})
            for _, uri, at, context in shown
        ],
        "limit": limit,
        "next": f"{url}?before={shown[-1][0]}&limit={limit}" if len(moments) > limit else None,
    }


async def transfer(call: ApiCall) -> web.Response:
    body = await call.body()
    ids = body.get("device_ids")
    if not isinstance(ids, list) or len(ids) != 1:
        raise ApiError(400, "Only one device id is supported")
    player = _steered(call, str(ids[0]))
    if "play" in body:
        player.playing = body["play"] is True
    return web.Response(status=204)


async def play(call: ApiCall) -> web.Response:
    body, state = await call.body(), call.state
    context, uris, offset = body.get("context_uri"), body.get("uris"), body.get("offset")
    player = _steered(call)
    if context is not None:
        player.context, player.uris = str(context), _tracks_of(call, str(context))
    elif isinstance(uris, list):
        player.context, player.uris = None, [str(uri) for uri in uris]
        if any(state.catalogue.of_uri(uri) is None for uri in player.uris):
            raise ApiError(400, "Invalid track uri")
    if context is not None or uris is not None:
        player.place = _place(offset, player.uris)
        player.position_ms = 0
    position = body.get("position_ms")
    player.position_ms = position if isinstance(position, int) else player.position_ms
    player.playing = True
    _note(call, player)
    return web.Response(status=204)


async def pause(call: ApiCall) -> web.Response:
    player = _steered(call)
    if not player.playing:
        raise ApiError(403, "Player command failed: Restriction violated", reason="ALREADY_PAUSED")
    player.playing = False
    return web.Response(status=204)


async def skip(call: ApiCall) -> web.Response:
    player = _steered(call)
    if player.queue:
        player.uris.insert(player.place + 1, player.queue.pop(0))
    if player.place + 1 >= len(player.uris):
        raise ApiError(403, "Player command failed: No next track", reason="NO_NEXT_TRACK")
    player.place, player.position_ms = player.place + 1, 0
    _note(call, player)
    return web.Response(status=204)


async def skip_back(call: ApiCall) -> web.Response:
    player = _steered(call)
    if not player.place:
        raise ApiError(403, "Player command failed: No previous track", reason="NO_PREV_TRACK")
    player.place, player.position_ms = player.place - 1, 0
    return web.Response(status=204)


async def set_something(call: ApiCall) -> web.Response:
    """Position, repeat, volume, shuffle: each is one parameter of the query."""
    player, query = _steered(call), call.request.query
    try:
        match call.request.path.rpartition("/")[2]:
            case "seek":
                player.position_ms = int(query["position_ms"])
            case "repeat":
                player.repeat = {"track": "track", "context": "context", "off": "off"}[query["state"]]
            case "shuffle":
                player.shuffle = {"true": True, "false": False}[query["state"]]
            case _:
                _set_volume(player, int(query["volume_percent"]))
    except (KeyError, ValueError):
        raise ApiError(400, "Invalid parameter") from None
    return web.Response(status=204)


async def enqueue(call: ApiCall) -> web.Response:
    uri = call.request.query.get("uri", "")
    if call.state.catalogue.of_uri(uri) is None:
        raise ApiError(400, "Invalid uri")
    _steered(call).queue.append(uri)
    return web.Response(status=204)


def _steered(call: ApiCall, device_id: str | None = None) -> Player:
    """The player, on the device that was named, if the person may give it orders."""
    listening = call.member.listening
    if not listening.premium:
        raise ApiError(403, "Player command failed: Premium required", reason="PREMIUM_REQUIRED")
    wanted = device_id or call.request.query.get("device_id")
    if wanted is not None:
        device = next((one for one in listening.devices if one.id == wanted), None)
        if device is None:
            raise ApiError(404, "Device not found")
        listening.player.device = device
    if listening.player.device is None:
        raise ApiError(404, "Player command failed: No active device found", reason="NO_ACTIVE_DEVICE")
    if listening.player.device.restricted:
        raise ApiError(403, "Player command failed: Restricted device", reason="REMOTE_CONTROL_DISALLOW")
    return listening.player


def _set_volume(player: Player, percent: int) -> None:
    if player.device is None or player.device.volume is None:
        raise ApiError(403, "Player command failed", reason="VOLUME_CONTROL_DISALLOW")
    if not 0 <= percent <= 100:
        raise ValueError(percent)
    player.device.volume = percent


def _tracks_of(call: ApiCall, context: str) -> list[str]:
    kind, _, id_ = context.removeprefix("spotify:").partition(":")
    catalogue = call.state.catalogue
    if kind == "playlist" and id_ in call.state.playlists:
        return call.state.playlists[id_].uris
    if kind == "album" and id_ in catalogue.album_tracks:
        return [track.uri for track in catalogue.album_tracks[id_]]
    if kind == "artist" and id_ in catalogue.artists:
        return [track.uri for track in catalogue.tracks.values() if track.artists[0].id == id_]
    raise ApiError(404, "Context not found")


def _place(offset: object, uris: list[str]) -> int:
    if not isinstance(offset, dict):
        return 0
    if (uri := offset.get("uri")) in uris:
        return uris.index(uri)
    position = offset.get("position", 0)
    return position if isinstance(position, int) and position < len(uris) else 0


def _note(call: ApiCall, player: Player) -> None:
    if player.uri is not None and player.uri.startswith("spotify:track:"):
        player.played.insert(0, (player.uri, call.state.now(), player.context))
        del player.played[PLAYED:]


def _playing(call: ApiCall, player: Player) -> Json:
    kind = "episode" if player.uri and player.uri.startswith("spotify:episode:") else "track"
    return {
        "actions": {"disallows": {"resuming": player.playing}},
        "context": _context(call, player.context) if player.context else None,
        "currently_playing_type": kind if player.uri else "unknown",
        "is_playing": player.playing,
        "item": _item(call, player.uri),
        "progress_ms": player.position_ms,
        "timestamp": int(call.state.now().timestamp() * 1000),
    }


def _context(call: ApiCall, uri: str) -> Json:
    kind, id_ = uri.removeprefix("spotify:").split(":")
    return {name: value for name, value in call.shapes().reference(kind, id_).items() if name != "id"}


def _item(call: ApiCall, uri: str | None) -> Json | None:
    found = call.state.catalogue.of_uri(uri) if uri else None
    if found is None:
        return None
    shapes = call.shapes()
    return shapes.track(found) if isinstance(found, Track) else shapes.episode(found)


def _device(player: Player, device: Device) -> Json:
    return {
        "id": device.id,
        "is_active": player.device is device,
        "is_private_session": False,
        "is_restricted": device.restricted,
        "name": device.name,
        "supports_volume": device.volume is not None,
        "type": device.kind,
        "volume_percent": device.volume,
    }


ROUTES = (
    Route("GET", "/me/player", get_state, member=True, scopes=(STATE,)),
    Route("PUT", "/me/player", transfer, member=True, scopes=(STEER,)),
    Route("GET", "/me/player/devices", get_devices, member=True, scopes=(STATE,)),
    Route("GET", "/me/player/currently-playing", get_current, member=True, scopes=(CURRENT,)),
    Route("GET", "/me/player/queue", get_queue, member=True, scopes=(CURRENT, STATE)),
    Route("POST", "/me/player/queue", enqueue, member=True, scopes=(STEER,)),
    Route(
        "GET",
        "/me/player/recently-played",
        get_recently_played,
        member=True,
        scopes=("user-read-recently-played",),
    ),
    Route("PUT", "/me/player/play", play, member=True, scopes=(STEER,)),
    Route("PUT", "/me/player/pause", pause, member=True, scopes=(STEER,)),
    Route("POST", "/me/player/next", skip, member=True, scopes=(STEER,)),
    Route("POST", "/me/player/previous", skip_back, member=True, scopes=(STEER,)),
    Route("PUT", "/me/player/{what:seek|repeat|shuffle|volume}", set_something, member=True, scopes=(STEER,)),
)
