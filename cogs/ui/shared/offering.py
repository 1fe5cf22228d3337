"""A shared playlist offered to a new owner, as everybody in the channel sees it, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.utils import format_dt

from cogs.ui.controls import LIST, PROMPT, Question
from cogs.ui.reply import Reply, controls, list_button
from cogs.words.names import list_name, mention
from cogs.words.text import count

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.lifecycle.transfer import Offered, TakenOver

OFFER = (
    "<@{to}>, will you take over {playlist}?\n"
    "It takes a Spotify account linked with {link}. I make a new playlist in your account, copy into it what is in "
    "this one, in order, and from then on everybody here adds to yours, by the rules it has now. "
    "In Spotify everything shows as added by you; I change no other playlist of yours. "
    "You can pause, close or hand it on whenever you like. Anyone who has its link can open a playlist in Spotify.\n"
    "Its history, its rules and what waits move along. The old playlist stays with {owner} as it is.\n"
    "The offer stands until {until}, and only you can accept it."
)
YES, NO = "Yes, I take it over", "No"
COPYING = "I copy what is in it …"
DONE = "{playlist} is lent by {owner} now: {tracks} copied in order."
LOCAL = "{files} cannot be copied; they are still in the old playlist."
LOST = "{tracks} could not be copied: Spotify no longer has or takes them."
WAITING = "What waited goes in there now. The old playlist stays with {owner} as it is."
DECLINED = "{playlist} stays as it is: the offer to <@{to}> is over."

# Yes: the new owner only. No: they, or whoever may manage the list at that moment.
OFFERED = Question("sp:offer", list=LIST, offer=PROMPT)


def offer_reply(bot: DiscordBot, offered: Offered) -> Reply:
    shared, offer = offered.shared, offered.offer
    text = OFFER.format(
        to=offer.to_id,
        playlist=list_name(shared),
        link=bot.mention_command("link"),
        owner=mention(shared.owner_id),
        until=format_dt(offer.expires_at, "f"),
    )
    buttons = OFFERED.buttons(YES, NO, list=shared.list_id, offer=offer.question_id)
    return Reply(text, view=controls(*buttons, list_button(shared)))


def taken_reply(taken: TakenOver) -> Reply:
    lines = [
        DONE.format(
            playlist=list_name(taken.shared),
            owner=mention(taken.shared.owner_id),
            tracks=count(taken.copied, "track"),
        )
    ]
    if taken.local:
        lines.append(LOCAL.format(files=count(taken.local, "local file")))
    if taken.lost:
        lines.append(LOST.format(tracks=count(taken.lost, "track")))
    lines.append(WAITING.format(owner=mention(taken.before.owner_id)))
    return Reply("\n".join(lines), view=controls(list_button(taken.shared)))


def declined_reply(offered: Offered) -> Reply:
    text = DECLINED.format(playlist=list_name(offered.shared), to=offered.offer.to_id)
    return Reply(text, view=controls(list_button(offered.shared)))
