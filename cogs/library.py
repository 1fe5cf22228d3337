"""/like, /unlike, /liked, /top and /recent: a member's own library. Only they see it unless they choose otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, cast

import discord
from discord import app_commands
from discord.ext import commands
from discord.utils import format_dt

from bot.errors import NotYoursError
from bot.languages import Plural, Text
from cogs.ui.actor import asked_by, share_of
from cogs.ui.controls import Pages, Press
from cogs.ui.layout import text
from cogs.ui.likes import Likes, liking_reply, which_reply
from cogs.ui.reply import Reply, answer, controls, think
from cogs.ui.suggestions import suggest_tracks
from cogs.words.counts import TRACKS
from cogs.words.names import SEPARATOR, track_line
from cogs.words.text import fitting, masked_link, page_of, safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.library import Library, LibraryPage
    from bot.services.lookups import Lookups
    from bot.spotify.models import ArtistDetails, Played, Track
    from cogs.ui.suggestions import Choices

    Span = Literal["short_term", "medium_term", "long_term"]

QUERY: Final = "A title, or a Spotify link to a track, album, artist, podcast or audiobook"
PRIVATE: Final = "Only you see it unless you choose otherwise"
RANGE: Final = "How far to look back (six months unless you choose)"
LIKED_TITLE: Final = Text("Liked Songs")
RECENT_TITLE: Final = Text("Recently played")
TITLES: Final = {"tracks": Text("Top tracks"), "artists": Text("Top artists")}
SPANS: Final = {
    "short_term": Text("About the last four weeks"),
    "medium_term": Text("About the last six months"),
    "long_term": Text("About the last year"),
}
NONE_LIKED: Final = Text("You haven't liked any songs yet. Use {like}, or press **Like** on a card.")
NONE_ON_TOP: Final = Text("Spotify hasn't seen you listen enough for this yet. Try a longer range.")
NONE_PLAYED: Final = Text("Spotify doesn't show anything you played recently. Private sessions don't count.")
HIDDEN: Final = Plural(
    "*{n:,} more is on this page, but Spotify doesn't say which.*",
    "*{n:,} more are on this page, but Spotify doesn't say which.*",
)
HEADING: Final = "### {title}"
ATTRIBUTION: Final = Text("-# Spotify · {rest}")
TITLE_SHOWN, ARTISTS_SHOWN, NAME_SHOWN, GENRES_SHOWN = 45, 25, 60, 60
MOST_LINES: Final = 3_700  # characters, of the 4,000 a card holds
DEFAULT_SPAN: Final = "medium_term"

CHOICES: Final = [
    app_commands.Choice(name=app_commands.locale_str("Four weeks"), value="short_term"),
    app_commands.Choice(name=app_commands.locale_str("Six months"), value="medium_term"),
    app_commands.Choice(name=app_commands.locale_str("A year"), value="long_term"),
]

LIKED: Final = Pages("liked")
TOP: Final = Pages("top", kind="tracks|artists", span="short_term|medium_term|long_term")
RECENT: Final = Pages("recent")


class LibraryCog(commands.Cog):
    top = app_commands.Group(name="top", description="What you listen to most on Spotify")

    def __init__(self, library: Library, lookups: Lookups) -> None:
        self._library = library
        self._lookups = lookups

    @app_commands.command(description="Like a track, or save an album, artist or podcast")
    @app_commands.describe(query=QUERY)
    async def like(
        self, interaction: discord.Interaction[DiscordBot], query: app_commands.Range[str, 1, 1000]
    ) -> None:
        await self._put(interaction, query, liked=True)

    @app_commands.command(description="Remove a track, album, artist or podcast from your library")
    @app_commands.describe(query=QUERY)
    async def unlike(
        self, interaction: discord.Interaction[DiscordBot], query: app_commands.Range[str, 1, 1000]
    ) -> None:
        await self._put(interaction, query, liked=False)

    async def _put(self, interaction: discord.Interaction[DiscordBot], query: str, *, liked: bool) -> None:
        await think(interaction, private=True)
        share = share_of(interaction)
        thing, *others = things = await self._library.find(query, share=share)
        if others:
            await answer(interaction, which_reply(things, liked=liked))
            return
        liking = await self._library.put(interaction.user.id, thing, liked=liked, share=share)
        await answer(interaction, liking_reply(liking))

    @like.autocomplete("query")
    @unlike.autocomplete("query")
    async def _suggest(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_tracks(self._lookups, current, interaction)

    @app_commands.command(description="Show your Liked Songs")
    @app_commands.describe(private=PRIVATE)
    async def liked(
        self,
        interaction: discord.Interaction[DiscordBot],
        private: bool = True,  # noqa: FBT001, FBT002 - an option of a slash command
    ) -> None:
        await think(interaction, private=private)
        page = await self._library.liked(interaction.user.id, 0, share=share_of(interaction))
        await answer(interaction, liked_reply(interaction.client, page))

    @top.command(name="tracks", description="Show the tracks you listen to most")
    @app_commands.describe(span=RANGE, private=PRIVATE)
    @app_commands.rename(span="range")
    @app_commands.choices(span=CHOICES)
    async def top_tracks(
        self,
        interaction: discord.Interaction[DiscordBot],
        span: str = DEFAULT_SPAN,
        private: bool = True,  # noqa: FBT001, FBT002 - an option of a slash command
    ) -> None:
        await self._show_top(interaction, "tracks", span, private=private)

    @top.command(name="artists", description="Show the artists you listen to most")
    @app_commands.describe(span=RANGE, private=PRIVATE)
    @app_commands.rename(span="range")
    @app_commands.choices(span=CHOICES)
    async def top_artists(
        self,
        interaction: discord.Interaction[DiscordBot],
        span: str = DEFAULT_SPAN,
        private: bool = True,  # noqa: FBT001, FBT002 - an option of a slash command
    ) -> None:
        await self._show_top(interaction, "artists", span, private=private)

    async def _show_top(
        self, interaction: discord.Interaction[DiscordBot], kind: str, span: str, *, private: bool
    ) -> None:
        await think(interaction, private=private)
        reply = await self._top(interaction.user.id, kind, span, 0, share_of(interaction))
        await answer(interaction, reply)

    @app_commands.command(description="Show what you played recently")
    @app_commands.describe(private=PRIVATE)
    async def recent(
        self,
        interaction: discord.Interaction[DiscordBot],
        private: bool = True,  # noqa: FBT001, FBT002 - an option of a slash command
    ) -> None:
        await think(interaction, private=private)
        page = await self._library.recent(interaction.user.id, 0, share=share_of(interaction))
        await answer(interaction, recent_reply(page))

    async def turn_liked(self, press: Press) -> None:
        _only_theirs(press)
        page = await self._library.liked(press.member_id, int(press.state["number"]), share=press.share)
        await press.answer(liked_reply(press.interaction.client, page))

    async def turn_top(self, press: Press) -> None:
        _only_theirs(press)
        kind, span, number = (press.state[field] for field in ("kind", "span", "number"))
        await press.answer(await self._top(press.member_id, kind, span, int(number), press.share))

    async def turn_recent(self, press: Press) -> None:
        _only_theirs(press)
        page = await self._library.recent(press.member_id, int(press.state["number"]), share=press.share)
        await press.answer(recent_reply(page))

    async def _top(
        self, member_id: int, kind: str, span: str, number: int, share: tuple[int | None, int]
    ) -> Reply:
        over = cast("Span", span)
        if kind == "tracks":
            tracks = await self._library.top_tracks(member_id, over, number, share=share)
            return top_reply(kind, span, tracks, [_track(track) for track in tracks.entries])
        artists = await self._library.top_artists(member_id, over, number, share=share)
        return top_reply(kind, span, artists, [_artist(artist) for artist in artists.entries])


def _only_theirs(press: Press) -> None:
    """In public, everyone can press the buttons of someone else's pages."""
    if not asked_by(press.interaction):
        raise NotYoursError


