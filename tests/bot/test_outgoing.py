"""Which connections go through the proxy, and which don't."""

from __future__ import annotations

import pytest

from bot.outgoing import Outgoing
from bot.settings import Settings

PROXY = "http://ada:pw@proxy.example.org:3128"
NEEDED = {
    "DISCORD_TOKEN": "x",
    "SPOTIFY_CLIENT_ID": "x",
    "SPOTIFY_CLIENT_SECRET": "x",
    "SPOTIFY_REDIRECT_URI": "http://127.0.0.1:8080/callback",
}


@pytest.mark.parametrize(
    ("direct", "address", "through"),
    [
        ("", "https://api.spotify.com/v1/me", True),
        ("", "wss://gateway.discord.gg", True),
        ("", "http://127.0.0.1:1234/v1/me", False),
        ("localhost,.example.org", "https://api.spotify.com", True),
        (".spotify.com", "https://api.spotify.com", False),
        ("spotify.com", "https://api.spotify.com", False),
        ("a.example.org, discord.com", "https://discord.com/api/v10", False),
        ("discord.com", "https://notdiscord.com", True),
        ("*", "https://discord.com/api/v10", False),
    ],
)
def test_proxy_for(direct: str, address: str, through: bool) -> None:  # noqa: FBT001 - a case
    """Encrypted connections do, but for the hosts that are named."""
    assert Outgoing(PROXY, direct).proxy_for(address) == (PROXY if through else None)


def test_none() -> None:
    """Without a proxy, all are direct."""
    assert Outgoing(None, "").proxy_for("https://discord.com") is None


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
def test_settings(name: str) -> None:
    """Either way to write it counts; its password is a secret, and printed nowhere."""
    settings = Settings.from_env({**NEEDED, name: PROXY})
    assert settings.https_proxy == PROXY
    assert "pw" in settings.secrets
    assert "pw@" not in repr(settings)
    assert "pw@" not in repr(Outgoing(settings.https_proxy))
