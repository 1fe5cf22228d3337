"""/account and /unlink: what is kept about a member, linked or not; a copy of it, and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands
from discord.utils import format_dt

from bot.errors import AccountUnreadableError, LinkEndedError, NotLinkedError
from cogs.ui.actor import share_of
from cogs.ui.controls import Ack, Item, Press, Question
from cogs.ui.layout import ACCENT, Attached
from cogs.ui.reply import Reply, answer, controls, link_button, think
from cogs.words.scopes import allowed_list
from cogs.words.text import FIELD_VALUE, masked_link, safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.accounts import AccountService, AccountView, Erased, Stake
    from bot.services.notices import PrivateMessages
    from bot.services.shared.lifecycle.ownership import Orphaned
    from cogs.ui.controls import Button

APPS_PAGE = "https://www.spotify.com/account/apps"

ACCOUNT = "Show what is linked, and your data"
UNLINK = "Unlink Spotify and erase what I have from there"
TITLE = "Your Spotify account"
NAME_UNKNOWN = "Spotify does not tell your name at the moment."
LINKED_SINCE = "Linked since"
LINKED_UNTIL = "Linked until"
DAYS_LEFT = "{day}\n{days} left. {link} again renews it."
MAY = "This bot may"
EXPORT = "Export my data"
DELETE = "Delete my data"
MESSAGES_OFF = "Stop direct messages"
MESSAGES_ON = "Allow direct messages"
NOW_OFF = (
    "Direct messages are off: I won't tell you about decisions and the like. "
    "Replies to your commands still reach you, and `/shared history` has the rest."
)
NOW_ON = "Direct messages are on: I'll tell you when something of yours was decided or didn't go in."
DELETE_ALL = "Yes, delete everything"
KEEP = "Keep it"
NOT_LINKED = "No Spotify account is linked to you; {link} links one."
LINK_ENDED = (
    "Spotify no longer accepts your link: its six months are over, or it was withdrawn. {link} links again."
)
UNREADABLE = "What I keep about your link can no longer be read. {link} links again."
ANYWAY = (
    "What I keep of what you did in shared playlists can be had as a file, and deleted, with these buttons."
)
EXPORTED = "Everything kept about you is in this file, of every server."
EXPORT_CUT = (
    "This is most of what is kept about you. It is more than a file may hold here, so the oldest part of the "
    "history is not in it; whoever runs this bot can give you the rest."
)
ROOM = 64 * 1024  # of what Discord takes, for all that is not the file
REALLY = (
    "This erases everything kept about you in **every server**{linked}:\n"
    "- What you proposed to shared playlists and is not in yet is withdrawn, and your votes no longer count.\n"
    '- Tracks you brought stay in the playlists. They, and whatever else you did there, are "a former member\'s" '
    "from then on; your notes and reasons are erased.\n"
    "- Messages I posted earlier stay until somebody deletes them, and so do entries of curators who keep you "
    "out of a playlist.{lent}\n"
    "Your playlists on Spotify stay as they are. There is no way back{again}."
)
LINK_TOO = ", the link to Spotify included"
LINK_AGAIN = ", but you can always link again"
WOULD_LOSE = (
    "\n- Your playlists that servers share, {lists}, "
    "get no more changes until somebody takes them over ({transfer})."
)
KEPT = "Nothing was deleted."
UNLINKED = (
    "Your Spotify account is unlinked, and all that I had from Spotify about you is erased. "
    "Your playlists on Spotify stay as they are. What you did in shared playlists here stays with your name; "
    "{account} erases that, too."
)
ERASED = (
    "Your Spotify account is unlinked, and everything this bot kept about you is erased. What you did in shared "
    "playlists is a former member's now. Your playlists on Spotify stay as they are."
)
ERASED_UNLINKED = (
    "Everything this bot kept about you is erased. What you did in shared playlists is a former member's now."
)
NOTHING_KEPT = "I kept nothing about you, so there was nothing to erase."
AT_SPOTIFY = "Spotify itself still lists this bot among your apps, until you remove it there."
APPS_BUTTON = "Apps at Spotify"
NOTHING_TO_UNLINK = (
    "No Spotify account is linked to you, so there is nothing to erase. {link} links one. "
    "What you did in shared playlists here is kept; {account} erases that."
)
NAME_SHOWN = 100
LISTS_SHOWN = 10
LENT_SHOWN = 5  # in the question, which says more than that
LENT = "What you had lent stays in your Spotify account as it is, and I can no longer change it:"
AND_MORE = "- and {count} more"
WAITING_ONE = "1 track of another member waits"
WAITING_MANY = "{count:,} tracks of other members wait"
ERASED_ONE = "1 track of your own that waited is erased"
ERASED_MANY = "{count:,} tracks of your own that waited are erased"
WHAT_NOW = (
    "What waits is kept for 30 days: it goes on when you {link} the same account again, "
    "or when somebody takes the playlist over ({transfer})."
)
WHAT_NOW_DELETED = "What waits is kept for 30 days, until somebody takes the playlist over ({transfer})."


EXPORT_DATA = Item("account:export", Ack.THINK)
DELETE_DATA = Item("account:delete", Ack.THINK)  # asks first
MESSAGES = Item("account:messages", Ack.THINK, to=r"on|off")
DECISION = Question("account:delete")


class AccountCog(commands.Cog):
    def __init__(self, accounts: AccountService, private_messages: PrivateMessages) -> None:
        self._accounts = accounts
        self._private_messages = private_messages

    @app_commands.command(description=ACCOUNT)
    async def account(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        bot, messages = interaction.client, await self._private_messages.are_wanted(interaction.user.id)
        try:
            view = await self._accounts.view(interaction.user.id, share=share_of(interaction))
        except NotLinkedError:
            await answer(interaction, unlinked_reply(bot, NOT_LINKED, messages=messages))
        except LinkEndedError:
            await answer(interaction, unlinked_reply(bot, LINK_ENDED, messages=messages))
        except AccountUnreadableError:
            await answer(interaction, unlinked_reply(bot, UNREADABLE, messages=messages))
        else:
            await answer(interaction, account_reply(bot, view, messages=messages))

    @app_commands.command(description=UNLINK)
    async def unlink(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        erased = await self._accounts.unlink(interaction.user.id)
        await answer(interaction, _unlinked(interaction.client, erased))

    async def export(self, press: Press) -> None:
        most_bytes = press.interaction.filesize_limit - ROOM
        made = await self._accounts.export(press.member_id, most_bytes=most_bytes)
        files = tuple(Attached(file.name, file.data) for file in made.files)
        await press.answer(Reply(EXPORTED if made.complete else EXPORT_CUT, files=files))

    async def ask(self, press: Press) -> None:
        stake = await self._accounts.stake(press.member_id)
        await press.answer(really_reply(press.interaction.client, stake))

    async def switch_messages(self, press: Press) -> None:
        on = press.state["to"] == "on"
        await self._private_messages.switch(press.member_id, on=on)
        await press.answer(Reply(NOW_ON if on else NOW_OFF, view=controls(_messages_button(wanted=on))))

    async def decide(self, press: Press) -> None:
        if press.yes:
            erased = await self._accounts.delete(press.member_id)
            await press.answer(_deleted(press.interaction.client, erased))
        else:
            await press.answer(Reply(KEPT))


def unlinked_reply(bot: DiscordBot, text: str, *, messages: bool) -> Reply:
    """For those without a link, of whom something may be kept all the same. messages: whether they want any."""
    text = text.format(link=bot.mention_command("link"))
    return Reply(f"{text}\n{ANYWAY}", view=_data_controls(messages=messages))


def _data_controls(*, messages: bool) -> discord.ui.View:
    delete = DELETE_DATA.button(DELETE, style=discord.ButtonStyle.danger)
    return controls(EXPORT_DATA.button(EXPORT), _messages_button(wanted=messages), delete)


def _messages_button(*, wanted: bool) -> Button:
    """To switch them to what they are not."""
    return MESSAGES.button(MESSAGES_OFF if wanted else MESSAGES_ON, to="off" if wanted else "on")


def account_reply(bot: DiscordBot, view: AccountView, *, messages: bool) -> Reply:
    name = (
        f"**{masked_link(view.display_name, view.url, NAME_SHOWN)}**" if view.display_name else NAME_UNKNOWN
    )
    days = "1 day" if view.days_left == 1 else f"{view.days_left} days"
    until = DAYS_LEFT.format(day=format_dt(view.ends_at, "D"), days=days, link=bot.mention_command("link"))
    embed = discord.Embed(title=TITLE, description=name, colour=ACCENT)
    embed.add_field(name=LINKED_SINCE, value=format_dt(view.authorized_at, "D"))
    embed.add_field(name=LINKED_UNTIL, value=until)
    embed.add_field(name=MAY, value=allowed_list(view.scopes)[:FIELD_VALUE], inline=False)
    embed.set_footer(text="Spotify")
    return Reply(embed=embed, view=_data_controls(messages=messages))


def _unlinked(bot: DiscordBot, erased: Erased) -> Reply:
    account = bot.mention_command("account")
    if not erased.linked:
        link = bot.mention_command("link")
        return Reply(NOTHING_TO_UNLINK.format(link=link, account=account))
    what_now = WHAT_NOW.format(
        link=bot.mention_command("link"), transfer=bot.mention_command("shared transfer")
    )
    return _at_spotify(UNLINKED.format(account=account), *_orphans(erased.lists, what_now))


def _deleted(bot: DiscordBot, erased: Erased) -> Reply:
    if erased.linked:
        what_now = WHAT_NOW_DELETED.format(transfer=bot.mention_command("shared transfer"))
        return _at_spotify(ERASED, *_orphans(erased.lists, what_now))
    return Reply(ERASED_UNLINKED if erased.known else NOTHING_KEPT)


def _at_spotify(*parts: str) -> Reply:
    return Reply("\n\n".join([*parts, AT_SPOTIFY]), view=controls(link_button(APPS_BUTTON, APPS_PAGE)))


def _orphans(lists: Sequence[Orphaned], what_now: str) -> list[str]:
    """What happens to the playlists the member had lent."""
    if not lists:
        return []
    lines = [_orphan(orphaned) for orphaned in lists[:LISTS_SHOWN]]
    if len(lists) > LISTS_SHOWN:
        lines.append(AND_MORE.format(count=len(lists) - LISTS_SHOWN))
    return ["\n".join([LENT, *lines, what_now])]


def really_reply(bot: DiscordBot, stake: Stake) -> Reply:
    """What deleting everything means, for them and for others, before it is done."""
    names = [f"**{safe_text(shared.name, NAME_SHOWN)}**" for shared in stake.lent[:LENT_SHOWN]]
    if len(stake.lent) > LENT_SHOWN:
        names.append(f"{len(stake.lent) - LENT_SHOWN} more")
    transfer = bot.mention_command("shared transfer")
    lent = WOULD_LOSE.format(lists=", ".join(names), transfer=transfer) if names else ""
    text = REALLY.format(
        linked=LINK_TOO if stake.linked else "", lent=lent, again=LINK_AGAIN if stake.linked else ""
    )
    return Reply(text, view=controls(*DECISION.buttons(DELETE_ALL, KEEP, style=discord.ButtonStyle.danger)))


def _orphan(orphaned: Orphaned) -> str:
    waiting, erased = orphaned.waiting, orphaned.erased
    facts = [WAITING_ONE if waiting == 1 else WAITING_MANY.format(count=waiting)] if waiting else []
    facts += [ERASED_ONE if erased == 1 else ERASED_MANY.format(count=erased)] if erased else []
    return f"- **{safe_text(orphaned.shared.name, NAME_SHOWN)}**" + (f": {', '.join(facts)}" if facts else "")


async def setup(bot: DiscordBot) -> None:
    cog = AccountCog(bot.services.accounts, bot.services.private_messages)
    bot.add_dynamic_items(
        EXPORT_DATA.bound(cog.export),
        DELETE_DATA.bound(cog.ask),
        DECISION.bound(cog.decide),
        MESSAGES.bound(cog.switch_messages),
    )
    await bot.add_cog(cog)
