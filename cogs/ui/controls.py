"""Buttons and menus that work in any message, after any restart, and tell a member when something went wrong.

An `Item` is declared once, beside the message it stands in: its name and the fields its custom_id holds. The cog that
knows what a press leads to binds the item to a method of its own and registers it; nothing else has to be remembered.
discord.py only logs what callbacks raise, so the error goes where those of commands go: `cogs/errors.py`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, ClassVar, Final

import discord

from bot.languages import Text
from cogs.ui.actor import actor_of, guild_of, share_of
from cogs.ui.reply import answer, hold, take, think
from cogs.ui.speaking import speak_to_member

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.playlists import ListFinder
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.reply import Reply

LIST: Final = r"[0-9A-Za-z]{1,16}"
CONTRIBUTION: Final = r"[0-9A-Za-z]{12}"
PROMPT: Final = r"[0-9A-Za-z]{4,20}"
SPOTIFY_ID: Final = r"[0-9A-Za-z]{1,32}"
PREVIOUS, NEXT = Text("Previous"), Text("Next")

Button = discord.ui.Button["discord.ui.View"]
Select = discord.ui.Select["discord.ui.View"]
Value = Any  # of a field, written into the custom_id as `str` has it


class Ack(Enum):
    """What Discord hears at once, before anything is looked up."""

    HOLD = auto()  # the message stays until the answer replaces it
    THINK = auto()  # a new answer, for whoever pressed
    NONE = auto()  # what follows sees to it itself, such as a form


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody pressed a button, chose from a menu or sent a form.

    state: what the custom_id holds, by field. chosen: of a menu, values or the ids of members. options: all it has.
    by: sent a form again, whose answer stands where `interaction` began it.
    """

    interaction: discord.Interaction[DiscordBot]
    state: Mapping[str, str] = field(default_factory=dict)
    chosen: Sequence[str] = ()
    options: Sequence[discord.SelectOption] = ()
    by: discord.Interaction[DiscordBot] | None = None

    @property
    def actor(self) -> Actor:
        """As Discord knows them at this moment."""
        return actor_of(self.by or self.interaction)

    @property
    def guild_id(self) -> int:
        """Raises NoPrivateMessage outside of a server."""
        return guild_of(self.interaction)

    @property
    def member_id(self) -> int:
        return self.interaction.user.id

    @property
    def share(self) -> tuple[int | None, int]:
        return share_of(self.interaction)

    @property
    def yes(self) -> bool:
        return self.state["answer"] == "yes"

    async def list(self, finder: ListFinder) -> SharedPlaylist:
        """The list the control is for. Of this server only: raises ListNotFoundError."""
        return await finder.find(self.guild_id, self.state["list"])

    async def answer(self, reply: Reply) -> None:
        await answer(self.interaction, reply)

    async def open(self, form: discord.ui.Modal) -> None:
        await self.interaction.response.send_modal(form)


Used = Callable[[Press], Awaitable[None]]


class Bound(discord.ui.DynamicItem["discord.ui.Item[discord.ui.View]"], template=r"(?!)"):
    """An item and what it leads to, as discord.py wants to have it registered."""

    declared: ClassVar[Item]
    used: ClassVar[Used]

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[discord.Client],  # noqa: ARG003 - discord.py's signature
        item: discord.ui.Item[discord.ui.View],
        match: re.Match[str],  # noqa: ARG003 - discord.py's signature
        /,
    ) -> Bound:
        return cls(item)

    async def callback(self, interaction: discord.Interaction[DiscordBot]) -> None:  # type: ignore[override] # our client
        take(interaction)
        interaction.client.at_work()
        speak_to_member(interaction)
        try:
            match self.declared.ack:
                case Ack.HOLD:
                    await hold(interaction)
                case Ack.THINK:
                    await think(interaction, private=True)
            found = self.template.fullmatch(self.custom_id)
            chosen = [str(getattr(one, "id", one)) for one in getattr(self.item, "values", ())]
            state = found.groupdict("") if found else {}
            await type(self).used(Press(interaction, state, chosen, getattr(self.item, "options", ())))
        except Exception as error:  # noqa: BLE001 - the only place that still sees it
            await interaction.client.tree.on_error(interaction, error)  # type: ignore[arg-type] # it takes any


class Item:
    """A button or menu by its name and its fields.

    fields: a pattern for each, in their order. The custom_id is the name and the fields, between colons.
    """

    def __init__(self, name: str, ack: Ack = Ack.HOLD, /, **fields: str) -> None:
        self._name = name
        self.ack = ack
        self._fields = tuple(fields)
        patterns = (f"(?P<{each}>{pattern})" for each, pattern in fields.items())
        self.template = re.compile(":".join([name, *patterns]))

    def custom_id(self, **state: Value) -> str:
        """Raises ValueError for what the template would not read again."""
        custom_id = ":".join([self._name, *(str(state[each]) for each in self._fields)])
        if not self.template.fullmatch(custom_id) or len(state) != len(self._fields):
            raise ValueError(custom_id)
        return custom_id

    def button(
        self,
        label: str,
        *,
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
        emoji: str | None = None,
        disabled: bool = False,
        **state: Value,
    ) -> Button:
        custom_id = self.custom_id(**state)
        return discord.ui.Button(
            label=label, custom_id=custom_id, style=style, emoji=emoji, disabled=disabled
        )

    def menu(
        self,
        placeholder: str,
        options: Sequence[discord.SelectOption],
        *,
        most: int = 1,
        **state: Value,
    ) -> Select:
        return discord.ui.Select(
            custom_id=self.custom_id(**state),
            placeholder=placeholder,
            options=list(options),
            max_values=most,
        )

    def bound(self, used: Used) -> type[Bound]:
        """For `add_dynamic_items`. used: what happens when somebody presses or chooses."""

        class Use(Bound, template=self.template):
            pass

        Use.declared, Use.used = self, used
        return Use


class ListItem(Item):
    """Of one shared playlist: its id is the first field."""

    def __init__(self, name: str, ack: Ack = Ack.HOLD, /, **fields: str) -> None:
        super().__init__(name, ack, list=LIST, **fields)


class Question(Item):
    """Yes or no: the answer is the last field."""

    def __init__(self, name: str, /, **fields: str) -> None:
        super().__init__(name, **fields, answer="yes|no")

    def buttons(
        self, yes: str, no: str, *, style: discord.ButtonStyle = discord.ButtonStyle.primary, **state: Value
    ) -> tuple[Button, Button]:
        return self.button(yes, style=style, **state, answer="yes"), self.button(no, **state, answer="no")


class Pages(Item):
    """Previous and Next under a long list; `state["number"]` is the page to show, from 0."""

    def __init__(self, name: str, /, **fields: str) -> None:
        super().__init__(name, **fields, way="prev|next", number=r"\d{1,6}")

    def buttons(self, number: int, pages: int, **state: Value) -> tuple[Button, ...]:
        """For the page `number`; none when there is one page only."""
        if pages <= 1:
            return ()
        turns = (("prev", PREVIOUS(), number - 1), ("next", NEXT(), number + 1))
        return tuple(
            self.button(label, disabled=not 0 <= to < pages, **state, way=way, number=max(to, 0))
            for way, label, to in turns
        )
