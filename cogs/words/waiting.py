"""Why something waits or was left: what is accepted and not in yet, what shall leave, what came in the way midway."""

from __future__ import annotations

from typing import Final

from discord.utils import format_dt

from bot import shared_errors as lists
from bot.errors import BotError, StoreUnavailableError
from bot.services.shared.outbox.health import WaitingFor, Why
from bot.stores.lists import Trouble

ON_ITS_WAY = "It is on its way."
ON_ITS_WAY_OUT = "It leaves as soon as Spotify confirms it."
WORDS = {
    Why.PAUSED: "The playlist is paused at the moment; it {goes} once a manager resumes it.",
    Why.CLOSED: "The playlist was given back to its owner meanwhile.",
    Why.RATE_LIMIT: "Spotify asked for a pause; it goes on {when}.",
    Why.PARKED: (
        "Spotify does not say whether something before it went in, although that was tried three times. "
        "Everything is kept in its order; it goes on once a curator opens `/shared pending` and looks."
    ),
    Why.CHECKING: "Spotify has not confirmed it yet, so I am looking whether it is there.",
    Why.SPOTIFY: "Spotify does not answer properly at the moment; I try again {when}.",
    Why.SHARE: (
        "Few of today's Spotify requests are left, and they are for members and servers that have used fewer; "
        "it {goes} {when}."
    ),
}
SOON = "soon"
GOING_IN = frozenset({Why.PARKED, Why.CHECKING})
TROUBLES = {
    Trouble.OWNER_UNLINKED: "Its owner is not linked to Spotify any more; it {goes} once they link again.",
    Trouble.OWNER_LEFT: "Its owner has left this server; it {goes} once somebody else takes the playlist over.",
    Trouble.CONSENT_ENDED: "Its owner's link to Spotify has ended; it {goes} once they link again.",
    Trouble.FORBIDDEN: "Spotify does not let its owner change it at the moment; I try again every hour.",
    Trouble.PLAYLIST_GONE: (
        "Spotify does not know the playlist. I look again by myself; its managers can have a new one made with "
        "`/shared transfer`."
    ),
    Trouble.BOT_REMOVED: "I was removed from the server; it {goes} once I'm added again.",
}


REST: Final = "⚠️ The rest was left: {why}. What is told above is kept."
WHY: Final[dict[type[BotError], str]] = {
    lists.ListPausedError: "the playlist was paused meanwhile, so add it again once it is resumed",
    lists.ListClosedError: "the playlist was given back to its owner meanwhile",
    lists.ListNotFoundError: "the playlist was given back to its owner meanwhile",
    lists.ListOwnerlessError: "the playlist has had no owner for 30 days by now",
    lists.ListBusyError: "too much goes into the playlist at this moment, so add it again in a minute",
    StoreUnavailableError: "I cannot reach my own notes at the moment, so add it again in a few minutes",
}
OTHER: Final = "something came in the way, so add it again in a few minutes"


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
