"""The proxy through which connections to Discord and Spotify go, if the operator's network needs one."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Outgoing:
    """proxy: for encrypted connections, perhaps with a user name and password. direct: hosts reached without it."""

    proxy: str | None = field(default=None, repr=False)
    direct: str = ""

    def proxy_for(self, address: str) -> str | None:
        """None: connect directly. Unencrypted addresses are only ever on this machine."""
        parts = urlsplit(address)
        if self.proxy is None or parts.scheme not in {"https", "wss"}:
            return None
        host = (parts.hostname or "").lower()
        named = (entry.strip().lower().lstrip(".") for entry in self.direct.split(","))
        is_direct = any(entry and (entry in {"*", host} or host.endswith(f".{entry}")) for entry in named)
        return None if is_direct else self.proxy
