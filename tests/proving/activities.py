"""What the bot is killed in the middle of: each activity can be begun again and again, and judged after each time."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, ClassVar, Final

import aiohttp

from sandbox.fake_discord.changes import NothingCameError
from sandbox.fake_discord.uploads import Upload
from sandbox.lending import lend_new
from sandbox.visitor import Visitor, consent
from tests.end_to_end.lending import YES_NEW, made_by, make
from tests.simulation.plan import End
from tests.simulation.words import end_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.fake_discord import Actor, Message
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.world import World

STEP_S, STEPS = (
    5.0,
    120,
)  # of the sandbox's clock: ten minutes, for what has to wait for a lease or to look again
PAUSE_S = 0.1  # real seconds for the bot to look at the clock
ANSWER_S = 60  # real seconds; far longer than any answer takes
BROKEN = (
    NothingCameError,
    aiohttp.ClientError,
    LookupError,
    OSError,
)  # what somebody meets whose bot is killed


class Activity:
    """One kind of work. `prepare` once; then again and again `ready`, `act` (the bot may die), `finish`, `faults`."""

    name: ClassVar[str]
    kept: ClassVar[str]  # what is true afterwards, for the report

    def __init__(self, world: World) -> None:
        self.world = world

    def actor(self, name: str) -> Actor:
        return self.world.discord.actor(name, channel="music")

    async def prepare(self) -> None:
        """Once, before everything."""

    async def ready(self) -> None:
        """Before each time."""

    async def act(self) -> None:
        raise NotImplementedError

    def done(self) -> bool:
        """Whether all of it has happened."""
        raise NotImplementedError

    async def again(self) -> None:
        """What a member does who sees that it hasn't happened."""
        raise NotImplementedError

    def faults(self) -> list[str]:
        """What was promised and isn't so, once it's done and time has passed."""
        raise NotImplementedError

    async def finish(self) -> bool:
        """Let time pass until it's done; after a while the member asks again. Returns whether it is."""
        for step in range(1, STEPS + 1):
            if await self.is_done():
                return True
            await self.world.advance(seconds=STEP_S)
            await asyncio.sleep(PAUSE_S)
            if step % 24 == 0:
                await self.again()
        return await self.is_done()

    async def is_done(self) -> bool:
        return self.done()


def doubled(uris: Sequence[str]) -> list[str]:
    """What stands there more than once."""
    return [uri for uri, count in Counter(uris).items() if count > 1]


class Adding(Activity):
    name = "journal"
    kept = "each accepted track is in the playlist once, each member's in their order"
    playlist: FakePlaylist

    async def prepare(self) -> None:
        await self.world.link(self.actor("ada"))
        lent = await lend_new(self.world, self.actor("ada"), "Our Tape")
        self.playlist = self.world.spotify.playlist(lent.playlist_id)
        self.asked: dict[str, list[str]] = {"linus": [], "grace": []}

    async def ready(self) -> None:
        for uris in self.asked.values():
            uris += [track.uri for track in self.world.spotify.release(2)]

    async def act(self) -> None:
        await asyncio.gather(*(self._add(name, uris[-2:]) for name, uris in self.asked.items()))

    async def _add(self, name: str, uris: Sequence[str]) -> None:
        """One after the other: the next only once the one before was accepted."""
        member = self.actor(name)
        for uri in uris:
            said = (await (await member.command("add", track=uri)).reply(ANSWER_S)).text
            if end_of(said, member.member.mention) is not End.ACCEPTED:
                return  # on a busy machine a lookup can fail; they ask again later

    def done(self) -> bool:
        return {uri for uris in self.asked.values() for uri in uris} <= set(self.playlist.uris)

    async def again(self) -> None:
        there = set(self.playlist.uris)
        for name, uris in self.asked.items():
            await self._add(name, [uri for uri in uris[-2:] if uri not in there])

    async def finish(self) -> bool:
        await self.again()  # whom the bot died on asks again, at once
        return await super().finish()

    def faults(self) -> list[str]:
        there = self.playlist.uris
        found = [f"{uri} is in the playlist twice" for uri in doubled(there)]
        for name, uris in self.asked.items():
            mine = [uri for uri in there if uri in uris]
            if mine != uris:
                found.append(f"the tracks of {name} are not in their order")
        return found


