"""No secret appears in any log, not even at DEBUG and not when things fail."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from bot import logs
from bot.sealing import new_key
from bot.settings import Settings
from sandbox.fake_spotify import Fault
from sandbox.visitor import Visitor
from sandbox.world import World

if TYPE_CHECKING:
    import pytest


class Unredacted(logging.Handler):
    """What is logged before our formatter hides anything: it is the second line of defence, not the first."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


async def test_no_secret_in_any_log(mongo_uri: str, capfd: pytest.CaptureFixture[str]) -> None:
    """One marker of each kind, the whole main job and its failures at DEBUG, on MongoDB: nothing shows up."""
    keys = [new_key(), new_key()]
    settings = {"LOG_LEVEL": "DEBUG", "MONGODB_URI": mongo_uri, "TOKEN_KEYS": ",".join(keys)}
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    async with World(settings=settings) as world:
        made = Settings.from_env(world.environment)
        logs.configure("DEBUG", made.secrets)
        root.addHandler(unredacted := Unredacted())
        try:
            found = await _main_job(world)
            await world.stop_bot()
        finally:
            root.handlers[:] = handlers
            root.setLevel(level)
        secrets = found | {
            "Discord token": world.discord.token,
            "client secret": world.spotify.client_secret,
            "MONGODB_URI": mongo_uri,
            "first key": keys[0],
            "second key": keys[1],
        }
        assert {issued.kind for issued in world.spotify.issued} == {"access", "refresh", "code"}
        secrets |= {f"{issued.kind} {n}": issued.value for n, issued in enumerate(world.spotify.issued)}
    captured = capfd.readouterr()
    for output in (captured.out + captured.err, "\n".join(unredacted.lines)):
        assert "linked" in output  # the log was on
        assert [name for name, secret in secrets.items() if secret in output] == []


async def _main_job(world: World) -> dict[str, str]:
    """Link through the page, use everything, fail in many ways; answers the secrets met on the way."""
    ada = world.discord.actor("ada")
    reply = await (await ada.command("link")).reply()
    page = next(button.url for button in reply.buttons() if button.url and "/link/" in button.url)
    async with Visitor() as visitor:
        ours = await visitor.open(page)
        theirs = await visitor.submit(ours, "Continue")
        attempt = await world.app.stores.attempts.of_member(ada.member.id, world.clock.now())
        assert attempt is not None
        assert attempt.verifier is not None
        shown = await visitor.submit(theirs, "Agree", person="ada")
        cookies = visitor.cookies()
        await visitor.open(f"{world.public_url}/callback?code=forged-code-marker&state=forged-state-marker")
    modal = await (await ada.press(reply, "Enter the code")).modal()
    await (await ada.submit(modal, {modal.fields[0].custom_id: shown.digits})).reply()
    known, target = world.spotify.known, world.spotify.known_playlists.empty
    await (await ada.command("playlists")).reply()
    for kind in ("reset_before", "reset_after", "truncated", "malformed", "status"):
        world.spotify.faults.add(Fault(match="* /playlists/*", kind=kind))
        await (await ada.command("add", track=known.plain.uri, playlist=target.name)).reply()
    world.spotify.faults.add(Fault(match="* /api/token", kind="reset_before"))
    world.spotify.expire_access_tokens()
    await (await ada.command("playlists")).reply()
    world.spotify.revoke("ada")
    await (await ada.command("playlists")).reply()
    state = parse_qs(urlsplit(theirs.address).query)["state"][0]
    return {
        "link address": urlsplit(page).path.rpartition("/")[2],
        "state": state,
        "verifier": attempt.verifier,
        "six digits": shown.digits,
        "forged code": "forged-code-marker",
        "forged state": "forged-state-marker",
        **{f"cookie {number}": value for number, value in enumerate(cookies)},
    }
