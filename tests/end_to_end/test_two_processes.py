"""Two processes of the bot on one MongoDB do together what one would: each thing once, also when one is killed."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientError

from bot.mongo import open_stores
from bot.sealing import Sealer
from bot.stores.contributions import Recording, State
from bot.stores.history import Happening
from bot.stores.lists import Mode, Roles, Settings
from sandbox.fake_discord.faults import Fault as DiscordFault
from sandbox.fake_spotify.faults import Fault
from sandbox.lending import lend_new
from sandbox.world import World
from tests.end_to_end.lending import made_by, spotify_shows
from tests.end_to_end.voting import propose, says
from tests.mongo_server.server import on_mongodb
from tests.shared_records import consent_given

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from bot.stores import Stores
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.fake_spotify.faults import ArmedFault
    from sandbox.fake_spotify.playlists import FakePlaylist

MEMBERS, PRESSES, COMMANDS, PROPOSED = 50, 200, 50, 3
WRITES = "POST /playlists/*/items"
CROWDED_S = 60  # they, two bots, a database and the sandbox share one small machine
HALF_MINUTES, SOON_S = 6, 2  # so often time passes, each after so many seconds of ours
HERE, THERE = "Tape Heads", "Night Shift"

pytestmark = pytest.mark.real_part


@pytest.fixture
def settings(mongo_uri: str) -> dict[str, str]:
    return on_mongodb(mongo_uri)


@pytest.fixture
def in_turn() -> bool:
    """Whether both processes know all servers and are given interactions in turn. Else each has its half of them."""
    return False


@pytest.fixture
async def world(openapi: Path | None, settings: dict[str, str], *, in_turn: bool) -> AsyncIterator[World]:
    """Both are online. Afterwards: no body broke a rule of Discord's, and nothing was logged as an error."""
    world = World(bot="process", processes=2, openapi=openapi, settings=settings)
    world.discord.gateway.in_turn = in_turn
    world.discord.state.answer_within_s = CROWDED_S
    async with world:
        yield world
        assert world.discord.problems == []
        assert world.discord.flaws == []
        said = world.log_path.read_text()
    assert [line for line in said.splitlines() if " ERROR " in line] == []


@pytest.fixture
async def stores(settings: dict[str, str]) -> AsyncIterator[Stores]:
    """What both keep."""
    async with open_stores(settings["MONGODB_URI"], Sealer([settings["TOKEN_KEYS"]])) as stores:
        yield stores


async def lent(
    world: World, stores: Stores, owner: Actor, **changes: object
) -> tuple[SharedPlaylist, FakePlaylist]:
    """A new playlist of the linked owner in their server, with these settings."""
    assert owner.channel.guild is not None
    made = await lend_new(world, owner, f"Tape of {owner.channel.guild.name}")
    shared = await stores.lists.by_id(made.list_id)
    assert shared is not None
    changed = await stores.lists.swap(shared, replace(shared, **changes))  # type: ignore[arg-type] # its fields
    assert changed is not None
    return changed, world.spotify.playlist(made.playlist_id)


def crowd(world: World, number: int, guild: str = HERE) -> list[Actor]:
    """So many new members of a server."""
    names = [f"member{one}" for one in range(number)]
    for name in names:
        world.discord.join(name, guild)
    return [world.discord.actor(name, guild=guild, channel="music") for name in names]


def asked(world: World) -> list[int]:
    """How many interactions each process was given."""
    return [len(session.heard("INTERACTION_CREATE")) for session in world.discord.gateway.sessions.values()]


def letters(world: World, member: Actor, text: str) -> list[Message]:
    """The direct messages to a member that say so."""
    at_home = world.discord.actor(member.member.username, dm=True)
    return [one for one in at_home.messages() if text in one.text]


async def in_time(world: World, condition: Callable[[], bool]) -> None:
    """Let time pass until it is so at Spotify: at first, the killed one may be who writes, or its write shows late."""
    for _ in range(HALF_MINUTES):
        await world.advance(seconds=31)
        with suppress(TimeoutError):
            async with asyncio.timeout(SOON_S):
                await spotify_shows(world, condition)
                return
    await spotify_shows(world, condition)