class Telling(Activity):
    name = "notice"
    kept = "the decision holds, and the member hears of it once"
    SAYS: Final = "which you proposed"
    playlist: FakePlaylist

    async def prepare(self) -> None:
        await self.world.link(self.actor("ada"))
        await make(self.actor("ada"), "Our Tape", mode="approval")
        (self.playlist,) = made_by(self.world, "ada", "Our Tape")
        self.uris: list[str] = []

    async def ready(self) -> None:
        (track,) = self.world.spotify.release(1)
        self.uris.append(track.uri)
        known = {message.id for message in self.world.discord.messages}
        await (await self.actor("linus").command("add", track=track.uri)).reply(ANSWER_S)
        self.card = await self.world.discord.wait_for(lambda: self._card(known), "card", ANSWER_S)

    def _card(self, known: set[int]) -> Message | None:
        return next(
            (
                message
                for message in self.world.discord.messages
                if message.id not in known and not message.ephemeral and message.buttons()
            ),
            None,
        )

    async def act(self) -> None:
        await self.again()

    async def again(self) -> None:
        if any(button.label == "Approve" for button in self.card.buttons()):
            await (await self.actor("ada").press(self.card, "Approve")).acknowledged(ANSWER_S)

    def _letters(self) -> list[Message]:
        theirs = self.world.discord.actor("linus", dm=True).messages()
        return [one for one in theirs if self.SAYS in one.text]

    def done(self) -> bool:
        return self.uris == self.playlist.uris and len(self._letters()) >= len(self.uris)

    async def finish(self) -> bool:
        await self.again()
        return await super().finish()

    def faults(self) -> list[str]:
        told = len(self._letters()) - len(self.uris)
        return [f"{told} letters too many"] if told else []


class Refreshing(Activity):
    name = "refresh"
    kept = "the link still works, without asking its owner to renew it"

    async def prepare(self) -> None:
        await self.world.link(self.actor("ada"))

    async def ready(self) -> None:
        self.answer = ""
        await self.world.advance(hours=2)

    async def act(self) -> None:
        self.answer = (await (await self.actor("ada").command("playlists")).reply(ANSWER_S)).text

    def done(self) -> bool:
        return "Road Trip" in self.answer

    async def again(self) -> None:
        await self.act()

    async def finish(self) -> bool:
        await self.act()
        return await super().finish()

    def faults(self) -> list[str]:
        return []


class Linking(Activity):
    name = "link"
    kept = "an account is linked only once its code was typed, and a new link works at once"

    async def ready(self) -> None:
        self.typed = self.linked = False
        self.early = False
        if await self._is_linked():
            await (await self.actor("linus").command("unlink")).reply(ANSWER_S)

    async def _is_linked(self) -> bool:
        reply = await (await self.actor("linus").command("account")).reply(ANSWER_S)
        return "No Spotify account is linked to you" not in reply.text

    async def act(self) -> None:
        linus = self.actor("linus")
        reply = await (await linus.command("link")).reply(ANSWER_S)
        page = next(button.url for button in reply.buttons() if button.url and "/link/" in button.url)
        async with Visitor() as visitor:
            digits = (await consent(visitor, page, "linus")).digits
        modal = await (await linus.press(reply, "Enter the code")).modal(ANSWER_S)
        self.typed = True
        await (await linus.submit(modal, {modal.fields[0].custom_id: digits})).reply(ANSWER_S)

    async def finish(self) -> bool:
        self.early = await self._is_linked() and not self.typed
        if not await self._is_linked():
            await self.again()
        return await self._is_linked()

    async def again(self) -> None:
        await self.world.link(self.actor("linus"))

    def faults(self) -> list[str]:
        return ["linked before the code was typed"] if self.early else []


