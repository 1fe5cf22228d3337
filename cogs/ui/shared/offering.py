"""A shared playlist offered to a new owner, as everybody in the channel sees it, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.utils import format_dt

from bot.languages import Text
from cogs.ui.controls import LIST, PROMPT, Question
from cogs.ui.layout import text
from cogs.ui.reply import Reply, controls, list_button
from cogs.words.counts import LOCAL_FILES, TRACKS
from cogs.words.names import list_name, mention

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.lifecycle.transfer import Offered, TakenOver
    from bot.stores.lists import SharedPlaylist

TITLE = Text("### Take over {playlist}?")
OFFER = Text(
    "{by} offers it to <@{to}>.\n"
    "If you accept, I create a new playlist in your Spotify account and copy its tracks over, in order. "
    "Everyone here then adds to yours, with the same rules, history and pending tracks.\n"
    "On Spotify, everything shows as added by you, and I don't change any other playlist of yours. "
    "Anyone with the link can open it. You can pause, close or pass it on anytime.\n"
    "The old playlist stays with {owner} as it is.\n"
    "-# Only <@{to}> can accept, until {until}."
)
YES, NO = Text("Take it over"), Text("Decline")
COPYING = Text("Copying its tracks…")
DONE = Text("{owner} now lends {playlist}.")
COPIED = Text("{tracks} copied, in order.")
LOCAL = Text("{files} can't be copied and stay in the old playlist.")
LOCAL_ONE = Text("1 local file can't be copied and stays in the old playlist.")
LOST = Text("{tracks} couldn't be copied: Spotify no longer has or accepts them.")
LOST_ONE = Text("1 track couldn't be copied: Spotify no longer has or accepts it.")
PENDING = Text("Pending tracks go in there now. The old playlist stays with {owner} as it is.")
DECLINED = Text("{playlist} stays with {owner}: <@{to}> declined the offer.")
WITHDRAWN = Text("{playlist} stays with {owner}: {by} withdrew the offer to <@{to}>.")
REPLACED = Text("{by} replaced this offer of {playlist} with a newer one.")
OVER = Text("This offer is no longer open. Use {transfer} to make a new one.")

# Yes: the new owner only. No: they, or whoever may manage the list at that moment.
OFFERED = Question("sp:offer", list=LIST, offer=PROMPT)


def offer_reply(offered: Offered) -> Reply:
    shared, offer = offered.shared, offered.offer
    title = TITLE(playlist=list_name(shared))
    words = OFFER(
        by=mention(offer.by_id),
        to=offer.to_id,
        owner=mention(shared.owner_id),
        until=format_dt(offer.expires_at, "f"),
    )
    buttons = OFFERED.buttons(YES(), NO(), list=shared.list_id, offer=offer.question_id)
    return Reply(card=(text(title, words),), view=controls(*buttons, list_button(shared)))


def taken_reply(taken: TakenOver) -> Reply:
    done = DONE(playlist=list_name(taken.shared), owner=mention(taken.shared.owner_id))
    lines = [f"{done} {COPIED(tracks=TRACKS(taken.copied))}" if taken.copied else done]
    if taken.local:
        lines.append(LOCAL_ONE() if taken.local == 1 else LOCAL(files=LOCAL_FILES(taken.local)))
    if taken.lost:
        lines.append(LOST_ONE() if taken.lost == 1 else LOST(tracks=TRACKS(taken.lost)))
    lines.append(PENDING(owner=mention(taken.before.owner_id)))
    return Reply(card=(text(*lines),), view=controls(list_button(taken.shared)))


def declined_reply(offered: Offered, by_id: int) -> Reply:
    """by_id: who said no: the member it was offered to, or a manager."""
    shared, offer = offered.shared, offered.offer
    said = (DECLINED if by_id == offer.to_id else WITHDRAWN)(
        playlist=list_name(shared), owner=mention(shared.owner_id), to=offer.to_id, by=mention(by_id)
    )
    return Reply(card=(text(said),), view=controls(list_button(shared)))


def replaced_reply(shared: SharedPlaylist, by_id: int) -> Reply:
    said = REPLACED(playlist=list_name(shared), by=mention(by_id))
    return Reply(card=(text(said),), view=controls(list_button(shared)))


def over_reply(bot: DiscordBot) -> Reply:
    """Whatever ended it."""
    return Reply(card=(text(OVER(transfer=bot.mention_command("shared transfer"))),))