async def kill_during(world: World, held: ArmedFault) -> None:
    """Kill the first process while Spotify holds a call it made, then let the call go on."""
    async with asyncio.timeout(CROWDED_S):
        await held.struck()
    await world.kill_bot(0)
    held.release()


def posts(world: World) -> int:
    """How often a message was to be posted."""
    return sum(call.method == "POST" and call.path.endswith("/messages") for call in world.discord.calls)


@dataclass(frozen=True, slots=True)
class Half:
    """One server and the playlist that Ada, who has linked her account, lent to it."""

    world: World
    shared: SharedPlaylist
    playlist: FakePlaylist
    proposer: Actor
    curator: Actor

    @classmethod
    async def of(
        cls,
        world: World,
        stores: Stores,
        guild: str,
        *,
        proposer: str,
        curator: str,
        mode: Mode = Mode.APPROVAL,
    ) -> Half:
        ada, proposing, curating = (
            world.discord.actor(name, guild=guild, channel="music") for name in ("ada", proposer, curator)
        )
        if await stores.accounts.of_member(ada.member.id) is None:
            await world.link(ada)
        shared, playlist = await lent(
            world,
            stores,
            ada,
            mode=mode,
            roles=Roles(curate=(world.discord.guild(guild).role("Curator").id,)),
            settings=Settings(cards_channel_id=ada.channel.id),
        )
        return cls(world, shared, playlist, proposing, curating)

    async def add(self, *uris: str) -> None:
        """The proposer adds them, one after the other, and each goes in."""
        for uri in uris:
            assert "Added" in (await (await self.proposer.command("add", track=uri)).reply(CROWDED_S)).text

    async def told(self, text: str, count: int) -> None:
        """Wait until the proposer has so many direct messages that say so."""
        discord = self.world.discord
        await discord.wait_for(
            lambda: len(letters(self.world, self.proposer, text)) >= count or None, "letters", CROWDED_S
        )

    async def is_in(self, count: int) -> None:
        """Wait until so many items are in the playlist."""
        await spotify_shows(self.world, lambda: len(self.playlist.items) >= count)

    def said(self, text: str) -> list[Message]:
        """What the bot wrote into the channel for cards that says so."""
        return [one for one in self.proposer.messages() if text in one.text]


@pytest.mark.parametrize("in_turn", [True])
async def test_one_writer(world: World, stores: Stores) -> None:
    """Members of both processes add to one playlist at once: each track is in once, in order, one write at a time."""
    ada = world.discord.actor("ada", channel="music")
    await world.link(ada)
    shared, playlist = await lent(world, stores, ada)
    members, tracks = crowd(world, 20), world.spotify.release(21)
    world.spotify.faults.add(Fault(WRITES, "latency", times=None, delay_s=0.2))
    before = asked(world)
    everybody = tracks[-1]  # and one track is added by several of them
    added = [*zip(members, tracks, strict=False), *((member, everybody) for member in members[:4])]
    runs = await asyncio.gather(
        *(member.command("add", track=track.uri, playlist=shared.name) for member, track in added)
    )
    await asyncio.gather(*(run.reply(CROWDED_S) for run in runs))
    await spotify_shows(world, lambda: len(playlist.items) >= len(tracks))
    assert sorted(playlist.uris) == sorted(track.uri for track in tracks)
    inside = await stores.contributions.in_state(shared.list_id, {State.LANDED}, limit=99)
    assert [one.uri for one in inside] == playlist.uris
    assert min(now - then for now, then in zip(asked(world), before, strict=True)) >= len(members) // 2
    writes = sorted(world.spotify.calls_to(WRITES), key=lambda call: call.at)
    for earlier, later in pairwise(writes):
        assert earlier.at + timedelta(milliseconds=earlier.took_ms) <= later.at + timedelta(milliseconds=50)


