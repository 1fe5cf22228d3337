"""Spotify's side: who is linked, what the playlists hold now, and editing them by hand as in Spotify's own app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.control.answers import BadRequestError, answer, read, read_query
from sandbox.control.music import item_json, playlist_json, track_json
from sandbox.control.orders import (
    Addition,
    Blank,
    Consent,
    Items,
    Move,
    NewPlaylist,
    Removal,
    Renaming,
    Sharing,
    TrackSearch,
    Withdrawal,
)
from sandbox.fake_spotify.tokens import Consent as Agreed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.control.answers import Json
    from sandbox.fake_spotify import FakePlaylist, Person
    from sandbox.world import World


class Playlists:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/spotify", self.show_spotify),
            web.get("/api/tracks", self.show_tracks),
            web.get("/api/playlists", self.show_playlists),
            web.post("/api/playlists", self.make),
            web.get("/api/playlists/{id}", self.show_playlist),
            web.patch("/api/playlists/{id}", self.rename),
            web.post("/api/playlists/{id}/additions", self.add),
            web.post("/api/playlists/{id}/removals", self.remove),
            web.post("/api/playlists/{id}/moves", self.move),
            web.post("/api/playlists/{id}/blanks", self.blank),
            web.post("/api/catalogue", self.change_catalogue),
            web.post("/api/short_links", self.share),
            web.post("/api/consents", self.consent),
        ]

    # Looking

    async def show_spotify(self, _: web.Request) -> web.Response:
        """`linked` is what the bot keeps, `consents` what Spotify keeps: after /unlink only Spotify has one."""
        spotify = self._world.spotify
        return answer(
            {
                "accounts_url": spotify.accounts_url,
                "consent_page": f"{spotify.accounts_url}/authorize",
                "oembed": spotify.oembed_url,
                "linked": self.linked(),
                "people": [
                    {
                        "name": person.name,
                        "display_name": person.display_name,
                        "id": person.id,
                        "country": person.country,
                        "on_the_user_list": person.name in spotify.allowlist,
                        "consents": self.consents(person),
                        "playlists": [
                            playlist_json(each, person) for each in spotify.playlists_of(person.name)
                        ],
                    }
                    for person in spotify.people.values()
                ],
            }
        )

    def linked(self) -> list[Json]:
        """The links the bot keeps, in words of the sandbox."""
        now = self._world.clock.now()
        state, people = self._world.discord.state, self._world.spotify.people.values()
        shown = []
        for link in self._world.bot_data.links():
            member = state.person(link.member_id)
            person = next((each for each in people if each.account_id == link.account_id), None)
            ends_at = Agreed(person, link.scopes, link.since).ends_at
            shown.append(
                {
                    "member": member.username if member else str(link.member_id),
                    "person": person.name if person else link.account_id,
                    "since": link.since.isoformat(),
                    "ends_at": ends_at.isoformat(),
                    "scopes": sorted(link.scopes),
                    "ended": ends_at <= now,
                }
            )
        return shown

    def consents(self, person: Person) -> list[Json]:
        return [
            {
                "given_at": refresh.consent.given_at.isoformat(),
                "ends_at": refresh.consent.ends_at.isoformat(),
                "scopes": sorted(refresh.consent.scopes),
                "revoked": refresh.revoked,
            }
            for refresh in self._world.spotify.state.tokens.refresh_tokens.values()
            if refresh.consent.person is person
        ]

    async def show_tracks(self, request: web.Request) -> web.Response:
        asked = read_query(request, TrackSearch)
        found = self._world.spotify.find_tracks(asked.query)[: asked.limit]
        return answer([{"uri": track.uri, "url": track.url} | track_json(track) for track in found])

    async def show_playlists(self, request: web.Request) -> web.Response:
        people = self._world.spotify.people
        wanted = [self._person(request.query["person"])] if "person" in request.query else people.values()
        return answer(
            {
                person.name: [
                    playlist_json(playlist, person)
                    for playlist in self._world.spotify.playlists_of(person.name)
                ]
                for person in wanted
            }
        )

    async def show_playlist(self, request: web.Request) -> web.Response:
        playlist, asked = self._find(request), read_query(request, Items)
        catalogue = self._world.spotify.catalogue
        entries = playlist.items[asked.offset : asked.offset + asked.limit]
        items = [item_json(catalogue, number, entry) for number, entry in enumerate(entries, asked.offset)]
        about = {"total": len(playlist.items), "offset": asked.offset, "items": items}
        return answer(playlist_json(playlist) | about)

    # Editing

    async def make(self, request: web.Request) -> web.Response:
        asked = await read(request, NewPlaylist)
        owner = self._person(asked.person)
        uris = self._known(asked.uris)
        playlist = self._world.spotify.new_playlist(owner.name, asked.name, uris, public=asked.public)
        return answer(playlist_json(playlist))

    async def rename(self, request: web.Request) -> web.Response:
        playlist, asked = self._find(request), await read(request, Renaming)
        playlist.rename(asked.name or playlist.name)
        if asked.description is not None:
            playlist.description = asked.description
        if asked.public is not None:
            playlist.public = asked.public
        return self._changed(playlist)

    async def add(self, request: web.Request) -> web.Response:
        playlist, asked = self._find(request), await read(request, Addition)
        by = self._person(asked.by) if asked.by is not None else None
        if asked.position is not None and asked.position > len(playlist.items):
            raise BadRequestError(f"the playlist holds {len(playlist.items)} items")
        playlist.add(self._known(asked.uris), position=asked.position, by=by)
        return self._changed(playlist)

    async def remove(self, request: web.Request) -> web.Response:
        playlist, asked = self._find(request), await read(request, Removal)
        if asked.position is not None and asked.uri is None:
            playlist.remove_at(_inside(playlist, asked.position))
        elif asked.uri in playlist.uris and asked.position is None:
            playlist.remove(asked.uri)
        else:
            raise BadRequestError("name one item by `position`, or all copies by `uri`")
        return self._changed(playlist)

    async def move(self, request: web.Request) -> web.Response:
        playlist, asked = self._find(request), await read(request, Move)
        start, end = _inside(playlist, asked.from_), _inside(playlist, asked.to)
        playlist.move(start, end + 1 if end > start else end)
        return self._changed(playlist)

    async def blank(self, request: web.Request) -> web.Response:
        playlist, asked = self._find(request), await read(request, Blank)
        playlist.blank(_inside(playlist, asked.position))
        return self._changed(playlist)

    async def change_catalogue(self, request: web.Request) -> web.Response:
        """The tracks there are by now, in order; none for those that were withdrawn."""
        asked, spotify = await read(request, Withdrawal), self._world.spotify
        for uri in asked.uris:
            if uri.rpartition(":")[2] not in spotify.catalogue.tracks:
                raise BadRequestError(f"Spotify knows no track {uri!r}; see /api/tracks")
        now = asked.uris
        match asked.do:
            case "withdraw":
                spotify.lose(*asked.uris)
                now = []
            case "reissue":
                now = [spotify.reissue(uri).uri for uri in asked.uris]
            case "restrict":
                for uri in asked.uris:
                    spotify.restrict(uri, asked.reason)
        return answer({"uris": now})

    async def share(self, request: web.Request) -> web.Response:
        return answer({"address": self._world.spotify.short_link((await read(request, Sharing)).uri)})

    async def consent(self, request: web.Request) -> web.Response:
        asked = await read(request, Consent)
        self._person(asked.person)
        address = await self._world.spotify.consent(asked.address, asked.person, allow=asked.allow)
        return answer({"address": address})

    # Behind these

    def _find(self, request: web.Request) -> FakePlaylist:
        id_ = request.match_info["id"]
        playlists = self._world.spotify.state.playlists
        if id_ not in playlists:
            raise BadRequestError(f"there is no playlist {id_!r}")
        return playlists[id_]

    def _person(self, name: str) -> Person:
        people = self._world.spotify.people
        if name not in people:
            raise BadRequestError(f"nobody at Spotify is called {name!r}; there are {sorted(people)}")
        return people[name]

    def _known(self, uris: Sequence[str]) -> Sequence[str]:
        for uri in uris:
            if self._world.spotify.catalogue.of_uri(uri) is None:
                raise BadRequestError(f"Spotify knows nothing called {uri!r}; see /api/tracks")
        return uris

    def _changed(self, playlist: FakePlaylist) -> web.Response:
        return answer(playlist_json(playlist))


def _inside(playlist: FakePlaylist, position: int) -> int:
    if position >= len(playlist.items):
        raise BadRequestError(
            f"the playlist holds {len(playlist.items)} items, so the last is {len(playlist.items) - 1}"
        )
    return position
