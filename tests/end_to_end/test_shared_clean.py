"""Where explicit tracks are refused, the clean release of the same recording is offered. Suggestions say what is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.services.shared.core.access import Actor as Member
from bot.stores.contributions import State
from bot.stores.lists import Explicit, Mode, Rules
from sandbox.fake_spotify import Fault
from tests.end_to_end.voting import propose, stored
from tests.shared_records import lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.world import World

OFFER = "Add the clean version"


@pytest.fixture
async def clean(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list, which takes no explicit tracks."""
    rules = Rules(explicit=Explicit.CLEAN_ONLY)
    return await lend(world, linked, world.spotify.known_playlists.empty, rules=rules)


def uris(world: World) -> list[str]:
    return [entry.uri for entry in world.spotify.known_playlists.empty.items]


async def test_offered(world: World, clean: SharedPlaylist, linus: Actor) -> None:
    """The refusal names the clean release that a search finds; one press adds it, with the note of the first."""
    known = world.spotify.known
    release = world.spotify.release_clean(known.explicit.uri)
    refused = await (await linus.command("add", track=known.explicit.uri, note="for the way home")).reply()
    assert "doesn't allow explicit tracks" in refused.text
    assert "There is a clean version:" in refused.text
    assert f"/track/{release.id}" in refused.text
    assert uris(world) == []
    done = await (await linus.press(refused, OFFER)).updated()
    await world.discord.wait_for(lambda: "Added to" in done.text or None, "the clean one is in")
    assert uris(world) == [release.uri]
    held = await stored(world, clean, release.uri)
    assert (held.state, held.note, held.member_id) == (State.LANDED, "for the way home", linus.member.id)


async def test_none_there(world: World, clean: SharedPlaylist, linus: Actor) -> None:
    """Without a clean release there is no offer; another version of the song is none."""
    known = world.spotify.known
    refused = await (await linus.command("add", track=known.explicit.uri)).reply()
    assert "doesn't allow explicit tracks" in refused.text
    assert OFFER not in [button.label for button in refused.buttons()]
    assert await world.app.stores.contributions.count(clean.list_id, set(State)) == 0


@pytest.mark.usefixtures("clean")
async def test_not_where_it_would_be_refused(world: World, linus: Actor) -> None:
    """What is in already, or is refused for another reason, too, is not offered."""
    known = world.spotify.known
    release = world.spotify.release_clean(known.explicit.uri)
    assert "Added" in (await (await linus.command("add", track=release.uri)).reply()).text
    refused = await (await linus.command("add", track=known.explicit.uri)).reply()
    assert OFFER not in [button.label for button in refused.buttons()]
    assert "There is a clean version" not in refused.text


@pytest.mark.usefixtures("clean")
async def test_spotify_away(world: World, linus: Actor) -> None:
    """If the search fails, the refusal stands as it is."""
    known = world.spotify.known
    world.spotify.release_clean(known.explicit.uri)
    world.spotify.faults.add(Fault(match="GET /search", kind="status", times=None))
    refused = await (await linus.command("add", track=known.explicit.uri)).reply()
    assert "doesn't allow explicit tracks" in refused.text
    assert OFFER not in [button.label for button in refused.buttons()]


async def test_suggestions(world: World, linked: Actor, linus: Actor) -> None:
    """While typing, what is in or proposed says so, in /add and /shared rules test; the value stays the track."""
    known = world.spotify.known
    empty = world.spotify.known_playlists.empty
    shared = await lend(world, linked, empty, mode=Mode.VOTE)
    offered = await linus.suggest("add", "track", known.twice.name)
    assert all("already" not in each.name for each in offered)
    await propose(world, linus, known.twice.uri)
    for command in ("add", "shared rules test"):
        suggested = await linus.suggest(command, "track", known.twice.name)
        names = {each.value: each.name for each in suggested}
        assert names[known.twice.uri].startswith("⏳ already proposed: ")
        assert names[known.twice_single.uri].startswith("⏳ already proposed: ")
        assert all(len(name) <= 100 for name in names.values())
    held = await stored(world, shared, known.twice.uri)
    for name in ("grace", "margaret", "hedy"):
        member = world.discord.actor(name, channel="music")
        await world.app.services.shared.ballots.decisions.vote(
            Member(member.member.id), shared.guild_id, held.contribution_id, 1, yes=True
        )
    await world.discord.wait_for(lambda: uris(world) or None, "the track is in")
    for command in ("add", "shared rules test"):
        suggested = await linus.suggest(command, "track", known.twice.name)
        names = {each.value: each.name for each in suggested}
        assert names[known.twice.uri].startswith("✓ already in: ")
    named = await linus.suggest("add", "track", known.twice.name, playlist="nothing of this name")
    assert all("already" not in each.name for each in named)
    assert known.twice.uri in {each.value for each in named}
