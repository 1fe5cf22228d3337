"""What can be known about the container files without a container engine."""

from __future__ import annotations

import io
import json
import re
import shlex
import stat
import subprocess
import sys
import threading
from dataclasses import fields
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from dotenv import dotenv_values
from playwright._impl._driver import compute_driver_executable

from bot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", "")
IGNORED = (ROOT / ".dockerignore").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
NAMES = {field.name.upper() for field in fields(Settings)}
IMAGE_ENV = dict(re.findall(r"\b([A-Z_]+)=(\S+)", DOCKERFILE.rpartition("\nENV ")[2].partition("\n")[0]))


def test_copied_files_exist() -> None:
    """What the image copies is there, and .dockerignore lets it through."""
    sources = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert sources == ["requirements/run.txt", "bot", "cogs", "locales", "LICENSE"]
    for source in sources:
        assert (ROOT / source).exists()
        assert f"\n!{source}\n" in IGNORED
    assert "\n*\n" in IGNORED


def test_image_is_unprivileged() -> None:
    """The image runs as a fixed user that is not root, from a base image with a pinned tag, with hashes checked."""
    stages = re.findall(r"^(FROM|USER|CMD) (.+)", DOCKERFILE, re.MULTILINE)
    assert [value for word, value in stages if word == "USER"] == ["10001:10001"]
    assert stages[-1] == ("CMD", '["python", "-m", "bot"]')
    assert re.search(r"^ARG BASE=python:3\.\d+-slim-[a-z]+$", DOCKERFILE, re.MULTILINE)
    assert "pip install --quiet --require-hashes" in DOCKERFILE


def test_image_variables() -> None:
    """The variables the image sets are settings, or Python's own."""
    assert {name for name in IMAGE_ENV if not name.startswith(("PATH", "PYTHON"))} <= NAMES


def test_compose_variables() -> None:
    """The variables docker-compose sets are settings, and together with the four needed ones they are right."""
    variables = COMPOSE["services"]["bot"]["environment"]
    assert set(variables) <= NAMES
    settings = Settings.from_env(
        {
            "DISCORD_TOKEN": "x",
            "SPOTIFY_CLIENT_ID": "x",
            "SPOTIFY_CLIENT_SECRET": "x",
            "SPOTIFY_REDIRECT_URI": "https://mixtape.example.org/callback",
        }
        | {name: in_compose(value, made_secrets()) for name, value in variables.items()}
        | {"TOKEN_KEYS": made_secrets()["TOKEN_KEYS"]}
    )
    password = made_secrets()["MONGO_PASSWORD"]
    assert settings.mongodb_uri == f"mongodb://mixtape:{password}@mongo:27017/mixtape?replicaSet=mixtape"
    assert str(settings.data_dir) == IMAGE_ENV["DATA_DIR"]
    assert COMPOSE["services"]["bot"]["volumes"] == [f"bot:{settings.data_dir}"]
    assert COMPOSE["services"]["bot"]["ports"] == [f"127.0.0.1:8080:{settings.web_port}"]


