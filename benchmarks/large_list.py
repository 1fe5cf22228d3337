"""What members wait, and what Spotify is asked, where a shared playlist holds 10,000 tracks.

Adopting it, showing it, adding what is in it already, and bringing back what somebody did to it in Spotify. Beside
each figure stands the least number of calls it can take: one for each page of 50 that is read, for each batch of a
hundred that is taken out, for each contiguous run that is put in or moved.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Final, Self

from benchmarks.figures import Figure
from cogs.ui.shared.lending import YES_OLD
from cogs.words.text import FULL
from sandbox.fake_spotify.playlists import LocalFile
from sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Container, Iterable, Iterator

    from sandbox.fake_discord import Actor, Message
    from sandbox.fake_discord.run import Run
    from sandbox.fake_spotify.calls import Call
    from sandbox.fake_spotify.catalogue import Track
    from sandbox.fake_spotify.playlists import FakePlaylist

GUILD: Final = "Tape Heads"
NAME: Final = "Long Tape"
SIZE: Final = 10_000
TOUCHED: Final = 500  # tracks that somebody takes out, or moves, in Spotify
RUN: Final = 100  # of them in a row
PAGE: Final = 50  # items Spotify gives at once
SHOWN: Final = 20  # items on a page of /shared show
TITLE: Final = "GET tracks"
ID: Final = 22  # characters
WAIT_S: Final = 600.0  # for any single answer
SETTINGS: Final = {"SPOTIFY_DAILY_BUDGET": "100000"}  # a day's usual 800 calls end in the middle of it


class Step:
    """Something a member does and waits for: what Spotify was asked meanwhile, and how long it took.

    least: the calls it cannot be done without, titles apart: one for each that is named, since none of them can be
    asked for together. bars: how often it was shown how far it is. said: the answer.
    """

    def __init__(self, world: World, name: str, least: int, *, titles_apart: bool) -> None:
        self.name = name
        self.least = least
        self.seconds = 0.0
        self.titles = 0
        self.calls: Counter[str] = Counter()
        self.bars = 0
        self.said = ""
        self._world = world
        self._titles_apart = titles_apart
        self._before = 0
        self._begun = 0.0
        self._seen: set[str] = set()

    @property
    def count(self) -> int:
        return self.calls.total()

    async def __aenter__(self) -> Self:
        self._before = len(self._world.spotify.calls)
        self._begun = time.perf_counter()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self._begun
        made = [call for call in self._world.spotify.calls[self._before :] if call.token_kind is not None]
        kinds = Counter(_kind(call) for call in made)
        self.titles = kinds.pop(TITLE, 0) if self._titles_apart else 0
        self.calls = kinds
        self.bars = len(self._seen)

    async def told(self, run: Run, words: str) -> Message:
        """The answer that says this; how far it is may be shown before."""

        def look() -> Message | None:
            shown = [*run.messages, *([run.interaction.source] if run.interaction.source else [])]
            self._seen.update(message.text for message in shown if FULL in message.text)
            return next((message for message in shown if words in message.text), None)

        message = await self._world.discord.wait_for(look, f"word of {words!r}", WAIT_S)
        self.said = message.text
        return message

    def figures(self) -> Iterator[Figure]:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.calls.items()))
        yield Figure(f"{self.name}, calls ({kinds}; least {self.least})", self.count, "calls", 1)
        if self.titles:
            yield Figure(f"{self.name}, titles of what it names", self.titles, "calls", 1)
        if self.bars:
            yield Figure(f"{self.name}, progress", self.bars, "times", 1)
        yield Figure(self.name, round(self.seconds, 2), "s", 1)


def _kind(call: Call) -> str:
    """“GET items” and the like, by the last word of the path that is no id."""
    *_, what, last = ("", *call.path.strip("/").split("/"))
    return f"{call.method} {what if len(last) == ID else last}"


class LargeList:
    """A world with a long playlist of Ada's, a local file in its middle, and everything that is done with it."""

    def __init__(self, world: World, size: int = SIZE, touched: int = TOUCHED) -> None:
        self._world = world
        self._size = size
        self._touched = touched
        self._run = min(RUN, touched // 5)
        self._ada: Actor = world.discord.actor("ada", guild=GUILD)
        self._known, self._again = _same_recording(world.spotify.catalogue.tracks.values())
        uris = [self._known.uri, *(track.uri for track in world.spotify.release(size - 2))]
        self.playlist: FakePlaylist = world.spotify.new_playlist("ada", NAME)
        self.playlist.add(uris[: size // 2])
        self.playlist.add_local_file(LocalFile("Ada", "", "Demo Tape", 200))
        self.playlist.add(uris[size // 2 :])

    async def steps(self) -> AsyncIterator[Step]:
        await self._world.link(self._ada)
        for part in (self._adopted, self._shown, self._added, self._restored):
            async for step in part():
                yield step

    async def _adopted(self) -> AsyncIterator[Step]:
        async with self._step("adopt, the question", 1) as step:
            asked = await step.told(
                await self._ada.command("shared adopt", playlist=self.playlist.url), f"Lend “{NAME}”"
            )
        yield step
        async with self._step("adopt, the yes", self._pages) as step:
            await step.told(await self._ada.press(asked, YES_OLD()), "is now shared here")
        yield step

    async def _shown(self) -> AsyncIterator[Step]:
        """As somebody sees it who asks after a while, and nobody before."""
        last = -(-self._size // SHOWN)
        for name, page in (("first", 1), ("middle", last // 2), ("last", last)):
            await self._world.advance(seconds=40)
            async with self._step(f"show, the {name} page", 1) as step:
                await step.told(await self._show(page), f"page {page} of {last}")
            yield step

    async def _added(self) -> AsyncIterator[Step]:
        for name, track in (("the same track", self._known), ("its recording on another album", self._again)):
            async with self._step(f"/add of what is in it: {name}", 1, titles_apart=False) as step:
                await step.told(
                    await self._ada.command("add", track=track.uri, playlist=NAME), "is already in"
                )
            yield step

    async def _restored(self) -> AsyncIterator[Step]:
        """Edits by a foreign hand, seen beforehand and taken back: noticed by showing the list, or by restoring it."""
        runs = self._touched // self._run
        edits = (
            (f"taken out in {runs} runs", self._take_out_runs, runs, self._preview_where_it_is_noticed),
            (f"moved in {runs} runs", self._move_runs, runs, self._preview_of_latest),
            ("taken out one by one", self._take_out_singles, self._touched, self._preview_of_latest),
        )
        for name, edit, most, preview in edits:
            await self._world.advance(minutes=20)
            wanted = self.playlist.uris
            edit()
            async for step, shown in preview(f"{self._touched:,} {name}"):
                asked = shown
                yield step
            # The first page is read again, to see that nothing has changed since it was looked at.
            async with self._step(f"{self._touched:,} {name}: restore", 1 + most) as step:
                await step.told(await self._ada.press(asked, "Restore"), "is back at version")
            yield step
            if self.playlist.uris != wanted:
                raise AssertionError(f"not as it was before: {name}")

    async def _preview_where_it_is_noticed(self, name: str) -> AsyncIterator[tuple[Step, Message]]:
        async with self._step(f"{name}: notice, by showing it", self._pages + 1) as step:
            shown = await step.told(await self._show(1), "page 1 of")
            while (
                "edited this playlist" not in shown.text
            ):  # it is still being read, and nobody waits for that
                shown = await step.told(await self._show(1), "page 1 of")
        yield step, shown
        async with self._step(f"{name}: preview", 1) as step:
            shown = await step.told(await self._ada.press(shown, "Undo the edit…"), "to Spotify")
        yield step, shown

    async def _preview_of_latest(self, name: str) -> AsyncIterator[tuple[Step, Message]]:
        menu = await (await self._ada.command("shared restore", list=NAME)).reply(WAIT_S)
        (versions,) = menu.menus()
        async with self._step(f"{name}: preview", self._pages) as step:
            shown = await step.told(await self._ada.choose(menu, versions.options[0].value), "to Spotify")
        yield step, shown

    async def _show(self, page: int) -> Run:
        return await self._ada.command("shared show", list=NAME, page=page)

    def _step(self, name: str, least: int, *, titles_apart: bool = True) -> Step:
        return Step(self._world, name, least, titles_apart=titles_apart)

    @property
    def _pages(self) -> int:
        return -(-len(self.playlist.items) // PAGE)

    def _runs(self) -> Iterator[int]:
        """Where the runs begin, spread over the list; the local file, in the middle, is in none of them."""
        gap = self._size * self._run // self._touched
        yield from range(gap // 8, self._size - self._run, gap)

    def _take_out_runs(self) -> None:
        self._take_out({place for start in self._runs() for place in range(start, start + self._run)})

    def _take_out_singles(self) -> None:
        gap = self._size // self._touched
        self._take_out(set(range(gap // 4, self._size, gap)))

    def _take_out(self, places: Container[int]) -> None:
        self.playlist.begin_version()
        self.playlist.items = [
            entry for place, entry in enumerate(self.playlist.items) if place not in places
        ]

    def _move_runs(self) -> None:
        """Each run to behind what follows it."""
        self.playlist.begin_version()
        items = list(self.playlist.items)
        for start in self._runs():
            run = items[start : start + self._run]
            del items[start : start + self._run]
            place = start + self._run * 3 // 2
            items[place:place] = run
        self.playlist.items = items


def _same_recording(tracks: Iterable[Track]) -> tuple[Track, Track]:
    """Two releases of one recording."""
    known: dict[str, Track] = {}
    for track in tracks:
        earlier = known.setdefault(track.isrc, track)
        if earlier is not track and earlier.markets is track.markets is None:
            return earlier, track
    raise LookupError("no recording was released twice")


async def large(size: int = SIZE, touched: int = TOUCHED) -> AsyncIterator[Figure]:
    """What each step of a large list's life asks of Spotify, and how long it takes."""
    over: list[str] = []
    async with World(bot="process", settings=SETTINGS) as world:
        async for step in LargeList(world, size, touched).steps():
            for figure in step.figures():
                yield figure
            over += [step.name] * (step.count > step.least)
    if over:
        raise RuntimeError(f"more calls than it takes: {', '.join(over)}")
