"""`python -m bot doctor`: beside the running bot all is well, and each thing that breaks is named with a next step."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from bot import mongo
from bot.doctor.channels import in_channel
from bot.doctor.command import examine
from bot.doctor.findings import Verdict, as_text, ok, problem
from bot.doctor.own_machine import look_at_folder
from bot.doctor.permissions import ADMINISTRATOR, NEEDED, missing
from bot.doctor.sharding import look_at_shards
from bot.doctor.spotify_side import NO_PREMIUM, SUBSCRIBE
from bot.sealing import Sealer, new_key
from bot.settings import Settings
from bot.shards import ShardPlan
from bot.sqlite import open_stores
from bot.stores.lists import Settings as ListSettings
from sandbox.fake_discord.gateway_sessions import Intent
from sandbox.fake_discord.guilds import Overwrite
from sandbox.fake_discord.people import Permission
from sandbox.fake_spotify.faults import Fault
from sandbox.world import World
from tests.end_to_end.conftest import DATABASES
from tests.end_to_end.operator_commands import run
from tests.end_to_end.test_proxy import settings_behind, stand_ins
from tests.end_to_end.way_out import PASSWORD, proxy_to
from tests.stores.shared_records import event, shared

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from bot.doctor.findings import Finding
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.guilds import Channel

ROOT = Path(__file__).parents[2]
CLOSED = "127.0.0.1:9"  # nobody listens there
HTTPS = "https://mixtape.example.org/callback"  # so that pages are needed


async def doctor(
    environment: Mapping[str, str], folder: Path, *arguments: str
) -> tuple[int | None, str, str]:
    """Exit status, output and what went to stderr, of a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "doctor",
        *arguments,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, errors = await process.communicate()
    return process.returncode, said.decode(), errors.decode()


def settings_of(world: World, **changed: Any) -> Settings:
    return replace(Settings.from_env(world.environment), **changed)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def database_file(world: World) -> Path:
    """Where it will be; its folder is made."""
    folder = Path(world.environment["DATA_DIR"])
    folder.mkdir(mode=0o700)
    return folder / "mixtape.sqlite3"


class Found:
    """What the doctor says of the world, by check."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings

    def of(self, check: str) -> Finding:
        """The worst of it."""
        order = [Verdict.PROBLEM, Verdict.WARNING, Verdict.NOT_CHECKED, Verdict.OK]
        found = [each for each in self.findings if each.check == check]
        return min(found, key=lambda each: order.index(each.verdict))

    def must_be(self, check: str, verdict: Verdict, words: str) -> Finding:
        found = self.of(check)
        assert found.verdict is verdict, found
        assert words in found.reason, found
        if verdict in {Verdict.PROBLEM, Verdict.WARNING}:
            assert found.step, found
        return found


async def examined(world: World, *, off: timedelta = timedelta(), **changed: Any) -> Found:
    return Found(await examine(settings_of(world, **changed), now=lambda: datetime.now(UTC) + off))


@asynccontextmanager
async def stranger(status: int = 200, text: str = "<h1>Please accept our terms</h1>") -> AsyncIterator[str]:
    """Answers everything, as a portal of a hotel does, or a web server whose program is down."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=text, content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"127.0.0.1:{site.port}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def quiet(openapi: Path | None) -> AsyncIterator[World]:
    """A world without a bot in it."""
    async with World(bot="none", openapi=openapi) as made:
        yield made
        assert made.discord.problems == []
        assert made.discord.flaws == []


@pytest.mark.parametrize("database", DATABASES)
async def test_all_is_well(world: World, linked: Actor, database: str) -> None:
    """Beside the running bot, everything is looked at and well; exit status 0; no secret is in it, as text or JSON."""
    assert linked.member.username == "ada"
    status, text, errors = await doctor(world.environment, world.directory)
    assert (status, errors) == (0, ""), text
    status, said, errors = await doctor(world.environment, world.directory, "--json")
    assert (status, errors) == (0, "")
    report = json.loads(said)
    assert report["healthy"] is True
    verdicts = {each["check"]: each["verdict"] for each in report["checks"]}
    assert {check for check, verdict in verdicts.items() if verdict != "ok"} == {
        "Last backup",
        "Public address",
    }
    assert {
        "Database",
        "Keys and accounts",
        "Discord token",
        "Commands",
        "Owner's Premium",
    } <= verdicts.keys()
    assert ("running: 1 with SHARDS=1" in text) == (database == "mongo")  # on SQLite there is never a second
    assert all(each["check"] in text for each in report["checks"])
    secrets = [*Settings.from_env(world.environment).secrets]
    secrets += [issued.value for issued in world.spotify.issued]
    keys = Path(world.environment["DATA_DIR"]) / "token.keys"
    secrets += keys.read_text().split() if keys.exists() else []  # with MongoDB, they are settings
    assert len(secrets) > 3
    assert [secret for secret in secrets if secret in text + said] == []
    await linked.command("track", query="Copper Umbrella")  # the bot goes on


