"""python -m bot ends at once when it cannot start, and says what to do; it waits out what passes; it stops in time."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen
from typing import TYPE_CHECKING, cast

import discord
import pytest

from bot import VERSION
from bot.__main__ import main, stay_connected
from bot.errors import StoreUnavailableError
from bot.keys.actions import ACTIONS

if TYPE_CHECKING:
    from aiohttp import ClientResponse

ROOT = Path(__file__).parents[2]


def test_wrong_settings(tmp_path: Path) -> None:
    """Exit status 78 and every problem by name, those of `.env` included; no value and no traceback."""
    (tmp_path / ".env").write_text(
        "SPOTIFY_REDIRECT_URI=http://localhost:1/v4lue\nLOG_LEVEL=v4lue\n", "utf-8"
    )
    result = subprocess.run(
        [sys.executable, "-m", "bot"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "WEB_PORT": "v4lue"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (78, "")
    named = [line.split()[1] for line in result.stderr.splitlines()[1:]]
    assert sorted(named) == [
        "DISCORD_TOKEN",
        "LOG_LEVEL",
        "SPOTIFY_CLIENT_ID",
        "SPOTIFY_CLIENT_SECRET",
        "SPOTIFY_REDIRECT_URI",
        "WEB_PORT",
    ]
    assert "localhost" in result.stderr
    assert "v4lue" not in result.stderr
    assert list(tmp_path.iterdir()) == [tmp_path / ".env"]


def start(folder: Path, script: str = "from bot.__main__ import main", **variables: str) -> Popen[str]:
    """A bot with right settings, but for `variables`, and with nobody at the other end."""
    settings = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DISCORD_TOKEN": "a-token",
        "SPOTIFY_CLIENT_ID": "an-id",
        "SPOTIFY_CLIENT_SECRET": "a-secret",
        "SPOTIFY_REDIRECT_URI": "http://127.0.0.1:8080/callback",
        "WEB_PORT": "0",
        "DISCORD_API_URL": "http://127.0.0.1:9/api/v10",
    }
    return Popen(  # noqa: S603 - this interpreter, and a script from below
        [sys.executable, "-c", f"import sys; {script}; sys.exit(main())"],
        cwd=folder,
        env=settings | variables,
        stdout=PIPE,
        stderr=STDOUT,
        text=True,
    )


@pytest.mark.parametrize("arguments", [["--hlep"], ["start"], ["--port", "80"], ["-x"], ["--he"], [""]])
def test_unknown_arguments(tmp_path: Path, arguments: list[str]) -> None:
    """An argument that means nothing ends it with status 2 before anything is read, and is named."""
    result = run_bot(tmp_path, *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("usage: python -m bot")
    assert "DISCORD_TOKEN" not in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("argument", ["-h", "--help"])
def test_help(tmp_path: Path, argument: str) -> None:
    """--help needs no settings, and tells where they are and what the exit status means."""
    result = run_bot(tmp_path, argument)
    assert (result.returncode, result.stderr) == (0, "")
    for words in ("python -m bot", ".env.example", "docs/operating.md", "78"):
        assert words in result.stdout


@pytest.mark.parametrize("arguments", [["keys"], *(["keys", name] for name in ACTIONS)], ids=" ".join)
def test_help_of_keys(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """So have keys and each of its actions."""
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--help"])
    assert ended.value.code == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"python -m bot {' '.join(arguments)}" in said
    assert "Exit status: 0 done, 1 refused" in said


def test_help_of_commands(tmp_path: Path) -> None:
    """--help names each command, and each has its own, which says what its exit status means."""
    listed = run_bot(tmp_path, "--help").stdout
    assert "doctor" in listed
    assert "keys" in listed
    result = run_bot(tmp_path, "doctor", "--help")
    assert (result.returncode, result.stderr) == (0, "")
    for words in ("python -m bot doctor", "--json", "Exit status"):
        assert words in result.stdout
    result = run_bot(tmp_path, "doctor", "--jsn")
    assert (result.returncode, result.stdout) == (2, "")
    assert list(tmp_path.iterdir()) == []


def test_version(tmp_path: Path) -> None:
    """--version needs no settings either."""
    result = run_bot(tmp_path, "--version")
    assert (result.returncode, result.stdout, result.stderr) == (0, f"Mixtape {VERSION}\n", "")


def run_bot(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_unreadable_env_file(tmp_path: Path) -> None:
    """A `.env` that is no UTF-8 is a wrong setting, not a crash."""
    (tmp_path / ".env").write_bytes(b"SPOTIFY_CLIENT_ID=caf\xe9\n")
    with start(tmp_path) as bot:
        said, _ = bot.communicate(timeout=60)
    assert bot.returncode == 78
    assert "UTF-8" in said
    assert "Traceback" not in said


def test_data_dir_is_no_folder(tmp_path: Path) -> None:
    """A DATA_DIR that cannot be one is named, without a traceback."""
    (tmp_path / "data").touch()
    with start(tmp_path) as bot:
        said, _ = bot.communicate(timeout=60)
    assert bot.returncode == 78
    assert "DATA_DIR" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(("mode", "told"), [(0o755, True), (0o750, True), (0o701, True), (0o700, False)])
def test_open_data_folder(tmp_path: Path, mode: int, told: bool) -> None:  # noqa: FBT001 - a parameter set
    """A data folder that others can look into is told with the cure, and what is in it stays private all the same."""
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(mode)
    with (
        socket.create_server(("127.0.0.1", 0)) as other,  # so it ends by itself, with its files made
        start(tmp_path, WEB_PORT=str(other.getsockname()[1])) as bot,
    ):
        said, _ = bot.communicate(timeout=60)
    assert ("DATA_DIR: data is open to other users. Run: chmod 700 data" in said) is told
    assert {stat.S_IMODE(file.stat().st_mode) for file in data.iterdir()} == {0o600}


def test_env_file_open_to_others(tmp_path: Path) -> None:
    """A `.env` with secrets that others can read is refused, with the cure."""
    file = tmp_path / ".env"
    file.write_text("DISCORD_TOKEN=v4lue\n", "utf-8")
    file.chmod(0o644)
    result = run_bot(tmp_path)
    assert result.returncode == 78
    assert "chmod 600 .env" in result.stderr


def test_port_taken(tmp_path: Path) -> None:
    """A web port that somebody else has is named, without a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with start(tmp_path, WEB_PORT=str(port)) as bot:
            said, _ = bot.communicate(timeout=60)
    assert bot.returncode == 78
    assert "WEB_PORT" in said
    assert "Traceback" not in said


