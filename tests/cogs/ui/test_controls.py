"""Buttons and menus: what they write into a message is what they read, also in messages of long ago."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import discord
import pytest

from bot.discord_bot import DiscordBot
from bot.errors import NothingFoundError
from bot.identifies import Identifies
from bot.services.leases import LeaseKeeper
from bot.wiring import EXTENSIONS
from cogs.ui.controls import Ack, Bound, Item, ListItem, Pages, Press, Question
from cogs.ui.reply import controls
from tests.cogs.conftest import CLOCKWORK
from tests.cogs.fake_services import FakeLeases, FakeServices, FakeValues
from tests.cogs.samples import NOW

if TYPE_CHECKING:
    from bot.services import Services

LIST, PIECE, PROMPT = "Ab3dE6gH", "Ab3dE6gH9jK2", "q7Zx"
TRACK, PLAYLIST = "4uLU6hMCjMI75M1A2tKUQC", "37i9dQZF1DXcBWIGoYBM5M"

# Written by the bot before its controls were declared as they are now. They stand in messages that still exist.
RECORDED = (
    "account:delete",
    "account:delete:no",
    "account:delete:yes",
    "account:export",
    "account:messages:off",
    "account:messages:on",
    "account:playlists:off",
    "account:playlists:on",
    f"add:again:{TRACK}:{PLAYLIST}",
    f"card:add:{TRACK}",
    f"card:into:{TRACK}",
    f"card:album:{TRACK}:next:1",
    f"card:artist:{TRACK}:prev:0",
    "card:match:album",
    "card:one:track",
    "links",
    f"add:all:{PLAYLIST}:a:{TRACK}",
    f"add:list:{TRACK}",
    f"add:many:p:{PLAYLIST}",
    f"add:to:{TRACK}",
    "add:track:",
    f"add:track:{PLAYLIST}",
    "help:topic",
    "im:begin:0123456789abcdef",
    "im:drop:0123456789abcdef",
    "im:look:0123456789abcdef",
    "im:stop:0123456789abcdef",
    f"like:card:track:{TRACK}",
    f"like:off:episode:{TRACK}",
    f"like:on:album:{TRACK}",
    "like:which:off",
    "like:which:on",
    "liked:next:1",
    "link:allow:fg",
    "link:code",
    "link:paste",
    "pl:again:0123456789abcdef",
    "pl:drop:0123456789abcdef",
    f"pl:edit:{PLAYLIST}",
    "pl:job:0123456789abcdef",
    f"pl:leave:{PLAYLIST}:no",
    f"pl:page:{PLAYLIST}:next:2",
    f"pl:pick:{PLAYLIST}",
    "pl:start:0123456789abcdef:anew",
    "pl:start:0123456789abcdef:gently",
    "pl:stop:0123456789abcdef",
    "pl:undo:0123456789abcdef",
    "playlists:of:123456789012345678:next:2",
    "playlists:next:2",
    "playlists:prev:0",
    "recent:next:2",
    "seat:ask:80351110224678912",
    "seat:back:80351110224678912:no",
    "seat:back:80351110224678912:yes",
    f"sp:aside:{LIST}",
    f"sp:instead:{LIST}",
    f"sp:adopt:{PROMPT}",
    f"sp:all:{LIST}:p:{PLAYLIST}",
    f"sp:any:{LIST}:{PLAYLIST}",
    f"sp:approve:{PIECE}:1",
    "sp:asking:n",
    "sp:asking:y",
    f"sp:back:{LIST}:13",
    f"sp:back:{PIECE}",
    f"sp:block:blocked_artists:{LIST}",
    f"sp:block:blocked_tracks:{LIST}",
    f"sp:blockmembers:{LIST}",
    f"sp:bapprove:{PIECE}",
    f"sp:bdecline:{PIECE}",
    f"sp:bvote:{PIECE}:n",
    f"sp:bvote:{PIECE}:y",
    f"sp:bwithdraw:{PIECE}",
    "sp:cancel",
    f"sp:close:{LIST}:no",
    f"sp:close:{LIST}:yes",
    f"sp:decline:{PIECE}:12",
    f"sp:edit:{PROMPT}",
    f"sp:fine:{LIST}",
    f"sp:grant:80351110224678912:{PROMPT}:all",
    f"sp:grant:80351110224678912:{PROMPT}:no",
    f"sp:grant:80351110224678912:{PROMPT}:yes",
    f"sp:hist:{LIST}:80351110224678912:20261120T120000.000000-a1_b2",
    f"sp:hist:{LIST}::",
    "sp:into",
    f"sp:keep:{LIST}",
    f"sp:leave:{LIST}",
    f"sp:lend:{PROMPT}:no",
    f"sp:lend:{PROMPT}:yes",
    f"sp:let:{LIST}:remove:no",
    f"sp:let:{LIST}:remove-reorder-edit:yes",
    f"sp:let:{LIST}:reorder-edit:yes",
    f"sp:look:{LIST}",
    f"sp:looks:{LIST}",
    f"sp:looksok:{LIST}:{PROMPT}:no",
    f"sp:looksok:{LIST}:{PROMPT}:yes",
    f"sp:cover:{LIST}:{PROMPT}:no",
    f"sp:cover:{LIST}:{PROMPT}:yes",
    f"sp:may:{PROMPT}",
    f"sp:note:{LIST}",
    f"sp:like:{PIECE}",
    f"sp:liking:{PIECE}:off",
    f"sp:liking:{PIECE}:on",
    f"sp:likep:{LIST}:0",
    f"sp:likes:{LIST}:1:12",
    f"sp:liked:{LIST}",
    f"sp:off:{PIECE}",
    f"sp:offer:{LIST}:{PROMPT}:no",
    f"sp:offer:{LIST}:{PROMPT}:yes",
    f"sp:offs:{LIST}",
    f"sp:park:again:{LIST}",
    f"sp:park:drop:{LIST}",
    f"sp:pending:{LIST}:next:1",
    f"sp:pending:{LIST}:prev:0",
    f"sp:pick:{LIST}",
    f"sp:post:{PIECE}",
    f"sp:restore:{LIST}:13:0123456789ab",
    f"sp:review:{PIECE}",
    f"sp:round:{LIST}:2",
    f"sp:rules:{LIST}",
    f"sp:morerules:{LIST}",
    f"sp:moreset:{LIST}",
    f"sp:clean:{LIST}:{PLAYLIST}",
    f"sp:set:{LIST}",
    f"sp:show:{LIST}:next:1",
    f"sp:show:{LIST}:prev:0",
    f"sp:second:{LIST}:{PROMPT}:no",
    f"sp:second:{LIST}:{PROMPT}:yes",
    "sp:stats:in",
    "sp:stats:out",
    f"sp:take:{LIST}",
    f"sp:tidy:{LIST}:{PROMPT}:no",
    f"sp:tidy:{LIST}:{PROMPT}:yes",
    f"sp:tidypick:{LIST}",
    f"sp:title:{LIST}:no",
    f"sp:title:{LIST}:yes",
    f"sp:unblock:blocked_artists:{LIST}",
    f"sp:unblock:blocked_tracks:{LIST}",
    f"sp:undo:{LIST}",
    f"sp:version:{LIST}",
    f"sp:vote:{PIECE}:1:n",
    f"sp:vote:{PIECE}:1:y",
    f"sp:withdraw:{PIECE}",
    "track:others",
    "top:artists:short_term:prev:0",
    "top:tracks:long_term:next:1",
)


class Noting(DiscordBot):
    """Remembers what its cogs register."""

    def __init__(self) -> None:
        services = cast("Services", FakeServices())
        identifies = Identifies(FakeValues(), LeaseKeeper(FakeLeases(), now=lambda: NOW), now=lambda: NOW)
        super().__init__(services, extension_names=[], values=FakeValues(), identifies=identifies)
        self.registered: list[type[Bound]] = []

    def add_dynamic_items(
        self, *items: type[discord.ui.DynamicItem[discord.ui.Item[discord.ui.View]]]
    ) -> None:
        self.registered += [item for item in items if issubclass(item, Bound)]
        super().add_dynamic_items(*items)


@pytest.fixture
async def registered() -> list[type[Bound]]:
    bot = Noting()
    for name in EXTENSIONS:
        if name != CLOCKWORK:
            await bot.load_extension(name)
    for name in list(bot.extensions):
        await bot.unload_extension(name)
    return bot.registered


async def test_recorded(registered: list[type[Bound]]) -> None:
    """Every control of earlier messages has one item that answers it, which would write it just the same today."""
    for custom_id in RECORDED:
        (item,) = (one.declared for one in registered if one.declared.template.fullmatch(custom_id))
        found = item.template.fullmatch(custom_id)
        assert found is not None
        assert item.custom_id(**found.groupdict("")) == custom_id


async def test_all_recorded(registered: list[type[Bound]]) -> None:
    """No item is missing in the list above: what it writes into messages stays there."""
    for one in registered:
        assert any(one.declared.template.fullmatch(custom_id) for custom_id in RECORDED), (
            one.declared.template
        )


ITEM = ListItem("sp:test", number=r"\d{1,3}")


@pytest.mark.parametrize(
    "state",
    [{"list": LIST}, {"list": LIST, "number": 1000}, {"list": "a:b", "number": 1}, {"list": "", "number": 1}],
)
def test_unreadable(state: dict[str, object]) -> None:
    """A control that could not be read again is not written."""
    with pytest.raises((ValueError, KeyError)):
        ITEM.custom_id(**state)


def test_unknown_field() -> None:
    """A field the item does not have is a slip."""
    with pytest.raises(ValueError, match="sp:test"):
        ITEM.custom_id(list=LIST, number=1, other=2)


async def test_question() -> None:
    """Yes comes first, and is the only one that stands out."""
    yes, no = Question("q", list=ITEM_LIST).buttons("Do it", "Leave it", list=LIST)
    assert (yes.label, yes.custom_id, yes.style) == ("Do it", f"q:{LIST}:yes", discord.ButtonStyle.primary)
    assert (no.label, no.custom_id, no.style) == ("Leave it", f"q:{LIST}:no", discord.ButtonStyle.secondary)


async def test_pages() -> None:
    """At either end there is nothing to press; a list of one page has no buttons."""
    pages = Pages("p", list=ITEM_LIST)
    assert pages.buttons(0, 1, list=LIST) == ()
    ends = [[button.disabled for button in pages.buttons(number, 3, list=LIST)] for number in range(3)]
    assert ends == [[True, False], [False, False], [False, True]]
    assert [one.custom_id for one in pages.buttons(0, 2, list=LIST)] == [
        f"p:{LIST}:prev:0",
        f"p:{LIST}:next:1",
    ]


ITEM_LIST = r"[0-9A-Za-z]{1,16}"


class Pressed:
    """An interaction with just what a press needs. said: the errors that were told."""

    def __init__(self) -> None:
        self.client = self
        self.tree = self
        self.response = self
        self.extras: dict[object, object] = {}
        self.done: list[str] = []
        self.user = discord.Object(id=7)
        self.locale = discord.Locale.british_english
        self.message = None

    def language_of_member(self, _member_id: int, _discords: str) -> str:
        return "en"

    def at_work(self) -> None:
        self.done.append("at work")

    async def defer(self, *, ephemeral: bool = False, thinking: bool = False) -> None:
        self.done.append("think" if thinking and ephemeral else "hold")

    async def on_error(self, _interaction: object, error: Exception) -> None:
        self.done.append(type(error).__name__)


@pytest.mark.parametrize(
    ("ack", "heard"),
    [(Ack.HOLD, ["hold"]), (Ack.THINK, ["think"]), (Ack.NONE, [])],
    ids=str,
)
async def test_press(ack: Ack, heard: list[str]) -> None:
    """Discord hears that we are at work before anything is done; what the custom_id and the menu say arrives."""
    interaction, came = Pressed(), []

    async def used(press: Press) -> None:
        interaction.done.append("used")
        came.append((dict(press.state), list(press.chosen)))

    item = Item("x", ack, list=ITEM_LIST)
    bound = item.bound(used)(item.button("Press", list=LIST))
    await bound.callback(cast("discord.Interaction[DiscordBot]", interaction))
    assert interaction.done == ["at work", *heard, "used"]
    assert came == [({"list": LIST}, [])]


async def test_failing() -> None:
    """What goes wrong after a press goes where the errors of commands go."""
    interaction = Pressed()

    async def used(_press: Press) -> None:
        raise NothingFoundError("a song")

    item = Item("x")
    await item.bound(used)(item.button("Press")).callback(
        cast("discord.Interaction[DiscordBot]", interaction)
    )
    assert interaction.done[-1] == "NothingFoundError"


async def test_nothing_remembered() -> None:
    """discord.py keeps no message with our controls in its memory: it is told that nobody listens there."""
    assert controls(Item("x").button("Press")).is_finished()
