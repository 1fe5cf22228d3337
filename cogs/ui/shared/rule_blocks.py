"""Artists, tracks and members that are not wanted in a shared playlist: curators see, add and remove them here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import discord

from bot.services.shared.rules.blocking import MOST_BLOCKED, Blocked
from cogs.ui.controls import LIST, Ack, Item, ListItem, Value
from cogs.ui.layout import ACCENT
from cogs.ui.reply import Reply, controls
from cogs.words.names import list_name
from cogs.words.text import CHOICE, EMBED_DESCRIPTION, masked_link, plain_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.stores.lists import SharedPlaylist


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

BLOCK = Item("sp:block", Ack.NONE, kind=KIND, list=LIST)
UNBLOCK = Item("sp:unblock", kind=KIND, list=LIST)
BLOCK_MEMBERS = ListItem("sp:blockmembers")


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


def things_reply(shared: SharedPlaylist, kind: Blocked, names: Mapping[str, str], news: str | None) -> Reply:
    words = WORDS[kind]
    keys = shared.rules.blocked_artists if kind is Blocked.ARTISTS else shared.rules.blocked_tracks
    lines = [f"- {_linked(kind, key, names.get(key, UNKNOWN))}" for key in keys]
    text = "\n".join(lines) or words.none.format(playlist=list_name(shared))
    embed = discord.Embed(title=words.title, description=text[:EMBED_DESCRIPTION], colour=ACCENT)
    embed.set_footer(text="Spotify")
    options = [
        discord.SelectOption(label=plain_text(names.get(key, UNKNOWN), CHOICE), value=key) for key in keys
    ][:MOST_BLOCKED]
    about: dict[str, Value] = {"kind": kind, "list": shared.list_id}
    menu = [UNBLOCK.menu(words.remove, options, most=len(options), **about)] if options else []
    button = BLOCK.button(words.add, style=discord.ButtonStyle.primary, **about)
    return Reply(news, embed, controls(*menu, button))


def _linked(kind: Blocked, key: str, name: str) -> str:
    thing_id = key.rpartition(":")[2]
    place = "artist" if kind is Blocked.ARTISTS else "track"
    return masked_link(name, f"https://open.spotify.com/{place}/{thing_id}", NAME_SHOWN)


def members_reply(shared: SharedPlaylist, news: str | None) -> Reply:
    text = MEMBERS_WHO.format(playlist=list_name(shared))
    embed = discord.Embed(title=MEMBERS_TITLE, description=text, colour=ACCENT)
    return Reply(news, embed, controls(_member_menu(shared)))


def _member_menu(shared: SharedPlaylist) -> discord.ui.UserSelect[discord.ui.View]:
    return discord.ui.UserSelect(
        custom_id=BLOCK_MEMBERS.custom_id(list=shared.list_id),
        placeholder=WHOM,
        min_values=0,
        max_values=MOST_BLOCKED,
        default_values=[
            discord.SelectDefaultValue(id=member_id, type=discord.SelectDefaultValueType.user)
            for member_id in shared.rules.blocked_members
        ],
    )
