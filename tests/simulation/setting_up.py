"""The shared playlists of a simulation: made by linked owners and lent to one guild."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.lending import lend_new

if TYPE_CHECKING:
    from sandbox.world import World

OWNERS = ("ada", "grace", "linus", "margaret")


async def lend(world: World, lists: int, guild: str) -> dict[str, str]:
    """So many empty playlists, lent to the guild: their Spotify ids by the ids of the lists."""
    if lists > len(OWNERS):
        raise ValueError(
            f"{len(OWNERS)} lists at most: for a second one, an owner would have to ask a manager"
        )
    owners = [world.discord.actor(name, guild=guild) for name in OWNERS[:lists]]
    for owner in owners:
        await world.link(owner)
    made = [
        await lend_new(world, owners[number % len(owners)], f"Simulated {number}") for number in range(lists)
    ]
    return {lent.list_id: lent.playlist_id for lent in made}
