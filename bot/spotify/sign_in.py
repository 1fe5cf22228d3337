"""Has a person agree in their browser, and receives the answer: on the redirect address, or pasted.

The only module of the client that listens: on this machine, until the one answer to the page that was opened is there.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import webbrowser
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from html import escape
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from aiohttp import web

from bot.spotify.errors import SpotifyConsentError, SpotifyError, SpotifyStateError
from bot.spotify.oauth import code_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from bot.spotify.session import Asking, Session

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address contains the code
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


async def ask(
    session: Session,
    scopes: Collection[str],
    *,
    redirect_uri: str,
    open_browser: bool,
    show_dialog: bool,
    patience_s: float,
) -> None:
    """Ask for these scopes and store the tokens; see `Spotify.sign_in`."""
    asking = session.ask(scopes, show_dialog=show_dialog)
    if open_browser:
        callback = Callback(session, asking, redirect_uri)
        async with AsyncExitStack() as stack:
            listens = await stack.enter_async_context(callback.listening())
            opening = asyncio.create_task(asyncio.to_thread(webbrowser.open, asking.url))
            if not listens:
                await opening
            elif await _answered(callback.done, opening, patience_s):
                return
    await _pasted(session, asking)


async def _answered(done: asyncio.Future[None], opening: asyncio.Task[bool], patience_s: float) -> bool:
    """Wait for the answer; False if there is no browser to give it."""
    _tell("Your browser opens a page of Spotify's. Agree there, then come back here.")
    try:
        async with asyncio.timeout(patience_s):
            first: set[asyncio.Future[Any]] = {done, opening}
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            if not done.done() and not opening.result():
                return False
            await done
    except TimeoutError:
        raise SpotifyConsentError(
            f"nobody came back from Spotify's page within {patience_s:.0f} seconds. Sign in again."
        ) from None
    return True


class Callback:
    """The redirect address, until the answer to one page is there.

    Whatever else arrives is turned away and changes nothing. done: the tokens are stored, or why not.
    """

    def __init__(self, session: Session, asking: Asking, redirect_uri: str) -> None:
        self._session = session
        self._asking = asking
        self._address = redirect_uri
        self._parts = urlsplit(redirect_uri)
        self._taken = False
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[bool]:
        """Whether that's possible: the address is on this machine, and its port is free."""
        if not self._is_here():
            yield False
            return
        runner = web.ServerRunner(web.Server(self._answer, access_log=None), shutdown_timeout=2)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, self._parts.hostname, self._parts.port or 80).start()
            except OSError:
                yield False
            else:
                yield True
        finally:
            await runner.cleanup()

    def _is_here(self) -> bool:
        try:
            return self._parts.scheme == "http" and ip_address(self._parts.hostname or "").is_loopback
        except ValueError:  # a name, even "localhost": Spotify doesn't accept it either
            return False

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        if request.method != "GET" or request.path != self._parts.path or request.host != self._parts.netloc:
            return _page(404, "There is nothing here.")
        address = f"{self._address}?{request.rel_url.raw_query_string}"
        try:
            code_of(address, state=self._asking.state)
        except SpotifyStateError:
            return _page(400, "This isn't the answer to the page that was opened, so it was ignored.")
        except SpotifyError:
            pass  # an answer, too: `finish` says which
        if self._taken:
            return _page(410, "This answer has already arrived.")
        self._taken = True
        try:
            await self._session.finish(self._asking, address)
        except SpotifyConsentError as error:
            self.done.set_exception(error)
            return _page(200, "You declined, so nothing was changed.")
        except Exception as error:  # noqa: BLE001 - it's raised where the program waits
            self.done.set_exception(error)
            return _page(502, f"That didn't work: {error}")
        self.done.set_result(None)
        return _page(200, "You're signed in.")


def _page(status: int, sentence: str) -> web.Response:
    end = " You can close this page." if status != 404 else ""
    text = f"<!doctype html><html lang=en><title>Spotify</title><p>{escape(sentence, quote=False)}{end}"
    answer = web.Response(status=status, text=text, content_type="text/html", headers=_HEADERS)
    answer.force_close()
    return answer


async def _pasted(session: Session, asking: Asking) -> None:
    """Ask for the address until it's the right one."""
    _tell(f"Open this page in a browser and agree:\n\n{asking.url}\n")
    while True:
        _tell("Then copy the address of the page you end up on, even if it doesn't load, and paste it here:")
        line = await _typed()
        if not line:
            raise SpotifyConsentError("no address was pasted, so nobody is signed in. Sign in again.")
        try:
            await session.finish(asking, line.strip())
        except SpotifyStateError:
            _tell("That isn't the address you ended up on after agreeing to this page.")
        else:
            return


async def _typed() -> str:
    """A line from standard input, empty at its end; read in a thread that nothing waits for if Ctrl-C comes first."""
    loop = asyncio.get_running_loop()
    typed: asyncio.Future[str] = loop.create_future()

    def arrived(line: str) -> None:
        if not typed.done():
            typed.set_result(line)

    def read() -> None:
        line = _line()
        with suppress(RuntimeError):  # the loop is closed by now
            loop.call_soon_threadsafe(arrived, line)

    threading.Thread(target=read, daemon=True).start()
    return await typed


def _line() -> str:
    """Not through Python's buffer: whoever waits there holds a lock that the end of the program needs."""
    try:
        descriptor = sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):  # a notebook, say
        return input()
    line = bytearray()
    while not line.endswith(b"\n") and (sign := os.read(descriptor, 1)):
        line += sign
    return line.decode(errors="replace")


def _tell(text: str) -> None:
    """Not on standard output, which may be a program's result."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