@cache
def made_secrets() -> dict[str, str]:
    """What the README's command adds to `.env`, as compose reads it."""
    readme = (ROOT / "README.md").read_text("utf-8")
    [line] = re.findall(r'^python3 -c ".*" >>\.env$', readme, re.MULTILINE)
    program = shlex.split(line.removesuffix(" >>.env"))[2]
    made = subprocess.run(  # noqa: S603 - a line of our own docs
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return {name: value or "" for name, value in dotenv_values(stream=io.StringIO(made.stdout)).items()}


def in_compose(text: str, values: dict[str, str]) -> str:
    """With the variables that compose puts in, all of which are required."""
    return re.sub(r"\$\{(\w+):\?[^}]+\}", lambda found: values[found[1]], text)


def test_compose_secrets() -> None:
    """No secret is in the file itself; the README's command makes all it asks for, in a form that needs no quoting."""
    secrets = made_secrets()
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    assert set(re.findall(r"(?<!\$)\$\{(\w+)", text)) == {"MONGO_PASSWORD", "MONGO_KEYFILE"}
    assert set(secrets) == {"MONGO_PASSWORD", "MONGO_KEYFILE", "TOKEN_KEYS"}
    assert re.fullmatch(r"[0-9a-f]{48}", secrets["MONGO_PASSWORD"])
    assert re.fullmatch(r"[A-Za-z0-9+/]{6,1024}", secrets["MONGO_KEYFILE"])  # what MongoDB takes


def test_compose_key_file(tmp_path: Path) -> None:
    """The database gets its key in a file that nobody else can read, and starts as a replica set with users."""
    shell, option, script = COMPOSE["services"]["mongo"]["command"]
    mongod = tmp_path / "mongod"
    mongod.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', "utf-8")
    mongod.chmod(0o755)
    key = tmp_path / "keyfile"
    script = script.replace("$$", "$").replace("/tmp/keyfile", str(key))  # noqa: S108 - the container's
    started = subprocess.run(  # noqa: S603 - lines of our own
        [shell, option, script],
        env={"PATH": f"{tmp_path}:/bin:/usr/bin", "MONGO_KEYFILE": "a/key+"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert key.read_text("utf-8") == "a/key+"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    arguments = started.stdout.split()
    assert arguments[:4] == ["--replSet", "mixtape", "--keyFile", str(key)]


SERVER = """
const [state, quits, done] = [JSON.parse(process.argv[1]), [], []];
let local = null;
const fails = name => { throw Object.assign(new Error(name), {codeName: name}) };
const may = () => local || !Object.keys(state.users).length || fails("Unauthorized");
const database = name => ({
  auth: (user, pwd) => state.users[user] === pwd ? (local = user, {ok: 1}) : fails("AuthenticationFailed"),
  getUser: user => (may(), state.users[user] ? {user} : null),
  createUser: ({user, pwd, roles}) => {
    if (!state.primary || !(local || !Object.keys(state.users).length)) fails("Unauthorized");
    state.users[user] = pwd; done.push(`${user} in ${name}: ${roles}`);
  },
});
globalThis.db = {getSiblingDB: database, hello: () => ({isWritablePrimary: state.primary})};
globalThis.rs = {
  status: () => (may(), state.initiated || fails("NotYetInitialized")),
  initiate: set => { state.initiated = true; done.push(`replica set ${set._id}`) },
};
const Quit = class extends Error {};
globalThis.quit = code => { quits.push(code); throw new Quit() };
let failed = null;
try { new Function(process.argv[2])() } catch (error) { if (!(error instanceof Quit)) failed = error.message }
console.log(JSON.stringify({healthy: !quits.length && !failed, failed, done}));
"""
FRESH = {"initiated": False, "primary": False, "users": {}}
READY = {"initiated": True, "primary": True, "users": {"admin": "pw", "mixtape": "pw"}}
BOTS = "mixtape in mixtape: readWrite"


@pytest.mark.parametrize(
    ("state", "healthy", "done"),
    [
        (FRESH, False, ["replica set mixtape"]),
        (READY | {"users": {}}, True, ["admin in admin: root", BOTS]),  # just set up, or from before users
        (READY | {"users": {"admin": "pw"}}, True, [BOTS]),  # stopped in between
        (READY, True, []),
        (READY | {"primary": False}, False, []),
        (READY | {"users": {"admin": "other", "mixtape": "other"}}, False, []),
    ],
)
def test_database_sets_itself_up(state: dict[str, Any], *, healthy: bool, done: list[str]) -> None:
    """The health check creates what is missing, once, step by step, and is healthy when the bot can use it.

    Against a stand-in for the shell's objects: what MongoDB itself does wasn't run.
    """
    script = COMPOSE["services"]["mongo"]["healthcheck"]["test"][-1].replace("$$", "$")
    node, _ = compute_driver_executable()
    looked = subprocess.run(  # noqa: S603 - Playwright's node, and our own script
        [node, "-e", SERVER, json.dumps(state), script],
        env={"MONGO_PASSWORD": "pw"},
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(looked.stdout)
    assert (said["healthy"], said["done"]) == (healthy, done), said


@pytest.mark.parametrize("name", ["bot", "mongo"])
def test_compose_hardening(name: str) -> None:
    """Both containers are read-only, without capabilities and new privileges; nothing but the callback is published."""
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_compose_network_and_health() -> None:
    """The database has no way in or out but the bot, which waits until it can be written to."""
    mongo = COMPOSE["services"]["mongo"]
    assert "ports" not in mongo
    assert mongo["networks"] == ["database"]
    assert COMPOSE["networks"]["database"]["internal"] is True
    assert "rs.initiate" in mongo["healthcheck"]["test"][-1]
    assert COMPOSE["services"]["bot"]["depends_on"] == {"mongo": {"condition": "service_healthy"}}
    used = {
        volume.partition(":")[0] for service in COMPOSE["services"].values() for volume in service["volumes"]
    }
    assert used == set(COMPOSE["volumes"])


@pytest.fixture
def health_server() -> Iterator[HTTPServer]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(self.server.statuses[self.path])  # type: ignore[attr-defined]  # set just below
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_health_check(health_server: HTTPServer, status: int, code: int) -> None:
    """The image's health check succeeds exactly when /healthz answers 200."""
    [command] = re.findall(r"^HEALTHCHECK .*?CMD (\[.+\])$", DOCKERFILE, re.MULTILINE)
    health_server.statuses = {"/healthz": status}  # type: ignore[attr-defined]  # read just above
    python, *arguments = json.loads(command)
    assert python == "python"
    result = subprocess.run(  # noqa: S603 - a line of our own Dockerfile
        [sys.executable, *arguments], env={"WEB_PORT": str(health_server.server_port)}, check=False
    )
    assert result.returncode == code
