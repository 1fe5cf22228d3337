"""Bodies as Spotify sends them, from tests/data/spotify (see SOURCES.md there), and what they name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.bot.spotify.scripted import Reply

if TYPE_CHECKING:
    from tests.bot.spotify.scripted import Scripted

FOLDER = Path(__file__).parents[2] / "data" / "spotify"
TRACK = "01TapeHeadTestTrack000"
LIST = "01TapeHeadTestList0000"
URI = f"spotify:track:{TRACK}"


def recorded(name: str) -> bytes:
    return (FOLDER / f"{name}.json").read_bytes()


def answer(server: Scripted, name: str, status: int = 200) -> None:
    """The server's only answer from now on is a recorded body."""
    server.script = [Reply(status, recorded(name), {"Content-Type": "application/json; charset=utf-8"})]
