"""What each kind of notice says: decisions, what expired or is stuck, edits in Spotify, digests and all the others.

It's read at the moment it is sent, so that nothing is said that is no longer so.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from discord.utils import format_dt

from bot.errors import JobGoneError
from bot.languages import Text
from bot.services.replies import contributions_of
from bot.services.shared.core.queue import CLOSED, NO_OWNER
from bot.services.shared.lifecycle.absence import KEPT
from bot.services.shared.reconciliation.projection import ExternalEdit
from bot.services.shared.reports.page import playlist_url
from bot.shared_errors import ImportGoneError
from bot.stores.contributions import EVER_INSIDE, OUTSTANDING
from bot.stores.lists import ListStatus, Trouble, best_of
from bot.stores.notices import NoticeKind
from cogs.ui.consent_notices import ConsentNotices, incident_reply
from cogs.ui.error_answers import operators
from cogs.ui.playlist_work import news_reply
from cogs.ui.reply import Reply, controls, link_button, list_button
from cogs.ui.seats import seat_free_reply
from cogs.ui.shared.best import SHOWN, best_parts
from cogs.ui.shared.cards import track_of
from cogs.ui.shared.digest import digest_card
from cogs.ui.shared.edit import guard_reply
from cogs.ui.shared.granting import wanted_reply
from cogs.ui.shared.imports import view_reply
from cogs.ui.shared.liking import like_several
from cogs.ui.shared.parking import parked_reply
from cogs.ui.shared.recap import named_in, recap_card
from cogs.ui.shared.restore_controls import edit_buttons
from cogs.words.contributions import landed_words
from cogs.words.counts import TRACKS
from cogs.words.decisions import decision
from cogs.words.grants import unpacked
from cogs.words.history import edits
from cogs.words.names import OPEN, list_name, mention, playlist_names, track_name, unnamed
from cogs.words.text import fitting, safe_text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.consent_reminders import ConsentReminders
    from bot.services.lookups import Lookups
    from bot.services.own_playlists.jobs import Jobs
    from bot.services.seats import Seats
    from bot.services.shared import Shared
    from bot.services.shared.core.ballot import BallotState
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from bot.stores.notices import Notice

NAME_SHOWN: Final = 100
PROPOSED_AT_ONCE: Final = Text("{tracks} you proposed for **{playlist}**:")
MESSAGE: Final = 2_000  # characters Discord takes
DECIDED: Final = {
    NoticeKind.DECISION: Text("{track}, which you proposed for **{playlist}**:\n{decision}"),
    NoticeKind.VOTED_OFF: Text("{track}, which you added to **{playlist}**:\n{decision}"),
    NoticeKind.VOTE_ENDED: Text("Your vote to remove {track} from **{playlist}**:\n{decision}"),
}
WHY: Final = {
    CLOSED: Text("**{playlist}** was closed, so {tracks} of yours didn't go in."),
    NO_OWNER: Text(
        "**{playlist}** had no owner for 30 days, so {tracks} of yours didn't go in. "
        "Add them again once someone has taken it over."
    ),
}
EDITED: Final = Text("✏️ {name} was edited in Spotify: {what}. Curators can undo that or keep it.")
AWAY: Final = Text(
    "⏸️ I was removed from a server, so nothing goes into {names}. If I'm added again by {day}, it all continues. "
    "After that, sharing ends. What's in Spotify stays."
)
BACK: Final = Text("▶️ I'm back in the server, so sharing {names} continues. Accepted tracks go in now.")
ENDED: Final = Text(
    "I was removed from a server 30 days ago and not added again, so sharing {names} has ended there. "
    "What's in Spotify stays."
)
SEAT: Final = Text(
    "{operator} asks you for your Spotify seat: this bot's app lets only a few people in, and someone else needs one. "
    "If you can do without, use {unlink}. What you added to shared playlists stays. {account} shows what's linked."
)
HINT: Final = Text(
    "👋 Hi! With me, this server builds Spotify playlists together: one member lends a playlist, and everyone can "
    "add to it without a Spotify account.\n"
    "If you manage this server, start with {create}. {help} shows everything else."
)
IS_IN: Final = Text("✅ Added to {name}: {what}")
NOT_IN: Final = Text("⚠️ Not added to {name}: {what}. You can add it again.")
TO_MEMBER: Final = "{member}: {text}"


@dataclass(frozen=True, slots=True)
class Message:
    """channels: where to say it if it is not for a member, or the member takes no direct messages."""

    reply: Reply
    channels: tuple[int, ...] = ()


class NoticeMessages:
    def __init__(
        self,
        bot: DiscordBot,
        shared: Shared,
        lookups: Lookups,
        *,
        seats: Seats,
        jobs: Jobs,
        reminders: ConsentReminders,
    ) -> None:
        self._bot = bot
        self._shared = shared
        self._lookups = lookups
        self._seats = seats
        self._jobs = jobs
        self._consents = ConsentNotices(bot, shared, reminders)
        self._words: dict[NoticeKind, Callable[[Sequence[Notice]], Awaitable[Message | None]]] = {
            NoticeKind.DECISION: self._decision,
            NoticeKind.VOTED_OFF: self._decision,
            NoticeKind.VOTE_ENDED: self._decision,
            NoticeKind.LAPSE: self._lapse,
            NoticeKind.PARKED: self._parked,
            NoticeKind.EDIT: self._edit,
            NoticeKind.CONSENT: self._consent,
            NoticeKind.CONSENT_ENDS: self._consent_ends,
            NoticeKind.AWAY: self._away,
            NoticeKind.BACK: self._back,
            NoticeKind.ENDED: self._ended,
            NoticeKind.DIGEST: self._digest,
            NoticeKind.BEST: self._best,
            NoticeKind.RECAP: self._recap,
            NoticeKind.SETTLED: self._settled,
            NoticeKind.JOB: self._job,
            NoticeKind.SEAT: self._seat,
            NoticeKind.SEAT_FREE: self._seat_free,
            NoticeKind.INCIDENT: self._incident,
            NoticeKind.HINT: self._hint,
            NoticeKind.GRANT: self._grant,
            NoticeKind.TITLE: self._title_changed,
            NoticeKind.IMPORTED: self._imported,
        }

    async def of(self, notices: Sequence[Notice]) -> Message | None:
        """notices: of one kind, those that make up one message. None: it's no longer so."""
        return await self._words[notices[0].kind](notices)

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
        text = DECIDED[notices[0].kind](
            track=await self._title(state.contribution),
            playlist=playlist,
            decision=decision(state, redrawn=False),
        )
        return Message(Reply(text))

    async def _decisions(self, states: Sequence[BallotState], playlist: str) -> str:
        """Of what was proposed at once: each decision once, with how many tracks it is about."""
        by_words: dict[str, list[BallotState]] = {}
        for state in states:
            by_words.setdefault(decision(state, redrawn=False), []).append(state)
        lines = [PROPOSED_AT_ONCE(tracks=TRACKS(len(states)), playlist=playlist)]
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
        text = EDITED(name=list_name(shared), what=edits(edit))
        return Message(
            Reply(text, view=controls(*edit_buttons(shared, edit))), (shared.settings.cards_channel_id,)
        )

    async def _consent(self, notices: Sequence[Notice]) -> Message | None:
        lists = [one for one in await self._lists(notices) if one.trouble is Trouble.CONSENT_ENDED]
        if notices[0].member_id is not None:
            reply = await self._consents.ended_for_member(notices[0], lists)
            return Message(reply) if reply else None
        if not lists:
            return None
        return Message(await self._consents.ended_for_all(lists[0]), _own_channels(lists[0]))

    async def _consent_ends(self, notices: Sequence[Notice]) -> Message | None:
        """Of several reminders, the last one: the others came too late."""
        notice = max(notices, key=lambda one: one.due_at)
        if notice.member_id is not None:
            reply = await self._consents.ends_for_member(notice)
            return Message(reply) if reply else None
        shared = await self._list(notice)
        reply = await self._consents.ends_for_all(notice, shared) if shared else None
        return Message(reply, _own_channels(shared)) if shared and reply else None

    async def _away(self, notices: Sequence[Notice]) -> Message | None:
        lists = [one for one in await self._lists(notices) if one.trouble is Trouble.BOT_REMOVED]
        if not lists:
            return None
        until = min(one.trouble_since or notices[0].due_at for one in lists) + KEPT
        return Message(Reply(AWAY(names=playlist_names(lists), day=format_dt(until, "D"))))

    async def _back(self, notices: Sequence[Notice]) -> Message | None:
        lists = [one for one in await self._lists(notices) if one.trouble is not Trouble.BOT_REMOVED]
        if not lists:
            return None
        text = BACK(names=playlist_names(lists))
        return Message(Reply(text), () if notices[0].member_id is not None else _own_channels(lists[0]))

    async def _ended(self, notices: Sequence[Notice]) -> Message | None:
        lists = await self._lists(notices)
        return Message(Reply(ENDED(names=playlist_names(lists)))) if lists else None

    async def _job(self, notices: Sequence[Notice]) -> Message | None:
        try:
            view = await self._jobs.view(notices[0].member_id or 0, str(notices[0].facts["job"]))
        except JobGoneError:
            return None
        return None if view.job.told else Message(news_reply(view))

    async def _seat(self, notices: Sequence[Notice]) -> Message | None:
        if await self._seats.asked_back(notices[0].member_id or 0) is None:
            return None
        unlink, account = (self._bot.mention_command(name) for name in ("unlink", "account"))
        return Message(Reply(SEAT(operator=operators(self._bot), unlink=unlink, account=account)))

    async def _seat_free(self, notices: Sequence[Notice]) -> Message | None:
        freed = [
            one for one in await self._seats.freed() if one.asked_at.isoformat() == notices[0].facts["asked"]
        ]
        return Message(seat_free_reply(freed[0].member_id if freed else None))

    async def _incident(self, notices: Sequence[Notice]) -> Message | None:
        return Message(incident_reply(notices[0]))

    async def _hint(self, notices: Sequence[Notice]) -> Message | None:
        if self._bot.is_there(notices[0].guild_id) is False:
            return None
        create, help_ = self._bot.mention_command("shared create"), self._bot.mention_command("help")
        return Message(Reply(HINT(create=create, help=help_)), notices[0].channel_ids)

    async def _grant(self, notices: Sequence[Notice]) -> Message | None:
        """In the list's channel if the owner takes no direct messages; only they can answer."""
        (notice,) = notices
        shared = await self._list(notice)
        if shared is None or shared.status is ListStatus.CLOSED or shared.owner_id != notice.member_id:
            return None
        wanted = [one for one in unpacked(str(notice.facts["wanted"])) if not shared.grants.has(one)]
        return Message(wanted_reply(self._bot, shared, wanted), _own_channels(shared)) if wanted else None

    async def _title_changed(self, notices: Sequence[Notice]) -> Message | None:
        (notice,) = notices
        shared = await self._list(notice)
        title = await self._shared.reconciliation.titles.of(shared) if shared else None
        if shared is None or title is None or title.found is None:
            return None
        return Message(guard_reply(shared, title), _own_channels(shared))

    async def _imported(self, notices: Sequence[Notice]) -> Message | None:
        (notice,) = notices
        with suppress(ImportGoneError):
            view = await self._shared.imports.imports.view(
                notice.member_id or 0, notice.guild_id, str(notice.facts["import"])
            )
            return Message(view_reply(view))
        return None

    async def _lists(self, notices: Sequence[Notice]) -> list[SharedPlaylist]:
        found = [await self._list(notice) for notice in notices]
        return [one for one in found if one is not None]

    async def _digest(self, notices: Sequence[Notice]) -> Message | None:
        (notice,) = notices
        since, until = (
            datetime.fromtimestamp(int(notice.facts[field]) / 1000, UTC) for field in ("since", "until")
        )
        digest = await self._shared.rounds.digests.digest(notice.list_id, since, until)
        if digest is None or digest.shared.settings.digest_channel_id is None:
            return None
        like = like_several(notice.list_id, digest.landed)
        reply = Reply(card=digest_card(digest), view=controls(list_button(digest.shared), *like))
        return Message(reply, (digest.shared.settings.digest_channel_id,))

    async def _best(self, notices: Sequence[Notice]) -> Message | None:
        (notice,) = notices
        shared, span = await self._list(notice), str(notice.facts["span"])
        playlist_id = best_of(shared, span) if shared else ""
        if shared is None or not playlist_id:
            return None
        uris = await self._shared.rounds.best.contents(shared, span)
        tracks = await self._shared.history.timeline.tracks(uris[:SHOWN], share=(notice.guild_id, None))
        card = best_parts(shared, span, playlist_id, uris, tracks)
        button = link_button(OPEN(), playlist_url(playlist_id))
        return Message(Reply(card=card, view=controls(button)), notice.channel_ids)

    async def _recap(self, notices: Sequence[Notice]) -> Message | None:
        """In the channel for digests, or else the one for cards; nowhere if there is neither."""
        (notice,) = notices
        shared, recaps = await self._list(notice), self._shared.rounds.recaps
        if shared is None or shared.status is ListStatus.CLOSED:
            return None
        channels = (shared.settings.digest_channel_id, shared.settings.cards_channel_id)
        known = tuple(dict.fromkeys(one for one in channels if one is not None))
        facts = notice.facts
        recap = (
            await recaps.of_round(shared, int(facts["round"]))
            if "round" in facts
            else await recaps.of_year(shared, int(facts["year"]))
        )
        if recap is None or not known:
            return None
        tracks = await self._shared.history.timeline.tracks(named_in(recap), share=(notice.guild_id, None))
        return Message(Reply(card=recap_card(recap, tracks), view=controls(list_button(shared))), known)

    async def _settled(self, notices: Sequence[Notice]) -> Message | None:
        shared = await self._list(notices[0])
        if shared is None:
            return None
        held = await self._held(shared, [notice.contribution_id or "" for notice in notices])
        if not held:
            return None
        text = await self._what_became_of(shared, held)
        if notices[0].member_id is None and held[0].member_id is not None:
            text = TO_MEMBER.format(member=mention(held[0].member_id), text=text)
        return Message(Reply(text), notices[0].channel_ids)

    async def new_reply(self, notice: Notice) -> tuple[Reply | None, bool]:
        """What a reply of ours says by now, and whether that will still change. None: it stays as it is."""
        shared = await self._list(notice)
        if shared is None:
            return None, False
        held = await self._held(shared, contributions_of(notice))
        if any(one.state in OUTSTANDING for one in held):
            return None, True
        return await self._new_reply(shared, held), False

    async def _new_reply(self, shared: SharedPlaylist, held: Sequence[Contribution]) -> Reply | None:
        buttons = controls(list_button(shared))
        if len(held) > 1:
            return Reply(await self._what_became_of(shared, held), view=buttons)
        track = await track_of(self._lookups, held[0]) if held else None
        words = landed_words(shared, track, held[0]) if track else ""
        return Reply(words, view=buttons) if track and words else None

    async def _held(self, shared: SharedPlaylist, ids: Sequence[str]) -> list[Contribution]:
        found = [await self._shared.proposals.proposals.known(shared.guild_id, one) for one in ids]
        return [one for one in found if one is not None]

    async def _what_became_of(self, shared: SharedPlaylist, held: Sequence[Contribution]) -> str:
        """Which, or how many, went in, and which did not."""
        went_in = [one for one in held if one.state in EVER_INSIDE]
        left_out = [one for one in held if one.state not in EVER_INSIDE]
        return "\n".join(
            [
                words(what=await self._what(several), name=list_name(shared))
                for words, several in ((IS_IN, went_in), (NOT_IN, left_out))
                if several
            ]
        )

    async def _what(self, several: Sequence[Contribution]) -> str:
        return await self._title(several[0]) if len(several) == 1 else TRACKS(len(several))

    async def _title(self, held: Contribution) -> str:
        track = await track_of(self._lookups, held)
        return track_name(track, NAME_SHOWN) if track else unnamed(held.uri, NAME_SHOWN)

    async def _list(self, notice: Notice) -> SharedPlaylist | None:
        return await self._shared.core.finder.known(notice.guild_id, notice.list_id)


def _own_channels(shared: SharedPlaylist) -> tuple[int, ...]:
    channels = (shared.settings.cards_channel_id, shared.settings.digest_channel_id)
    return tuple(dict.fromkeys(one for one in channels if one is not None))


def lapsed_words(shared: SharedPlaylist, number: int, why: str) -> str:
    return WHY[why](playlist=safe_text(shared.name, NAME_SHOWN), tracks=TRACKS(number))
