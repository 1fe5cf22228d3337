"""Why something waits or was left: what is accepted and not in yet, what shall leave, what came in the way midway."""

from __future__ import annotations

from typing import Final

from discord.utils import format_dt

from bot import shared_errors as lists
from bot.errors import BotError, StoreUnavailableError
from bot.services.shared.outbox.health import WaitingFor, Why
from bot.stores.lists import Trouble

ON_ITS_WAY = "It's on its way."
ON_ITS_WAY_OUT = "It's removed once Spotify confirms it."
WORDS = {
    Why.PAUSED: "The playlist is paused; it {goes} once a manager resumes it.",
    Why.CLOSED: "The playlist has been given back to its owner.",
    Why.RATE_LIMIT: "Spotify is limiting my requests; I'll continue {when}.",
    Why.PARKED: (
        "Spotify hasn't confirmed something ahead of it, even after three tries. "
        "It's next once a curator checks with `/shared pending`."
    ),
    Why.CHECKING: "Spotify hasn't confirmed it yet, so I'm checking.",
    Why.SPOTIFY: "Spotify isn't responding properly; I'll try again {when}.",
    Why.SHARE: (
        "Few of today's Spotify requests are left, and they go to members and servers that have used fewer; "
        "it {goes} {when}."
    ),
}
SOON = "soon"
GOING_IN = frozenset({Why.PARKED, Why.CHECKING})
TROUBLES = {
    Trouble.OWNER_UNLINKED: "Its owner is no longer linked to Spotify; it {goes} once they link again.",
    Trouble.OWNER_LEFT: "Its owner has left this server; it {goes} once someone else takes the playlist over.",
    Trouble.CONSENT_ENDED: "Its owner's link to Spotify has ended; it {goes} once they link again.",
    Trouble.FORBIDDEN: "Spotify isn't letting its owner change it right now; I try again every hour.",
    Trouble.PLAYLIST_GONE: (
        "Spotify can't find the playlist. I keep checking; a manager can create a new one with `/shared transfer`."
    ),
    Trouble.BOT_REMOVED: "I was removed from the server; it {goes} once I'm added again.",
}


REST: Final = "⚠️ I had to skip the rest: {why}. Everything above is saved."
WHY: Final[dict[type[BotError], str]] = {
    lists.ListPausedError: "the playlist has been paused, so add it again once it's resumed",
    lists.ListClosedError: "the playlist was given back to its owner meanwhile",
    lists.ListNotFoundError: "the playlist was given back to its owner meanwhile",
    lists.ListOwnerlessError: "the playlist has had no owner for 30 days by now",
    lists.ListBusyError: "too much goes into the playlist at this moment, so add it again in a minute",
    StoreUnavailableError: "my database is unavailable, so add it again in a few minutes",
}
OTHER: Final = "something went wrong, so add it again in a few minutes"


def rest_words(why: BotError) -> str:
    return REST.format(why=WHY.get(type(why), OTHER))


def waiting_words(waiting: WaitingFor | None, *, leaving: bool = False) -> str:
    """leaving: said of what shall leave, which waits for nothing that is to go in."""
    on_its_way = ON_ITS_WAY_OUT if leaving else ON_ITS_WAY
    if waiting is None or (leaving and waiting.why in GOING_IN):
        return on_its_way
    goes = "goes out" if leaving else "goes in"
    if waiting.why is Why.TROUBLE and waiting.trouble is not None:
        return TROUBLES[waiting.trouble].format(goes=goes)
    when = format_dt(waiting.until, "R") if waiting.until else SOON
    return WORDS.get(waiting.why, on_its_way).format(when=when, goes=goes)
