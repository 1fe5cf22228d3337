"""One call of the Web API: who asks, with which token, for what; and the rules every call passes first."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.fake_spotify.ids import well_formed
from sandbox.fake_spotify.web_api.answers import ApiError, Json, invalid_id, not_found
from sandbox.fake_spotify.web_api.objects import Shapes
from sandbox.fake_spotify.web_api.paging import Window

if TYPE_CHECKING:
    from sandbox.fake_spotify.people import Person
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.fake_spotify.state import State
    from sandbox.fake_spotify.tokens import Access

BEHIND = web.RequestKey("behind", timedelta)
VERSION_BEHIND = web.RequestKey("version_behind", timedelta)
_MARKET = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class ApiCall:
    request: web.Request
    state: State
    access: Access

    @property
    def person(self) -> Person | None:
        """None: the token is the app's own."""
        return self.access.consent.person

    @property
    def member(self) -> Person:
        """The person, on routes that refuse app tokens."""
        if self.person is None:
            raise ApiError(401, "Valid user authentication required")
        return self.person

    @property
    def scopes(self) -> frozenset[str]:
        return self.access.consent.scopes

    @property
    def extended(self) -> bool:
        return self.state.switches.extended

    @property
    def behind(self) -> timedelta:
        """How old a state of a playlist is shown; see the fault "stale"."""
        behind: timedelta = self.request.get(BEHIND, timedelta())
        return behind

    @property
    def version_behind(self) -> timedelta:
        """How old a name of a playlist's version is told; never younger than what is shown."""
        version_behind: timedelta = self.request.get(VERSION_BEHIND, timedelta())
        return max(self.behind, version_behind)

    def need_scope(self, scope: str) -> None:
        if scope not in self.scopes:
            raise ApiError(403, "Insufficient client scope")

    def id(self) -> str:
        """The id in the path."""
        id_ = self.request.match_info["id"]
        if not well_formed(id_):
            raise invalid_id()
        return id_

    def playlist(self) -> FakePlaylist:
        """The playlist in the path, if this app may know it."""
        playlist = self.state.playlists.get(self.id())
        if playlist is None or self.state.hidden(playlist):
            raise not_found()
        return playlist

    def market(self) -> str | None:
        """The account's country wins over the parameter.

        Source: developer.spotify.com/documentation/web-api/reference/get-track (parameter `market`)
        """
        asked = self.request.query.get("market")
        if asked is not None and not _MARKET.fullmatch(asked):
            raise ApiError(400, "Invalid market code")
        return self.person.country if self.person else asked

    async def body(self) -> Json:
        """The JSON object that was sent; empty when nothing was."""
        text = await self.request.text()
        if not text.strip():
            return {}
        try:
            body = json.loads(text)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise ApiError(400, "Error parsing JSON.")
        return body

    def shapes(self) -> Shapes:
        return Shapes(origin=self.state.origin, extended=self.extended, market=self.market())

    def window(
        self, *, default: int = 20, most: int = 50, least: int = 1, offset_most: int = 100_000
    ) -> Window:
        """Which part of a list is asked for.

        Source: developer.spotify.com/documentation/web-api/concepts/api-calls (pagination)
        """
        query = self.request.query
        return Window(
            limit=_number(query.get("limit"), default, least, most, "Invalid limit"),
            offset=_number(query.get("offset"), 0, 0, offset_most, "Invalid offset"),
        )

    def page_url(self) -> tuple[str, dict[str, str]]:
        """Where the list stands, and the parameters that go into the addresses of its other pages."""
        rest = {name: value for name, value in self.request.query.items() if name not in {"limit", "offset"}}
        return f"{self.state.origin}{self.request.rel_url.raw_path}", rest


def _number(text: str | None, default: int, least: int, most: int, problem: str) -> int:
    if text is None:
        return default
    if not re.fullmatch(r"-?[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise ApiError(400, problem)
    return int(text)


Answer = Callable[[ApiCall], Awaitable[Json | web.Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """A row of the API's table. `path` is relative to /v1; `scopes`: all of them are needed.

    member: only with the token of a person. old: gone in development mode.
    """

    method: str
    path: str
    answer: Answer
    member: bool = False
    old: bool = False
    scopes: tuple[str, ...] = ()
