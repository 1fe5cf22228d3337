"""Artists, tracks and members blocked in a shared playlist: curators see, add and remove them here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import discord

from bot.languages import Text
from bot.services.shared.rules.blocking import MOST_BLOCKED, Blocked
from cogs.ui.controls import LIST, Ack, Item, ListItem, Value
from cogs.ui.layout import text
from cogs.ui.reply import Reply, controls
from cogs.words.names import list_name
from cogs.words.text import CHOICE, fitting, masked_link, plain_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.stores.lists import SharedPlaylist


KIND = f"{Blocked.ARTISTS}|{Blocked.TRACKS}"
NAME_SHOWN = 60
LISTED = 3_500  # characters: more than the names of as many as can be blocked take
UNKNOWN = Text("(name unavailable right now)")
NOW_BLOCKED = Text("**{name}** is blocked now. Tracks already in the playlist stay.")
UNBLOCKED = Text("**Unblocked.**")
MEMBERS_NOW = Text("Blocked now: {who}. Tracks already in the playlist stay.")
NOBODY_NOW = Text("Nobody is blocked now.")
MEMBERS_TITLE = Text("### Blocked members")
MEMBERS_WHO = Text(
    "Choose everyone who can't add to {playlist}. Anyone you remove from the menu can add again."
)
WHOM = Text("Nobody is blocked. Choose members…")
SPOTIFY = Text("-# Spotify")

BLOCK = Item("sp:block", Ack.NONE, kind=KIND, list=LIST)
UNBLOCK = Item("sp:unblock", kind=KIND, list=LIST)
BLOCK_MEMBERS = ListItem("sp:blockmembers")


@dataclass(frozen=True, slots=True)
class Words:
    title: Text
    none: Text
    add: Text
    label: Text
    hint: Text
    remove: Text


WORDS: Final = {
    Blocked.ARTISTS: Words(
        title=Text("### Blocked artists"),
        none=Text("No artist is blocked in {playlist}."),
        add=Text("Block an artist"),
        label=Text("Artist"),
        hint=Text("Name or Spotify link"),
        remove=Text("Unblock artists…"),
    ),
    Blocked.TRACKS: Words(
        title=Text("### Blocked tracks"),
        none=Text("No track is blocked in {playlist}."),
        add=Text("Block a track"),
        label=Text("Track"),
        hint=Text("Name or Spotify link"),
        remove=Text("Unblock tracks…"),
    ),
}


def things_reply(shared: SharedPlaylist, kind: Blocked, names: Mapping[str, str], news: str | None) -> Reply:
    words = WORDS[kind]
    keys = shared.rules.blocked_artists if kind is Blocked.ARTISTS else shared.rules.blocked_tracks
    lines = [f"- {_linked(kind, key, names.get(key, UNKNOWN()))}" for key in keys]
    options = [
        discord.SelectOption(label=plain_text(names.get(key, UNKNOWN()), CHOICE), value=key) for key in keys
    ][:MOST_BLOCKED]
    about: dict[str, Value] = {"kind": kind, "list": shared.list_id}
    menu = [UNBLOCK.menu(words.remove(), options, most=len(options), **about)] if options else []
    button = BLOCK.button(words.add(), style=discord.ButtonStyle.primary, **about)
    listed = fitting(lines, LISTED) or words.none(playlist=list_name(shared))
    card = (text(words.title(), listed, *([SPOTIFY()] if lines else [])),)
    return Reply(news, card=card, view=controls(*menu, button))


def _linked(kind: Blocked, key: str, name: str) -> str:
    thing_id = key.rpartition(":")[2]
    place = "artist" if kind is Blocked.ARTISTS else "track"
    return masked_link(name, f"https://open.spotify.com/{place}/{thing_id}", NAME_SHOWN)


def members_reply(shared: SharedPlaylist, news: str | None) -> Reply:
    card = (text(MEMBERS_TITLE(), MEMBERS_WHO(playlist=list_name(shared))),)
    return Reply(news, card=card, view=controls(_member_menu(shared)))


def _member_menu(shared: SharedPlaylist) -> discord.ui.UserSelect[discord.ui.View]:
    return discord.ui.UserSelect(
        custom_id=BLOCK_MEMBERS.custom_id(list=shared.list_id),
        placeholder=WHOM(),
        min_values=0,
        max_values=MOST_BLOCKED,
        default_values=[
            discord.SelectDefaultValue(id=member_id, type=discord.SelectDefaultValueType.user)
            for member_id in shared.rules.blocked_members
        ],
    )
