"""/account and /unlink: a member's link and data, a copy of it, and its deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands
from discord.utils import format_dt

from bot.errors import AccountUnreadableError, LinkEndedError, NotLinkedError
from bot.languages import Text
from cogs.ui.actor import share_of
from cogs.ui.controls import Ack, Item, Press, Question
from cogs.ui.held_up import held_up
from cogs.ui.layout import Attached, line, text
from cogs.ui.reply import Reply, answer, controls, link_button, think
from cogs.words.counts import DAYS, MORE
from cogs.words.scopes import allowed_list
from cogs.words.text import masked_link, safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.accounts import AccountService, AccountView, Erased, Stake
    from bot.services.notices import PrivateMessages
    from bot.services.own_playlists.visibility import PlaylistVisibility
    from bot.services.shared.lifecycle.overview import HeldUp, ListOverview
    from bot.services.shared.lifecycle.ownership import Orphaned
    from cogs.ui.controls import Button

APPS_PAGE = "https://www.spotify.com/account/apps"

ACCOUNT = "Show your Spotify link and your data"
UNLINK = "Unlink Spotify and erase everything from it"
TITLE = Text("Your Spotify account")
NAME_UNKNOWN = Text("Spotify isn't showing your name right now.")
LINKED = Text("Linked {since}, expires {until} ({days} left). {link} again to renew it.")
SEAT_ASKED_BACK = Text(
    "⚠️ Whoever runs this bot asked for your seat {when}: someone else needs one. {unlink} gives it back."
)
MAY = Text("**This bot can**\n{allowed}")
HEADING = "### {title}\n{name}"
ATTRIBUTION = Text("-# Spotify")
EXPORT = Text("Export my data")
DELETE = Text("Delete my data")
MESSAGES_OFF = Text("Stop direct messages")
MESSAGES_ON = Text("Allow direct messages")
SHOW_PLAYLISTS = Text("Show my public playlists")
HIDE_PLAYLISTS = Text("Hide my playlists")
NOW_SHOWN = Text("Others may now see your public playlists with `/playlists`.")
NOW_HIDDEN = Text("Nobody else sees your playlists with `/playlists` any more.")
NOW_OFF = Text(
    "Direct messages are off. Replies to your commands still reach you, and `/shared history` shows the rest."
)
NOW_ON = Text(
    "Direct messages are on. I'll message you when a proposal of yours is decided or can't be added."
)
DELETE_ALL = Text("Yes, delete everything")
KEEP = Text("Keep it")
NOT_LINKED = Text("No Spotify account is linked to you. Use {link} to link one.")
LINK_ENDED = Text(
    "Spotify no longer accepts your link: its six months are up, or you withdrew it. Use {link} to link again."
)
UNREADABLE = Text("I can't read your link any more. Use {link} to link again.")
ANYWAY = Text("I also keep what you did in shared playlists. You can export or delete it here.")
NOTHING_HELD = Text("I keep no data about you.")
EXPORTED = Text("Everything I keep about you, from every server, is in this file.")
EXPORT_CUT = Text(
    "Your data is too big for one file here, so the oldest part of the history is missing. "
    "Ask whoever runs this bot for the rest."
)
ROOM = 64 * 1024  # of what Discord takes, for all that is not the file
REALLY = Text(
    "This erases everything I keep about you in **every server**{linked}:\n"
    "- Your pending proposals are withdrawn, and your votes and likes no longer count.\n"
    "- Tracks you added stay in the playlists. They, and everything else you did there, will be shown as by "
    "“a former member”. Your notes and reasons are erased.\n"
    "- Messages I posted earlier stay until someone deletes them. If curators blocked you from a playlist, "
    "that stays too.{lent}\n"
    "Your playlists on Spotify stay as they are. You can't undo this{again}."
)
LINK_TOO = Text(", including your link to Spotify")
LINK_AGAIN = Text(", but you can link again")
WOULD_LOSE = Text(
    "\n- Playlists you lent to servers ({lists}) get no more changes "
    "until someone takes them over ({transfer})."
)
KEPT = Text("Nothing was deleted.")
UNLINKED = Text(
    "Your Spotify account is unlinked, and everything I had from Spotify about you is erased. "
    "Your playlists on Spotify stay as they are. What you did in shared playlists still shows your name. "
    "To erase that too, use {account}."
)
ERASED = Text(
    "Your Spotify account is unlinked, and everything I kept about you is erased. What you did in shared "
    "playlists is now shown as by “a former member”. Your playlists on Spotify stay as they are."
)
ERASED_UNLINKED = Text(
    "Everything I kept about you is erased. "
    "What you did in shared playlists is now shown as by “a former member”."
)
NOTHING_KEPT = Text("I kept no data about you, so there was nothing to erase.")
AT_SPOTIFY = Text("Spotify still lists this bot among your apps until you remove it there.")
APPS_BUTTON = Text("My apps on Spotify")
NOTHING_TO_UNLINK = Text(
    "No Spotify account is linked to you, so there is nothing to erase. Use {link} to link one. "
    "To see or delete other data about you, use {account}."
)
NAME_SHOWN = 100
ALLOWED_SHOWN = 1_000  # characters
LISTS_SHOWN = 10
LENT_SHOWN = 5  # in the question, which says more than that
LENT = Text("The playlists you lent stay in your Spotify account, and I can no longer change them:")
AND_MORE = Text("- and {count} more")
WAITING_ONE = Text("1 track from another member is pending")
WAITING_MANY = Text("{count:,} tracks from other members are pending")
ERASED_ONE = Text("1 pending track of yours is erased")
ERASED_MANY = Text("{count:,} pending tracks of yours are erased")
WHAT_NOW = Text(
    "Pending tracks are kept for 30 days. They go in once you {link} the same account again, "
    "or once someone takes the playlist over ({transfer})."
)
WHAT_NOW_DELETED = Text(
    "Pending tracks are kept for 30 days, until someone takes the playlist over ({transfer})."
)


EXPORT_DATA = Item("account:export", Ack.THINK)
DELETE_DATA = Item("account:delete", Ack.THINK)  # asks first
PLAYLISTS_SHOWN = Item("account:playlists", Ack.THINK, to=r"on|off")
MESSAGES = Item("account:messages", Ack.THINK, to=r"on|off")
DECISION = Question("account:delete")


class AccountCog(commands.Cog):
    def __init__(
        self,
        accounts: AccountService,
        private_messages: PrivateMessages,
        overview: ListOverview,
        visibility: PlaylistVisibility,
    ) -> None:
        self._accounts = accounts
        self._visibility = visibility
        self._private_messages = private_messages
        self._overview = overview

    @app_commands.command(description=ACCOUNT)
    async def account(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        bot, messages = interaction.client, await self._private_messages.are_wanted(interaction.user.id)
        try:
            view = await self._accounts.view(interaction.user.id, share=share_of(interaction))
        except NotLinkedError:
            await self._answer_unlinked(interaction, NOT_LINKED)
        except LinkEndedError:
            await self._answer_unlinked(interaction, LINK_ENDED)
        except AccountUnreadableError:
            await self._answer_unlinked(interaction, UNREADABLE, kept=True)
        else:
            held = await self._overview.held_up(interaction.user.id)
            shown = await self._visibility.is_allowed(interaction.user.id)
            await answer(interaction, account_reply(bot, view, held, messages=messages, shown=shown))

    async def _answer_unlinked(
        self, interaction: discord.Interaction[DiscordBot], words: Text, *, kept: bool = False
    ) -> None:
        """Something may be kept all the same. kept: it surely is."""
        member_id = interaction.user.id
        reply = unlinked_reply(
            interaction.client,
            words,
            await self._overview.held_up(member_id),
            messages=await self._private_messages.are_wanted(member_id),
            kept=kept or await self._accounts.is_kept(member_id),
        )
        await answer(interaction, reply)

    @app_commands.command(description=UNLINK)
    async def unlink(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        erased = await self._accounts.unlink(interaction.user.id)
        await answer(interaction, _unlinked(interaction.client, erased))

    async def export(self, press: Press) -> None:
        most_bytes = press.interaction.filesize_limit - ROOM
        made = await self._accounts.export(press.member_id, most_bytes=most_bytes)
        files = tuple(Attached(file.name, file.data) for file in made.files)
        await press.answer(Reply(EXPORTED() if made.complete else EXPORT_CUT(), files=files))

    async def ask(self, press: Press) -> None:
        stake = await self._accounts.stake(press.member_id)
        await press.answer(really_reply(press.interaction.client, stake))

    async def switch_messages(self, press: Press) -> None:
        on = press.state["to"] == "on"
        await self._private_messages.switch(press.member_id, on=on)
        await press.answer(Reply(NOW_ON() if on else NOW_OFF(), view=controls(_messages_button(wanted=on))))

    async def switch_playlists(self, press: Press) -> None:
        on = press.state["to"] == "on"
        await self._visibility.switch(press.member_id, on=on)
        await press.answer(
            Reply(NOW_SHOWN() if on else NOW_HIDDEN(), view=controls(_playlists_button(shown=on)))
        )

    async def decide(self, press: Press) -> None:
        if press.yes:
            erased = await self._accounts.delete(press.member_id)
            await press.answer(_deleted(press.interaction.client, erased))
        else:
            await press.answer(Reply(KEPT()))


def unlinked_reply(
    bot: DiscordBot, words: Text, held: Sequence[HeldUp], *, messages: bool, kept: bool
) -> Reply:
    """For those without a link. messages: whether they want any. kept: whether there is any data about them."""
    lines = [words(link=bot.mention_command("link")), ANYWAY() if kept else NOTHING_HELD()]
    card = (text(f"### {TITLE()}", *lines), *held_up(bot, held))
    return Reply(card=card, view=_data_controls(messages=messages, kept=kept))


def _data_controls(*, messages: bool, kept: bool = True) -> discord.ui.View:
    if not kept:
        return controls(_messages_button(wanted=messages))
    delete = DELETE_DATA.button(DELETE(), style=discord.ButtonStyle.danger)
    return controls(EXPORT_DATA.button(EXPORT()), _messages_button(wanted=messages), delete)


def _messages_button(*, wanted: bool) -> Button:
    """To switch them to what they are not."""
    return MESSAGES.button(MESSAGES_OFF() if wanted else MESSAGES_ON(), to="off" if wanted else "on")


def _playlists_button(*, shown: bool) -> Button:
    """To switch it to what it is not."""
    return PLAYLISTS_SHOWN.button(
        HIDE_PLAYLISTS() if shown else SHOW_PLAYLISTS(), to="off" if shown else "on"
    )


def account_reply(
    bot: DiscordBot, view: AccountView, held: Sequence[HeldUp] = (), *, messages: bool, shown: bool = False
) -> Reply:
    """shown: whether others may see their public playlists."""
    name = (
        f"**{masked_link(view.display_name, view.url, NAME_SHOWN)}**" if view.display_name else NAME_UNKNOWN()
    )
    linked = LINKED(
        since=format_dt(view.authorized_at, "D"),
        until=format_dt(view.ends_at, "D"),
        days=DAYS(view.days_left),
        link=bot.mention_command("link"),
    )
    allowed = MAY(allowed=allowed_list(view.scopes)[:ALLOWED_SHOWN])
    asked_back = []
    if view.seat_asked_back_at is not None:
        when, unlink = format_dt(view.seat_asked_back_at, "R"), bot.mention_command("unlink")
        asked_back.append(SEAT_ASKED_BACK(when=when, unlink=unlink))
    card = (
        text(HEADING.format(title=TITLE(), name=name), linked, *asked_back),
        *held_up(bot, held),
        line(),
        text(allowed, ATTRIBUTION()),
    )
    data = _data_controls(messages=messages)
    return Reply(card=card, view=controls(_playlists_button(shown=shown), *data.children))


def _unlinked(bot: DiscordBot, erased: Erased) -> Reply:
    account = bot.mention_command("account")
    if not erased.linked:
        link = bot.mention_command("link")
        return Reply(NOTHING_TO_UNLINK(link=link, account=account))
    what_now = WHAT_NOW(link=bot.mention_command("link"), transfer=bot.mention_command("shared transfer"))
    return _at_spotify(UNLINKED(account=account), *_orphans(erased.lists, what_now))


def _deleted(bot: DiscordBot, erased: Erased) -> Reply:
    if erased.linked:
        what_now = WHAT_NOW_DELETED(transfer=bot.mention_command("shared transfer"))
        return _at_spotify(ERASED(), *_orphans(erased.lists, what_now))
    return Reply(ERASED_UNLINKED() if erased.known else NOTHING_KEPT())


def _at_spotify(*parts: str) -> Reply:
    return Reply("\n\n".join([*parts, AT_SPOTIFY()]), view=controls(link_button(APPS_BUTTON(), APPS_PAGE)))


def _orphans(lists: Sequence[Orphaned], what_now: str) -> list[str]:
    """What happens to the playlists the member had lent."""
    if not lists:
        return []
    lines = [_orphan(orphaned) for orphaned in lists[:LISTS_SHOWN]]
    if len(lists) > LISTS_SHOWN:
        lines.append(AND_MORE(count=len(lists) - LISTS_SHOWN))
    return ["\n".join([LENT(), *lines, what_now])]


def really_reply(bot: DiscordBot, stake: Stake) -> Reply:
    """What deleting everything means, for them and for others, before it is done."""
    names = [f"**{safe_text(shared.name, NAME_SHOWN)}**" for shared in stake.lent[:LENT_SHOWN]]
    if len(stake.lent) > LENT_SHOWN:
        names.append(MORE(len(stake.lent) - LENT_SHOWN))
    transfer = bot.mention_command("shared transfer")
    lent = WOULD_LOSE(lists=", ".join(names), transfer=transfer) if names else ""
    question = REALLY(
        linked=LINK_TOO() if stake.linked else "", lent=lent, again=LINK_AGAIN() if stake.linked else ""
    )
    return Reply(
        question, view=controls(*DECISION.buttons(DELETE_ALL(), KEEP(), style=discord.ButtonStyle.danger))
    )


def _orphan(orphaned: Orphaned) -> str:
    waiting, erased = orphaned.waiting, orphaned.erased
    facts = [WAITING_ONE() if waiting == 1 else WAITING_MANY(count=waiting)] if waiting else []
    facts += [ERASED_ONE() if erased == 1 else ERASED_MANY(count=erased)] if erased else []
    return f"- **{safe_text(orphaned.shared.name, NAME_SHOWN)}**" + (f": {', '.join(facts)}" if facts else "")


async def setup(bot: DiscordBot) -> None:
    services = bot.services
    overview = services.shared.lifecycle.overview
    visibility = services.own_playlists.visibility
    cog = AccountCog(services.accounts, services.private_messages, overview, visibility)
    bot.add_dynamic_items(
        EXPORT_DATA.bound(cog.export),
        DELETE_DATA.bound(cog.ask),
        DECISION.bound(cog.decide),
        MESSAGES.bound(cog.switch_messages),
        PLAYLISTS_SHOWN.bound(cog.switch_playlists),
    )
    await bot.add_cog(cog)