async def test_wrong_settings(tmp_path: Path) -> None:
    """Each wrong setting is a line of its own, with what to do and without its value; the rest is not looked at."""
    (tmp_path / ".env").write_text("DISCORD_TOKEN=v4lue\nWEB_PORT=v4lue\n", "utf-8")
    (tmp_path / ".env").chmod(0o644)
    status, text, errors = await doctor({}, tmp_path)
    assert (status, errors) == (1, "")
    assert "v4lue" not in text
    lines = [line.split(maxsplit=2) for line in text.splitlines() if line.startswith("problem")]
    assert [words[1] for words in lines] == [".env", *["Settings"] * 4]
    assert "chmod 600 .env" in text
    for name in ("WEB_PORT", "SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET", "SPOTIFY_REDIRECT_URI"):
        assert f"  {name} " in text
    assert "not checked  Everything else" in text
    assert names(tmp_path) == {".env"}


async def test_before_the_first_start(quiet: World) -> None:
    """Before the bot ever ran, nothing is missing, and nothing is created."""
    found = await examined(quiet)
    for check in ("Data folder", "Keys", "Database", "Last backup", "Seats", "Waits"):
        assert found.of(check).verdict is Verdict.NOT_CHECKED
    found.must_be("Commands", Verdict.WARNING, "lists none")
    assert "data" not in names(quiet.directory)


def test_folder(tmp_path: Path) -> None:
    """A folder that is open, none at all, and a disk that runs full."""
    tmp_path.chmod(0o755)
    found = Found([*look_at_folder(tmp_path, free=lambda _: 400_000_000)])
    assert found.must_be("Data folder", Verdict.WARNING, "open to other users").step.startswith("chmod 700 ")
    found.must_be("Free space", Verdict.WARNING, "400 MB")
    found = Found([*look_at_folder(tmp_path, free=lambda _: 1_000_000)])
    found.must_be("Free space", Verdict.PROBLEM, "1 MB")
    file = tmp_path / "file"
    file.touch()
    Found([*look_at_folder(file)]).must_be("Data folder", Verdict.PROBLEM, "isn't a folder")


async def test_keys(world: World, linked: Actor) -> None:
    """A key that is another, a key file that is open, one without a key, and one that is gone."""
    assert linked.member.username == "ada"
    path = Path(world.environment["DATA_DIR"]) / "token.keys"
    path.write_text(new_key())
    found = await examined(world)
    found.must_be("Keys and accounts", Verdict.PROBLEM, "can't open 1 of 1")
    path.chmod(0o644)
    assert "chmod 600" in (await examined(world)).must_be("Keys", Verdict.PROBLEM, "open to other").step
    path.chmod(0o600)
    path.write_text("no key")
    (await examined(world)).must_be("Keys", Verdict.PROBLEM, "one key per line")
    path.unlink()
    found = await examined(world)
    found.must_be("Keys", Verdict.PROBLEM, "is missing, but there is a database")
    assert found.of("Keys and accounts").verdict is Verdict.NOT_CHECKED


async def test_database(quiet: World) -> None:
    """What is no database, one of a newer bot, and one of an older: named, and left as it was."""
    path = database_file(quiet)
    path.write_bytes(b"not a database" * 100)
    (await examined(quiet)).must_be("Database", Verdict.PROBLEM, "file is not a database")
    assert path.read_bytes() == b"not a database" * 100
    path.unlink()
    for version, verdict in ((1, Verdict.WARNING), (9_999, Verdict.PROBLEM)):
        with sqlite3.connect(path) as database:
            database.execute(f"PRAGMA user_version = {version}")
        database.close()
        found = await examined(quiet)
        found.must_be("Database", verdict, f"schema {version}" if version > 1 else "schema 1;")
        assert found.of("Seats").verdict is Verdict.NOT_CHECKED


