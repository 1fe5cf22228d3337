"""Tells members and channels what they did not ask for: decisions, lapses, what is stuck, edits in Spotify, digests.

What is told is read when it is told, so that nothing is said that is no longer so.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

import discord

from bot.services.notices import nonce_of
from bot.services.shared.core.queue import CLOSED, NO_OWNER
from bot.services.shared.reconciliation.projection import ExternalEdit
from bot.stores.contributions import State
from bot.stores.lists import Trouble
from bot.stores.notices import NoticeKind
from cogs.ui.reply import LOST, NOBODY, Reply, controls, link_button
from cogs.ui.shared.cards import track_of
from cogs.ui.shared.digest import digest_embed
from cogs.ui.shared.parking import parked_reply
from cogs.ui.shared.restore_controls import edit_buttons
from cogs.words.decisions import decision
from cogs.words.history import edits
from cogs.words.names import OPEN, list_name, list_url, mention, track_name, unnamed
from cogs.words.text import count, fitting, safe_text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.lookups import Lookups
    from bot.services.shared import Shared
    from bot.services.shared.core.ballot import BallotState
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from bot.stores.notices import Notice

log = logging.getLogger(__name__)

NAME_SHOWN: Final = 100
LISTS_SHOWN: Final = 10
REFUSED: Final = (discord.NotFound, discord.Forbidden)
PROPOSED_AT_ONCE: Final = "{tracks} you proposed for **{playlist}**:"
MESSAGE: Final = 2_000  # characters Discord takes
DECIDED: Final = "{what} for **{playlist}**:\n{decision}"
WHAT: Final = {
    NoticeKind.DECISION: "Your proposal {track}",
    NoticeKind.VOTED_OFF: "{track}, which you had added",
    NoticeKind.VOTE_ENDED: "The vote you began about {track}",
}
WHY: Final = {
    CLOSED: "**{playlist}** was closed, so {tracks} of yours that waited there did not go in.",
    NO_OWNER: (
        "**{playlist}** has had no owner for 30 days, so {tracks} of yours that waited there did not go in. "
        "Once somebody has taken it over, you can add what you still want."
    ),
}
EDITED: Final = (
    "✏️ Somebody edited {name} in Spotify: {what}. Curators can take that back, or leave it as it is."
)
CONSENT_OWNER: Final = (
    "⚠️ Your link to Spotify has ended, so nothing goes into {names}. "
    "What members add is kept, and goes in once you {link} again."
)
CONSENT_CHANNEL: Final = (
    "⚠️ The owner's link to Spotify has ended, so nothing goes into {name}. "
    "What members add is kept, and goes in once they {link} again."
)
IS_IN: Final = "✅ {what} went into {name}."
NOT_IN: Final = "⚠️ {what} didn't go into {name}. You can add it again."
TO_MEMBER: Final = "{member}: {text}"


@dataclass(frozen=True, slots=True)
class Message:
    """channels: where to say it if it is not for a member, or the member takes no direct messages."""

    reply: Reply
    channels: tuple[int, ...] = ()


class Sent(Enum):
    POSTED = auto()
    REFUSED = auto()  # the channel is gone or we may not write there, or the member takes no direct messages
    LATER = auto()  # it may be tried again


class Messenger:
    def __init__(self, bot: DiscordBot, shared: Shared, lookups: Lookups) -> None:
        self._bot = bot
        self._shared = shared
        self._lookups = lookups
        self._words: dict[NoticeKind, Callable[[Sequence[Notice]], Awaitable[Message | None]]] = {
            NoticeKind.DECISION: self._decision,
            NoticeKind.VOTED_OFF: self._decision,
            NoticeKind.VOTE_ENDED: self._decision,
            NoticeKind.LAPSE: self._lapse,
            NoticeKind.PARKED: self._parked,
            NoticeKind.EDIT: self._edit,
            NoticeKind.CONSENT: self._consent,
            NoticeKind.DIGEST: self._digest,
            NoticeKind.SETTLED: self._settled,
        }

    async def tell(self, notices: Sequence[Notice]) -> bool:
        """As `Notifying.run` wants it. What is no longer so is told to nobody."""
        message = await self._words[notices[0].kind](notices)
        if message is None:
            return True
        nonce, member_id = nonce_of(notices), notices[0].member_id
        if member_id is not None:
            sent = await self._post(self._bot.create_dm(discord.Object(member_id)), message.reply, nonce)
            if sent is not Sent.REFUSED:
                return sent is Sent.POSTED
        for channel_id in message.channels:
            channel = self._bot.get_partial_messageable(channel_id, guild_id=notices[0].guild_id)
            sent = await self._post(_at_once(channel), message.reply, nonce)
            if sent is not Sent.REFUSED:
                return sent is Sent.POSTED
        return True

    async def _post(self, opening: Awaitable[discord.abc.Messageable], reply: Reply, nonce: str) -> Sent:
        """nonce: Discord takes what is sent twice within minutes, as the first answer got lost, for one."""
        try:
            channel = await opening
            await channel.send(
                reply.content,
                embed=reply.embed or discord.utils.MISSING,
                view=reply.view or discord.utils.MISSING,
                allowed_mentions=NOBODY,
                silent=not isinstance(channel, discord.DMChannel),
                suppress_embeds=reply.embed is None,
                nonce=nonce,
            )
        except REFUSED as refused:
            log.info("a notice was refused (Discord's code %s)", refused.code)
            return Sent.REFUSED
        except LOST as lost:
            log.warning("a notice was not sent: %s", type(lost).__name__)
            return Sent.LATER
        return Sent.POSTED

    async def _decision(self, notices: Sequence[Notice]) -> Message | None:
        found = [
            (
                notice,
                await self._shared.ballots.card_queue.ballot_state(
                    notice.guild_id, notice.contribution_id or ""
                ),
            )
            for notice in notices
        ]
        states = [state for notice, state in found if state and state.ballot.number == notice.facts["ballot"]]
        if not states:
            return None
        playlist = safe_text(states[0].shared.name, NAME_SHOWN)
        if len(states) > 1:
            return Message(Reply(await self._decisions(states, playlist)))
        (state,) = states
        text = DECIDED.format(
            what=WHAT[notices[0].kind].format(track=await self._title(state.contribution)),
            playlist=playlist,
            decision=decision(state),
        )
        return Message(Reply(text))

    async def _decisions(self, states: Sequence[BallotState], playlist: str) -> str:
        """Of what was proposed at once: each decision once, with how many tracks it is about."""
        by_words: dict[str, list[BallotState]] = {}
        for state in states:
            by_words.setdefault(decision(state), []).append(state)
        lines = [PROPOSED_AT_ONCE.format(tracks=count(len(states), "track"), playlist=playlist)]
        for words, several in by_words.items():
            what = await self._what([state.contribution for state in several])
            lines.append(words if len(by_words) == 1 else f"{what}: {words}")
        return fitting(lines, MESSAGE)

    async def _lapse(self, notices: Sequence[Notice]) -> Message | None:
        shared = await self._list(notices[0])
        if shared is None:
            return None
        return Message(Reply(lapsed_words(shared, len(notices), str(notices[0].facts["why"]))))

    async def _parked(self, notices: Sequence[Notice]) -> Message | None:
        parked = await self._shared.outbox.dead_letters.parked(notices[0].guild_id, notices[0].list_id)
        return Message(parked_reply(parked), parked.channels) if parked else None

    async def _edit(self, notices: Sequence[Notice]) -> Message | None:
        """In the channel for cards, if there is one; the offer also stands in /shared show and /shared history."""
        (notice,) = notices
        shared = await self._list(notice)
        if shared is None or shared.settings.cards_channel_id is None:
            return None
        found, missed, moved, before = (
            int(notice.facts[field]) for field in ("found", "missed", "moved", "before")
        )
        edit = ExternalEdit(shared.list_id, found, missed, moved, before, notice.due_at)
        text = EDITED.format(name=list_name(shared), what=edits(edit))
        return Message(
            Reply(text, view=controls(*edit_buttons(shared, edit))), (shared.settings.cards_channel_id,)
        )

    async def _consent(self, notices: Sequence[Notice]) -> Message | None:
        found = [await self._list(notice) for notice in notices]
        lists = [one for one in found if one is not None and one.trouble is Trouble.CONSENT_ENDED]
        if not lists:
            return None
        link = self._bot.mention_command("link")
        if notices[0].member_id is not None:
            names = ", ".join(f"**{safe_text(one.name, NAME_SHOWN)}**" for one in lists[:LISTS_SHOWN])
            if len(lists) > LISTS_SHOWN:
                names += f" and {len(lists) - LISTS_SHOWN} more"
            return Message(Reply(CONSENT_OWNER.format(names=names, link=link)))
        settings = lists[0].settings
        channels = (settings.cards_channel_id, settings.digest_channel_id)
        text = CONSENT_CHANNEL.format(name=list_name(lists[0]), link=link)
        return Message(Reply(text), tuple(dict.fromkeys(one for one in channels if one is not None)))

    async def _digest(self, notices: Sequence[Notice]) -> Message | None:
        (notice,) = notices
        since, until = (
            datetime.fromtimestamp(int(notice.facts[field]) / 1000, UTC) for field in ("since", "until")
        )
        digest = await self._shared.rounds.digests.digest(notice.list_id, since, until)
        if digest is None or digest.shared.settings.digest_channel_id is None:
            return None
        reply = Reply(embed=digest_embed(digest), view=controls(link_button(OPEN, list_url(digest.shared))))
        return Message(reply, (digest.shared.settings.digest_channel_id,))

    async def _settled(self, notices: Sequence[Notice]) -> Message | None:
        shared = await self._list(notices[0])
        if shared is None:
            return None
        contributing = self._shared.proposals.proposals
        found = [
            await contributing.known(notice.guild_id, notice.contribution_id or "") for notice in notices
        ]
        held = [one for one in found if one is not None]
        refused = [one for one in held if one.state is State.REJECTED]
        went_in = [one for one in held if one.state is not State.REJECTED]
        lines = [
            words.format(what=await self._what(several), name=list_name(shared))
            for words, several in ((IS_IN, went_in), (NOT_IN, refused))
            if several
        ]
        if not lines:
            return None
        text = "\n".join(lines)
        if notices[0].member_id is None and held[0].member_id is not None:
            text = TO_MEMBER.format(member=mention(held[0].member_id), text=text)
        return Message(Reply(text), notices[0].channel_ids)

    async def _what(self, several: Sequence[Contribution]) -> str:
        return await self._title(several[0]) if len(several) == 1 else count(len(several), "track")

    async def _title(self, held: Contribution) -> str:
        track = await track_of(self._lookups, held)
        return track_name(track, NAME_SHOWN) if track else unnamed(held.uri, NAME_SHOWN)

    async def _list(self, notice: Notice) -> SharedPlaylist | None:
        return await self._shared.core.finder.known(notice.guild_id, notice.list_id)


async def _at_once(channel: discord.abc.Messageable) -> discord.abc.Messageable:
    return channel


def lapsed_words(shared: SharedPlaylist, number: int, why: str) -> str:
    return WHY[why].format(playlist=safe_text(shared.name, NAME_SHOWN), tracks=count(number, "track"))
