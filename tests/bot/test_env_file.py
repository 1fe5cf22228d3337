"""`.env` is read as it is written; what is wrong in it is named by line, without its value, and it stays private."""

from __future__ import annotations

import os
import string
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from bot.env_file import load
from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from pathlib import Path

KEY, OTHER_KEY = "A" * 43 + "=", "b" * 43 + "="
GOOD = """\
DISCORD_TOKEN=v4lue-token
SPOTIFY_CLIENT_ID=v4lue-id
SPOTIFY_CLIENT_SECRET=v4lue-secret
SPOTIFY_REDIRECT_URI=https://mixtape.example.org/callback
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A `.env` of this user alone."""
    path = tmp_path / ".env"
    path.touch(mode=0o600)
    return path


def read(path: Path, text: str, **environment: str) -> Settings:
    path.write_bytes(text.encode())
    return load(path, environment)


def problems(path: Path, text: str) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        read(path, text)
    assert "v4lue" not in str(raised.value)
    return [problem.removeprefix(str(path)) for problem in raised.value.problems]


def test_no_file(tmp_path: Path) -> None:
    """Without the file the variables of the process count alone; with it they win."""
    variables = dict(line.split("=", 1) for line in GOOD.splitlines())
    assert load(tmp_path / ".env", variables) == Settings.from_env(variables)
    path = tmp_path / ".env"
    path.touch(mode=0o600)
    assert read(path, GOOD, SPOTIFY_MARKET="SE").spotify_market == "SE"
    assert read(path, GOOD + "SPOTIFY_MARKET=NO\n", SPOTIFY_MARKET="SE").spotify_market == "SE"


@pytest.mark.parametrize(
    "secret",
    [
        "mongodb://u:p${w}x@h/db",
        "mongodb://u:${HOME}@h/db",
        "mongodb://u:p${w:-y}x@h/db",
        "mongodb://u:p$w@h/db",
        "mongodb://u:$$@h/db",
        "mongodb://u:p%24{w}@h/db",
        "mongodb://u:p#w@h/db",
        "mongodb://u:p=w@h/db?a=b",
    ],
)
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_as_written(path: Path, secret: str, quote: str) -> None:
    """Nothing is filled in for dollar signs, whatever the process has in its environment."""
    text = f"{GOOD}TOKEN_KEYS={KEY}\nMONGODB_URI={quote}{secret}{quote}\n"
    assert read(path, text, w="w", HOME="/home").mongodb_uri == secret


@given(st.text("${}:-" + string.ascii_letters, min_size=1, max_size=20))
@limits(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_password(path: Path, password: str) -> None:
    """No password is changed on its way out of the file."""
    made = read(path, f"{GOOD}TOKEN_KEYS={KEY}\nMONGODB_URI=mongodb://u:{password}@h/db\n", **os.environ)
    assert made.mongodb_uri == f"mongodb://u:{password}@h/db"


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        "\ufeff# it's a comment\r\n\r\n" + GOOD.replace("\n", "\r\n"),
        "".join(f"export {line}\n" for line in GOOD.splitlines()),
        "".join('{} = "{}" # "why"\n'.format(*line.split("=", 1)) for line in GOOD.splitlines()),
        "".join("{}='{}'\n\n".format(*line.split("=", 1)) for line in GOOD.splitlines()),
        GOOD + "SOMETHING_ELSE='of another program\n",
        GOOD + "not a line at all\n",
        GOOD + 'NOTE="two\nlines"\n',
        GOOD + "MONGODB_URI=\nTOKEN_KEYS\n",
    ],
)
def test_forms(path: Path, text: str) -> None:
    """A byte order mark, Windows' line ends, quotes, comments, `export` and what is nothing of ours do not matter."""
    assert read(path, text) == Settings.from_env(dict(line.split("=", 1) for line in GOOD.splitlines()))


@pytest.mark.parametrize("text", [f"TOKEN_KEYS={KEY},{OTHER_KEY}\n", f'TOKEN_KEYS="{KEY}\n{OTHER_KEY}"\n'])
def test_several_keys(path: Path, text: str) -> None:
    """Keys may stand in several lines."""
    assert read(path, GOOD + text).token_keys == (KEY, OTHER_KEY)


