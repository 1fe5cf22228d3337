"""Secrets that come from files, as Docker and systemd hand them over."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.settings import Settings, SettingsError

NEEDED = {
    "DISCORD_TOKEN": "discord-token",
    "SPOTIFY_CLIENT_ID": "client-id",
    "SPOTIFY_CLIENT_SECRET": "client-secret",
    "SPOTIFY_REDIRECT_URI": "https://mixtape.example.org/callback",
}
KEY = "A" * 43 + "="
OTHER_KEY = "b-_1" * 10 + "abc="


def problems(**variables: str) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        Settings.from_env({**NEEDED, **variables})
    return raised.value.problems


def test_secret_files(tmp_path: Path) -> None:
    """Every secret may come from a file, keys also with one in each line."""
    values = {
        "DISCORD_TOKEN": "token-from-file",
        "SPOTIFY_CLIENT_SECRET": "secret-from-file",
        "MONGODB_URI": "mongodb://db/mixtape",
        "TOKEN_KEYS": f"{KEY}\n{OTHER_KEY}",
    }
    for name, value in values.items():
        (tmp_path / name).write_text(f"{value}\n", "utf-8")
    made = Settings.from_env(
        {key: value for key, value in NEEDED.items() if key not in values}
        | {f"{name}_FILE": str(tmp_path / name) for name in values}
    )
    assert made.discord_token == "token-from-file"
    assert made.spotify_client_secret == "secret-from-file"
    assert made.mongodb_uri == "mongodb://db/mixtape"
    assert made.token_keys == (KEY, OTHER_KEY)


def test_secret_file_and_value(tmp_path: Path) -> None:
    """A secret given twice is refused: nobody could tell which one counts."""
    (tmp_path / "token").write_text("other", "utf-8")
    (problem,) = problems(DISCORD_TOKEN_FILE=str(tmp_path / "token"))
    assert problem == "DISCORD_TOKEN and DISCORD_TOKEN_FILE are both set. Keep only one."


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe", b"x" * 70_000])
def test_secret_file_unusable(tmp_path: Path, content: bytes | None) -> None:
    """A file that is missing, empty, not text or huge is a problem of its own, told without its path."""
    path = tmp_path / "uri"
    if content is not None:
        path.write_bytes(content)
    (problem,) = problems(MONGODB_URI_FILE=str(path), TOKEN_KEYS=KEY)
    assert problem.startswith("MONGODB_URI_FILE points to a file")
    assert str(tmp_path) not in problem


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("DISCORD_TOKEN", "\ufeffv4lue"),
        ("DISCORD_TOKEN", "v4lue\u00a0v4lue"),
        ("DISCORD_TOKEN", "v4lue v4lue"),
        ("DISCORD_TOKEN", "v4lue\nv4lue"),
        ("DISCORD_TOKEN", "v4lue\0"),
        ("DISCORD_TOKEN", '"v4lue"'),
        ("DISCORD_TOKEN", "v4lue'"),
        ("DISCORD_TOKEN", "“v4lue”"),
        ("SPOTIFY_CLIENT_SECRET", "\ufeffv4lue\r\n"),
        ("SPOTIFY_CLIENT_SECRET", "v4luë"),
        ("MONGODB_URI", "\ufeffmongodb://v4lue"),
        ("MONGODB_URI", "postgres://v4lue"),
        ("MONGODB_URI", "'mongodb://v4lue'"),
        ("TOKEN_KEYS", f"\ufeff{KEY}"),
        ("TOKEN_KEYS", "v4lue"),
    ],
)
def test_secret_file_wrong(tmp_path: Path, name: str, content: str) -> None:
    """What is wrong in a file is said of the file, not of a variable nobody set."""
    (tmp_path / "secret").write_text(content, "utf-8")
    variables = {key: value for key, value in NEEDED.items() if key != name}
    keys = {"TOKEN_KEYS": KEY} if name == "MONGODB_URI" else {}
    with pytest.raises(SettingsError) as raised:
        Settings.from_env({**variables, **keys, f"{name}_FILE": str(tmp_path / "secret")})
    [problem] = raised.value.problems
    assert problem.startswith(f"{name}_FILE points to a file whose content ")
    assert "v4lue" not in problem


@given(st.text("\ufeff\"'v4 \n\r\t\0ë"))
@settings(deadline=None)
def test_secret_file_any(content: str) -> None:
    """Whatever a file holds, it is taken without what stands around it, or the file is named."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "secret")
        path.write_bytes(content.encode())
        variables = {key: value for key, value in NEEDED.items() if key != "DISCORD_TOKEN"}
        token, told = "v4", "DISCORD_TOKEN_FILE "
        try:
            token = Settings.from_env({**variables, "DISCORD_TOKEN_FILE": str(path)}).discord_token
        except SettingsError as wrong:
            [told] = wrong.problems
        assert set(token) <= set("v4\"'")
        assert told.startswith("DISCORD_TOKEN_FILE ")