def liked_reply(bot: DiscordBot, page: LibraryPage[Track]) -> Reply:
    if page.total == 0:
        return _nothing(LIKED_TITLE(), NONE_LIKED(like=bot.mention_command("like")))
    rest = f"{TRACKS(page.total)} · {page_of(page.number, page.pages)}"
    lines = [_track(track) for track in page.entries]
    return _list(LIKED_TITLE(), page, lines, rest, LIKED.buttons(page.number, page.pages))


def top_reply(kind: str, span: str, page: LibraryPage[Any], lines: Sequence[str]) -> Reply:
    """lines: the entries of the page, to be numbered."""
    if page.total == 0:
        return _nothing(TITLES[kind](), NONE_ON_TOP())
    numbered = [f"{place}. {words}" for place, words in enumerate(lines, page.first)]
    buttons = TOP.buttons(page.number, page.pages, kind=kind, span=span)
    title = f"{TITLES[kind]()}\n{SPANS[span]()}"
    return _list(title, page, numbered, page_of(page.number, page.pages), buttons)


def recent_reply(page: LibraryPage[Played]) -> Reply:
    if page.total == 0:
        return _nothing(RECENT_TITLE(), NONE_PLAYED())
    lines = [
        _track(one.track) + (f"{SEPARATOR}{format_dt(one.played_at, 'R')}" if one.played_at else "")
        for one in page.entries
    ]
    rest = page_of(page.number, page.pages)
    return _list(RECENT_TITLE(), page, lines, rest, RECENT.buttons(page.number, page.pages))


def _nothing(title: str, words: str) -> Reply:
    return Reply(card=(text(HEADING.format(title=title), words),))


def _list(
    title: str,
    page: LibraryPage[Any],
    lines: Sequence[str],
    rest: str,
    buttons: Sequence[discord.ui.Button[discord.ui.View]],
) -> Reply:
    shown = [*lines, *([HIDDEN(page.skipped)] if page.skipped else [])]
    card = (
        text(HEADING.format(title=title)),
        text(fitting(shown, MOST_LINES)),
        text(ATTRIBUTION(rest=rest)),
    )
    return Reply(card=card, view=controls(*buttons))


def _track(track: Track) -> str:
    return track_line(track, title=TITLE_SHOWN, artists=ARTISTS_SHOWN, linked=not track.is_local)


def _artist(artist: ArtistDetails) -> str:
    name = f"**{masked_link(artist.name, artist.external_urls.spotify, NAME_SHOWN)}**"
    if not artist.genres:
        return name
    return f"{name}{SEPARATOR}{safe_text(', '.join(artist.genres), GENRES_SHOWN)}"


async def setup(bot: DiscordBot) -> None:
    cog = LibraryCog(bot.services.library, bot.services.lookups)
    bot.add_dynamic_items(
        *Likes(bot.services.library).items,
        LIKED.bound(cog.turn_liked),
        TOP.bound(cog.turn_top),
        RECENT.bound(cog.turn_recent),
    )
    await bot.add_cog(cog)
