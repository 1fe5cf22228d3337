"""What a member gets to read, and how it is sent: acknowledged at once, filled in when it is ready."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum, auto
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import discord

from cogs.ui.layout import Attached, attached, layout_of, rows
from cogs.ui.speaking import speak_to_all
from cogs.words.names import OPEN, list_url

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.discord_bot import DiscordBot
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.layout import Control, Part


NOBODY = discord.AllowedMentions.none()
ALREADY_ACKNOWLEDGED = 40060  # docs.discord.com/developers/topics/opcodes-and-status-codes

# What a send can raise besides discord.HTTPException: discord.py does not wrap broken connections and broken JSON.
LOST = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError, TimeoutError, ValueError)


@dataclass(frozen=True, slots=True)
class Reply:
    """Text, a card, or both; the controls stand in the card, if there is one, else under the text.

    card: parts made by `cogs.ui.layout`, which also says how many fit.
    """

    content: str | None = None
    view: discord.ui.View | None = None
    file: bytes | None = None
    file_name: str = ""
    files: tuple[Attached, ...] = ()
    card: tuple[Part, ...] = ()

    @property
    def all_files(self) -> tuple[Attached, ...]:
        return (Attached(self.file_name, self.file), *self.files) if self.file else self.files

    @property
    def attachments(self) -> list[discord.File]:
        """Made anew each time: a file that was sent once is read to its end."""
        return [
            discord.File(BytesIO(one.data), one.name, description=one.description) for one in self.all_files
        ]

    def layout(self) -> discord.ui.LayoutView:
        """All of it as components."""
        below = [*attached(self.all_files), *(rows(self.view.children) if self.view else ())]
        return layout_of(self.content, self.card, below)


def fresh(reply: Reply) -> dict[str, Any]:
    """What a new message is made of: for `send` of a channel or follow-up."""
    if reply.card:
        return {"view": reply.layout(), "files": reply.attachments, "allowed_mentions": NOBODY}
    return {
        "content": reply.content,
        "view": reply.view or discord.utils.MISSING,
        "files": reply.attachments,
        "suppress_embeds": True,
        "allowed_mentions": NOBODY,
    }


def changed(reply: Reply) -> dict[str, Any]:
    """What a message becomes, whatever it was: for `edit`. What was made of text and embeds loses them."""
    return {
        "content": None,
        "embed": None,
        "view": reply.layout(),
        "attachments": reply.attachments,
        "allowed_mentions": NOBODY,
    }


class Waiting(Enum):
    """What the member sees until the answer is there. Noted in Interaction.extras under this class."""

    PUBLIC = auto()  # "thinking…", for everybody
    PRIVATE = auto()  # "thinking…", for the member
    SILENT = auto()  # the message whose button, menu or form was used


LAYOUT: Final = "layout"  # in Interaction.extras: its answer is made of components by now
TAKEN = (
    "taken"  # in Interaction.extras: a control or form of ours is about to answer, however long that takes
)


BESIDE: Final = "beside"  # in Interaction.extras: buttons under what is told privately next


def take(interaction: discord.Interaction[DiscordBot]) -> None:
    """To be called first by whatever answers a press or a form."""
    interaction.extras[TAKEN] = True


def is_taken(interaction: discord.Interaction[DiscordBot]) -> bool:
    return TAKEN in interaction.extras


async def think(interaction: discord.Interaction[DiscordBot], *, private: bool) -> None:
    """Show a new, still empty answer. Whether it is private is settled here for good."""
    await _acknowledged(lambda: interaction.response.defer(ephemeral=private, thinking=True))
    interaction.extras[Waiting] = Waiting.PRIVATE if private else Waiting.PUBLIC
    if not private:
        await speak_to_all(interaction)


async def hold(interaction: discord.Interaction[DiscordBot]) -> None:
    """Keep the message whose button, menu or form was used; `answer` replaces it."""
    await _acknowledged(interaction.response.defer)
    interaction.extras[Waiting] = Waiting.SILENT
    if interaction.message is not None and not interaction.message.flags.ephemeral:
        await speak_to_all(interaction)


async def _acknowledged(defer: Callable[[], Awaitable[object]]) -> None:
    try:
        await _sent(defer)
    except discord.HTTPException as refused:
        # After a 5xx discord.py sends again, as we do, although the first may have arrived.
        if refused.code != ALREADY_ACKNOWLEDGED:
            raise


async def _sent(send: Callable[[], Awaitable[object]]) -> None:
    """Send what does no harm when it arrives twice; a broken connection is tried again, which discord.py does not."""
    try:
        await send()
    except (aiohttp.ClientError, OSError):
        await send()


def is_answered(interaction: discord.Interaction[DiscordBot]) -> bool:
    """Whether Discord has had its first answer, be it only that we are at work."""
    return interaction.response.is_done() or Waiting in interaction.extras


async def answer(interaction: discord.Interaction[DiscordBot], reply: Reply) -> None:
    """Fill the answer begun with `think`, or replace the message kept by `hold`."""
    as_layout = bool(reply.card) or _is_layout(interaction)
    if reply.content:
        reply = replace(reply, content=interaction.client.mention_commands(reply.content))

    def edit() -> Awaitable[object]:
        if as_layout:
            return interaction.edit_original_response(**changed(reply))
        return interaction.edit_original_response(
            content=reply.content,
            embed=None,  # of a message sent by earlier versions
            view=reply.view,
            attachments=reply.attachments,
            allowed_mentions=NOBODY,
        )

    if as_layout:  # before it is sent: it may have arrived although the connection broke
        interaction.extras[LAYOUT] = True
    await _sent(edit)


def _is_layout(interaction: discord.Interaction[DiscordBot]) -> bool:
    """Whether the message to be replaced is made of components: it can never have text or embeds again."""
    if interaction.extras.get(Waiting) is not Waiting.SILENT or interaction.message is None:
        return LAYOUT in interaction.extras
    return LAYOUT in interaction.extras or interaction.message.flags.components_v2


async def redraw(message: discord.Message | discord.PartialMessage, reply: Reply) -> None:
    """Whatever it was before. Raises what LOST names."""
    await message.edit(**changed(reply))


async def tell_privately(
    interaction: discord.Interaction[DiscordBot],
    text: str,
    *,
    page: str | None = None,
    beside: Sequence[Control] = (),
) -> None:
    """Say something only the member sees, however far the interaction has come.

    page: on Spotify, offered as a button. beside: other buttons.
    """
    buttons = (*([link_button(OPEN(), page)] if page else []), *beside, *interaction.extras.get(BESIDE, ()))
    view = controls(*buttons) if buttons else None
    waiting = interaction.extras.get(Waiting)
    if waiting is Waiting.PRIVATE:
        await answer(interaction, Reply(text, view=view))
        return
    if waiting is Waiting.PUBLIC:
        with suppress(
            discord.NotFound
        ):  # left there, it would take in the follow-up and show it to everybody
            await _sent(interaction.delete_original_response)
    text = interaction.client.mention_commands(text)
    send = interaction.followup.send if is_answered(interaction) else interaction.response.send_message
    await send(text, view=view or discord.utils.MISSING, ephemeral=True, allowed_mentions=NOBODY)


def controls(*items: Control) -> discord.ui.View:
    """Buttons and menus that never time out: each is a link or carries its state itself.

    discord.py is not to listen to the message, nor to remember it: `cogs.ui.controls` hears every press.
    """
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    view.stop()
    return view


def link_button(label: str, url: str) -> discord.ui.Button[discord.ui.View]:
    return discord.ui.Button(label=label, url=url, style=discord.ButtonStyle.link)


def list_button(shared: SharedPlaylist) -> discord.ui.Button[discord.ui.View]:
    return link_button(OPEN(), list_url(shared))