def test_stop_while_something_hangs(tmp_path: Path) -> None:
    """SIGTERM ends the bot in time and with 0 even when a database hangs that is not open yet."""
    with socket.create_server(("127.0.0.1", 0)) as database:  # takes calls and says nothing
        uri = f"mongodb://127.0.0.1:{database.getsockname()[1]}/"
        impatient = "import bot.__main__; bot.__main__.LAST_S = 0.1; main = bot.__main__.main"
        with start(tmp_path, impatient, MONGODB_URI=uri, TOKEN_KEYS="A" * 43 + "=") as bot:
            database.settimeout(60)
            database.accept()[0].close()
            bot.send_signal(signal.SIGTERM)
            said, _ = bot.communicate(timeout=2)  # the database alone would be waited for longer
    assert bot.returncode == 0, said


class Answer:
    """As much of an HTTP response as discord.py's errors look at."""

    reason = "because"

    def __init__(self, status: int) -> None:
        self.status = status


class Client:
    """A Discord client whose log-ins end as told, and that then is connected at once."""

    def __init__(self, *ends: Exception) -> None:
        self._ends = list(ends)
        self.connected = False

    async def login(self, token: str) -> None:  # noqa: ARG002 - as discord.py has it
        if self._ends:
            raise self._ends.pop(0)

    async def connect(self, *, reconnect: bool) -> None:
        self.connected = reconnect


async def connect(client: Client) -> list[float]:
    """How long was waited between the log-ins."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    await stay_connected(cast("discord.Client", client), "a-token", sleep=sleep)
    return pauses


def refused(status: int) -> discord.HTTPException:
    return discord.HTTPException(cast("ClientResponse", Answer(status)), "no")


async def test_log_in_again() -> None:
    """What passes by itself is waited out, with growing pauses or as long as Discord says."""
    client = Client(
        OSError(), refused(503), refused(429), json.JSONDecodeError("no", "", 0), StoreUnavailableError()
    )
    assert await connect(client) == [1, 2, 4, 8, 16]
    assert client.connected
    assert await connect(Client(discord.RateLimited(90), *[TimeoutError()] * 2)) == [90, 60, 60]


@pytest.mark.parametrize("end", [refused(400), discord.LoginFailure(), ValueError()])
async def test_log_in_refused(end: Exception) -> None:
    """What does not pass ends the bot."""
    with pytest.raises(type(end)):
        await connect(Client(end))