@pytest.mark.parametrize("in_turn", [True])
async def test_one_refresh(world: World) -> None:
    """Fifty commands at once in both processes, with an expired token: it is refreshed once."""
    ada = world.discord.actor("ada", channel="music")
    await world.link(ada)
    world.clock.advance(timedelta(hours=2))
    runs = await asyncio.gather(*(ada.command("account") for _ in range(COMMANDS)))
    replies = await asyncio.gather(*(run.reply(CROWDED_S) for run in runs))
    assert all("Ada" in reply.text for reply in replies)
    assert min(asked(world)) >= COMMANDS // 2
    refreshes = [call for call in world.spotify.calls if call.grant_type == "refresh_token"]
    assert len(refreshes) == 1


@pytest.mark.parametrize("in_turn", [True])
async def test_one_decision(world: World, stores: Stores) -> None:
    """Fifty members press one card two hundred times in both processes: it is decided once, by the votes of then."""
    needed = MEMBERS // 5
    ada = world.discord.actor("ada", channel="music")
    await world.link(ada)
    shared, playlist = await lent(world, stores, ada, mode=Mode.VOTE, settings=Settings(votes_needed=needed))
    known = world.spotify.known.explicit
    card = await propose(world, world.discord.actor("linus", channel="music"), known.uri)
    members = crowd(world, MEMBERS)
    labels = [button.label for button in card.buttons()[:2]]
    presses = [
        (members[number % MEMBERS], labels[0] if number >= MEMBERS or number % 3 else labels[1])
        for number in range(PRESSES)
    ]
    runs = await asyncio.gather(*(member.press(card, label) for member, label in presses))
    await asyncio.gather(*(run.acknowledged(CROWDED_S) for run in runs))
    await says(world, card, "✅ Added: ")
    await spotify_shows(world, lambda: bool(playlist.items))
    assert min(asked(world)) >= PRESSES // 2
    (held,) = await stores.contributions.alike(shared.list_id, [Recording(known.uri)])
    assert held.ballot is not None
    yes, no = held.ballot.yes, held.ballot.no
    assert yes - no >= needed
    tally = await stores.votes.tally(held.contribution_id, 1)  # some may have come while it was decided
    assert yes <= tally.yes <= MEMBERS
    assert f"{yes} 👍, {no} 👎" in card.text
    assert playlist.uris == [known.uri]
    page = await stores.history.page(shared.list_id, limit=50)
    happened = [event for event in page.events if event.contribution_id == held.contribution_id]
    assert sorted(event.happening for event in happened) == ["accepted", "landed", "proposed"]
    (accepted,) = [event for event in happened if event.happening == "accepted"]
    assert (accepted.detail["yes"], accepted.detail["no"]) == (yes, no)


async def test_each_thing_is_told_once(world: World, stores: Stores) -> None:
    """Each hears of its half of the servers; every decision, and the end of a consent, is told once in both halves."""
    halves = [
        await Half.of(world, stores, HERE, proposer="linus", curator="grace"),
        await Half.of(world, stores, THERE, proposer="margaret", curator="barbara"),
    ]
    tracks = world.spotify.release(PROPOSED)
    cards = [
        (half.curator, await propose(world, half.proposer, track.uri)) for half in halves for track in tracks
    ]
    runs = await asyncio.gather(*(curator.press(card, "Approve") for curator, card in cards))
    await asyncio.gather(*(run.acknowledged(CROWDED_S) for run in runs))
    for half in halves:
        await half.told("which you proposed", PROPOSED)
        await half.is_in(PROPOSED)
        assert sorted(half.playlist.uris) == sorted(track.uri for track in tracks)
    await consent_given(stores, world.discord.actor("ada").member.id, days_ago=180)
    world.spotify.revoke("ada")
    for half in halves:
        card = await propose(world, half.proposer, world.spotify.known.plain.uri)
        await half.curator.press(card, "Approve")
    over = "The owner's Spotify link has ended"
    await world.discord.wait_for(
        lambda: all(half.said(over) for half in halves) or None, "word in the channels", CROWDED_S
    )
    await world.advance(minutes=5)
    await asyncio.gather(
        *(half.proposer.command("shared list") for half in halves)
    )  # the bot has looked since
    for half in halves:
        assert len(letters(world, half.proposer, "which you proposed")) == PROPOSED + 1
        assert len(half.said(over)) == 1
    owner = world.discord.actor("ada")

    def named() -> list[int]:
        """How often each list is named to its owner; in one message or in two."""
        told = "".join(one.text for one in letters(world, owner, "Your Spotify link has ended"))
        return [told.count(f"**{half.shared.name}**") for half in halves]

    await world.discord.wait_for(lambda: all(named()) or None, "letters to the owner", CROWDED_S)
    assert named() == [1, 1]
    sessions = world.discord.gateway.sessions.values()
    heard = [{each["guild_id"] for each in one.heard("INTERACTION_CREATE")} for one in sessions]
    assert heard == [{str(half.shared.guild_id)} for half in halves]