async def test_database_that_takes_no_write(quiet: World) -> None:
    """A database that can be read and not written is a problem."""
    path = database_file(quiet)
    async with open_stores(path, Sealer([new_key()])):
        pass
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.execute("BEGIN IMMEDIATE")
        (await examined(quiet)).must_be("Database", Verdict.PROBLEM, "database is locked")
    finally:
        database.close()


@pytest.mark.parametrize("database", DATABASES)
async def test_last_backup(world: World) -> None:
    """Says how to make a first backup, how old the last one is, and warns once that is more than seven days."""
    hint = (await examined(world)).must_be("Last backup", Verdict.NOT_CHECKED, "none was made")
    assert "python -m bot backup FILE" in hint.step
    status, said = await run(world, "backup", "a.backup")
    assert status == 0, said
    ages = {
        timedelta(): "less than a day",
        timedelta(days=1, hours=1): "1 day ago",
        timedelta(days=6): "6 days",
    }
    for off, words in ages.items():
        (await examined(world, off=off)).must_be("Last backup", Verdict.OK, words)
    (await examined(world, off=timedelta(days=8, hours=1))).must_be(
        "Last backup", Verdict.WARNING, "8 days ago"
    )


async def test_mongodb_away(quiet: World) -> None:
    """A MongoDB that can't be reached is named without its address or password."""
    uri = f"mongodb://ada:s3cret@{CLOSED}/x?serverSelectionTimeoutMS=200"
    found = await examined(quiet, mongodb_uri=uri, token_keys=(new_key(),))
    finding = found.must_be("Database", Verdict.PROBLEM, "MongoDB can't be used: ServerSelectionTimeoutError")
    assert "s3cret" not in finding.reason + finding.step


async def test_nothing_answers(quiet: World) -> None:
    """A firewall that lets nothing out: Discord, its gateway and Spotify are named, and what depends on them waits."""
    found = await examined(
        quiet,
        discord_api_url=f"http://{CLOSED}",
        discord_gateway_url=f"ws://{CLOSED}",
        spotify_api_url=f"http://{CLOSED}",
        spotify_accounts_url=f"http://{CLOSED}",
    )
    for check in ("Discord", "Discord's gateway", "Spotify"):
        assert "HTTPS_PROXY" in found.must_be(check, Verdict.PROBLEM, "can't be reached").step
    waiting = ("Clock", "Discord token", "Intents", "Commands", "Servers", "Spotify credentials")
    for check in (*waiting, "Sessions left", "Owner's Premium", "Redirect address"):
        assert found.of(check).verdict is Verdict.NOT_CHECKED


async def test_something_in_between(quiet: World) -> None:
    """A page that answers in place of Discord and Spotify is not taken for them."""
    async with stranger() as address:
        found = await examined(
            quiet,
            discord_api_url=f"http://{address}",
            discord_gateway_url=f"ws://{address}",
            spotify_api_url=f"http://{address}",
        )
    for check in ("Discord", "Spotify"):
        found.must_be(check, Verdict.PROBLEM, "something else answers")
    found.must_be("Discord's gateway", Verdict.PROBLEM, "refuses a websocket")


async def test_wrong_password_of_the_proxy(quiet: World, tmp_path: Path) -> None:
    """A proxy that lets nobody through is named, without user name and password."""
    async with proxy_to(tmp_path, stand_ins(quiet)) as proxy:
        found = await examined(
            quiet,
            https_proxy=proxy.url("wr0ng"),
            discord_api_url="https://discord.com/api/v10",
            spotify_api_url="https://api.spotify.com/v1",
        )
        assert f"127.0.0.1:{proxy.port}" in found.must_be("Proxy", Verdict.OK, "go through").reason
    found.must_be("Discord", Verdict.PROBLEM, "wants another user name or password")
    found.must_be("Spotify", Verdict.PROBLEM, "wants another user name or password")
    assert "wr0ng" not in str(found.findings)


