"""Every secret of a whole run, looked for in everything that anybody can read."""

from __future__ import annotations

import base64
import gzip
import os
import secrets
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

import aiohttp

from bot.sealing import new_key
from cogs.link import ENTER
from sandbox.fake_spotify import Fault
from sandbox.ports import ReservedPort
from sandbox.visitor import Visitor
from sandbox.world import World
from tests.end_to_end.lending import add, make, said
from tests.proving.report import Section
from tests.proving.tools import ROOT, Ended, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.fake_discord import Actor

TITLE: Final = "Secrets"
FORMS: Final = ("text", "json")
LIST: Final = "Our Tape"
FAULTS: Final = ("reset_before", "reset_after", "truncated", "malformed", "status", "rate_limit")
# Run beside the bot, where it has them. Their last argument is a file of theirs, to be looked through as well.
COMMANDS: Final = (("doctor",), ("doctor", "--json"), ("keys", "list"), ("backup", "copy.backup"))
SHOWN: Final = {"link address", "state", "six digits"}  # to the member, by Discord and by our pages
GUESSABLE: Final = {"six digits"}  # six digits stand in any large file by chance


async def prove(*, short: bool) -> Section:
    rows: list[tuple[str, ...]] = []
    failures: list[str] = []
    count = 0
    for form in FORMS[:1] if short else FORMS:
        seen = await _seen_in_a_run(form)
        count += len(seen.secrets)
        for place, texts in seen.places.items():
            hits = list(seen.hits(place))
            rows.append((form, place, str(len(texts)), f"{sum(map(len, texts)):,}", str(len(hits))))
            failures += [f"{place} (LOG_FORMAT={form}): {hit}" for hit in hits]
        failures += [f"{kind} (LOG_FORMAT={form}): none was ever met" for kind in seen.unmet()]
        failures += [f"LOG_FORMAT={form}: the log was off"] * (
            b"linked a Spotify account" not in seen.places["log"][0]
        )
    return Section(
        "A bot in a process of its own at LOG_LEVEL=DEBUG: linking both ways, forged callbacks, shared playlists, "
        "every kind of failure at Spotify, tokens that are replaced, withdrawn and unreadable, kill -9, unlinking. "
        "Then everything that can be read is searched for every secret, as it is, in Base64 and in hexadecimal.",
        [
            f"{count} secrets of {len(KINDS)} kinds",
            "Not counted where the member is meant to see them: the address of the page, and the six digits.",
            "Not looked for in the database: six digits, which stand there by chance.",
        ],
        ("LOG_FORMAT", "Where", "Texts", "Bytes", "Secrets found"),
        rows,
        failures,
    )


KINDS: Final = (
    *("Discord token", "client secret", "token key", "metrics token", "access", "refresh", "code"),
    *("link address", "state", "cookie", "six digits", "forged code", "interaction token"),
)