async def test_killed_in_the_middle_of_a_write(world: World, stores: Stores) -> None:
    """One is killed while it writes: the other finishes it, each track is in once, and its own half has gone on."""
    here = await Half.of(world, stores, HERE, proposer="linus", curator="grace", mode=Mode.OPEN)
    there = await Half.of(world, stores, THERE, proposer="margaret", curator="barbara", mode=Mode.OPEN)
    first, second, third = (track.uri for track in world.spotify.release(3))
    held = world.spotify.faults.add(Fault(WRITES, "latency"))
    await here.proposer.command("add", track=first)
    await kill_during(world, held)
    await there.add(second)
    await in_time(world, lambda: bool(here.playlist.items))
    await world.start_bot()
    await here.add(third)
    assert here.playlist.uris == [first, third]
    assert there.playlist.uris == [second]
    for half in (here, there):  # who started again knows only its own half, and says nothing of the other
        shared = await stores.lists.by_id(half.shared.list_id)
        assert shared is not None
        assert shared.trouble is None


async def test_killed_in_the_middle_of_a_round(world: World, stores: Stores) -> None:
    """One is killed while it moves tracks into the archive: the other finishes that, with nothing lost or twice."""
    here = await Half.of(world, stores, HERE, proposer="linus", curator="grace", mode=Mode.OPEN)
    tracks = [track.uri for track in world.spotify.release(2)]
    await here.add(*tracks)
    ada = world.discord.actor("ada", channel="music")
    asked = await (await ada.command("shared rotate")).reply(CROWDED_S)
    held = world.spotify.faults.add(Fault(WRITES, "latency"))
    await ada.press(asked, "End the round")
    await kill_during(world, held)
    await in_time(world, lambda: not here.playlist.items)
    (archive,) = made_by(world, "ada", f"{here.shared.name} · archive")
    assert archive.uris == tracks


async def test_killed_in_the_middle_of_a_restore(world: World, stores: Stores) -> None:
    """One is killed while it brings tracks back: the other finishes that, with each of them once and in order."""
    here = await Half.of(world, stores, HERE, proposer="linus", curator="grace", mode=Mode.OPEN)
    tracks = [track.uri for track in world.spotify.release(4)]
    await here.add(*tracks)
    ada = world.discord.actor("ada", channel="music")
    menu = await (await ada.command("shared restore")).reply(CROWDED_S)
    kept = await (await ada.press(menu, "Save current version")).updated(CROWDED_S)
    found = re.search(r"version (\d+): 4 tracks", kept.text)
    assert found
    await world.advance(minutes=1)  # by then, Spotify shows what it holds
    for uri in tracks[::2]:
        here.playlist.remove(uri)
    question = await (await ada.command("shared restore", version=found[1])).reply(CROWDED_S)
    held = world.spotify.faults.add(Fault(WRITES, "latency"))
    await ada.press(question, "Restore")
    await kill_during(world, held)
    await in_time(world, lambda: here.playlist.uris == tracks)


