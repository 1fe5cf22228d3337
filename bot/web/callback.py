"""Where Spotify sends the browser back to, the code shown there, and every expected failure in words."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from bot import errors as ours
from bot.spotify import errors as spotify
from bot.web.pages import time_left

if TYPE_CHECKING:
    from datetime import datetime

    from bot.services.linking import Linking
    from bot.web.cookie import BrowserCookie
    from bot.web.pages import Pages

logger = logging.getLogger(__name__)

START_AGAIN = "Type /link in Discord for a new link."
NOTHING_KEPT = "Nothing was linked, and nothing was kept."
FOR_THE_OPERATOR = (spotify.SpotifyCredentialsError, spotify.SpotifyOwnerPremiumError)
GOES_ON = (ours.LinkForgedError, ours.LinkUsedError, ours.StoreUnavailableError)  # can leave an attempt alive


@dataclass(frozen=True, slots=True)
class Words:
    """What happened, what was kept, and what to do next, one step per line."""

    status: int
    title: str
    happened: str
    kept: str
    steps: tuple[str, ...]


WORDS: dict[type[Exception], Words] = {
    ours.LinkExpiredError: Words(
        410,
        "This link has expired",
        "It was already used, cancelled or replaced by a newer one, or its 10 minutes are up.",
        "Nothing is kept of an unfinished link.",
        ("If Discord says your account is linked, you're done: close this page.", f"If not: {START_AGAIN}"),
    ),
    ours.LinkUsedError: Words(
        409,
        "This link continued in another browser",
        "A link only works in one browser, so that nobody else can finish it.",
        "Opening it here changed nothing.",
        ("Go back to the browser where you pressed Continue.", f"Wasn't that you? {START_AGAIN}"),
    ),
    ours.LinkForgedError: Words(
        403,
        "This answer doesn't belong to your link",
        "Spotify's answer arrived in a browser that didn't start this link, or it's from an older try.",
        "Nothing was linked.",
        (
            "If someone sent you here, close this page.",
            f"Otherwise, use the same browser all the way. {START_AGAIN}",
        ),
    ),
    ours.LinkNotFinishedError: Words(
        409,
        "Waiting for Spotify",
        "You haven't finished Spotify's page yet, or the bot is still talking to Spotify.",
        "This page refreshes every few seconds.",
        ("If nothing happens, go back to Spotify's page and agree there.",),
    ),
    ours.AccountTakenError: Words(
        409,
        "This Spotify account is already linked",
        "Another Discord member has linked this Spotify account, and it can only be linked to one member.",
        "Nothing was linked for you, and the other link stays.",
        (
            "To use this account, first unlink it: type /unlink as the member who linked it.",
            "To use another one, log out at spotify.com, then type /link in Discord.",
        ),
    ),
    ours.StoreUnavailableError: Words(
        503,
        "The bot can't link accounts right now",
        "Its database is unavailable.",
        "Nothing was linked.",
        (f"Wait a minute. {START_AGAIN}",),
    ),
    spotify.SpotifyNotRegisteredError: Words(
        403,
        "You're not on this bot's user list yet",
        "You agreed, but Spotify only lets this bot use accounts on its app's user list, and yours isn't on it.",
        NOTHING_KEPT,
        (
            "Give the person who runs this bot your name and the email address of your Spotify account.",
            "They add both in the Spotify developer dashboard, under Users Management.",
            "Then type /link in Discord again.",
        ),
    ),
    spotify.SpotifyOwnerPremiumError: Words(
        403,
        "Spotify has paused this bot",
        "The owner of the bot's Spotify app has no active Premium subscription, so Spotify refuses all its requests.",
        NOTHING_KEPT,
        (
            "Tell the person who runs this bot.",
            "A few hours after Premium is active again, type /link in Discord.",
        ),
    ),
    spotify.SpotifyGrantError: Words(
        400,
        "Spotify didn't accept the answer",
        "Its confirmation was too old or already used.",
        NOTHING_KEPT,
        (START_AGAIN,),
    ),
    spotify.SpotifyCredentialsError: Words(
        500,
        "This bot isn't set up correctly",
        "Spotify doesn't recognise this bot.",
        NOTHING_KEPT,
        (
            "Ask the person who runs this bot to check SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET.",
            "Then type /link in Discord again.",
        ),
    ),
    spotify.SpotifyUnavailableError: Words(
        503,
        "Spotify isn't responding",
        "Spotify didn't answer when the bot asked whose account this is.",
        NOTHING_KEPT,
        (f"Wait a minute. {START_AGAIN}",),
    ),
    spotify.SpotifyError: Words(
        500,
        "Spotify refused",
        "Spotify didn't tell the bot whose account this is.",
        NOTHING_KEPT,
        (START_AGAIN, "If that doesn't help, tell the person who runs this bot."),
    ),
}


def words_for(error: ours.BotError | spotify.SpotifyError, now: datetime) -> Words | None:
    """The words for an expected failure; None for one that no page of ours can cause."""
    if isinstance(error, spotify.SpotifyRateLimitedError):
        wait = time_left(error.until, now)
        return Words(
            503,
            "Spotify is limiting this bot's requests",
            f"The bot can try again in {wait}.",
            NOTHING_KEPT,
            (f"In {wait}, type /link in Discord for a new link.",),
        )
    if isinstance(error, ours.LinkDeniedError):
        if error.reason == "access_denied":
            happened = "You declined on Spotify's page."
        else:
            happened = f"Spotify refused with “{error.reason}”."
        return Words(
            403, "No account was linked", happened, NOTHING_KEPT, (f"Changed your mind? {START_AGAIN}",)
        )
    return next((WORDS[kind] for kind in type(error).__mro__ if kind in WORDS), None)


class Callback:
    def __init__(self, linking: Linking, pages: Pages, cookie: BrowserCookie, *, paste: bool) -> None:
        """paste: a browser without our cookie came straight from Spotify; its address is copied into Discord."""
        self._linking = linking
        self._pages = pages
        self._cookie = cookie
        self._paste = paste

    async def callback(self, request: web.Request) -> web.Response:
        cookie = self._cookie.of(request)
        if self._paste and cookie is None:
            return self._pages.answer("paste")
        query = request.query
        if len(query) != len(set(query)):
            raise ours.LinkForgedError  # a repeated name: Spotify never sends that
        await self._linking.returned(cookie, query.get("state", ""), query.get("code"), query.get("error"))
        raise web.HTTPSeeOther("/linked")  # away from an address that holds Spotify's code

    async def linked(self, request: web.Request) -> web.Response:
        """The six digits, only for the browser that finished Spotify's page."""
        try:
            shown = await self._linking.code_for(self._cookie.of(request))
        except ours.LinkForgedError as error:  # no cookie: nothing was started here, or it ended long ago
            raise ours.LinkExpiredError from error
        return self._pages.answer(
            "code",
            digits=shown.digits,
            member_name=shown.member_name,
            username=shown.username,
            left=time_left(shown.expires_at, self._linking.now()),
            until=shown.expires_at,
        )

    def failure(self, error: ours.BotError | spotify.SpotifyError) -> web.Response | None:
        """The page for an expected failure; None for failures no page of ours can cause."""
        words = words_for(error, self._linking.now())
        if words is None:
            return None
        level = logging.ERROR if isinstance(error, FOR_THE_OPERATOR) else logging.INFO
        logger.log(level, "link page: %s", type(error).__name__)
        response = self._pages.answer("failure", status=words.status, words=words)
        if isinstance(error, ours.LinkNotFinishedError):
            response.headers["Refresh"] = "3"
        elif not isinstance(error, GOES_ON):
            self._cookie.forget(response)
        return response