async def test_through_the_proxy(quiet: World, tmp_path: Path) -> None:
    """With HTTPS_PROXY, the doctor's own questions go through it, too."""
    async with proxy_to(tmp_path, stand_ins(quiet)) as proxy:
        environment = settings_behind(quiet, proxy, proxy.url())
        status, text, _ = await doctor(environment, quiet.directory)
    assert status == 0, text
    assert set(proxy.tunnels) == {
        "discord.com",
        "gateway.discord.gg",
        "api.spotify.com",
        "accounts.spotify.com",
    }
    assert PASSWORD not in text


@pytest.mark.parametrize(("off", "verdict"), [(30, Verdict.WARNING), (-7200, Verdict.PROBLEM)])
async def test_clock(quiet: World, off: int, verdict: Verdict) -> None:
    """A clock that is off is measured against both Discord's and Spotify's."""
    found = await examined(quiet, off=timedelta(seconds=off))
    clocks = [each for each in found.findings if each.check == "Clock"]
    assert [each.verdict for each in clocks] == [verdict, verdict]
    word = "ahead of" if off > 0 else "behind"
    assert f"{word} Discord's" in clocks[0].reason
    assert f"{word} Spotify's" in clocks[1].reason
    assert "timedatectl" in clocks[0].step


async def test_token(quiet: World) -> None:
    """A token that Discord rejects is named, but not shown; what needs it is not checked."""
    found = await examined(quiet, discord_token="no.such.token")
    found.must_be("Discord token", Verdict.PROBLEM, "rejects it")
    assert found.of("Commands").verdict is Verdict.NOT_CHECKED
    assert "no.such.token" not in str(found.findings)


async def test_intents(quiet: World) -> None:
    """Drop channels without Message Content Intent don't work; with it they do."""
    found = await examined(quiet, drop_channels=True)
    assert "Message Content Intent" in found.must_be("Intents", Verdict.PROBLEM, "read messages").step
    quiet.discord.gateway.privileged = Intent.MESSAGE_CONTENT
    (await examined(quiet, drop_channels=True)).must_be("Intents", Verdict.OK, "granted")


async def test_commands(world: World) -> None:
    """Commands somebody deleted at Discord are named, and a restart brings them back."""
    before = len(world.discord.commands)
    world.discord.state.commands[None] = [each for each in world.discord.commands if each["name"] != "add"]
    found = await examined(world)
    assert "Restart" in found.must_be("Commands", Verdict.PROBLEM, "doesn't list add").step
    await world.restart_bot()
    (await examined(world)).must_be("Commands", Verdict.OK, f"all {before}")


async def test_servers(quiet: World) -> None:
    """A server where the bot lacks a permission is named with it; so is being in no server."""
    guild = quiet.discord.guilds[0]
    for role in guild.roles_of(quiet.discord.bot_user):
        role.permissions &= ~(Permission.EMBED_LINKS | Permission.ADMINISTRATOR)
    found = await examined(quiet)
    finding = found.must_be("Servers", Verdict.WARNING, f"in {guild.name} the bot may not: Embed Links")
    assert "permissions=85056" in finding.step
    for each in quiet.discord.guilds:
        each.has_bot = False
    (await examined(quiet)).must_be("Servers", Verdict.WARNING, "is in none")


@pytest.fixture
async def lent(quiet: World) -> Channel:
    """The announcement channel of a shared playlist, where the bot may do all it needs."""
    guild = quiet.discord.guilds[0]
    channel = next(each for each in guild.channels if each.name == "music")
    settings = ListSettings(cards_channel_id=channel.id, drop_channel_id=channel.id)
    async with open_stores(database_file(quiet), Sealer([new_key()])) as stores:
        await stores.lists.create(shared(guild_id=guild.id, settings=settings), event())
    return channel


async def test_channels(quiet: World, lent: Channel) -> None:
    """What a channel's own rules take from the bot is named with the playlist; a role of its can give it back there."""
    (await examined(quiet)).must_be("Channels", Verdict.OK, "in all 1")
    assert lent.guild is not None
    everyone = lent.guild.everyone
    [role] = [each for each in lent.guild.roles_of(quiet.discord.bot_user) if each is not everyone]
    role.permissions &= ~Permission.ADMINISTRATOR
    lent.overwrites.append(Overwrite(everyone, deny=Permission.SEND_MESSAGES | Permission.ADD_REACTIONS))
    found = await examined(quiet)
    found.must_be("Servers", Verdict.OK, "has its permissions")
    found.must_be(
        "Channels", Verdict.WARNING, "in #music, which Mix list0001 uses, the bot may not: Send Messages"
    )
    assert "Add Reactions" not in found.of("Channels").reason  # drop channels are off
    quiet.discord.gateway.privileged = Intent.MESSAGE_CONTENT
    found = await examined(quiet, drop_channels=True)
    found.must_be("Channels", Verdict.WARNING, "may not: Add Reactions, Send Messages")
    lent.overwrites.append(Overwrite(role, allow=Permission.SEND_MESSAGES))
    (await examined(quiet)).must_be("Channels", Verdict.OK, "in all 1")


