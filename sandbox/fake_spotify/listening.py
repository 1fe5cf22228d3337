"""What a person listens with and to: devices, the player, what is saved, followed and heard most."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.fake_spotify.ids import make_id

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(slots=True)
class Device:
    id: str
    name: str
    kind: str  # "Computer", "Smartphone", ...
    volume: int | None = 60  # None: it has no volume to set
    restricted: bool = False  # takes no orders from the Web API


@dataclass(slots=True)
class Player:
    """`device` None: nothing is active. `uris`: what is being played through, `place` in it; then `queue`."""

    device: Device | None = None
    playing: bool = False
    context: str | None = None
    uris: list[str] = field(default_factory=list)
    place: int = 0
    position_ms: int = 0
    repeat: str = "off"
    shuffle: bool = False
    queue: list[str] = field(default_factory=list)
    played: list[tuple[str, datetime, str | None]] = field(
        default_factory=list
    )  # with the context, newest first

    @property
    def uri(self) -> str | None:
        return self.uris[self.place] if self.place < len(self.uris) else None


@dataclass(slots=True)
class Listening:
    """saved: when something was put into the library, newest last, by URI (followed artists and users too)."""

    premium: bool = True
    devices: list[Device] = field(default_factory=list)
    player: Player = field(default_factory=Player)
    saved: dict[str, datetime] = field(default_factory=dict)

    def saved_of(self, kind: str) -> list[tuple[str, datetime]]:
        """Ids and dates, newest first."""
        found = [(uri, at) for uri, at in self.saved.items() if uri.startswith(f"spotify:{kind}:")]
        return [(uri.rpartition(":")[2], at) for uri, at in reversed(found)]


def make_listening(name: str) -> Listening:
    """A computer and a telephone, neither of them active."""
    return Listening(
        devices=[
            Device(make_id("device", name, "computer"), f"{name}'s computer", "Computer"),
            Device(make_id("device", name, "phone"), f"{name}'s phone", "Smartphone", volume=None),
        ]
    )
