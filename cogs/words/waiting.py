"""Why something waits or was left: what is accepted and not in yet, what shall leave, what came in the way midway."""

from __future__ import annotations

from typing import Final

from discord.utils import format_dt

from bot import shared_errors as lists
from bot.errors import BotError, StoreUnavailableError
from bot.languages import Plural, Text
from bot.services.shared.outbox.health import WaitingFor, Why
from bot.stores.lists import Trouble

ON_ITS_WAY = Plural("It's on its way.", "They're on their way.")
ON_ITS_WAY_OUT = Plural("It's removed once Spotify confirms it.", "They're removed once Spotify confirms it.")
WORDS = {
    Why.PAUSED: Text("The playlist is paused; I'll continue once a manager resumes it."),
    Why.CLOSED: Text("The playlist has been given back to its owner."),
    Why.RATE_LIMIT: Text("Spotify is limiting my requests; I'll continue {when}."),
    Why.PARKED: Text(
        "Spotify hasn't confirmed an earlier addition, even after three tries. "
        "I'll continue once a curator checks with `/shared pending`."
    ),
    Why.SPOTIFY: Text("Spotify isn't responding properly; I'll try again {when}."),
    Why.LINK: Text("Spotify refused its owner's link, which should still be valid; I'll try again {when}."),
    Why.SHARE: Text(
        "Few of today's Spotify requests are left, and they go to members and servers that have used fewer; "
        "I'll continue {when}."
    ),
}
COUNTED = {
    Why.CHECKING: Plural(
        "Spotify hasn't confirmed it yet, so I'm checking.",
        "Spotify hasn't confirmed them yet, so I'm checking.",
    ),
    Why.TOGETHER: Plural(
        "Few of today's Spotify requests are left, so it goes in together with others at about {when}.",
        "Few of today's Spotify requests are left, so they go in together at about {when}.",
    ),
}
SOON = Text("soon")
GOING_IN = frozenset({Why.PARKED, Why.CHECKING, Why.TOGETHER})
TROUBLES = {
    Trouble.OWNER_UNLINKED: Text(
        "Its owner is no longer linked to Spotify; I'll continue once they link again."
    ),
    Trouble.OWNER_LEFT: Text(
        "Its owner has left this server; I'll continue once someone else takes the playlist over."
    ),
    Trouble.CONSENT_ENDED: Text("Its owner's link to Spotify has ended; I'll continue once they link again."),
    Trouble.FORBIDDEN: Text("Spotify isn't letting its owner change it right now; I try again every hour."),
    Trouble.PLAYLIST_GONE: Text(
        "Spotify can't find the playlist. I keep checking; a manager can create a new one with `/shared transfer`."
    ),
    Trouble.BOT_REMOVED: Text("I was removed from the server; I'll continue once I'm added again."),
}


GIVEN_BACK: Final = Text(
    "⚠️ I had to skip the rest: the playlist was given back to its owner meanwhile. Everything above is saved."
)
REST: Final[dict[type[BotError], Text]] = {
    lists.ListPausedError: Text(
        "⚠️ I had to skip the rest: the playlist has been paused, so add it again once it's resumed. "
        "Everything above is saved."
    ),
    lists.ListClosedError: GIVEN_BACK,
    lists.ListNotFoundError: GIVEN_BACK,
    lists.ListOwnerlessError: Text(
        "⚠️ I had to skip the rest: the playlist has had no owner for 30 days by now. "
        "Everything above is saved."
    ),
    lists.ListBusyError: Text(
        "⚠️ I had to skip the rest: too much goes into the playlist at this moment, "
        "so add it again in a minute. Everything above is saved."
    ),
    StoreUnavailableError: Text(
        "⚠️ I had to skip the rest: my database is unavailable, so add it again in a few minutes. "
        "Everything above is saved."
    ),
}
OTHER: Final = Text(
    "⚠️ I had to skip the rest: something went wrong, so add it again in a few minutes. "
    "Everything above is saved."
)


def rest_words(why: BotError) -> str:
    return REST.get(type(why), OTHER)()


def waiting_words(waiting: WaitingFor | None, count: int, *, leaving: bool = False) -> str:
    """count: how many wait. leaving: said of what shall leave, which waits for nothing that is to go in."""
    on_its_way = ON_ITS_WAY_OUT if leaving else ON_ITS_WAY
    if waiting is None or (leaving and waiting.why in GOING_IN):
        return on_its_way(count)
    if waiting.trouble is not None:
        return TROUBLES[waiting.trouble]()
    when = SOON()
    if waiting.until is not None:
        when = format_dt(waiting.until, "t" if waiting.why is Why.TOGETHER else "R")
    if waiting.why in COUNTED:
        return COUNTED[waiting.why](count, when=when)
    return WORDS[waiting.why](when=when)
