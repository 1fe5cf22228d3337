"""What kind of Spotify thing it is, and its ID."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HOST: Final = "open.spotify.com"


@dataclass(frozen=True, slots=True)
class Ref:
    kind: str  # as in a URI: "track", "playlist", ...
    id: str

    @property
    def uri(self) -> str:
        return f"spotify:{self.kind}:{self.id}"

    @property
    def url(self) -> str:
        return f"https://{HOST}/{self.kind}/{self.id}"