class Seen:
    """secrets: a kind for each. places: what can be read there."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}
        self.places: dict[str, list[bytes]] = {}

    def secret(self, kind: str, value: str) -> None:
        self.secrets[value] = kind

    def read(self, place: str, text: bytes | str) -> None:
        self.places.setdefault(place, []).append(text.encode() if isinstance(text, str) else text)

    def hits(self, place: str) -> Iterator[str]:
        text = b"\n".join(self.places[place])
        found = Counter(
            kind
            for secret, kind in self.secrets.items()
            if not (kind in SHOWN and place in {"pages", "messages"})
            if not (kind in GUESSABLE and place.startswith(("database", "backup")))
            if any(shape in text for shape in _shapes(secret))
        )
        yield from (f"{number} of the kind “{kind}”" for kind, number in found.items())

    def unmet(self) -> Iterator[str]:
        yield from (kind for kind in KINDS if kind not in self.secrets.values())


def _shapes(secret: str) -> Iterator[bytes]:
    yield secret.encode()
    if len(secret) > len("123456"):
        yield secret.encode().hex().encode()
        for skipped in range(3):  # Base64 depends on where in a text it stands
            part = secret.encode()[skipped:]
            yield base64.b64encode(part)[: len(part) // 3 * 4]


async def _seen_in_a_run(form: str) -> Seen:
    seen = Seen()
    keys, metrics = [new_key(), new_key()], secrets.token_urlsafe(24)
    port = ReservedPort()
    settings = {
        "LOG_LEVEL": "DEBUG",
        "LOG_FORMAT": form,
        "TOKEN_KEYS": ",".join(keys),
        "METRICS_PORT": str(port.number),
        "METRICS_TOKEN": metrics,
    }
    async with World(bot="process", settings=settings) as world:
        for kind, value in (
            ("Discord token", world.discord.token),
            ("client secret", world.spotify.client_secret),
            ("metrics token", metrics),
            *(("token key", key) for key in keys),
        ):
            seen.secret(kind, value)
        await _whole_run(world, seen)
        async with (
            aiohttp.ClientSession(headers={"Authorization": f"Bearer {metrics}"}) as session,
            session.get(f"http://127.0.0.1:{port.number}/metrics") as answer,
        ):
            seen.read("/metrics", await answer.read())
        await _commands_beside(world, seen)
        _read_files(world, seen)
        await world.stop_bot()
        seen.read("log", world.log_path.read_bytes())
        for message in world.discord.messages:
            seen.read("messages", f"{message.text}\n{[button.url for button in message.buttons()]}")
        for issued in world.spotify.issued:
            seen.secret(issued.kind, issued.value)
        for interaction in world.discord._interactions._by_token.values():
            seen.secret("interaction token", interaction.token)
    port.close()
    return seen


def _read_files(world: World, seen: Seen) -> None:
    seen.read("command line", Path(f"/proc/{world.bot_pid}/cmdline").read_bytes())
    copy = world.bot_data.copy().database
    assert copy is not None
    seen.read("database, as a copy", copy)
    for file in sorted(Path(world.environment["DATA_DIR"]).iterdir()):
        seen.read("database, its files", file.read_bytes())


async def _whole_run(world: World, seen: Seen) -> None:
    ada, linus = (world.discord.actor(name, channel="music") for name in ("ada", "linus"))
    spotify = world.spotify
    spotify.switches.rotate_refresh_tokens = True
    await _linked_by_page(world, ada, seen)
    await _linked_by_page(world, linus, seen)
    await _linked_by_page(world, world.discord.actor("margaret", channel="music"), seen, finish=False)
    await _linked_by_pasting(world, world.discord.actor("grace", channel="music"), seen)
    await make(ada, LIST)
    tracks = [track.uri for track in spotify.release(len(FAULTS) + 3)]
    await add(linus, tracks.pop())
    for kind in FAULTS:
        spotify.faults.add(Fault(match="* /playlists/*", kind=kind))
        await add(linus, tracks.pop())
        await world.advance(minutes=2)
    await said(linus, "show")
    await said(linus, "history")
    for fault in (Fault("* /api/token", "reset_before"), Fault("* /api/token", "malformed"), None):
        spotify.expire_access_tokens()  # and with it, the refresh token is replaced
        if fault is not None:
            spotify.faults.add(fault)
        await (await ada.command("playlists")).reply()
    await world.kill_bot()
    await world.start_bot()
    await add(linus, tracks.pop())
    spotify.revoke("grace")
    await world.advance(hours=2)
    await (await world.discord.actor("grace", channel="music").command("playlists")).reply()
    await (await ada.command("account")).reply()
    await (await world.discord.actor("grace", channel="music").command("unlink")).reply()


async def _linked_by_page(world: World, actor: Actor, seen: Seen, *, finish: bool = True) -> None:
    """As a member does it, with every page read, and a forged callback in between. finish: type the six digits."""
    reply = await (await actor.command("link")).reply()
    page = next(button.url for button in reply.buttons() if button.url and "/link/" in button.url)
    seen.secret("link address", urlsplit(page).path.rpartition("/")[2])
    forged = {name: secrets.token_urlsafe(24) for name in ("code", "state")}
    async with Visitor() as visitor:
        ours = await visitor.open(page)
        theirs = await visitor.submit(ours, "Continue")
        seen.secret("state", parse_qs(urlsplit(theirs.address).query)["state"][0])
        refused = await visitor.open(
            f"{world.public_url}/callback?code={forged['code']}&state={forged['state']}"
        )
        shown = await visitor.submit(theirs, "Agree", person=actor.member.username)
        for value in visitor.cookies():
            seen.secret("cookie", value)
    for each in (ours, refused, shown):
        seen.read("pages", each.html)
    seen.secret("forged code", forged["code"])
    seen.secret("forged code", forged["state"])
    seen.secret("six digits", shown.digits)
    if not finish:
        return
    modal = await (await actor.press(reply, ENTER.custom_id())).modal()
    await (await actor.submit(modal, {modal.fields[0].custom_id: shown.digits})).reply()


async def _linked_by_pasting(world: World, actor: Actor, seen: Seen) -> None:
    reply = await (await actor.command("link")).reply()
    authorize = next(button.url for button in reply.buttons() if button.url and "/authorize" in button.url)
    seen.secret("state", parse_qs(urlsplit(authorize).query)["state"][0])
    address = await world.spotify.consent(authorize, actor.member.username)
    modal = await (await actor.press(reply, "Paste the address")).modal()
    await (await actor.submit(modal, {modal.fields[0].custom_id: address})).reply()


async def _commands_beside(world: World, seen: Seen) -> None:
    """What `python -m bot doctor` and its like say and write, as far as there are such commands."""
    offered = (await _bot(world, "--help")).out
    for command in COMMANDS:
        if f"\n    {command[0]} " not in offered:
            continue
        ended = await _bot(world, *command)
        seen.read(f"python -m bot {command[0]}", ended.out + ended.err)
        file = world.directory / command[-1]
        if file.is_file():
            seen.read(f"{command[0]} file, unpacked", gzip.decompress(file.read_bytes()))


async def _bot(world: World, *arguments: str) -> Ended:
    settings = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **world.environment}
    return await run("-m", "bot", *arguments, settings=settings, folder=world.directory)
