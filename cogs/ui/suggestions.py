"""Suggestions while typing. Trouble never shows: a member who gets none can still type on."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from discord import app_commands

from bot.errors import BotError
from bot.languages import Text
from bot.services.shared.proposals.propose import OPTION
from bot.stores.contributions import State
from bot.stores.lists import search_key
from cogs.ui.actor import home_of, share_of
from cogs.words.names import track_count, track_label
from cogs.words.text import CHOICE, OPTIONS, plain_text, size

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

    import discord

    from bot.discord_bot import DiscordBot
    from bot.services.lookups import Lookups
    from bot.services.playlists import Playlists
    from bot.services.searches import Kind, Searches, Thing
    from bot.services.shared.core.playlists import ListFinder
    from bot.spotify.models import Playlist, Track
    from bot.stores.lists import SharedPlaylist

Choices = list[app_commands.Choice[str]]

log = logging.getLogger(__name__)

NAME_SHOWN = 70
SHARED = Text("shared here")
MARKS_S = 0.5  # Discord waits three seconds for suggestions, and most of that is Spotify's
IS_IN = Text("✓ already in: {track}")
PROPOSED = Text("⏳ already proposed: {track}")


async def suggest_tracks(
    lookups: Lookups,
    text: str,
    interaction: discord.Interaction[DiscordBot],
    there: Callable[[Sequence[Track]], Awaitable[Mapping[str, State]]] | None = None,
) -> Choices:
    """there: says which of them the playlist they would go into has already, by URI."""
    return await _or_none(_tracks(lookups, text, interaction, there)) if text.strip() else []


async def suggest_things(
    searches: Searches, kind: Kind, text: str, interaction: discord.Interaction[DiscordBot]
) -> Choices:
    """Albums, artists, podcasts and so on; the value leads to exactly this one."""

    async def named() -> Choices:
        found = await searches.suggest(kind, text, interaction.user.id, share=share_of(interaction))
        return _choices((_label_of(one), f"spotify:{kind}:{one.id}") for one in found)

    return await _or_none(named()) if text.strip() else []


async def suggest_playlists(
    playlists: Playlists, text: str, interaction: discord.Interaction[DiscordBot], *, changeable: bool = True
) -> Choices:
    """changeable: False for all in the member's list, also those they only follow."""
    return await _or_none(_playlists(playlists, text, interaction, changeable=changeable))


async def suggest_lists(
    finder: ListFinder, text: str, interaction: discord.Interaction[DiscordBot]
) -> Choices:
    """Of this server's shared playlists."""

    async def named() -> Choices:
        found = await _found(finder, text, interaction)
        return _choices((shared.name, shared.list_id) for shared in found)

    return await _or_none(named())


async def choices_of(pairs: Awaitable[Iterable[tuple[str, str]]], text: str) -> Choices:
    """Of names and values those whose name holds the text."""

    async def made() -> Choices:
        wanted = search_key(text)
        return _choices(pair for pair in await pairs if wanted in search_key(pair[0]))

    return await _or_none(made())


async def suggest_targets(
    finder: ListFinder, playlists: Playlists, text: str, interaction: discord.Interaction[DiscordBot]
) -> Choices:
    """The shared playlists of this server, marked as such, then the member's own."""

    async def marked() -> Choices:
        found = await _found(finder, text, interaction)
        return _choices(
            (f"{plain_text(shared.name, NAME_SHOWN)} · {SHARED()}", f"{OPTION}{shared.list_id}")
            for shared in found
        )

    own = asyncio.create_task(suggest_playlists(playlists, text, interaction))
    return [*await _or_none(marked()), *await own][:OPTIONS]


async def _found(
    finder: ListFinder, text: str, interaction: discord.Interaction[DiscordBot]
) -> tuple[SharedPlaylist, ...]:
    guild_id = home_of(interaction)
    return await finder.suggest(guild_id, text) if guild_id else ()


async def _tracks(
    lookups: Lookups,
    text: str,
    interaction: discord.Interaction[DiscordBot],
    there: Callable[[Sequence[Track]], Awaitable[Mapping[str, State]]] | None,
) -> Choices:
    found = await lookups.suggest_tracks(text, interaction.user.id, share=share_of(interaction))
    known: Mapping[str, State] = {}
    if there is not None and found:
        with suppress(BotError, TimeoutError):  # no such playlist, or no database right now
            async with asyncio.timeout(MARKS_S):
                known = await there(found)
    return _choices((_marked(track, known.get(track.uri)), track.uri) for track in found if track.id)


def _marked(track: Track, state: State | None) -> str:
    """The mark comes first, where nothing is cut."""
    if state is None:
        return track_label(track)
    words = PROPOSED if state is State.PENDING else IS_IN
    return words(track=track_label(track, CHOICE - size(words(track=""))))


async def _playlists(
    playlists: Playlists, text: str, interaction: discord.Interaction[DiscordBot], *, changeable: bool
) -> Choices:
    found = await playlists.suggest(
        interaction.user.id, text, changeable=changeable, share=share_of(interaction)
    )
    return _choices((_label(playlist), f"spotify:playlist:{playlist.id}") for playlist in found)


def _label_of(thing: Thing) -> str:
    """With the artists of an album, which tell equal names apart."""
    name = plain_text(thing.name, NAME_SHOWN)
    artists = ", ".join(artist.name for artist in getattr(thing, "artists", ()))
    return f"{name} · {artists}" if artists else name


def _label(playlist: Playlist) -> str:
    name, count = plain_text(playlist.name, NAME_SHOWN), track_count(playlist.item_count)
    return f"{name} · {count}" if count else name


def _choices(pairs: Iterable[tuple[str, str]]) -> Choices:
    fitting = [
        app_commands.Choice(name=plain_text(name), value=value)
        for name, value in pairs
        if len(value) <= CHOICE
    ]
    return fitting[:OPTIONS]


async def _or_none(asked: Awaitable[Choices]) -> Choices:
    try:
        return await asked
    except Exception:
        log.warning("no suggestions", exc_info=True)
        return []
