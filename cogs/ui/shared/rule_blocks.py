"""Artists, tracks and members that are not wanted in a shared playlist: curators see, add and remove them here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import discord

from bot.services.shared.people import must_curate
from bot.services.shared.rules.blocking import MOST_BLOCKED, Blocked
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.dynamic import Button, SafeItem, SafeModal, Select
from cogs.ui.reply import ACCENT, Reply, answer, controls, hold
from cogs.ui.share import share_of
from cogs.words.lists import list_name
from cogs.words.text import CHOICE, EMBED_DESCRIPTION, masked_link, plain_text, safe_text
from cogs.words.tracks import track_label

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.reply import Control

    Members = discord.ui.UserSelect[discord.ui.View]

LIST_ID = r"[0-9A-Za-z]{1,16}"
KIND = f"{Blocked.ARTISTS}|{Blocked.TRACKS}"
NAME_SHOWN = 60
UNKNOWN = "(Spotify does not tell the name right now)"
STAYS = "What is in the playlist already stays there."
NOW_BLOCKED = f"**{{name}}** is blocked from now on. {STAYS}"
UNBLOCKED = "Changed: what you chose may go in again."
MEMBERS_NOW = "Changed. {who} may not add anything to this playlist. What they added stays there."
NOBODY_NOW = "Changed. No member is blocked any more."
MEMBERS_TITLE = "Members who may not add"
MEMBERS_WHO = "Choose everybody who may not add to {playlist}. Whoever is not chosen may add again."
WHOM = "Nobody is blocked. Choose members …"


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    none: str
    add: str
    label: str
    hint: str
    remove: str


WORDS: Final = {
    Blocked.ARTISTS: Words(
        title="Artists that are not wanted",
        none="No artist is blocked in {playlist}.",
        add="Block an artist",
        label="The artist",
        hint="A name, or the link of the artist",
        remove="Let artists in again …",
    ),
    Blocked.TRACKS: Words(
        title="Tracks that are not wanted",
        none="No track is blocked in {playlist}.",
        add="Block a track",
        label="The track",
        hint="A name, or the link of the track",
        remove="Let tracks in again …",
    ),
}


async def blocked_reply(
    interaction: discord.Interaction[DiscordBot],
    shared: SharedPlaylist,
    kind: Blocked,
    news: str | None = None,
) -> Reply:
    """What is blocked now. Raises NotAllowedError for whoever may not curate."""
    must_curate(shared, actor_of(interaction))
    if kind is Blocked.MEMBERS:
        return _members_reply(shared, news)
    names = await _names(interaction, shared, kind)
    return things_reply(shared, kind, names, news)


async def _names(
    interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist, kind: Blocked
) -> dict[str, str]:
    """Names as Spotify tells them now, by id or URI; we keep none."""
    blocking, share = interaction.client.services.shared.blocking, share_of(interaction)
    if kind is Blocked.ARTISTS:
        return await blocking.artist_names(shared.rules.blocked_artists, share=share)
    tracks = await blocking.track_names(shared.rules.blocked_tracks, share=share)
    return {uri: track_label(track) for uri, track in tracks.items()}


def things_reply(shared: SharedPlaylist, kind: Blocked, names: Mapping[str, str], news: str | None) -> Reply:
    words = WORDS[kind]
    keys = shared.rules.blocked_artists if kind is Blocked.ARTISTS else shared.rules.blocked_tracks
    lines = [f"- {_linked(kind, key, names.get(key, UNKNOWN))}" for key in keys]
    text = "\n".join(lines) or words.none.format(playlist=list_name(shared))
    embed = discord.Embed(title=words.title, description=text[:EMBED_DESCRIPTION], colour=ACCENT)
    embed.set_footer(text="Spotify")
    items: list[Control] = [BlockButton.of(shared, kind)]
    if keys:
        items.insert(0, UnblockMenu.of(shared, kind, {key: names.get(key, UNKNOWN) for key in keys}))
    return Reply(news, embed, controls(*items))


def _linked(kind: Blocked, key: str, name: str) -> str:
    thing_id = key.rpartition(":")[2]
    place = "artist" if kind is Blocked.ARTISTS else "track"
    return masked_link(name, f"https://open.spotify.com/{place}/{thing_id}", NAME_SHOWN)


def _members_reply(shared: SharedPlaylist, news: str | None) -> Reply:
    text = MEMBERS_WHO.format(playlist=list_name(shared))
    embed = discord.Embed(title=MEMBERS_TITLE, description=text, colour=ACCENT)
    return Reply(news, embed, controls(BlockedMembers.of(shared)))


class BlockButton(SafeItem[Button], template=rf"sp:block:(?P<kind>{KIND}):(?P<list>{LIST_ID})"):
    @classmethod
    def of(cls, shared: SharedPlaylist, kind: Blocked) -> Self:
        return cls(
            discord.ui.Button(
                label=WORDS[kind].add,
                custom_id=f"sp:block:{kind}:{shared.list_id}",
                style=discord.ButtonStyle.primary,
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        finder = interaction.client.services.shared.finder
        shared = await finder.find(guild_of(interaction), self.state["list"])
        must_curate(shared, actor_of(interaction))
        await interaction.response.send_modal(BlockForm(shared.list_id, Blocked(self.state["kind"])))


class BlockForm(SafeModal):
    """What to block. The list of what is blocked, with it, replaces the message with the button."""

    def __init__(self, list_id: str, kind: Blocked) -> None:
        words = WORDS[kind]
        super().__init__(title=words.add)
        self._list_id = list_id
        self._kind = kind
        self._query = discord.ui.TextInput[discord.ui.Modal](max_length=500)
        self.add_item(discord.ui.Label(text=words.label, description=words.hint, component=self._query))

    async def filled_in(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        services = interaction.client.services.shared
        held = await services.finder.find(guild_of(interaction), self._list_id)
        shared, found = await services.blocking.block(
            actor_of(interaction), held, self._kind, self._query.value, share=share_of(interaction)
        )
        news = NOW_BLOCKED.format(name=safe_text(found.name, NAME_SHOWN))
        await answer(interaction, await blocked_reply(interaction, shared, self._kind, news))


class UnblockMenu(SafeItem[Select], template=rf"sp:unblock:(?P<kind>{KIND}):(?P<list>{LIST_ID})"):
    @classmethod
    def of(cls, shared: SharedPlaylist, kind: Blocked, names: Mapping[str, str]) -> Self:
        options = [
            discord.SelectOption(label=plain_text(name, CHOICE), value=key) for key, name in names.items()
        ][:MOST_BLOCKED]
        return cls(
            discord.ui.Select(
                custom_id=f"sp:unblock:{kind}:{shared.list_id}",
                placeholder=WORDS[kind].remove,
                options=options,
                max_values=len(options),
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        services = interaction.client.services.shared
        kind = Blocked(self.state["kind"])
        held = await services.finder.find(guild_of(interaction), self.state["list"])
        shared = await services.blocking.unblock(actor_of(interaction), held, kind, self.item.values)
        await answer(interaction, await blocked_reply(interaction, shared, kind, UNBLOCKED))


class BlockedMembers(SafeItem["Members"], template=rf"sp:blockmembers:(?P<list>{LIST_ID})"):
    @classmethod
    def of(cls, shared: SharedPlaylist) -> Self:
        return cls(
            discord.ui.UserSelect(
                custom_id=f"sp:blockmembers:{shared.list_id}",
                placeholder=WHOM,
                min_values=0,
                max_values=MOST_BLOCKED,
                default_values=[
                    discord.SelectDefaultValue(id=member_id, type=discord.SelectDefaultValueType.user)
                    for member_id in shared.rules.blocked_members
                ],
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        services = interaction.client.services.shared
        held = await services.finder.find(guild_of(interaction), self.state["list"])
        chosen = [member.id for member in self.item.values]
        shared = await services.blocking.block_members(actor_of(interaction), held, chosen)
        blocked = shared.rules.blocked_members
        news = MEMBERS_NOW.format(who=", ".join(f"<@{each}>" for each in blocked)) if blocked else NOBODY_NOW
        await answer(interaction, await blocked_reply(interaction, shared, Blocked.MEMBERS, news))


BLOCK_ITEMS = (BlockButton, UnblockMenu, BlockedMembers)