class Restoring(Activity):
    name = "restore"
    kept = "the playlist is as the version says, entry by entry"
    playlist: FakePlaylist

    async def prepare(self) -> None:
        await self.world.link(self.actor("ada"))
        self.playlist = self.world.spotify.known_playlists.own
        self.playlist.add([track.uri for track in self.world.spotify.release(30)])
        asked = await (await self.actor("ada").command("shared adopt", playlist=self.playlist.name)).reply()
        await (await self.actor("ada").press(asked, "Lend it")).updated(ANSWER_S)
        self.wanted = self.playlist.uris

    async def ready(self) -> None:
        for place in (20, 10, 2):
            self.playlist.remove(self.playlist.uris[place])
        await self.world.advance(minutes=5)

    async def act(self) -> None:
        asked = await (await self.actor("ada").command("shared restore", version="1")).reply(ANSWER_S)
        if any(button.label == "Restore" for button in asked.buttons()):
            await (await self.actor("ada").press(asked, "Restore")).settled(ANSWER_S)

    def done(self) -> bool:
        return self.playlist.uris == self.wanted

    async def again(self) -> None:
        await self.act()

    def faults(self) -> list[str]:
        return [] if self.playlist.uris == self.wanted else ["the playlist changed after it was restored"]


class Sorting(Restoring):
    name = "tidying"
    kept = "the playlist has the same entries, sorted"

    async def ready(self) -> None:
        self.playlist.move(0, 20)
        self.playlist.move(25, 2)
        self.before = self.playlist.uris
        await self.world.advance(minutes=15)

    async def act(self) -> None:
        asked = await (await self.actor("ada").command("shared tidy sort", by="title")).reply(ANSWER_S)
        if any(button.label == "Sort" for button in asked.buttons()):
            await (await self.actor("ada").press(asked, "Sort")).settled(ANSWER_S)

    def done(self) -> bool:
        titles = [self.world.title_of(uri).casefold() for uri in self.playlist.uris]
        return titles == sorted(titles)

    def faults(self) -> list[str]:
        found = [] if self.done() else ["the order changed after it was sorted"]
        same = Counter(self.playlist.uris) == Counter(self.before)
        return found if same else [*found, "it holds something else than before"]


class Rotating(Activity):
    name = "round"
    kept = "the round's tracks are in the archive once, and the playlist is empty"
    playlist: FakePlaylist

    async def prepare(self) -> None:
        await self.world.link(self.actor("ada"))
        lent = await lend_new(self.world, self.actor("ada"), "Our Tape")
        self.playlist = self.world.spotify.playlist(lent.playlist_id)
        self.archived: list[str] = []

    async def ready(self) -> None:
        for track in self.world.spotify.release(2):
            await (await self.actor("linus").command("add", track=track.uri)).reply(ANSWER_S)
        self.now = self.playlist.uris
        await self.world.advance(minutes=5)

    async def act(self) -> None:
        asked = await (await self.actor("ada").command("shared rotate")).reply(ANSWER_S)
        if not any(button.label == "End the round" for button in asked.buttons()):
            return
        await (await self.actor("ada").press(asked, "End the round")).settled(ANSWER_S)

    def _archive(self) -> list[str]:
        ada = self.world.spotify.playlists_of("ada")
        return [uri for one in ada if one.name.startswith("Our Tape · archive") for uri in one.uris]

    def done(self) -> bool:
        return not self.playlist.uris and set(self.now) <= set(self._archive())

    async def again(self) -> None:
        if self.playlist.uris:
            await self.act()

    def faults(self) -> list[str]:
        archive = self._archive()
        found = [f"{uri} is in the archive twice" for uri in doubled(archive)]
        self.archived += [uri for uri in self.now if uri not in self.archived]
        lost = [uri for uri in self.archived if uri not in archive]
        found += [f"{uri} isn't in the archive any more" for uri in lost]
        numbers = [one.name for one in self.world.spotify.playlists_of("ada") if "archive" in one.name]
        return found if len(numbers) == len(set(numbers)) else [*found, "there are two archives of one name"]


