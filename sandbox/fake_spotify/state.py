"""All there is behind the fake's two doors, the accounts service and the Web API: one object both look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.fake_spotify.catalogue import Catalogue, Track
    from sandbox.fake_spotify.known_playlists import PlaylistMaker
    from sandbox.fake_spotify.people import Person
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.fake_spotify.search import Index, Query
    from sandbox.fake_spotify.tokens import Tokens


@dataclass(frozen=True, slots=True)
class App:
    """Our app as its owner entered it in Spotify's dashboard."""

    name: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uris: frozenset[str]


PLAYLIST_SIZE = 10_000  # unsure with the real one; older documentation named it, with 403 above


@dataclass(slots=True)
class Switches:
    """How strict this Spotify is. Development mode is the default.

    Source: developer.spotify.com/documentation/web-api/concepts/quota-modes and
    .../tutorials/february-2026-migration-guide
    """

    extended: bool = False  # extended quota: everybody may come in, nothing is removed
    allowlist: set[str] = field(default_factory=set)  # names of people entered under Users Management
    owner_has_premium: bool = True
    errors_as_text: bool = True  # the two refusals about the app itself come as bare text, not JSON
    rotate_refresh_tokens: bool = False
    collaborators_may_write: bool = False  # unsure with the real one; the only recorded answer is a refusal
    writes_visible_after: timedelta = timedelta(0)
    calls_per_30_s: int | None = None  # Spotify publishes no number; None: no limit
    blocked_until: datetime | None = None  # 429 until then
    quota_exceeded: bool = False  # while blocked: the day's quota is used up
    tells_retry_after: bool = True
    slow_by: timedelta = timedelta(0)  # every answer comes so much later
    failing: bool = False  # every call is answered with 503
    playlist_size: int = PLAYLIST_SIZE


@dataclass(slots=True)
class State:
    now: Callable[[], datetime]
    app: App
    switches: Switches
    catalogue: Catalogue
    people: dict[str, Person]
    playlists: dict[str, FakePlaylist]
    tokens: Tokens
    index: Index
    maker: PlaylistMaker
    short_links: dict[str, str] = field(default_factory=dict)  # URIs by the code in https://spotify.link/CODE
    origin: str = ""  # "http://127.0.0.1:PORT", known once the server listens

    @property
    def api_url(self) -> str:
        return f"{self.origin}/v1"

    def find_tracks(self, query: Query) -> list[Track]:
        """What a search finds, without what was taken down."""
        known = (self.catalogue.as_it_is(track) for track in self.index.tracks(query))
        return [track for track in known if track]

    def playlists_of(self, person: Person) -> list[FakePlaylist]:
        """The person's own and followed playlists, as the sidebar shows them."""
        return [self.playlists[id_] for id_ in person.playlist_ids]

    def hidden(self, playlist: FakePlaylist) -> bool:
        """Spotify's own playlists do not exist for apps in development mode.

        Source: developer.spotify.com/blog/2024-11-27-changes-to-the-web-api
        """
        return playlist.owner.name == "spotify" and not self.switches.extended
