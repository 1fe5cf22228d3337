"""The front door: Spotify's Web API for programs of your own, without Discord and without the bot's settings.

    async with Spotify.from_env() as spotify:
        await spotify.sign_in("user-library-read")
        print(await spotify.saved_tracks(limit=10))

See docs/spotify-client.md.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, Self, TypedDict, TypeVar, Unpack
from urllib.parse import quote, urlsplit
from urllib.request import getproxies, proxy_bypass

from bot.spotify.app_tokens import AppTokens
from bot.spotify.cache import Cache
from bot.spotify.calls import Calls
from bot.spotify.client import SpotifyClient
from bot.spotify.errors import SpotifyGrantError, SpotifySetupError
from bot.spotify.limiter import Limiter
from bot.spotify.oauth import OAuth
from bot.spotify.scopes import known, scopes_of
from bot.spotify.session import Person
from bot.spotify.session_stores import FileTokens
from bot.spotify.transport import Transport, new_session

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
    from types import TracebackType

    import aiohttp

    from bot.spotify.oauth import AppToken, UserToken
    from bot.spotify.session_stores import TokenStore

P = ParamSpec("P")
T = TypeVar("T")

TOKENS: Final = ".spotify-tokens"  # in the home folder
PREFIXES: Final = ("SPOTIFY_", "SPOTIPY_")  # ours, which are the bot's, and those of spotipy


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Options(TypedDict, total=False):
    """What `Spotify` accepts by name."""

    redirect_uri: str
    market: str | None
    user: str
    concurrency: int
    budget: int
    timeout_s: float
    proxy: str | None
    trust_env: bool
    http: aiohttp.ClientSession | None
    api_url: str
    accounts_url: str
    now: Callable[[], datetime]


class Spotify(Calls):
    """Everything put together; open it with `async with`. Its calls (`spotify.track(...)`) are those of `client`.

    They use the token of the person who signed in last, or, if nobody did and it's enough, the app's own.

    client: the same calls with the token as an argument. app: the app's own token, kept fresh.
    oauth: the authorization flows. person: who signed in last, None if nobody did.
    """

    client: SpotifyClient
    app: AppTokens
    oauth: OAuth
    person: Person | None

    def __init__(
        self,
        client_id: str,
        client_secret: str | None = None,
        *,
        redirect_uri: str = "",
        market: str | None = None,
        user: str = "",
        concurrency: int = 3,
        budget: int = 800,
        timeout_s: float = 10,
        proxy: str | None = None,
        trust_env: bool = False,
        http: aiohttp.ClientSession | None = None,
        api_url: str = "https://api.spotify.com/v1",
        accounts_url: str = "https://accounts.spotify.com",
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        """Nothing is opened or sent yet.

        client_secret: None for a program that can't keep one; then there is no `app` token, and people sign in with
        PKCE alone. redirect_uri: exactly as in Spotify's dashboard; only needed if people sign in.
        market: ISO 3166-1 alpha-2, for calls with the app's token. user: whose tokens `sign_in` uses if not said there.
        concurrency, budget: requests at a time, and per day.
        timeout_s: for one try, from waiting for a connection to the last byte; connecting can use half of it.
        proxy: the address of one, such as http://name:password@10.0.0.1:3128. trust_env: use the system's proxy
        (HTTPS_PROXY, HTTP_PROXY, NO_PROXY, or the settings of Windows and macOS) if `proxy` isn't given.
        http: your own session, which stays open afterwards; create it with `new_session`.
        """
        self._now = now
        self._open = AsyncExitStack()
        self._limiter = Limiter(now, concurrency=concurrency, budget=budget)
        self._app = client_id, client_secret, redirect_uri
        self._user = user
        self._market = market
        self._http = http
        self._timeout_s = timeout_s
        self._proxy, self._trust_env = proxy, trust_env
        self._api_url, self._accounts_url = api_url, accounts_url
        self.person = None

    @classmethod
    def from_env(
        cls,
        env_file: Path | str | None = ".env",
        *,
        environment: Mapping[str, str] | None = None,
        **options: Unpack[Options],
    ) -> Self:
        """From SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET and SPOTIFY_REDIRECT_URI, or spotipy's SPOTIPY_… names.

        Also read, if there: SPOTIFY_MARKET, SPOTIFY_CLIENT_USERNAME (for `user`), SPOTIFY_API_URL and
        SPOTIFY_ACCOUNTS_URL. The environment comes before the file, and `options` before both.

        env_file: in the current folder; read if it's there and python-dotenv is installed. None: not at all.
        environment: os.environ if not given.
        Raises SpotifySetupError if there is no client ID.
        """
        path = Path(env_file) if env_file is not None else None
        sources = (os.environ if environment is None else environment, _read(path))

        def value(name: str) -> str | None:
            found = (source.get(prefix + name, "").strip() for source in sources for prefix in PREFIXES)
            return next(filter(None, found), None)

        client_id = value("CLIENT_ID")
        if client_id is None:
            raise SpotifySetupError(_no_client_id(path))
        if redirect_uri := value("REDIRECT_URI"):
            options.setdefault("redirect_uri", redirect_uri)
        if market := value("MARKET"):
            options.setdefault("market", market)
        if user := value("CLIENT_USERNAME"):
            options.setdefault("user", user)
        if api_url := value("API_URL"):
            options.setdefault("api_url", api_url)
        if accounts_url := value("ACCOUNTS_URL"):
            options.setdefault("accounts_url", accounts_url)
        return cls(client_id, value("CLIENT_SECRET"), **options)

    @classmethod
    def once(cls, call: Callable[[Self], Coroutine[Any, Any, T]], **options: Unpack[Options]) -> T:
        """Run one coroutine function with an open client, for programs without asyncio: `Spotify.once(main)`.

        options: as for `from_env`. Each use opens new connections, so do all of a program's work in one.
        """

        async def run() -> T:
            async with cls.from_env(**options) as spotify:
                return await call(spotify)

        return asyncio.run(run())

    async def __aenter__(self) -> Self:
        http = self._http
        if http is None:
            http = await self._open.enter_async_context(new_session())
        self._open.push_async_callback(self._limiter.close)
        transport = Transport(http, self._limiter, timeout_s=self._timeout_s, proxy_for=self._proxy_for)
        client_id, client_secret, redirect_uri = self._app
        self.client = SpotifyClient(Cache(transport, self._now), api_url=self._api_url, market=self._market)
        self.oauth = OAuth(
            transport,
            client_id=client_id,
            client_secret=client_secret,
            redirect_uri=redirect_uri,
            accounts_url=self._accounts_url,
            now=self._now,
        )
        self.app = AppTokens(self.oauth.app_token, now=self._now)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    def session(self, store: TokenStore) -> Person:
        """One person's consent, kept in a store (`bot.spotify.session_stores`), for programs that ask on their own."""
        return Person(self.client, self.oauth, store, now=self._now)

    async def sign_in(
        self,
        scopes: str | Collection[str] = "",
        *,
        user: str | None = None,
        store: TokenStore | Path | str | None = None,
        open_browser: bool = True,
        show_dialog: bool = False,
        patience_s: float = 300,
    ) -> Person:
        """Have a person agree to these scopes, or go on with what they agreed to before: then nothing is shown or sent.

        Opens the browser and waits for it to come back to the redirect address, on this machine. Where that can't
        work, the person pastes the address they end up at. They are asked again if scopes are added, and if their
        consent is over, as it is after six months; what they have agreed to before is included.

        scopes: names, as a collection or as one text ("user-library-read user-top-read"); see `Scope`.
        user: a name of your choice for each person, if there are several; each has a file of their own.
        store: the folder of these files, `.spotify-tokens` in the home folder if not given, or a store for this
        person, such as MemoryTokens(). open_browser: False: show the address, and have the result pasted.
        show_dialog: Spotify asks even if there's nothing to ask, so that the person can choose another account; has an
        effect only if they are sent to Spotify at all (`sign_out` first, otherwise). patience_s: seconds to wait for
        the browser to come back.

        Raises SpotifyRequestError (unknown scope), SpotifySetupError (no redirect address, or filelock missing),
        SpotifyConsentError (they declined, or never came back), and what `OAuth.exchange` raises.
        Source: developer.spotify.com/documentation/web-api/tutorials/code-pkce-flow
        """
        wanted = scopes_of(scopes)
        kept_in = self._store(user, store)
        kept = await kept_in.load()
        person = self.session(kept_in)
        granted = await person.scopes()
        if granted is None or not wanted <= granted:
            redirect_uri = self._app[2]
            if not redirect_uri:
                raise SpotifySetupError(
                    "signing in needs the redirect address, exactly as in Spotify's dashboard, such as "
                    "http://127.0.0.1:8080/callback. Set SPOTIFY_REDIRECT_URI, or pass redirect_uri."
                )
            from bot.spotify.sign_in import ask  # noqa: PLC0415 - a web server, only loaded if somebody has to be asked

            await ask(
                person,
                wanted | known(kept.scopes if kept else ()),
                redirect_uri=redirect_uri,
                open_browser=open_browser,
                show_dialog=show_dialog,
                patience_s=patience_s,
            )
        self.person = person
        return person

    async def resume(
        self, *, user: str | None = None, store: TokenStore | Path | str | None = None
    ) -> Person | None:
        """Go on with a person who signed in before, without asking; None if nobody did, or their consent is over.

        `user` and `store` as for `sign_in`.
        """
        person = self.session(self._store(user, store))
        self.person = None if await person.scopes() is None else person
        return self.person

    async def sign_out(
        self, *, user: str | None = None, store: TokenStore | Path | str | None = None
    ) -> None:
        """Delete a person's tokens; `user` and `store` as for `sign_in`.

        They can also withdraw their consent, at spotify.com/account/apps.
        """
        await self.session(self._store(user, store)).forget()
        self.person = None

    async def run(
        self, call: Callable[Concatenate[UserToken, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a call with the token of the person who signed in last.

        Raises SpotifyGrantError if nobody has, or if their consent is over: then `sign_in`.
        """
        if self.person is None:
            raise SpotifyGrantError("nobody has signed in")
        return await self.person.run(call, *args, **kwargs)

    async def run_for_anyone(
        self,
        call: Callable[Concatenate[AppToken | UserToken, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a call with the token of the person who signed in last, or else with the app's."""
        if self.person is not None:
            return await self.person.run(call, *args, **kwargs)
        return await self.app.run(call, *args, **kwargs)

    def _store(self, user: str | None, store: TokenStore | Path | str | None) -> TokenStore:
        if store is not None and not isinstance(store, Path | str):
            return store
        folder = Path.home() / TOKENS if store is None else Path(store)
        names = [self._app[0], self._user if user is None else user]
        return FileTokens(folder / f"{'-'.join(quote(name, safe='') for name in names if name)}.json")

    def _proxy_for(self, url: str) -> str | None:
        """Not aiohttp's own `trust_env`, which would also look for passwords in ~/.netrc."""
        if self._proxy is not None or not self._trust_env:
            return self._proxy
        parts = urlsplit(url)
        return None if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme)


def _read(path: Path | None) -> Mapping[str, str]:
    """The file's variables; none if it isn't there, or can't be read for lack of python-dotenv."""
    if path is None or not path.is_file():
        return {}
    try:
        from dotenv import dotenv_values  # noqa: PLC0415 - an extra
    except ImportError:
        return {}
    return {name: value for name, value in dotenv_values(path, interpolate=False).items() if value}


def _no_client_id(path: Path | None) -> str:
    wrong = (
        "there is no client ID. Set SPOTIFY_CLIENT_ID to the one on your app's page in Spotify's dashboard"
    )
    if path is None or not path.is_file():
        return f"{wrong}."
    try:
        import dotenv  # noqa: F401, PLC0415 - only to see whether it's there
    except ImportError:
        return f"{wrong}. The file {path} wasn't read: that needs python-dotenv (pip install python-dotenv)."
    return f"{wrong}, in the environment or in {path}."
