"""/shared stats: pictures with the same figures in words, and the way out of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import Recording
from tests.shared_records import bring, lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor, Message
    from sandbox.world import World

PNG = b"\x89PNG\r\n\x1a\n"
PATIENCE_S = 60.0  # a busy machine draws slowly
MONDAY_EVENING = datetime(2026, 11, 16, 18, 30, tzinfo=UTC)  # 19:30 in Stockholm


@pytest.fixture
def linus(world: World) -> Actor:
    return world.discord.actor("linus", channel="music")


@pytest.fixture
async def shared(world: World, linked: Actor, linus: Actor) -> SharedPlaylist:
    """A list with three additions by Linus, one by Ada and one that came in Spotify."""
    shared = await lend(world, linked, world.spotify.known_playlists.empty, name="Tapes & More")
    by = [linus.member.id, linus.member.id, linked.member.id, None, linus.member.id]
    for number, member_id in enumerate(by, 1):
        uri = f"spotify:track:{number:022}"
        await bring(
            world.app.stores,
            shared,
            number,
            uri,
            member_id,
            recording=Recording(uri, duration_ms=(150 + 30 * number) * 1000),
            created_at=MONDAY_EVENING,
        )
    return shared


async def stats(actor: Actor, **options: object) -> Message:
    return await (await actor.command("shared stats", **options)).reply(PATIENCE_S)


async def test_pictures(shared: SharedPlaylist, ada: Actor) -> None:
    """Three pictures, each with a text that tells what it shows, and the same figures beside them."""
    reply = await stats(ada, list=shared.name)
    assert not reply.ephemeral
    assert [file.filename for file in reply.attachments] == ["who-adds.png", "when.png", "how-long.png"]
    assert all(file.upload.data.startswith(PNG) for file in reply.attachments)
    who, when, how_long = (file.description or "" for file in reply.attachments)
    for text in (who, reply.text):
        assert "1. Linus: 3 tracks (75 %)" in text
        assert "2. Ada: 1 track (25 %)" in text
    for text in (when, reply.text):
        assert "Most between 18:00 and 19:00 on Mondays (4 tracks)" in text
    for text in (how_long, reply.text):
        assert "3–4 min: 2 · 4–5 min: 1 · 5–6 min: 1" in text  # noqa: RUF001 - from, to
    assert "Tapes & More" in who
    assert "1 track came in Spotify" in reply.text
    assert not reply.pings.members
