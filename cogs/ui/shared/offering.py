"""A shared playlist offered to a new owner, as everybody in the channel sees it, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord.utils import format_dt

from bot.list_errors import NotAllowedError
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.dynamic import Button, SafeItem
from cogs.ui.progress import ProgressBar
from cogs.ui.reply import Reply, answer, controls, hold, list_button
from cogs.ui.share import share_of
from cogs.words.lists import list_name
from cogs.words.members import mention
from cogs.words.text import count

if TYPE_CHECKING:
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.services.shared.lending.handing_over import Offered, TakenOver

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
OFFER_ID = r"(?P<offer>[0-9A-Za-z]{4,20})"


def offer_reply(bot: DiscordBot, offered: Offered) -> Reply:
    shared, offer = offered.shared, offered.offer
    text = OFFER.format(
        to=offer.to_id,
        playlist=list_name(shared),
        link=bot.mention_command("link"),
        owner=mention(shared.owner_id),
        until=format_dt(offer.expires_at, "f"),
    )
    buttons = (OfferButton.of(offered, "yes"), OfferButton.of(offered, "no"))
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


class OfferButton(
    SafeItem[Button], template=rf"sp:offer:(?P<list>[0-9A-Za-z]{{1,16}}):{OFFER_ID}:(?P<answer>yes|no)"
):
    """Yes: the new owner only. No: they, or whoever may manage the list at that moment."""

    @classmethod
    def of(cls, offered: Offered, answer: str) -> Self:
        yes = answer == "yes"
        return cls(
            discord.ui.Button(
                label=YES if yes else NO,
                custom_id=f"sp:offer:{offered.shared.list_id}:{offered.offer.question_id}:{answer}",
                style=discord.ButtonStyle.primary if yes else discord.ButtonStyle.secondary,
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        handing_over = interaction.client.services.shared.handing_over
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        list_id, offer_id = self.state["list"], self.state["offer"]
        if self.state["answer"] == "no":
            offered = await handing_over.withdraw(actor, guild_id, list_id, offer_id)
            text = DECLINED.format(playlist=list_name(offered.shared), to=offered.offer.to_id)
            await answer(interaction, Reply(text, view=controls(list_button(offered.shared))))
            return
        offered = await handing_over.offered(guild_id, list_id, offer_id)
        bar = ProgressBar(interaction, COPYING)
        try:
            taken = await handing_over.take_over(
                actor, guild_id, list_id, offer_id, bar, share=share_of(interaction)
            )
        except NotAllowedError:
            raise  # for somebody else: for them nothing is shown
        except Exception:
            again = offer_reply(interaction.client, offered)  # in place of the bar, to be tried again
            await answer(interaction, again)
            raise
        await answer(interaction, taken_reply(taken))
