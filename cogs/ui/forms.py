"""Forms, and what was typed into one that was refused: *Edit again* under the error opens it as it was sent.

What was typed is kept in memory, as a form can hold a code. After a restart, or when its time is over, the button says
that it has expired.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import discord
from discord.ext import commands

from bot import errors as ours
from bot import shared_errors as lists
from bot.languages import Text
from cogs.ui.controls import PROMPT, Ack, Item, Press, Value
from cogs.ui.reply import BESIDE, LOST, Waiting, hold, take, think
from cogs.ui.speaking import speak_to_member

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from bot.discord_bot import DiscordBot

OPEN_S: Final = 15 * 60  # how long a form can be filled in, and how long Discord lets us answer it
SURELY_OPEN_S: Final = OPEN_S - 60
MOST_KEPT: Final = 200  # refused forms; the oldest is forgotten first
LABEL: Final = Text("Edit again")

EDIT: Final = Item("sp:edit", Ack.NONE, key=PROMPT)

FieldT = TypeVar("FieldT", bound="discord.ui.Item[Any]")
TextField = discord.ui.TextInput[discord.ui.Modal]
Radios = discord.ui.RadioGroup[discord.ui.Modal]
Choice = discord.ui.Select[discord.ui.Modal]
Checkbox = discord.ui.Checkbox[discord.ui.Modal]

# Nothing else that could be typed would help.
FINAL: Final = (
    lists.NotAllowedError,
    lists.PromptExpiredError,
    lists.ListNotFoundError,
    lists.ListClosedError,
    lists.AlreadyDecidedError,
    lists.ContributionGoneError,
    ours.LinkExpiredError,
    ours.LinkUsedError,
    ours.LinkForgedError,
    ours.LinkDeniedError,
)


class Form(discord.ui.Modal):
    """Base of all our forms; the answer replaces the message the form was opened from, if there is one.

    The custom_id is random, as two members' forms with one id would get mixed up.
    """

    def __init__(self, *, title: str) -> None:
        """discord.py remembers each form until it is sent, and nobody says when one is closed: hence the end."""
        super().__init__(title=title, timeout=OPEN_S)
        self.first: discord.Interaction[DiscordBot] | None = None  # which sent it, where it is edited again

    def ask(self, label: str, field: FieldT, hint: str = "") -> FieldT:
        self.add_item(discord.ui.Label(text=label, description=hint or None, component=field))
        return field

    async def on_submit(self, interaction: discord.Interaction[DiscordBot]) -> None:  # type: ignore[override] # our client
        take(interaction)
        interaction.client.at_work()
        speak_to_member(interaction)
        if interaction.message is None:  # a command opened it
            await think(interaction, private=True)
        else:
            await hold(interaction)
        await self.filled_in(Press(interaction))

    async def filled_in(self, press: Press) -> None:
        """What happens when the member sent the form."""
        raise NotImplementedError

    async def on_error(  # type: ignore[override] # our client
        self, interaction: discord.Interaction[DiscordBot], error: Exception, /
    ) -> None:
        kept = interaction.client.get_cog(RefusedForms.__cog_name__)
        if isinstance(kept, RefusedForms) and not _is_final(error):
            key = kept.keep(self, self.first or interaction)
            interaction.extras[BESIDE] = (EDIT.button(LABEL(), key=key),)
        await interaction.client.tree.on_error(interaction, error)  # type: ignore[arg-type] # it takes any


class TextForm(Form):
    """One text, which `done` gets. question: stands above it. about_text: other arguments of discord.py's TextInput."""

    def __init__(
        self,
        title: str,
        label: str,
        done: Callable[[Press, str], Awaitable[None]],
        *,
        hint: str = "",
        question: str = "",
        **about_text: Value,
    ) -> None:
        super().__init__(title=title)
        if question:
            self.add_item(discord.ui.TextDisplay(question))
        self._text = self.ask(label, TextField(**about_text), hint)
        self._done = done

    async def filled_in(self, press: Press) -> None:
        await self._done(press, self._text.value)


class FormAgain(Form):
    """A refused form with what was typed into it. Its answer stands where that of the first one would have stood."""

    def __init__(
        self, refused: Form, first: discord.Interaction[DiscordBot], is_open: Callable[[], bool]
    ) -> None:
        super().__init__(title=refused.title)
        self.first = first
        self._refused = refused
        self._is_open = is_open
        for part in refused.children:
            if isinstance(part, discord.ui.Label):
                _fill_in(part.component)
            self.add_item(part)

    async def on_submit(self, interaction: discord.Interaction[DiscordBot]) -> None:  # type: ignore[override] # our client
        take(interaction)
        interaction.client.at_work()
        speak_to_member(interaction)
        await hold(interaction)
        interaction.extras[Waiting] = Waiting.PRIVATE  # another error takes the place of the first one
        if self.first is None or not self._is_open():
            raise lists.PromptExpiredError
        await self.filled_in(Press(self.first, by=interaction))
        with suppress(*LOST):
            await interaction.delete_original_response()

    async def filled_in(self, press: Press) -> None:
        await self._refused.filled_in(press)


@dataclass(frozen=True, slots=True)
class _Kept:
    form: Form
    first: discord.Interaction[DiscordBot]
    until: float


class RefusedForms(commands.Cog):
    """What was typed into the forms that were refused a short while ago."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self.items = (EDIT.bound(self._open),)

    def keep(self, form: Form, first: discord.Interaction[DiscordBot]) -> str:
        """Returns the key under which it opens again, for whoever sent it."""
        now = self._clock()
        before = [kept.until for kept in self._kept.values() if kept.first is first]
        until = min(before, default=now + SURELY_OPEN_S)
        for old in [key for key, kept in self._kept.items() if kept.first is first or kept.until <= now]:
            del self._kept[old]
        key = secrets.token_hex(8)
        self._kept[key] = _Kept(form, first, until)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return key

    async def _open(self, press: Press) -> None:
        kept = self._kept.get(press.state["key"])
        if kept is None or kept.until <= self._clock() or kept.first.user.id != press.member_id:
            raise lists.PromptExpiredError
        await press.open(FormAgain(kept.form, kept.first, lambda: self._clock() < kept.until))


def radios(options: Iterable[tuple[str, str, str]], now: str) -> Radios:
    """options: value, label and hint of each. now: the value that is chosen."""
    return Radios(
        options=[
            discord.RadioGroupOption(label=label, value=value, description=hint or None, default=value == now)
            for value, label, hint in options
        ]
    )


def choice(options: Iterable[tuple[str, str]], now: str) -> Choice:
    """A menu, for more than radio buttons would show well. options: value and label of each. now: the chosen value."""
    return Choice(
        options=[
            discord.SelectOption(label=label, value=value, default=value == now) for value, label in options
        ]
    )


def _fill_in(field: discord.ui.Item[Any]) -> None:
    """What was typed or chosen in it becomes what it shows at first."""
    match field:
        case discord.ui.TextInput() | discord.ui.Checkbox():
            field.default = field.value
        case discord.ui.RadioGroup():
            for radio in field.options:
                radio.default = radio.value == field.value
        case discord.ui.Select():
            for option in field.options:
                option.default = option.value in field.values
        case discord.ui.RoleSelect() | discord.ui.ChannelSelect():
            field.default_values = list(field.values)
        case _:
            raise TypeError(field)


def _is_final(error: Exception) -> bool:
    return isinstance(error, FINAL) or (isinstance(error, ours.WrongCodeError) and error.tries_left <= 0)
