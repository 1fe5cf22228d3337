"""Why what was accepted is not in the playlist yet, in a sentence, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.utils import format_dt

from bot.services.shared.waiting import Why
from bot.stores.lists import Trouble

if TYPE_CHECKING:
    from bot.services.shared.waiting import WaitingFor

ON_ITS_WAY = "It is on its way."
WORDS = {
    Why.PAUSED: "The playlist is paused at the moment; it goes in once a manager resumes it.",
    Why.CLOSED: "The playlist was given back to its owner meanwhile.",
    Why.RATE_LIMIT: "Spotify asked for a pause; it goes on {when}.",
    Why.PARKED: (
        "Spotify does not say whether something before it went in, although that was tried three times. "
        "Everything is kept in its order; it goes on once a curator opens `/shared pending` and looks."
    ),
    Why.CHECKING: "Spotify has not confirmed it yet, so I am looking whether it is there.",
    Why.SPOTIFY: "Spotify does not answer properly at the moment; I try again {when}.",
}
SOON = "soon"
TROUBLES = {
    Trouble.OWNER_UNLINKED: "Its owner is not linked to Spotify any more; it goes in once they link again.",
    Trouble.OWNER_LEFT: "Its owner has left this server; it goes in once somebody else takes the playlist over.",
    Trouble.CONSENT_ENDED: "Its owner's link to Spotify has ended; it goes in once they link again.",
    Trouble.FORBIDDEN: "Spotify does not let its owner change it at the moment; I try again every hour.",
    Trouble.PLAYLIST_GONE: "Spotify does not know the playlist any more; its managers have to look after it.",
}


def waiting_words(waiting: WaitingFor | None) -> str:
    if waiting is None:
        return ON_ITS_WAY
    if waiting.why is Why.TROUBLE and waiting.trouble is not None:
        return TROUBLES[waiting.trouble]
    when = format_dt(waiting.until, "R") if waiting.until else SOON
    return WORDS.get(waiting.why, ON_ITS_WAY).format(when=when)
