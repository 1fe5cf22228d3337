"""Linking with real SQLite stores, a clock to set, and a Spotify whose consent page is one function call."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from bot import sqlite
from bot.sealing import Sealer, new_key
from bot.services.linking import Linking, LinkWay
from bot.spotify.errors import SpotifyGrantError
from bot.spotify.models import Me
from bot.spotify.oauth import Grant, UserToken, challenge_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection
    from pathlib import Path

    from bot.spotify.purpose import Purpose
    from bot.stores import Stores

ADA, GRACE = 7, 8  # members
REDIRECT_PATH = "/callback"
ACCOUNTS_URL = "https://accounts.example"
STRANGE_SECRETS = ["", "x", "a" * 43 + "\n", "\udcff" * 43, "../" * 20, "A" * 5000, "\uff10" * 43]


@dataclass
class Time:
    moment: datetime = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def pass_by(self, **step: float) -> None:
        self.moment += timedelta(**step)


@dataclass(frozen=True)
class Answer:
    """What Spotify adds to our callback's address."""

    state: str
    code: str | None = None
    error: str | None = None

    @property
    def query(self) -> str:
        given = {"code": self.code, "error": self.error, "state": self.state}
        return urlencode({name: value for name, value in given.items() if value is not None})


@dataclass
class FakeSpotify:
    """Accounts service and GET /me in one. A code works once and only with the verifier of its challenge.

    `refusals`: raised by the method of that name. `hold`: an exchange waits for it.
    """

    time: Time
    redirect_uri: str
    accounts_url: str = ACCOUNTS_URL
    scope: frozenset[str] | None = None  # None: grants what was asked
    account_id: str | None = "account-1"
    refresh: str | None = "refresh-1"
    refusals: dict[str, BaseException] = field(default_factory=dict)
    hold: asyncio.Event | None = None
    exchanges: int = 0
    exchanging: asyncio.Event = field(default_factory=asyncio.Event)
    asked_me: int = 0
    purposes: list[Purpose] = field(default_factory=list)
    _codes: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)

    def authorize_url(self, *, state: str, challenge: str, scopes: Collection[str]) -> str:
        query = {"state": state, "code_challenge": challenge, "scope": " ".join(sorted(scopes))}
        return f"{self.accounts_url}/authorize?{urlencode(query)}"

    def consent(self, authorize_url: str) -> Answer:
        """The person agrees."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(authorize_url).query).items()}
        code = f"spotify-code-{len(self._codes) + 1}"
        self._codes[code] = (query["code_challenge"], frozenset(query["scope"].split()))
        return Answer(query["state"], code)

    def refuse(self, authorize_url: str, error: str = "access_denied") -> Answer:
        return Answer(parse_qs(urlsplit(authorize_url).query)["state"][0], error=error)

    async def exchange(self, code: str, verifier: str) -> Grant:
        self.exchanges += 1
        self.exchanging.set()
        await (self.hold.wait() if self.hold else asyncio.sleep(0))
        self._complain("exchange")
        challenge, scopes = self._codes.pop(code, ("", frozenset()))
        if challenge_of(verifier) != challenge:
            raise SpotifyGrantError("invalid_grant", status=400)
        ends = self.time.now() + timedelta(hours=1)
        return Grant(
            f"access-{self.exchanges}", self.refresh, ends, scopes if self.scope is None else self.scope
        )

    def serving(self, purpose: Purpose) -> Self:
        self.purposes.append(purpose)
        return self

    async def me(self, token: UserToken) -> Me:
        assert isinstance(token, UserToken)
        self.asked_me += 1
        await asyncio.sleep(0)
        self._complain("me")
        return Me(id="ada-at-spotify", account_id=self.account_id, display_name="Ada L.")

    def _complain(self, name: str) -> None:
        if name in self.refusals:
            raise self.refusals[name]


@dataclass
class Desk:
    time: Time
    stores: Stores
    spotify: FakeSpotify
    linking: Linking
    keys: list[str]

    def change_keys(self) -> None:
        """From now on, another key is the first."""
        self.keys.insert(0, new_key())

    async def token(self, member_id: int = ADA, name: str = "Ada", username: str = "ada.l_1815") -> str:
        """The secret in the page's address, after /link."""
        begun = await self.linking.begin(member_id, name, username)
        assert begun.page_url is not None
        return begun.page_url.rpartition("/")[2]

    async def consented(self, token: str) -> tuple[str, Answer]:
        """A browser pressed Continue and agreed; its cookie, and what Spotify sends it back with."""
        started = await self.linking.start(token, None)
        return started.cookie, self.spotify.consent(started.authorize_url)

    async def come_back(self, cookie: str | None, answer: Answer) -> None:
        await self.linking.returned(cookie, answer.state, answer.code, answer.error)

    async def digits(self, member_id: int = ADA) -> tuple[str, str]:
        """All the way to the code page: the browser's cookie and the six digits."""
        cookie, answer = await self.consented(await self.token(member_id))
        await self.come_back(cookie, answer)
        return cookie, (await self.linking.code_for(cookie)).digits

    async def nothing_is_left(self, member_id: int = ADA) -> bool:
        attempt = await self.stores.attempts.of_member(member_id, self.time.now())
        return attempt is None and await self.stores.accounts.of_member(member_id) is None


@asynccontextmanager
async def open_desk(
    folder: Path,
    *,
    ways: Collection[LinkWay] = (LinkWay.PAGE,),
    public_url: str = "https://mixtape.example",
    accounts_url: str = ACCOUNTS_URL,
) -> AsyncIterator[Desk]:
    time, keys = Time(), [new_key()]
    sealer = Sealer(keys, changed=lambda: keys)
    spotify = FakeSpotify(time, public_url + REDIRECT_PATH, accounts_url)
    async with sqlite.open_stores(folder / "mixtape.sqlite3", sealer) as stores:
        linking = Linking(
            stores.accounts,
            stores.attempts,
            spotify,  # type: ignore[arg-type] # authorize_url and exchange are all that is used
            spotify,  # type: ignore[arg-type] # as is `me`
            digests=sealer.digests,
            now=time.now,
            public_url=public_url,
            redirect_uri=spotify.redirect_uri,
            ways=ways,
        )
        yield Desk(time, stores, spotify, linking, keys)


def wrong(digits: str) -> str:
    """Six other digits."""
    return f"{(int(digits) + 1) % 10**6:06d}"
