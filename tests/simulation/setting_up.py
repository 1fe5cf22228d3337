"""The shared playlists of a simulation: made by linked owners and lent to one guild."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.lending import lend_new
from tests.simulation.plan import OWNERS

if TYPE_CHECKING:
    from sandbox.world import World


async def lend(world: World, lists: int, guild: str) -> dict[str, str]:
    """So many empty playlists, lent to the guild: their Spotify ids by the ids of the lists."""
    owners = [world.discord.actor(name, guild=guild) for name in OWNERS[:lists]]
    for owner in owners:
        await world.link(owner)
    made = [await lend_new(world, owner, f"Simulated {number}") for number, owner in enumerate(owners)]
    return {lent.list_id: lent.playlist_id for lent in made}