class Transferring(Activity):
    name = "transfer"
    kept = "the playlist has one owner, and the new one's copy has every track once, in order"

    async def prepare(self) -> None:
        for name in ("ada", "grace"):
            await self.world.link(self.actor(name))
        await lend_new(self.world, self.actor("ada"), "Our Tape")
        self.owner, self.other = "ada", "grace"
        self.uris = [track.uri for track in self.world.spotify.release(3)]
        for uri in self.uris:
            await (await self.actor("linus").command("add", track=uri)).reply(ANSWER_S)
        self.copies = 0

    async def ready(self) -> None:
        self.offered: Message | None = None
        self.copies = len(made_by(self.world, self.other, "Our Tape"))
        await self.world.advance(minutes=5)

    async def act(self) -> None:
        run = await self.actor(self.owner).command("shared transfer", member=self.other, list="Our Tape")
        self.offered = await run.reply(ANSWER_S)
        await self._take()

    async def _take(self) -> None:
        assert self.offered
        await (await self.actor(self.other).press(self.offered, "Take it over")).settled(ANSWER_S)

    async def is_done(self) -> bool:
        shown = await (await self.actor("linus").command("shared list")).reply(ANSWER_S)
        return f"owned by <@{self.actor(self.other).member.id}>" in shown.text

    async def again(self) -> None:
        if self.offered and any(button.label == "Take it over" for button in self.offered.buttons()):
            await self._take()
        else:
            await self.act()

    def faults(self) -> list[str]:
        copies = made_by(self.world, self.other, "Our Tape")
        self.owner, self.other = self.other, self.owner
        found = [] if copies and copies[-1].uris == self.uris else ["the copy isn't like the playlist"]
        more = len(copies) - self.copies
        return found if more <= 1 else [*found, f"{more} playlists were made for one transfer"]


class Importing(Activity):
    name = "import"
    kept = "every line of the file is in the playlist once, in order"
    LINES: Final = 30
    playlist: FakePlaylist

    async def prepare(self) -> None:
        await self.world.link(self.actor("ada"))
        lent = await lend_new(self.world, self.actor("ada"), "Our Tape")
        self.playlist = self.world.spotify.playlist(lent.playlist_id)
        self.uris: list[str] = []

    async def ready(self) -> None:
        self.tracks = self.world.spotify.release(self.LINES)
        self.uris += [track.uri for track in self.tracks]

    async def act(self) -> None:
        file = Upload("ours.txt", "\n".join(track.url for track in self.tracks).encode())
        asked = await (await self.actor("linus").command("shared import", file=file)).reply(ANSWER_S)
        if any(button.label == "Import" for button in asked.buttons()):
            await (await self.actor("linus").press(asked, "Import")).updated(ANSWER_S)

    def done(self) -> bool:
        return set(self.uris) <= set(self.playlist.uris)

    async def again(self) -> None:
        if not self.done():
            await self.act()

    def faults(self) -> list[str]:
        found = [f"{uri} is in the playlist twice" for uri in doubled(self.playlist.uris)]
        return found if found or self.playlist.uris == self.uris else ["the lines are not in their order"]


class Lending(Activity):
    name = "lend"
    kept = "one playlist is made for the list, however often its owner says yes"

    async def prepare(self) -> None:
        await self.world.link(self.actor("ada"))
        self.number = 0

    async def ready(self) -> None:
        self.number += 1
        self.asked: Message | None = None
        await self.world.advance(minutes=5)

    async def act(self) -> None:
        self.asked = await (await self.actor("ada").command("shared create", name=self._name)).reply(ANSWER_S)
        await self.again()

    @property
    def _name(self) -> str:
        return f"Our Tape {self.number}"

    async def again(self) -> None:
        if self.asked is None:
            await self.act()
        elif any(button.label == YES_NEW for button in self.asked.buttons()):
            await (await self.actor("ada").press(self.asked, YES_NEW)).settled(ANSWER_S)

    async def finish(self) -> bool:
        done = await super().finish()
        if done:  # there's only so much room in a server
            closing = await (await self.actor("ada").command("shared close", list=self._name)).reply(ANSWER_S)
            await (await self.actor("ada").press(closing, closing.buttons()[0].label)).settled(ANSWER_S)
        return done

    async def is_done(self) -> bool:
        shown = await (await self.actor("linus").command("shared list")).reply(ANSWER_S)
        return self._name in shown.text and "paused" not in shown.text

    def faults(self) -> list[str]:
        made = len(made_by(self.world, "ada", self._name))
        return [] if made == 1 else [f"{made} playlists were made for one list"]


ACTIVITIES: Final = (
    Adding,
    Lending,
    Telling,
    Refreshing,
    Linking,
    Restoring,
    Sorting,
    Rotating,
    Transferring,
    Importing,
)
