"""What open.spotify.com tells about an address without any login: its title, its picture, and the frame to embed.

Source: developer.spotify.com/documentation/embeds/reference/oembed. It names shows, episodes, artists, albums, tracks
and short links of spotify.link; playlists are seen to work, too.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.fake_spotify.ids import make_id

if TYPE_CHECKING:
    from sandbox.fake_spotify.state import State

PATH = "/oembed"
SHORT = "https://spotify.link/"
PICTURE = 300
_KIND = r"(?P<kind>track|album|artist|playlist|show|episode)"
_ID = r"(?P<id>[0-9A-Za-z]{22})"
_ADDRESS = re.compile(rf"https://open\.spotify\.com/(?:intl-[a-z]{{2}}/)?(?:embed/)?{_KIND}/{_ID}(?:\?.*)?")
_URI = re.compile(rf"spotify:{_KIND}:{_ID}")
_SHORT = re.compile(r"https://spotify\.link/(?P<code>[0-9A-Za-z]+)(?:\?.*)?")


class OEmbed:
    def __init__(self, state: State) -> None:
        self._state = state

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get(PATH, self._tell)

    def short_link(self, uri: str) -> str:
        """The address Spotify's app gives somebody who shares this. Raises LookupError for what there is not."""
        found = _URI.fullmatch(uri)
        if found is None or self._about(found["kind"], found["id"]) is None:
            raise LookupError(f"Spotify knows nothing called {uri!r}")
        code = make_id("short link", uri)[:11]
        self._state.short_links[code] = uri
        return SHORT + code

    async def _tell(self, request: web.Request) -> web.Response:
        address = request.query.get("url", "")
        short = _SHORT.fullmatch(address)
        if short:
            address = self._state.short_links.get(short["code"], "")
        found = _ADDRESS.fullmatch(address) or _URI.fullmatch(address)
        about = self._about(found["kind"], found["id"]) if found else None
        if found is None or about is None:
            return web.Response(status=404, text="Not Found")
        title, picture = about
        frame = f"https://open.spotify.com/embed/{found['kind']}/{found['id']}?utm_source=oembed"
        return web.json_response(
            {
                "html": f'<iframe style="border-radius: 12px" width="100%" height="152" title="Spotify Embed: '
                f'{escape(title)}" frameborder="0" allowfullscreen allow="autoplay; clipboard-write; '
                f'encrypted-media; fullscreen; picture-in-picture" loading="lazy" src="{frame}"></iframe>',
                "iframe_url": frame,
                "width": 456,
                "height": 152,
                "version": "1.0",
                "provider_name": "Spotify",
                "provider_url": "https://spotify.com",
                "type": "rich",
                "title": title,
                "thumbnail_url": f"{self._state.origin}/image/{picture}-{PICTURE}",
                "thumbnail_width": PICTURE,
                "thumbnail_height": PICTURE,
            }
        )

    def _about(self, kind: str, id_: str) -> tuple[str, str] | None:
        """Title, and whose picture; None for what there is not."""
        catalogue = self._state.catalogue
        match kind:
            case "track":
                track = catalogue.tracks.get(id_)
                return (track.name, track.album.id) if track else None
            case "album" | "artist":
                thing = (catalogue.albums if kind == "album" else catalogue.artists).get(id_)
                return (thing.name, id_) if thing else None
            case "episode":
                episode = catalogue.episodes.get(id_)
                return (episode.name, episode.show_id) if episode else None
            case "show":
                shows = {each.show_id: each.show_name for each in catalogue.episodes.values()}
                return (shows[id_], id_) if id_ in shows else None
            case _:
                playlist = self._state.playlists.get(id_)
                return (playlist.name, id_) if playlist else None
