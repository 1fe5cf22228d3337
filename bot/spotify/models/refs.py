"""What kind of Spotify thing it is, and its ID."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

HOST: Final = "open.spotify.com"


class Ref(Struct, frozen=True, gc=False):
    kind: str  # as in a URI: "track", "playlist", ...
    id: str

    @property
    def uri(self) -> str:
        return f"spotify:{self.kind}:{self.id}"

    @property
    def url(self) -> str:
        return f"https://{HOST}/{self.kind}/{self.id}"
