"""Every rule of a shared playlist, met by somebody who adds; and the roles that skip them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import State
from bot.stores.lists import Duplicates, Explicit, Mode, Period, Roles, Rules
from tests.shared_records import lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.world import World


async def lent(world: World, owner: Actor, rules: Rules, **changes: object) -> SharedPlaylist:
    return await lend(world, owner, world.spotify.known_playlists.empty, rules=rules, **changes)


async def said(actor: Actor, uri: str) -> str:
    return (await (await actor.command("add", track=uri)).reply()).text


def uris(world: World) -> list[str]:
    return [entry.uri for entry in world.spotify.known_playlists.empty.items]


# What the rule is about: the rule, the track that meets it, what is said.
ALONE = {
    "shortest": (Rules(shortest_s=60), "short", "must be at least 1:00 long"),
    "longest": (Rules(longest_s=3600), "hour", "must be at most 1:00:00 long"),
    "no explicit ones": (Rules(explicit=Explicit.CLEAN_ONLY), "explicit", "doesn't allow explicit tracks"),
    "explicit ones": (Rules(explicit=Explicit.EXPLICIT_ONLY), "plain", "only allows explicit tracks"),
    "first year": (Rules(first_year=2020), "plain", "from 2020 or later, and this release is from 2019"),
    "last year": (Rules(last_year=2018), "plain", "from 2018 or earlier, and this release is from 2019"),
}
# What the rule is about: the rule, what is in already, the track that meets it, what is said.
AFTER = {
    "same track": (Rules(duplicates=Duplicates.SAME_TRACK), "plain", "plain", "already"),
    "same recording": (Rules(), "twice", "twice_single", "The same recording as"),
    "each day": (Rules(per_member=1), "plain", "cover", "can add 1 track a day"),
    "each round": (
        Rules(per_member=1, per_member_period=Period.ROUND),
        "plain",
        "cover",
        "can add 1 track a round",
    ),
    "each artist": (Rules(per_artist=1), "plain", "explicit", "At most 1 track by Velmora Quist"),
    "size": (Rules(most_items=1), "plain", "cover", "is full: it holds at most 1 track"),
}


@pytest.mark.parametrize("about", ALONE)
async def test_alone(world: World, linked: Actor, linus: Actor, about: str) -> None:
    """What a track is by itself: one reason, nothing is kept, and another one goes in."""
    rules, track, why = ALONE[about]
    shared = await lent(world, linked, rules)
    assert why in await said(linus, getattr(world.spotify.known, track).uri)
    assert await world.app.stores.contributions.count(shared.list_id, set(State)) == 0
    other = next(
        each
        for each in world.spotify.catalogue.tracks.values()
        if 60_000 <= each.duration_ms < 3_600_000
        and each.explicit is (rules.explicit is Explicit.EXPLICIT_ONLY)
        and (rules.first_year or 1) <= int(each.album.release_date[:4]) <= (rules.last_year or 9999)
    )
    assert "Added to" in await said(linus, other.uri)
    assert uris(world) == [other.uri]


@pytest.mark.parametrize("about", AFTER)
async def test_after(world: World, linked: Actor, linus: Actor, about: str) -> None:
    """What is in already counts: the first goes in, the second meets the rule."""
    rules, before, track, why = AFTER[about]
    await lent(world, linked, rules)
    known = world.spotify.known
    assert "Added to" in await said(linus, getattr(known, before).uri)
    assert why in await said(linus, getattr(known, track).uri)
    assert uris(world) == [getattr(known, before).uri]


async def test_per_member_begins_anew(world: World, linked: Actor, linus: Actor) -> None:
    """The limit is each member's own, and the next day there is room again."""
    await lent(world, linked, Rules(per_member=1))
    known = world.spotify.known
    assert "Added to" in await said(linus, known.plain.uri)
    assert "can add 1 track a day" in await said(linus, known.explicit.uri)
    assert "Added to" in await said(world.discord.actor("hedy", channel="music"), known.explicit.uri)
    await world.advance(days=1)
    assert "Added to" in await said(linus, known.acoustic.uri)


async def test_bypass(world: World, linked: Actor, linus: Actor) -> None:
    """The role skips the vote, the rules and who may add; nothing goes in twice, and who is blocked stays blocked."""
    guild = world.discord.guild("Tape Heads")
    curator, known = guild.role("Curator"), world.spotify.known
    rules = Rules(longest_s=60, per_member=1, blocked_tracks=(known.explicit.uri,))
    roles = Roles(add=(guild.role("Mixtape").id,), bypass=(curator.id,))
    shared = await lent(world, linked, rules, mode=Mode.VOTE, roles=roles)
    assert "Only members with" in await said(linus, known.plain.uri)
    guild.members[linus.member].append(curator)
    for track in (known.plain, known.explicit):
        assert "Added to" in await said(linus, track.uri)
    assert "already" in await said(linus, known.plain.uri)
    assert uris(world) == [known.plain.uri, known.explicit.uri]
    tried = await (await linus.command("shared rules test", track=known.hour.uri)).reply()
    assert "is allowed in" in tried.text
    blocked = replace(rules, blocked_members=(linus.member.id,))
    await world.app.stores.lists.swap(shared, replace(shared, rules=blocked))
    assert "have blocked you from adding" in await said(linus, known.acoustic.uri)
    guild.members[linus.member].remove(curator)
    assert "have blocked you from adding" in await said(linus, known.acoustic.uri)
    assert len(uris(world)) == 2


@pytest.mark.parametrize("mode", [Mode.APPROVAL, Mode.VOTE])
async def test_open_proposals(world: World, linked: Actor, linus: Actor, mode: Mode) -> None:
    """As many proposals as the list allows are open; the next one is refused until one is decided or taken back."""
    await lent(world, linked, Rules(open_proposals=2), mode=mode)
    known = world.spotify.known
    for track in (known.plain, known.explicit):
        assert "Proposed for" in await said(linus, track.uri)
    refused = await said(linus, known.acoustic.uri)
    assert "You can have 2 open proposals at a time." in refused
    assert "once one of yours is decided, <t:" in refused
    assert "Proposed for" in await said(world.discord.actor("hedy", channel="music"), known.acoustic.uri)
    await world.advance(days=8)
    assert "Proposed for" in await said(linus, known.live.uri)