@pytest.mark.parametrize(
    ("wrong", "line", "name"),
    [
        ('DISCORD_TOKEN="v4lue\n' + GOOD[26:], 1, "DISCORD_TOKEN"),
        ("DISCORD_TOKEN='v4lue\n" + GOOD[26:], 1, "DISCORD_TOKEN"),
        ('DISCORD_TOKEN=v4lue"\n' + GOOD[26:], 1, "DISCORD_TOKEN"),
        ("DISCORD_TOKEN=v4lue'  # mine\n" + GOOD[26:], 1, "DISCORD_TOKEN"),
        ("DISCORD_TOKEN=\"v4lue'\n" + GOOD[26:], 1, "DISCORD_TOKEN"),
        ('\n\n# "x\n\n  export DISCORD_TOKEN = "v4lue\n' + GOOD[26:], 5, "DISCORD_TOKEN"),
        ('\r\n\r\nDISCORD_TOKEN="v4lue\r\n' + GOOD[26:].replace("\n", "\r\n"), 3, "DISCORD_TOKEN"),
        ('DISCORD_TOKEN="v4lue\nSPOTIFY_CLIENT_ID="v4lue"\n' + GOOD[53:], 1, "DISCORD_TOKEN"),
        ('DISCORD_TOKEN="v4lue\nSPOTIFY_CLIENT_ID=v4lue"\n' + GOOD[53:], 1, "DISCORD_TOKEN"),
        ('DISCORD_TOKEN="v4lue\n# the client "ID"\n' + GOOD[26:], 1, "DISCORD_TOKEN"),
        ('DISCORD_TOKEN="v4lue\n\n"\n' + GOOD[26:], 1, "DISCORD_TOKEN"),
        ('DISCORD_TOKEN="v4lue"v4lue\n' + GOOD[26:], 1, "DISCORD_TOKEN"),
        ('NOTE="v4lue\n' + GOOD + 'LOG_LEVEL="INFO"\n', 1, "DISCORD_TOKEN"),
        ("'NOTE\n" + GOOD + "'=v4lue\n", 1, "DISCORD_TOKEN"),
        (GOOD + 'TRUSTED_PROXIES="127.0.0.1\n', 5, "TRUSTED_PROXIES"),
        (GOOD + "DATA_DIR='v4lue\n", 5, "DATA_DIR"),
        (GOOD + f'TOKEN_KEYS="{KEY}\n', 5, "TOKEN_KEYS"),
        (GOOD + f'TOKEN_KEYS="{KEY}\nLOG_LEVEL="INFO"\n', 5, "TOKEN_KEYS"),
        (GOOD + 'MONGODB_URI_FILE="v4lue\n', 5, "MONGODB_URI_FILE"),
        (GOOD[26:] + 'DISCORD_TOKEN_FILE="v4lue\n', 4, "DISCORD_TOKEN_FILE"),
        ("DISCORD_TOKEN v4lue\n" + GOOD[26:], 1, "DISCORD_TOKEN"),
        ("DISCORD_TOKEN : v4lue\n" + GOOD[26:], 1, "DISCORD_TOKEN"),
    ],
)
def test_lost_quote(path: Path, wrong: str, line: int, name: str) -> None:
    """A mark without its partner, or a line that is none, is named once; nothing that follows from it is told."""
    [problem] = problems(path, wrong)
    assert problem.startswith(f", line {line}: {name} ")


def test_all_at_once(path: Path) -> None:
    """What else is wrong is told in the same breath."""
    text = 'DISCORD_TOKEN="v4lue\nSPOTIFY_CLIENT_ID=v4lue\nLOG_LEVEL=v4lue\nDATA_DIR=x"\n'
    told = problems(path, text)
    assert told[0].startswith(", line 1: DISCORD_TOKEN ")
    assert [problem.split()[0] for problem in told[1:]] == ["SPOTIFY_REDIRECT_URI", "SPOTIFY_CLIENT_SECRET"]


@given(st.text("ab=\"' \n\r#\\$\ufeff", max_size=40), st.text("ab=\"' \n\r#\\$", max_size=40))
@limits(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text(path: Path, before: str, after: str) -> None:
    """Whatever stands around it, a setting is read as it is written, or the file is said to be wrong."""
    text = f"{before}\nSPOTIFY_MARKET=SE\n{after}\n{GOOD}"
    market, told = "SE", ", line "
    try:
        market = read(path, text).spotify_market
    except SettingsError as wrong:
        told = str(wrong)
    assert market == "SE"
    assert ", line " in told


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o666, 0o601])
def test_open_to_others(path: Path, mode: int) -> None:
    """Secrets that other users of the machine can read are refused, with the command that repairs it."""
    path.chmod(mode)
    [problem] = problems(path, GOOD)
    assert problem == f" is open to other users, but contains secrets. Run: chmod 600 {path}"
    [problem] = problems(path, 'TOKEN_KEYS="v4lue\n' + GOOD)[:1]
    assert "TOKEN_KEYS" in problem


def test_nothing_secret(path: Path) -> None:
    """A file without a secret may be open: they can come from elsewhere."""
    path.chmod(0o644)
    variables = dict(line.split("=", 1) for line in GOOD.splitlines())
    assert read(path, "SPOTIFY_MARKET=SE\nDISCORD_TOKEN=\n", **variables).spotify_market == "SE"


@pytest.mark.parametrize("content", [b"LOG_LEVEL=caf\xe9\n", "LOG_LEVEL=INFO\n".encode("utf-16"), None])
def test_not_a_text(path: Path, content: bytes | None) -> None:
    """What is no text in UTF-8, or a folder, is one problem."""
    if content is None:
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match="UTF-8") as raised:
        load(path, {})
    assert len(raised.value.problems) == 1