async def test_killed_in_the_middle_of_linking(world: World) -> None:
    """One is killed while it asks Spotify for the tokens: nothing is half linked, and a new link works in both."""
    ada, elsewhere = (world.discord.actor("ada", guild=guild, channel="music") for guild in (HERE, THERE))
    held = world.spotify.faults.add(Fault("POST /api/token", "latency"))
    linking = asyncio.create_task(world.link(ada))
    await kill_during(world, held)
    with pytest.raises(ClientError):  # the page is gone
        await linking
    assert (
        "No Spotify account is linked" in (await (await elsewhere.command("account")).reply(CROWDED_S)).text
    )
    await world.start_bot()
    await world.link(ada)
    for actor in (ada, elsewhere):
        assert "**Ada**" in (await (await actor.command("account")).reply(CROWDED_S)).text


async def test_killed_in_the_middle_of_deleting(world: World, stores: Stores) -> None:
    """One is killed while it deletes a member's data: whoever asks the other has all of it deleted, and no more."""
    here = await Half.of(world, stores, HERE, proposer="linus", curator="grace", mode=Mode.OPEN)
    ada, elsewhere = (world.discord.actor("ada", guild=guild, channel="music") for guild in (HERE, THERE))
    tracks = [track.uri for track in world.spotify.release(2)]
    for uri, actor in zip(tracks, (ada, here.proposer), strict=True):
        assert "Added" in (await (await actor.command("add", track=uri)).reply(CROWDED_S)).text
    account = await (await ada.command("account")).reply(CROWDED_S)
    question = await (await ada.press(account, "Delete my data")).reply(CROWDED_S)
    await (await ada.press(question, "Yes, delete everything")).acknowledged(CROWDED_S)
    await world.kill_bot(0)
    account = await (await elsewhere.command("account")).reply(CROWDED_S)
    if "I keep no data about you" not in account.text:
        question = await (await elsewhere.press(account, "Delete my data")).reply(CROWDED_S)
        done = await (await elsewhere.press(question, "Yes, delete everything")).updated(CROWDED_S)
        assert "erased" in done.text
        account = await (await elsewhere.command("account")).reply(CROWDED_S)
    assert "I keep no data about you" in account.text
    assert not [one async for one in stores.personal_data.contributions(here.shared.list_id, ada.member.id)]
    page = await stores.history.page(here.shared.list_id, limit=100)
    named = {event.member_id for event in page.events} | {event.actor_id for event in page.events}
    assert ada.member.id not in named
    assert here.proposer.member.id in named
    assert here.playlist.uris == tracks


async def test_killed_in_the_middle_of_telling(world: World, stores: Stores) -> None:
    """One is killed after Discord took its message and before it noted that: the other tells it no second time."""
    here = await Half.of(world, stores, HERE, proposer="linus", curator="grace")
    card = await propose(world, here.proposer, world.spotify.known.plain.uri)
    world.discord.faults.add(DiscordFault("POST /channels/*/messages", kind="reset_after", times=None))
    await here.curator.press(card, "Approve")
    await here.told("which you proposed", 1)
    await world.kill_bot(0)
    world.discord.faults.clear()
    before = posts(world)
    await world.advance(minutes=2, seconds=1)  # until then the killed one may be who tells
    await world.discord.wait_for(lambda: posts(world) > before or None, "another try", CROWDED_S)
    assert len(letters(world, here.proposer, "which you proposed")) == 1


@pytest.mark.parametrize("killed", [False, True])
async def test_votes_end(world: World, stores: Stores, *, killed: bool) -> None:
    """A vote ends once, though both processes look for it, and also if the one it was begun in was killed."""
    here = await Half.of(world, stores, HERE, proposer="linus", curator="grace", mode=Mode.VOTE)
    cards = [await propose(world, here.proposer, track.uri) for track in world.spotify.release(PROPOSED)]
    if killed:
        await world.kill_bot(0)
    await world.advance(hours=here.shared.settings.vote_hours)
    for card in cards:
        await says(world, card, "⌛ Expired")
    page = await stores.history.page(here.shared.list_id, limit=100)
    assert [event.happening for event in page.events].count(Happening.LAPSED) == PROPOSED
