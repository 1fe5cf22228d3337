"""Taking back what the bot did to a shared playlist: single tracks at once, restores and rounds after a look."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import discord

from bot.stores.contributions import State
from bot.stores.history import Happening
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.dynamic import SafeItem, Select
from cogs.ui.reply import Reply, answer, controls, list_button, think
from cogs.ui.share import share_of
from cogs.ui.shared.restore_controls import preview_reply
from cogs.words.history import item_name
from cogs.words.lists import list_name
from cogs.words.text import CHOICE, OPTIONS, plain_text
from cogs.words.tracks import track_label
from cogs.words.waiting import waiting_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.services.shared.truth.big_changes import BigChange
    from bot.services.shared.truth.past import PastPage
    from bot.services.shared.truth.undoing import Undone
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

SUGGESTED: Final = 8  # of what can be taken back: each may cost a question to Spotify
VERSION: Final = re.compile(
    r"v(\d{1,9})", re.ASCII
)  # where a restore or a round is meant: what was there before
PICK: Final = "Take something back…"
TAKE_OUT: Final = "Take out: {name}"
PUT_BACK: Final = "Put back: {name}"
BIG: Final = {
    Happening.RESTORED: "Undo the restore of version {number}",
    Happening.ROUND: "Undo the end of round {ended}",
}
TAKEN_OUT: Final = "{item} is out of {name} again."
LEAVING: Final = "{item} is on its way out of {name}. {waiting}"
WITHDRAWN: Final = "{item} was not in {name} yet, and does not go in any more."
STAYED: Final = "Spotify did not let me take {item} out of {name}, so it is still there."
BACK: Final = "{item} is back in {name}, at its end."
COMING_BACK: Final = "{item} goes back into {name}, to its end. {waiting}"


async def undo_reply(
    interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist, what: str
) -> Reply:
    """what: as the choices below have it; empty: the member's own last addition.

    A track is taken back now. Of a restore or a round the reply shows what taking it back would change, and asks.
    """
    big = VERSION.fullmatch(what)
    if big is not None:
        return await preview_reply(interaction, shared, int(big[1]))
    services = interaction.client.services.shared
    shared = await services.ownership.looked_after(shared)
    await services.truth.notice(shared)
    undone = await services.undoing.undo(shared, actor_of(interaction), what or None)
    return await _undone_reply(interaction, shared, undone)


async def undo_choices(interaction: discord.Interaction[DiscordBot], query: str) -> list[tuple[str, str]]:
    """The latest that the member may take back, newest first: its label, and what stands for it."""
    services = interaction.client.services.shared
    shared = await services.finder.find(guild_of(interaction), query)
    actor = actor_of(interaction)
    big = await services.big_changes.offered(shared, actor)
    single = await services.undoing.offered(shared, actor, SUGGESTED)
    tracks = await services.past.tracks([one.uri for one in single], share=share_of(interaction))
    timed = [(change.at, _big_choice(change)) for change in big]
    timed += [(one.changed_at, _choice(one, tracks)) for one in single]
    return [choice for _, choice in sorted(timed, key=lambda pair: pair[0], reverse=True)]


class UndoMenu(SafeItem[Select], template=r"sp:undo:(?P<list>[0-9A-Za-z]{1,16})"):
    """Takes back one of several things. Who may, and whether it is still possible, is looked at then."""

    @classmethod
    async def of(cls, interaction: discord.Interaction[DiscordBot], page: PastPage) -> Self | None:
        """What the member may take back of a page of the history. None where there is nothing."""
        services = interaction.client.services.shared
        actor = actor_of(interaction)
        single = await services.undoing.among(page.shared, actor, page.contributions.values())
        choices = [_choice(one, page.tracks) for one in single]
        big = await services.big_changes.among(page.shared, actor, page.events)
        choices += [_big_choice(one) for one in big]
        return cls._with(page.shared, choices) if choices else None

    @classmethod
    def _with(cls, shared: SharedPlaylist, choices: Sequence[tuple[str, str]]) -> Self:
        options = [discord.SelectOption(label=label, value=value) for label, value in choices[:OPTIONS]]
        return cls(
            discord.ui.Select(custom_id=f"sp:undo:{shared.list_id}", placeholder=PICK, options=options)
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        finder = interaction.client.services.shared.finder
        shared = await finder.find(guild_of(interaction), self.state["list"])
        await answer(interaction, await undo_reply(interaction, shared, self.item.values[0]))


def _choice(one: Contribution, tracks: Mapping[str, Track]) -> tuple[str, str]:
    label = PUT_BACK if one.state is State.REMOVED else TAKE_OUT
    name = track_label(tracks[one.uri]) if one.uri in tracks else one.uri
    return plain_text(label.format(name=name), CHOICE), one.contribution_id


def _big_choice(change: BigChange) -> tuple[str, str]:
    label = BIG[change.happening].format(number=change.number, ended=change.number - 1)
    return label, f"v{change.before}"


async def _undone_reply(
    interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist, undone: Undone
) -> Reply:
    services = interaction.client.services.shared
    one = undone.contribution
    tracks = await services.past.tracks([one.uri], share=share_of(interaction))
    match one.state:
        case State.REMOVED:
            text = TAKEN_OUT
        case State.WITHDRAWN:
            text = WITHDRAWN
        case State.LANDED:
            text = BACK if undone.put_back else STAYED
        case _:
            text = COMING_BACK if undone.put_back else LEAVING
    waiting = ""
    if "{waiting}" in text:
        waiting = waiting_words(await services.writer.state_of(shared), leaving=text is LEAVING)
    item = item_name(one.uri, tracks.get(one.uri))
    words = text.format(item=item, name=list_name(shared), waiting=waiting)
    return Reply(words, view=controls(list_button(shared)))
