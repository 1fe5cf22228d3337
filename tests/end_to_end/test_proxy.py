"""HTTPS_PROXY: everything the bot sends goes through it, to the addresses of the real Discord and Spotify."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.world import World
from tests.end_to_end.test_process import Process
from tests.end_to_end.way_out import PASSWORD, USER, Proxy, proxy_to

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LOOPBACK = (
    "DISCORD_API_URL",
    "SPOTIFY_API_URL",
    "SPOTIFY_ACCOUNTS_URL",
    "SPOTIFY_OEMBED_URL",
)
GATEWAY = "wss://gateway.discord.gg/gateway"


def stand_ins(world: World) -> Mapping[str, str]:
    return {
        "discord.com": world.discord.api_url,
        "gateway.discord.gg": world.discord.api_url,
        "api.spotify.com": world.spotify.api_url,
        "accounts.spotify.com": world.spotify.accounts_url,
        "open.spotify.com": world.spotify.oembed_url,
    }


def settings_behind(world: World, proxy: Proxy, url: str) -> dict[str, str]:
    """Those of a bot that is told nothing about the sandbox, but only to use the proxy."""
    known = {name: value for name, value in world.environment.items() if name not in LOOPBACK}
    return known | {
        "DISCORD_GATEWAY_URL": GATEWAY,
        "HTTPS_PROXY": url,
        "SSL_CERT_FILE": str(proxy.certificate),
    }


async def test_everything_through_the_proxy(tmp_path: Path) -> None:
    """With the default addresses, calls, gateway, tokens and short links go through the proxy, and only there."""
    async with World(bot="none") as world, proxy_to(tmp_path, stand_ins(world)) as proxy:
        process = Process(world, settings_behind(world, proxy, proxy.url()))
        await process.start()
        ada = world.discord.actor("ada")
        assert "Copper Umbrella" in (await (await ada.command("track", query="Copper Umbrella")).reply()).text
        await (await ada.command("track", query="https://spotify.link/abcdefghijk")).reply()
        assert set(proxy.tunnels) == set(stand_ins(world))
        assert proxy.refused == 0
        assert await process.end() == 0, process.said.decode()
        assert PASSWORD not in process.said.decode()


async def test_proxy_that_refuses(tmp_path: Path) -> None:
    """A proxy that wants another password is named as the trouble; the bot goes on trying, and shows no password."""
    async with World(bot="none") as world, proxy_to(tmp_path, stand_ins(world)) as proxy:
        wrong = "not/the-password"
        process = Process(world, settings_behind(world, proxy, proxy.url(wrong)))
        await process.spawn()
        await process.says("ClientHttpProxyError")
        assert await process.end() == 0, process.said.decode()
        assert proxy.tunnels == []
        said = process.said.decode()
        assert "could not log in to Discord" in said
        assert wrong not in said
        assert f"{USER}:" not in said