@pytest.mark.parametrize("gone", [False, True])
async def test_unseen_channel(quiet: World, lent: Channel, *, gone: bool) -> None:
    """So is a channel that the bot can't see, or that was deleted."""
    assert lent.guild is not None
    for role in lent.guild.roles_of(quiet.discord.bot_user):
        role.permissions &= ~Permission.ADMINISTRATOR
    if gone:
        lent.guild.channels.remove(lent)
    else:
        lent.overwrites.append(Overwrite(lent.guild.everyone, deny=Permission.VIEW_CHANNEL))
    (await examined(quiet)).must_be("Channels", Verdict.WARNING, "can't see a channel that Mix list0001 uses")


def test_own_rule_of_the_bot() -> None:
    """What is said of the bot itself counts last, and an administrator may do everything."""
    rules = [
        {"id": "1", "allow": "0", "deny": str(NEEDED["Send Messages"])},
        {"id": "9", "allow": str(NEEDED["Send Messages"]), "deny": str(NEEDED["Embed Links"])},
    ]
    channel, every = {"permission_overwrites": rules}, sum(NEEDED.values())
    allowed = in_channel(every, channel, 1, 9, roles=frozenset({5}))
    assert missing(allowed) == ["Embed Links"]
    assert missing(in_channel(ADMINISTRATOR, channel, 1, 9, roles=frozenset())) == []


def test_lines_in_the_docs() -> None:
    """The lines docs/operating.md shows are laid out as the doctor's are, and say what it says."""
    shown = (ROOT / "docs" / "operating.md").read_text("utf-8").partition("\n## Doctor\n")[2]
    lines = shown.partition("```text\n")[2].partition("```")[0]
    found = [
        ok("Database", "SQLite 3.45.1, wrote in 3 ms"),
        problem("Owner's Premium", NO_PREMIUM, SUBSCRIBE),
    ]
    assert as_text(found, str).startswith(lines)


def test_permissions_of_the_invitation() -> None:
    """What is looked for is what the README's invitation asks for."""
    assert f"permissions={sum(NEEDED.values())}\n" in (ROOT / "README.md").read_text("utf-8")


async def test_shards(quiet: World) -> None:
    """More servers than the shards can carry are a problem, and a warning comes in time."""
    gateway = quiet.discord.gateway
    (await examined(quiet)).must_be("Shards", Verdict.OK, "SHARDS is 1, Discord recommends 1, for 2 servers")
    gateway.shards = 3
    assert "SHARDS=3" in (await examined(quiet)).must_be("Shards", Verdict.WARNING, "recommends 3").step
    (await examined(quiet, shards=None)).must_be("Shards", Verdict.OK, "SHARDS is auto")


@pytest.mark.parametrize(
    ("chosen", "servers", "verdict"),
    [(1, 1999, Verdict.OK), (1, 2000, Verdict.WARNING), (1, 2500, Verdict.PROBLEM), (2, 3999, Verdict.OK)],
)
def test_servers_of_one_shard(chosen: int, servers: int, verdict: Verdict) -> None:
    """From 2,000 servers on a shard, there is a warning; with 2,500, Discord refuses the connection."""
    assert look_at_shards(chosen, 1, servers).verdict is verdict


@pytest.mark.real_part
async def test_processes(quiet: World, mongo_uri: str) -> None:
    """Processes whose shards don't fit together are a warning that says what each was told, and one alone is none."""
    key = new_key()
    database: dict[str, Any] = {"mongodb_uri": mongo_uri, "token_keys": (key,)}
    async with AsyncExitStack() as running:
        for plan in (ShardPlan(4, groups=2), ShardPlan(4, groups=2), ShardPlan(8, groups=2)):
            found = await examined(quiet, **database)
            found.must_be("Processes", Verdict.OK, "running")
            await running.enter_async_context(mongo.open_stores(mongo_uri, Sealer([key]), plan))
        told = "2 with SHARDS=4 SHARD_GROUPS=2, 1 with SHARDS=8 SHARD_GROUPS=2"
        found = await examined(quiet, **database)
        assert "the same SHARDS" in found.must_be("Processes", Verdict.WARNING, told).step
    (await examined(quiet, **database)).must_be("Processes", Verdict.OK, "none is running")


