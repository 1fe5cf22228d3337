"""Why something waits or was left: what is accepted and not in yet, what shall leave, what came in the way midway."""

from __future__ import annotations

from typing import Final

from discord.utils import format_dt

from bot import shared_errors as lists
from bot.errors import BotError, StoreUnavailableError
from bot.languages import Text
from bot.services.shared.outbox.health import WaitingFor, Why
from bot.stores.lists import Trouble

ON_ITS_WAY = Text("It's on its way.")
ON_ITS_WAY_OUT = Text("It's removed once Spotify confirms it.")
WORDS = {
    Why.PAUSED: Text("The playlist is paused; it goes in once a manager resumes it."),
    Why.CLOSED: Text("The playlist has been given back to its owner."),
    Why.RATE_LIMIT: Text("Spotify is limiting my requests; I'll continue {when}."),
    Why.PARKED: Text(
        "Spotify hasn't confirmed something ahead of it, even after three tries. "
        "It's next once a curator checks with `/shared pending`."
    ),
    Why.CHECKING: Text("Spotify hasn't confirmed it yet, so I'm checking."),
    Why.SPOTIFY: Text("Spotify isn't responding properly; I'll try again {when}."),
    Why.LINK: Text("Spotify refused its owner's link, which should still be valid; I'll try again {when}."),
    Why.TOGETHER: Text(
        "Few of today's Spotify requests are left, so it goes in together with others at about {when}."
    ),
    Why.SHARE: Text(
        "Few of today's Spotify requests are left, and they go to members and servers that have used fewer; "
        "it goes in {when}."
    ),
}
LEAVING_WORDS = {  # where it isn't the same for what shall leave
    Why.PAUSED: Text("The playlist is paused; it goes out once a manager resumes it."),
    Why.SHARE: Text(
        "Few of today's Spotify requests are left, and they go to members and servers that have used fewer; "
        "it goes out {when}."
    ),
}
SOON = Text("soon")
GOING_IN = frozenset({Why.PARKED, Why.CHECKING, Why.TOGETHER})
TROUBLES = {
    Trouble.OWNER_UNLINKED: Text(
        "Its owner is no longer linked to Spotify; it goes in once they link again."
    ),
    Trouble.OWNER_LEFT: Text(
        "Its owner has left this server; it goes in once someone else takes the playlist over."
    ),
    Trouble.CONSENT_ENDED: Text("Its owner's link to Spotify has ended; it goes in once they link again."),
    Trouble.FORBIDDEN: Text("Spotify isn't letting its owner change it right now; I try again every hour."),
    Trouble.PLAYLIST_GONE: Text(
        "Spotify can't find the playlist. I keep checking; a manager can create a new one with `/shared transfer`."
    ),
    Trouble.BOT_REMOVED: Text("I was removed from the server; it goes in once I'm added again."),
}
LEAVING_TROUBLES = {
    Trouble.OWNER_UNLINKED: Text(
        "Its owner is no longer linked to Spotify; it goes out once they link again."
    ),
    Trouble.OWNER_LEFT: Text(
        "Its owner has left this server; it goes out once someone else takes the playlist over."
    ),
    Trouble.CONSENT_ENDED: Text("Its owner's link to Spotify has ended; it goes out once they link again."),
    Trouble.BOT_REMOVED: Text("I was removed from the server; it goes out once I'm added again."),
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


def waiting_words(waiting: WaitingFor | None, *, leaving: bool = False) -> str:
    """leaving: said of what shall leave, which waits for nothing that is to go in."""
    on_its_way = ON_ITS_WAY_OUT if leaving else ON_ITS_WAY
    if waiting is None or (leaving and waiting.why in GOING_IN):
        return on_its_way()
    if waiting.why is Why.TROUBLE and waiting.trouble is not None:
        troubles = TROUBLES | LEAVING_TROUBLES if leaving else TROUBLES
        return troubles[waiting.trouble]()
    words = WORDS | LEAVING_WORDS if leaving else WORDS
    when = SOON()
    if waiting.until is not None:
        when = format_dt(waiting.until, "t" if waiting.why is Why.TOGETHER else "R")
    return words.get(waiting.why, on_its_way)(when=when)
