"""What can be known about the container files without a container engine."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from dataclasses import fields
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

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
            "TOKEN_KEYS": "A" * 43 + "=",
        }
        | variables
    )
    assert settings.mongodb_uri == "mongodb://mongo:27017/mixtape?replicaSet=mixtape"
    assert COMPOSE["services"]["mongo"]["command"][1:3] == ["--replSet", "mixtape"]
    assert str(settings.data_dir) == IMAGE_ENV["DATA_DIR"]
    assert COMPOSE["services"]["bot"]["volumes"] == [f"bot:{settings.data_dir}"]
    assert COMPOSE["services"]["bot"]["ports"] == [f"127.0.0.1:8080:{settings.web_port}"]


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
