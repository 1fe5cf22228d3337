"""Whom TRUSTED_PROXIES may name."""

from __future__ import annotations

import pytest

from bot.settings import Settings, SettingsError

NEEDED = {
    "DISCORD_TOKEN": "discord-token",
    "SPOTIFY_CLIENT_ID": "client-id",
    "SPOTIFY_CLIENT_SECRET": "client-secret",
    "SPOTIFY_REDIRECT_URI": "https://mixtape.example.org/callback",
}
EVERYBODY = [
    "0.0.0.0/0",
    "::/0",
    "0.0.0.0/1,128.0.0.0/1",
    "128.0.0.0/1",
    "::/1 8000::/1",
    "2000::/3",
    "0.0.0.0/2,64.0.0.0/2,128.0.0.0/2,192.0.0.0/2",
    ",".join(f"{number}.0.0.0/8" for number in range(1, 224)),
    ",".join(f"{number}.0.0.0/8" for number in range(1, 224, 2)),
    "::ffff:0.0.0.0/96",
    "::ffff:0:0/97,::ffff:128.0.0.0/97",
    "10.0.0.1,0.0.0.0/1,128.0.0.0/1",
]


@pytest.mark.parametrize(
    ("typed", "networks"),
    [
        ("127.0.0.1", ["127.0.0.1/32"]),
        ("::ffff:172.18.0.1", ["172.18.0.1/32"]),
        ("::ffff:172.18.0.0/112", ["172.18.0.0/16"]),
        ("::FFFF:ac12:0/112", ["172.18.0.0/16"]),
        ("172.18.0.5/16", ["172.18.0.0/16"]),
        ("10.0.0.0/8,172.16.0.0/12,192.168.0.0/16 fc00::/7,fe80::/10", None),
        ("103.21.244.0/22,103.22.200.0/22,104.16.0.0/13,162.158.0.0/15,2400:cb00::/32,2606:4700::/32", None),
    ],
)
def test_proxies(typed: str, networks: list[str] | None) -> None:
    """One's own networks are trusted, and those of a large provider; IPv4 inside IPv6 is IPv4."""
    made = [
        str(network) for network in Settings.from_env({**NEEDED, "TRUSTED_PROXIES": typed}).trusted_proxies
    ]
    assert made == (networks or typed.replace(" ", ",").split(","))


@pytest.mark.parametrize("typed", EVERYBODY, ids=lambda typed: typed[:30])
def test_everybody(typed: str) -> None:
    """Networks that hold much of the internet together are refused, however they are put together."""
    with pytest.raises(SettingsError, match="TRUSTED_PROXIES would trust everyone"):
        Settings.from_env({**NEEDED, "TRUSTED_PROXIES": typed})
