"""What an owner lets curators do: three checkboxes before lending, and a question to owners who weren't asked then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.languages import Text
from bot.stores.lists import Grant, Grants
from cogs.ui.controls import LIST, PROMPT, Ack, Item, Question
from cogs.ui.forms import Checkbox, Form
from cogs.ui.layout import text
from cogs.ui.reply import Reply, controls, list_button
from cogs.words.grants import also, grant_list, packed
from cogs.words.names import list_name

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from bot.discord_bot import DiscordBot
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.controls import Button, Press

    Chosen = Callable[[Press, Grants], Awaitable[None]]

TITLE: Final = Text("What curators can do")
FIELDS: Final = {
    Grant.REMOVE: (
        Text("Remove any track"),
        Text("Also what was in it before, or was added in Spotify."),
    ),
    Grant.REORDER: (Text("Change the order"), Text("Sort it, and have new tracks go in on top.")),
    Grant.EDIT: (Text("Change how it looks"), Text("Its name, description and cover on Spotify.")),
}
MORE: Final = Text("Let curators do more…")
WANTED: Final = Text(
    "### What can curators of {name} do?\n"
    "They'd like to be able to:\n{what}\n"
    "Each step shows a preview first, is kept in the history, and can be undone for 30 days. "
    "Until you agree, they can't do it. You can change this anytime with {settings}."
)
YES, NO = Text("Allow it"), Text("Don't allow it")
SAVED: Final = Text("Saved for {name}. {also}.")

MAY: Final = Item("sp:may", Ack.NONE, draft=PROMPT)  # before lending, of whoever is about to
LET: Final = Question("sp:let", list=LIST, what=r"(?:remove|reorder|edit)(?:-(?:reorder|edit)){0,2}")


class GrantFields:
    """Three checkboxes in a form."""

    def __init__(self, form: Form, now: Grants) -> None:
        self._boxes = {
            grant: form.ask(label(), Checkbox(default=now.has(grant)), hint())
            for grant, (label, hint) in FIELDS.items()
        }

    @property
    def chosen(self) -> Grants:
        return Grants.of({grant for grant, box in self._boxes.items() if box.value})


class MayForm(Form):
    def __init__(self, now: Grants, chosen: Chosen) -> None:
        super().__init__(title=TITLE())
        self._fields = GrantFields(self, now)
        self._chosen = chosen

    async def filled_in(self, press: Press) -> None:
        await self._chosen(press, self._fields.chosen)


def may_button(draft_id: str) -> Button:
    return MAY.button(MORE(), draft=draft_id)


def wanted_reply(bot: DiscordBot, shared: SharedPlaylist, grants: Collection[Grant]) -> Reply:
    """To the owner: what a curator needed and nobody had asked them."""
    said = WANTED(
        name=list_name(shared), what=grant_list(grants), settings=bot.mention_command("shared settings")
    )
    buttons = LET.buttons(
        YES(), NO(), style=discord.ButtonStyle.primary, list=shared.list_id, what=packed(grants)
    )
    return Reply(card=(text(said),), view=controls(*buttons, list_button(shared)))


def let_reply(shared: SharedPlaylist) -> Reply:
    said = SAVED(name=list_name(shared), also=also(shared))
    return Reply(card=(text(said),), view=controls(list_button(shared)))
