"""The fake Spotify itself: its server on loopback, and the strings tests and the tour pull."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Self

from aiohttp import web

from sandbox.fake_spotify import oembed, pictures, web_api
from sandbox.fake_spotify.accounts import Accounts
from sandbox.fake_spotify.calls import Call, CallLog
from sandbox.fake_spotify.faults import Faults
from sandbox.fake_spotify.inventing import invent
from sandbox.fake_spotify.known_playlists import PlaylistMaker, make_playlists
from sandbox.fake_spotify.label import Change, Label
from sandbox.fake_spotify.oembed import OEmbed
from sandbox.fake_spotify.people import make_people, make_spotify
from sandbox.fake_spotify.search import parse
from sandbox.fake_spotify.state import App, State, Switches
from sandbox.fake_spotify.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from types import TracebackType

    from sandbox.clock import Clock
    from sandbox.fake_spotify.catalogue import Catalogue, Track
    from sandbox.fake_spotify.known import KnownTracks
    from sandbox.fake_spotify.known_playlists import KnownPlaylists
    from sandbox.fake_spotify.label import Reason
    from sandbox.fake_spotify.people import Person
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.fake_spotify.tokens import Issued

SEATS = (
    5  # people an app in development mode may let in; source: .../documentation/web-api/concepts/quota-modes
)
CLOSING_S = 0.2


class FakeSpotify:
    """`async with FakeSpotify(...) as spotify`, or `start()` and `close()`.

    known, known_playlists: things to rely on in tests, the same for every seed.
    people: by name; the first five (first_users) are on the app's user list at first.
    everybody: with Spotify itself, which nobody can be.
    switches: how strict it is. faults: what goes wrong next.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        client_id: str,
        client_secret: str,
        redirect_uris: Collection[str],
        extended: bool = False,
        seed: int = 1,
        app_name: str = "Mixtape",
    ) -> None:
        self.client_id = client_id
        self.client_secret = client_secret
        self.seed = seed
        self.people = make_people()
        self.first_users = frozenset(list(self.people)[:SEATS])
        self.switches = Switches(extended=extended, allowlist=set(self.first_users))
        self.faults = Faults(clock.now)
        self.known: KnownTracks
        catalogue, index, self.known = invent(seed)
        playlists: dict[str, FakePlaylist] = {}
        self._maker = PlaylistMaker(playlists, clock.now)
        spotify = make_spotify()
        self.everybody = {**self.people, spotify.name: spotify}
        self.known_playlists: KnownPlaylists = make_playlists(
            self._maker, self.people, spotify, catalogue, self.known
        )
        self._state = State(
            now=clock.now,
            app=App(app_name, client_id, client_secret, frozenset(redirect_uris)),
            switches=self.switches,
            catalogue=catalogue,
            index=index,
            people=self.people,
            playlists=playlists,
            tokens=Tokens(clock.now),
            maker=self._maker,
        )
        self._log = CallLog(self._state, self.faults)
        self._accounts = Accounts(self._state)
        self._oembed = OEmbed(self._state)
        self.label = Label(self._state)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        app = web.Application(middlewares=[self._log.middleware()])
        self._accounts.add_routes(app)
        self._oembed.add_routes(app)
        web_api.add_routes(app, self._state)
        app.on_response_prepare.append(self._date)
        app.router.add_get("/image/{id}-{size}", _picture)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSING_S)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        real_host, real_port, *_ = self._runner.addresses[0]
        self._state.origin = f"http://{f'[{real_host}]' if ':' in real_host else real_host}:{real_port}"

    async def _date(self, _: web.Request, answer: web.StreamResponse) -> None:
        answer.headers["Date"] = format_datetime(self._state.now(), usegmt=True)

    async def close(self) -> None:
        self.faults.clear()
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    @property
    def catalogue(self) -> Catalogue:
        return self._state.catalogue

    @property
    def oembed_url(self) -> str:
        """Stands for https://open.spotify.com/oembed."""
        return f"{self._state.origin}{oembed.PATH}"

    @property
    def api_url(self) -> str:
        return self._state.api_url

    @property
    def accounts_url(self) -> str:
        return self._state.origin

    @property
    def allowlist(self) -> set[str]:
        """Names of the people on the app's user list; change it at will."""
        return self.switches.allowlist

    @property
    def calls(self) -> list[Call]:
        return self._log.calls

    @property
    def most_at_once(self) -> int:
        """How many requests were in flight together, at most."""
        return self._log.most_at_once

    @property
    def issued(self) -> Sequence[Issued]:
        """Every code and token handed out so far, for tests that look for secrets in logs."""
        return self._state.tokens.issued

    @property
    def listeners(self) -> list[Callable[[], None]]:
        """Told after every call."""
        return self._log.listeners

    @property
    def state(self) -> State:
        """Everything it remembers."""
        return self._state

    def find_tracks(self, words: str) -> list[Track]:
        """The tracks Spotify's own app would find; without words some of the catalogue."""
        query = parse(words)
        return [*self.catalogue.tracks.values()] if query.empty else self._state.find_tracks(query)

    def calls_to(self, pattern: str) -> list[Call]:
        """The calls a pattern such as "GET /playlists/*" fits."""
        return self._log.matching(pattern)

    async def consent(self, authorize_url: str, person: str, *, allow: bool = True) -> str:
        """Do what the consent page does, without a browser: the address the browser is sent on to.

        Raises AuthorizeError when Spotify would show an error page instead.
        """
        return self._accounts.decide(authorize_url, self.people[person] if allow else None)

    def user_token(self, person: str, scopes: Collection[str] = ()) -> str:
        """An access token, as if the person had just agreed to `scopes`."""
        tokens = self._state.tokens
        return tokens.new_access(tokens.consent(self.people[person], frozenset(scopes)))

    def refresh_token(self, person: str, scopes: Collection[str] = ()) -> str:
        """A refresh token, as if the person had just agreed to `scopes`."""
        tokens = self._state.tokens
        return tokens.new_refresh(tokens.consent(self.people[person], frozenset(scopes)))

    def app_token(self) -> str:
        tokens = self._state.tokens
        return tokens.new_access(tokens.consent(None, frozenset()))

    def use_app(self, client_id: str, client_secret: str) -> None:
        """Take these for our app's from now on."""
        self.client_id, self.client_secret = client_id, client_secret
        app = self._state.app
        self._state.app = replace(app, client_id=client_id, client_secret=client_secret)

    def revoke(self, person: str) -> None:
        """The person removes the app from their account."""
        self._state.tokens.revoke(self.people[person])

    def expire_access_tokens(self) -> None:
        """Every access token handed out so far is over."""
        self._state.tokens.expire_access()

    def rate_limit(self, wait: timedelta | float, *, quota: bool = False, tell: bool = True) -> None:
        """Answer 429 to every call of the Web API until `wait` has passed on the clock. A plain number means seconds.

        quota: the day's quota is used up. tell: with a Retry-After.
        """
        by = wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
        self.switches.blocked_until = self._state.now() + by
        self.switches.quota_exceeded = quota
        self.switches.tells_retry_after = tell

    def playlist(self, id_: str) -> FakePlaylist:
        """The playlist with this id, to look into or to edit by hand."""
        return self._state.playlists[id_]

    def playlists_of(self, person: str) -> list[FakePlaylist]:
        """The person's own and followed playlists, in order."""
        return self._state.playlists_of(self.people[person])

    def own_playlist(self, person: str, name: str) -> FakePlaylist:
        """The person's own playlist of this name."""
        own = [each for each in self.playlists_of(person) if each.owner.name == person]
        for playlist in own:
            if playlist.name == name:
                return playlist
        known = ", ".join(repr(each.name) for each in own)
        raise LookupError(f"{person} owns no playlist {name!r}, but {known or 'none at all'}")

    def new_playlist(
        self,
        owner: str,
        name: str,
        uris: Sequence[str] = (),
        *,
        public: bool = True,
        collaborators: Collection[str] = (),
    ) -> FakePlaylist:
        """Somebody makes a playlist by hand. With collaborators it is collaborative, and so not public."""
        playlist = self._maker.make(
            self.people[owner], name, uris, public=public, collaborative=bool(collaborators)
        )
        playlist.collaborators += [self.people[collaborator] for collaborator in collaborators]
        return playlist

    def release(self, count: int) -> tuple[Track, ...]:
        """So many new tracks appear, no two alike. They are found by id, not by search."""
        return self.label.make(Change("release", count=count))

    def lose(self, *uris: str) -> None:
        """Tracks are taken down: playlists and albums show an empty entry in their place, and nobody can add them."""
        for uri in uris:
            self.label.make(Change("lose", uri))

    def reissue(self, uri: str) -> Track:
        """A recording comes out anew: wherever it stood, playlists show its new URI, with the date of before."""
        (new,) = self.label.make(Change("reissue", uri))
        for playlist in self._state.playlists.values():
            playlist.reissue(uri, new.uri)
        return new

    def release_clean(self, uri: str) -> Track:
        """An explicit recording comes out without its words, on a single; playlists keep the one they have."""
        (new,) = self.label.make(Change("clean", uri))
        return new

    def restrict(self, uri: str, reason: Reason = "market") -> None:
        """A track may not be played any more, wherever one is."""
        self.label.make(Change("restrict", uri, reason=reason))

    def short_link(self, uri: str) -> str:
        """An address of spotify.link, as Spotify's app gives it to somebody who shares."""
        return self._oembed.short_link(uri)

    def follow(self, person: str, playlist: FakePlaylist) -> None:
        """The person puts somebody else's playlist among their own."""
        self.people[person].playlist_ids.append(playlist.id)

    def person(self, name: str) -> Person:
        return self.people[name]


async def _picture(request: web.Request) -> web.Response:
    """Whatever the id, there is a picture."""
    size = request.match_info["size"]
    if size not in map(str, pictures.SIZES):
        return web.Response(status=404)
    return web.Response(
        body=pictures.draw(request.match_info["id"], int(size)),
        content_type="image/png",
        headers={"Cache-Control": "public, max-age=86400"},
    )