async def test_sessions(quiet: World) -> None:
    """So many sessions that Discord is about to reset the token are a problem."""
    quiet.discord.gateway.identifies = 980
    (await examined(quiet)).must_be("Sessions left", Verdict.PROBLEM, "20 of 1000")


async def test_discord_in_trouble(quiet: World) -> None:
    """Trouble at Discord is no problem of ours."""
    quiet.discord.faults.failing = True
    found = await examined(quiet)
    found.must_be("Discord", Verdict.WARNING, "status 503")


async def test_credentials(quiet: World) -> None:
    """A wrong client secret, and a wrong client ID, are told as that."""
    found = await examined(quiet, spotify_client_secret="another")
    found.must_be("Spotify credentials", Verdict.PROBLEM, "rejects")
    assert found.of("Owner's Premium").verdict is Verdict.NOT_CHECKED
    found = await examined(quiet, spotify_client_id="another")
    found.must_be("Spotify credentials", Verdict.PROBLEM, "rejects")
    found.must_be("Redirect address", Verdict.PROBLEM, "client ID")


async def test_spotify_in_trouble(quiet: World) -> None:
    """An accounts service that fails is told apart from wrong credentials."""
    quiet.spotify.faults.add(Fault("* /api/token", "status", times=None, status=503))
    (await examined(quiet)).must_be("Spotify credentials", Verdict.PROBLEM, "didn't answer properly")


async def test_premium(quiet: World) -> None:
    """An owner without Premium is named: that's why Spotify refuses everything."""
    quiet.spotify.switches.owner_has_premium = False
    (await examined(quiet)).must_be("Owner's Premium", Verdict.PROBLEM, "no active Premium")


async def test_redirect(quiet: World) -> None:
    """A redirect address that isn't in Spotify's dashboard is shown as it must be there."""
    found = await examined(quiet, spotify_redirect_uri=HTTPS)
    assert "Redirect URIs" in found.must_be("Redirect address", Verdict.PROBLEM, f"doesn't know {HTTPS}").step


async def test_public_address(world: World) -> None:
    """Where pages are needed: reached, under another name, nothing there, a stranger, a web server without a bot."""

    async def at(address: str) -> Finding:
        found = await examined(world, spotify_redirect_uri=HTTPS, public_url=f"http://{address}")
        return found.of("Public address")

    own = world.public_url.removeprefix("http://")
    assert (await at(own)).verdict is Verdict.OK
    cases = {own.replace("127.0.0.1", "localhost"): "under another name", CLOSED: "can't be reached"}
    for address, words in cases.items():
        finding = await at(address)
        assert finding.verdict is Verdict.PROBLEM
        assert words in finding.reason
    async with stranger() as address:
        assert "something else" in (await at(address)).reason
    async with stranger(502) as address:
        assert "doesn't reach the bot" in (await at(address)).reason


async def test_seats_and_quota(world: World, linked: Actor) -> None:
    """Seats that are taken and a day that is used up are warnings, with what to do."""
    assert linked.member.username == "ada"
    found = await examined(world, spotify_seats=1, spotify_daily_budget=1)
    found.must_be("Seats", Verdict.WARNING, "1 of 1")
    found.must_be("Spotify requests", Verdict.WARNING, "of 1 in the last 24 hours")


async def test_waits(world: World) -> None:
    """While Spotify says to wait, the doctor says until when, and sends it nothing that counts."""
    until = datetime.now(UTC) + timedelta(hours=3)
    await world.app.stores.quota.exchange({}, {"": (until, False)}, since=0, oldest=0)
    before = len(world.spotify.calls_to("POST /api/token"))
    found = await examined(world)
    found.must_be("Waits", Verdict.WARNING, f"everything until {until:%Y-%m-%d %H:%M} UTC")
    assert found.of("Spotify credentials").verdict is Verdict.NOT_CHECKED
    assert len(world.spotify.calls_to("POST /api/token")) == before
