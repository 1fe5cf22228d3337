"""What members and servers are told about a consent that ends or has ended, with the button that renews it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from discord.utils import format_dt

from bot.languages import Plural, Text
from bot.services.linking import PLAYLIST_SCOPES
from cogs.ui.consent import allow_buttons
from cogs.ui.reply import Reply, controls, link_button
from cogs.words.counts import MINUTES
from cogs.words.held_up import WAITING
from cogs.words.names import list_name, mention, playlist_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.consent_reminders import ConsentReminders
    from bot.services.shared import Shared
    from bot.stores.lists import SharedPlaylist
    from bot.stores.notices import Notice

ENDED_OWNER: Final = Text("⚠️ Your Spotify link has ended, so nothing goes into {names}.")
KEPT_OWNER: Final = Text(
    "What members add is kept for as long as it takes, and goes in once you {link} again. "
    "To hand a playlist over instead, use {transfer}."
)
ENDED_CHANNEL: Final = Text("⚠️ The owner's Spotify link has ended, so nothing goes into {name}.")
KEPT_CHANNEL: Final = Text(
    "What members add is kept for as long as it takes, and goes in once {owner} uses {link} again. "
    "A manager can also hand the playlist over with {transfer}."
)
ENDED_MEMBER: Final = Text(
    "⚠️ Your Spotify link has ended: its six months are up, or Spotify no longer accepts it. "
    "Your playlists are untouched. Link again whenever you like."
)
ENDS_OWNER: Final = Text(
    "⏳ Your Spotify link ends {when}, on {day}. From then on, nothing goes into {names} until you link again; "
    "what members add is kept. Renew it before, and nothing stops. To hand a playlist over instead, use {transfer}."
)
ENDS_CHANNEL: Final = Text(
    "⏳ The Spotify link of {owner}, who owns {name}, ends {when}, on {day}. From then on, nothing goes in until it's "
    "renewed; what members add is kept. {owner} can renew it here or with {link}, "
    "and a manager can hand the playlist over with {transfer}."
)
ENDS_MEMBER: Final = Text("⏳ Your Spotify link ends {when}, on {day}. Renew it before, and nothing changes.")
RENEW: Final = Text("Renew the link")
INCIDENT: Final = Text(
    "⚠️ Spotify refused {links} within a minute, so Spotify itself is most likely at fault. No link is erased, what "
    "members add waits, and it all goes on by itself once Spotify accepts the links again."
)
PASSED: Final = Text("✅ After {minutes}, Spotify accepts the links again. What waited goes in now.")
JUDGED: Final = Text(
    "⚠️ After {minutes}, Spotify still refuses some links. They are now judged one by one: each is tried again for a "
    "day before it's erased, and whoever linked it is told."
)
LINKS: Final = Plural("{n:,} link", "{n:,} links")
STATUS: Final = Text("Spotify's status")
STATUS_PAGE: Final = "https://status.spotify.dev"


def incident_reply(notice: Notice) -> Reply:
    """For whoever runs the bot."""
    match notice.facts["what"]:
        case "began":
            words = INCIDENT(links=LINKS(int(notice.facts["refused"])))
        case "accepted":
            words = PASSED(minutes=MINUTES(int(notice.facts["minutes"])))
        case _:
            words = JUDGED(minutes=MINUTES(int(notice.facts["minutes"])))
    return Reply(words, view=controls(link_button(STATUS(), STATUS_PAGE)))


class ConsentNotices:
    def __init__(self, bot: DiscordBot, shared: Shared, reminders: ConsentReminders) -> None:
        self._bot = bot
        self._shared = shared
        self._reminders = reminders

    async def ended_for_member(self, notice: Notice, lists: Sequence[SharedPlaylist]) -> Reply | None:
        """lists: those of the member that it stopped. None: it's no longer so."""
        if lists:
            held = await self._shared.lifecycle.overview.of_ended_consent(lists[0])
            kept = KEPT_OWNER(link=self._link(), transfer=self._transfer())
            return _reply(ENDED_OWNER(names=playlist_names(held)), await self._waiting(*held), kept)
        if notice.list_id or await self._reminders.is_linked(notice.member_id or 0):
            return None
        return _reply(ENDED_MEMBER())

    async def ended_for_all(self, shared: SharedPlaylist) -> Reply:
        kept = KEPT_CHANNEL(
            owner=mention(shared.owner_id),
            link=self._link(),
            transfer=self._transfer(),
        )
        return _reply(ENDED_CHANNEL(name=list_name(shared)), await self._waiting(shared), kept)

    async def ends_for_member(self, notice: Notice) -> Reply | None:
        """None: it was renewed."""
        member_id = notice.member_id or 0
        ends = await self._reminders.ends(member_id, int(notice.facts["given"]))
        if ends is None:
            return None
        when, day = format_dt(ends, "R"), format_dt(ends, "D")
        lent = await self._shared.lifecycle.overview.lent_by(member_id)
        if not lent:
            return _reply(ENDS_MEMBER(when=when, day=day))
        transfer = self._transfer()
        return _reply(ENDS_OWNER(when=when, day=day, names=playlist_names(lent), transfer=transfer))

    async def ends_for_all(self, notice: Notice, shared: SharedPlaylist) -> Reply | None:
        """None: it was renewed, or doesn't matter to the list any more."""
        ends = await self._reminders.ends(shared.owner_id, int(notice.facts["given"]))
        if ends is None or shared.trouble is not None:
            return None
        return _reply(
            ENDS_CHANNEL(
                owner=mention(shared.owner_id),
                name=list_name(shared),
                when=format_dt(ends, "R"),
                day=format_dt(ends, "D"),
                link=self._link(),
                transfer=self._transfer(),
            )
        )

    async def _waiting(self, *lists: SharedPlaylist) -> str:
        waiting = sum([await self._shared.lifecycle.overview.waiting_in(one) for one in lists])
        return WAITING(waiting) if waiting else ""

    def _link(self) -> str:
        return self._bot.mention_command("link")

    def _transfer(self) -> str:
        return self._bot.mention_command("shared transfer")


def _reply(*sentences: str) -> Reply:
    text = " ".join(sentence for sentence in sentences if sentence)
    return Reply(text, view=controls(*allow_buttons(PLAYLIST_SCOPES, RENEW())))
