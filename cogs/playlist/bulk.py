"""/playlist sort, dedupe, remove, move, copy, merge: each shows what it would do and waits for a yes."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands

from bot.errors import RangeError
from bot.languages import Text
from bot.services.own_playlists.details import Details
from bot.services.shared.reconciliation import ordering
from bot.services.shared.reconciliation.ordering import Order
from bot.spotify.limits import NAME_LENGTH, PLAYLIST_LENGTH
from bot.stores.playlist_jobs import JobWork
from cogs.playlist.option import PlaylistCommands, PlaylistOption, playlist_option
from cogs.ui.controls import SPOTIFY_ID, Item, Press
from cogs.ui.playlist_work import offer_reply
from cogs.ui.progress import ProgressBar
from cogs.ui.reply import Reply, controls, think
from cogs.words.counts import LOCAL_FILES, TRACKS
from cogs.words.names import track_label, track_line
from cogs.words.text import OPTIONS, safe_text
from cogs.words.tidying import deduped_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.own_playlists import OwnPlaylists
    from bot.services.own_playlists.reading import Contents
    from bot.services.playlists import Playlists
    from cogs.playlist.work import WorkButtons

SORT: Final = "Sort a playlist; shows first what it takes"
BY: Final = "What to sort it by"
ORDERS: Final = [
    app_commands.Choice(name="Title", value=Order.TITLE.value),
    app_commands.Choice(name="Artist", value=Order.ARTIST.value),
    app_commands.Choice(name="Album", value=Order.ALBUM.value),
    app_commands.Choice(name="Date added", value=Order.ADDED.value),
    app_commands.Choice(name="Release date", value=Order.RELEASE.value),
    app_commands.Choice(name="Length", value=Order.LENGTH.value),
    app_commands.Choice(name="Shuffle", value=Order.SHUFFLE.value),
    app_commands.Choice(name="Reverse", value=Order.REVERSE.value),
]
DEDUPE: Final = "Remove duplicates from a playlist; shows them first"
REMOVE: Final = "Remove tracks from a playlist; shows them first"
WHAT: Final = "Words of the title, artist or album of what to remove"
FIRST: Final = "Position of the first track"
LAST: Final = "Position of the last track; only the first one if left out"
MOVE: Final = "Move tracks to another place in a playlist"
TO: Final = "Position the first of them should have"
COPY: Final = "Copy a playlist into a new one"
COPY_NAME: Final = "Name of the new playlist"
MERGE: Final = "Add to a playlist what another one has and it doesn't"
SOURCE: Final = "The playlist to take tracks from: name or link"
READING: Final = Text("Reading the playlist…")
GOING: Final = Text("{tracks}, all copies of each:")
ONE_OF: Final = Text("Which ones? Choose them from the menu.")
PICK: Final = Text("Choose tracks to remove")
AND_MORE: Final = Text("…and {tracks} more")
LOCAL_STAY: Final = Text("{files} can't be removed here. Remove them in Spotify.")
TO_PLACE: Final = Text("{tracks} to position {place:,}.")
NOT_YET_IN: Final = Text("From {source}: what isn't in it yet, at the end.")
LINES: Final = 10
NAME_SHOWN: Final = 100

PICKED: Final = Item("pl:pick", playlist=SPOTIFY_ID)

Place = app_commands.Range[int, 1, PLAYLIST_LENGTH]


class BulkCommands(PlaylistCommands):
    def __init__(self, playlists: Playlists, own: OwnPlaylists, work: WorkButtons) -> None:
        super().__init__(playlists)
        self._own = own
        self._work = work
        self.items = (*work.items, PICKED.bound(self._picked))

    @app_commands.command(description=SORT)
    @app_commands.describe(by=BY)
    @app_commands.choices(by=ORDERS)
    @playlist_option
    async def sort(
        self, interaction: discord.Interaction[DiscordBot], playlist: PlaylistOption, by: str
    ) -> None:
        press = Press(interaction)
        contents = await self._begun(press, playlist)
        after = ordering.sort(contents.entries, Order(by), secrets.randbits(32))
        await self._offer(press, contents, after, JobWork.SORT)

    @app_commands.command(description=DEDUPE)
    @playlist_option
    async def dedupe(self, interaction: discord.Interaction[DiscordBot], playlist: PlaylistOption) -> None:
        press = Press(interaction)
        contents = await self._begun(press, playlist)
        found = ordering.dedupe(contents.entries)
        await self._offer(press, contents, found.after, JobWork.DEDUPE, *deduped_lines(found))

    @app_commands.command(description=REMOVE)
    @app_commands.describe(what=WHAT, first=FIRST, last=LAST)
    @playlist_option
    async def remove(
        self,
        interaction: discord.Interaction[DiscordBot],
        playlist: PlaylistOption,
        what: app_commands.Range[str, 1, 100] = "",
        first: Place | None = None,
        last: Place | None = None,
    ) -> None:
        press = Press(interaction)
        contents = await self._begun(press, playlist)
        if first is None and not what:
            await self._menu(press, contents, range(len(contents.entries)))
            return
        places: Sequence[int] = ordering.matching(contents.entries, what) if what else ()
        if first is not None:
            chosen = _range(contents, first, last)
            places = [place for place in places if place in chosen] if what else chosen
        await self._offer_removal(press, contents, places)

    @app_commands.command(description=MOVE)
    @app_commands.describe(first=FIRST, to=TO, last=LAST)
    @playlist_option
    async def move(
        self,
        interaction: discord.Interaction[DiscordBot],
        playlist: PlaylistOption,
        first: Place,
        to: Place,
        last: Place | None = None,
    ) -> None:
        press = Press(interaction)
        contents = await self._begun(press, playlist)
        chosen = _range(contents, first, last)
        place = min(to, len(contents.entries) - len(chosen) + 1)
        after = ordering.moved(contents.entries, first, chosen.stop, place)
        fact = TO_PLACE(tracks=TRACKS(len(chosen)), place=place)
        await self._offer(press, contents, after, JobWork.MOVE, fact)

    @app_commands.command(description=COPY)
    @app_commands.describe(name=COPY_NAME)
    @playlist_option
    async def copy(
        self,
        interaction: discord.Interaction[DiscordBot],
        playlist: PlaylistOption,
        name: app_commands.Range[str, 1, NAME_LENGTH],
    ) -> None:
        await think(interaction, private=True)
        press = Press(interaction)
        source = await self._read(
            press, await self._playlists.named(press.member_id, playlist, share=press.share)
        )
        about = Details(name, source.playlist.description or "", public=False)
        made = await self._own.details.create(press.member_id, about, share=press.share)
        empty = await self._read(press, made.id)
        after = ordering.with_all(source.entries)
        offer = await self._own.jobs.offer(press.member_id, empty, after, JobWork.COPY, share=press.share)
        if not offer.cost.requests:
            await press.answer(offer_reply(offer))
            return
        await self._own.jobs.start(press.member_id, offer.job.job_id)
        await self._work.follow(press, offer.job.job_id)

    @app_commands.command(description=MERGE)
    @app_commands.rename(source="from", playlist="into")
    @app_commands.describe(source=SOURCE)
    @app_commands.autocomplete(source=PlaylistCommands.suggest_any)
    @playlist_option
    async def merge(
        self, interaction: discord.Interaction[DiscordBot], source: PlaylistOption, playlist: PlaylistOption
    ) -> None:
        press = Press(interaction)
        contents = await self._begun(press, playlist)
        other = await self._read(
            press, await self._playlists.named(press.member_id, source, share=press.share)
        )
        after = ordering.with_added(contents.entries, other.entries)
        fact = NOT_YET_IN(source=f"**{safe_text(other.playlist.name, NAME_SHOWN)}**")
        await self._offer(press, contents, after, JobWork.MERGE, fact)

    async def _begun(self, press: Press, query: str) -> Contents:
        """All of a playlist that the member owns and nothing else works on."""
        await think(press.interaction, private=True)
        found = await self._own.reader.own(press.member_id, query, share=press.share)
        await self._own.jobs.must_be_free(press.member_id, found)
        return await self._read(press, found.id)

    async def _read(self, press: Press, playlist_id: str) -> Contents:
        progress = ProgressBar(press.interaction, READING())
        return await self._own.reader.all_of(press.member_id, playlist_id, progress, share=press.share)

    async def _offer(
        self, press: Press, contents: Contents, after: Sequence[str], work: JobWork, *facts: str
    ) -> None:
        offer = await self._own.jobs.offer(press.member_id, contents, after, work, share=press.share)
        await press.answer(offer_reply(offer, *facts))

    async def _offer_removal(self, press: Press, contents: Contents, places: Sequence[int]) -> None:
        entries = contents.entries
        uris = {entry.content.uri for place in places if (entry := entries[place]) and entry.content}
        playable = {uri for uri in uris if not uri.startswith("spotify:local:")}
        going = [entry for entry in entries if entry and entry.content and entry.content.uri in playable]
        shown = list({entry.content.uri: entry.content for entry in going if entry.content}.values())
        facts: list[str] = []
        if going:
            facts.append(GOING(tracks=TRACKS(len(going))))
            facts += [f"- {track_line(track)}" for track in shown[:LINES]]
            if len(shown) > LINES:
                facts.append(AND_MORE(tracks=TRACKS(len(shown) - LINES)))
        if local := len(uris - playable):
            facts.append(LOCAL_STAY(files=LOCAL_FILES(local)))
        after = ordering.without(entries, playable)
        await self._offer(press, contents, after, JobWork.REMOVE, *facts)

    async def _menu(self, press: Press, contents: Contents, places: Sequence[int]) -> None:
        """The latest of them to choose from."""
        options: dict[str, discord.SelectOption] = {}
        for place in reversed(places):
            entry = contents.entries[place]
            track = entry.content if entry else None
            if track and track.id and len(options) < OPTIONS and not (entry and entry.is_local):
                options.setdefault(track.uri, discord.SelectOption(label=track_label(track), value=track.uri))
        if not options:
            await self._offer_removal(press, contents, ())
            return
        menu = PICKED.menu(PICK(), list(options.values()), most=len(options), playlist=contents.playlist.id)
        await press.answer(Reply(ONE_OF(), view=controls(menu)))

    async def _picked(self, press: Press) -> None:
        found = await self._own.reader.playlist(press.member_id, press.state["playlist"], share=press.share)
        await self._own.jobs.must_be_free(press.member_id, found)
        contents = await self._read(press, found.id)
        chosen = set(press.chosen)
        places = [place for place, uri in enumerate(contents.uris) if uri in chosen]
        await self._offer_removal(press, contents, places)


def _range(contents: Contents, first: int, last: int | None) -> range:
    """Positions from 0. Raises RangeError."""
    end = first if last is None else last
    if not 1 <= first <= end <= len(contents.entries):
        raise RangeError(len(contents.entries))
    return range(first - 1, end)
