"""Where Spotify sends the browser back to, the code shown there, and every expected failure in words."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot import errors as ours
from bot.languages import Text
from bot.spotify import errors as spotify
from bot.web.pages import time_left

if TYPE_CHECKING:
    from datetime import datetime

    from bot.services.linking import Linking
    from bot.web.cookie import BrowserCookie
    from bot.web.pages import Pages

logger = logging.getLogger(__name__)

START_AGAIN: Final = Text("Type /link in Discord for a new link.")
WAIT: Final = Text("Wait a minute. Type /link in Discord for a new link.")
NOTHING_KEPT: Final = Text("Nothing was linked, and nothing was kept.")
FOR_THE_OPERATOR = (spotify.SpotifyCredentialsError, spotify.SpotifyOwnerPremiumError)
BROKEN = (*FOR_THE_OPERATOR, ours.StoreUnavailableError, spotify.SpotifyUnavailableError)  # nobody's mistake
GOES_ON = (ours.LinkForgedError, ours.LinkUsedError, ours.StoreUnavailableError)  # can leave an attempt alive


@dataclass(frozen=True, slots=True)
class Words:
    """What happened, what was kept, and what to do next, one step per line."""

    status: int
    title: str
    happened: str
    kept: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """The same in every language, with what is filled in when it happens."""

    status: int
    title: Text
    happened: Text
    kept: Text
    steps: tuple[Text, ...]

    def __call__(self, **values: str) -> Words:
        steps = tuple(step(**values) for step in self.steps)
        return Words(self.status, self.title(), self.happened(**values), self.kept(), steps)


WORDS: Final[dict[type[Exception], Texts]] = {
    ours.LinkExpiredError: Texts(
        410,
        Text("This link has expired"),
        Text("It was already used, cancelled or replaced by a newer one, or its 10 minutes are up."),
        Text("Nothing is kept of an unfinished link."),
        (
            Text("If Discord says your account is linked, you're done: close this page."),
            Text("If not, type /link in Discord for a new link."),
        ),
    ),
    ours.LinkUsedError: Texts(
        409,
        Text("This link continued in another browser"),
        Text("A link only works in one browser, so that nobody else can finish it."),
        Text("Opening it here changed nothing."),
        (
            Text("Go back to the browser where you pressed Continue."),
            Text("Wasn't that you? Type /link in Discord for a new link."),
        ),
    ),
    ours.LinkForgedError: Texts(
        403,
        Text("This answer doesn't belong to your link"),
        Text("Spotify's answer arrived in a browser that didn't start this link, or it's from an older try."),
        Text("Nothing was linked."),
        (
            Text("If someone sent you here, close this page."),
            Text("Otherwise, use the same browser all the way. Type /link in Discord for a new link."),
        ),
    ),
    ours.LinkNotFinishedError: Texts(
        409,
        Text("Waiting for Spotify"),
        Text("You haven't finished Spotify's page yet, or the bot is still talking to Spotify."),
        Text("This page refreshes every few seconds."),
        (Text("If nothing happens, go back to Spotify's page and agree there."),),
    ),
    ours.AccountTakenError: Texts(
        409,
        Text("This Spotify account is already linked"),
        Text(
            "Another Discord member has linked this Spotify account, and it can only be linked to one member."
        ),
        Text("Nothing was linked for you, and the other link stays."),
        (
            Text("To use this account, first unlink it: type /unlink as the member who linked it."),
            Text("To use another one, log out at spotify.com, then type /link in Discord."),
        ),
    ),
    ours.StoreUnavailableError: Texts(
        503,
        Text("The bot can't link accounts right now"),
        Text("Its database is unavailable."),
        Text("Nothing was linked."),
        (WAIT,),
    ),
    spotify.SpotifyNotRegisteredError: Texts(
        403,
        Text("You're not on this bot's user list yet"),
        Text(
            "You agreed, but Spotify only lets this bot use accounts on its app's user list, and yours isn't on it."
        ),
        NOTHING_KEPT,
        (
            Text(
                "Give the person who runs this bot your name and the email address of your Spotify account."
            ),
            Text("They add both in the Spotify developer dashboard, under Users Management."),
            Text("Then type /link in Discord again."),
        ),
    ),
    spotify.SpotifyOwnerPremiumError: Texts(
        403,
        Text("Spotify has paused this bot"),
        Text(
            "The owner of the bot's Spotify app has no active Premium subscription, so Spotify refuses all its "
            "requests."
        ),
        NOTHING_KEPT,
        (
            Text("Tell the person who runs this bot."),
            Text("A few hours after Premium is active again, type /link in Discord."),
        ),
    ),
    spotify.SpotifyGrantError: Texts(
        400,
        Text("Spotify didn't accept the answer"),
        Text("Its confirmation was too old or already used."),
        NOTHING_KEPT,
        (START_AGAIN,),
    ),
    spotify.SpotifyCredentialsError: Texts(
        500,
        Text("This bot isn't set up correctly"),
        Text("Spotify doesn't recognise this bot."),
        NOTHING_KEPT,
        (
            Text("Ask the person who runs this bot to check SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET."),
            Text("Then type /link in Discord again."),
        ),
    ),
    spotify.SpotifyUnavailableError: Texts(
        503,
        Text("Spotify isn't responding"),
        Text("Spotify didn't answer when the bot asked whose account this is."),
        NOTHING_KEPT,
        (WAIT,),
    ),
    spotify.SpotifyError: Texts(
        500,
        Text("Spotify refused"),
        Text("Spotify didn't tell the bot whose account this is."),
        NOTHING_KEPT,
        (START_AGAIN, Text("If that doesn't help, tell the person who runs this bot.")),
    ),
}
RATE_LIMITED: Final = Texts(
    503,
    Text("Spotify is limiting this bot's requests"),
    Text("The bot can try again in {wait}."),
    NOTHING_KEPT,
    (Text("In {wait}, type /link in Discord for a new link."),),
)
DENIED: Final = Texts(
    403,
    Text("No account was linked"),
    Text("Spotify refused with “{reason}”."),
    NOTHING_KEPT,
    (Text("Changed your mind? Type /link in Discord for a new link."),),
)
DECLINED: Final = replace(DENIED, happened=Text("You declined on Spotify's page."))


def words_for(error: ours.BotError | spotify.SpotifyError, now: datetime) -> Words | None:
    """The words for an expected failure; None for one that no page of ours can cause."""
    if isinstance(error, spotify.SpotifyRateLimitedError):
        return RATE_LIMITED(wait=time_left(error.until, now))
    if isinstance(error, ours.LinkDeniedError):
        return DECLINED() if error.reason == "access_denied" else DENIED(reason=error.reason)
    return next((WORDS[kind]() for kind in type(error).__mro__ if kind in WORDS), None)


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
        reference = secrets.token_hex(3).upper() if isinstance(error, BROKEN) else None
        level = logging.ERROR if isinstance(error, FOR_THE_OPERATOR) else logging.INFO
        if reference is None:
            logger.log(level, "link page: %s", type(error).__name__)
        else:
            level, kind = max(level, logging.WARNING), type(error).__name__
            logger.log(level, "reference %s: link page: %s", reference, kind, extra={"reference": reference})
        response = self._pages.answer("failure", status=words.status, words=words, reference=reference)
        if isinstance(error, ours.LinkNotFinishedError):
            response.headers["Refresh"] = "3"
        elif not isinstance(error, GOES_ON):
            self._cookie.forget(response)
        return response
