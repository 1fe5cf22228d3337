"""What kind of Spotify thing it is, and its ID."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from msgspec import Struct

HOST: Final = "open.spotify.com"


class Ref(Struct, frozen=True, gc=False):
    """kind: as in a URI. id: 22 letters and digits; of a user, any text."""

    kind: str  # as in a URI: "track", "playlist", ...
    id: str

    @property
    def uri(self) -> str:
        """The `spotify:` address, which Spotify's apps and the Web API use."""
        return f"spotify:{self.kind}:{quote(self.id, safe='')}"

    @property
    def url(self) -> str:
        """The address on open.spotify.com."""
        return f"https://{HOST}/{self.kind}/{quote(self.id, safe='')}"
