"""Settings come from the environment alone; everything wrong is said at once, by name and without values."""

from __future__ import annotations

from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import Settings, SettingsError
from bot.shards import ShardPlan

NEEDED = {
    "DISCORD_TOKEN": "discord-token",
    "SPOTIFY_CLIENT_ID": "client-id",
    "SPOTIFY_CLIENT_SECRET": "client-secret",
    "SPOTIFY_REDIRECT_URI": "https://mixtape.example.org/callback",
}
KEY = "A" * 43 + "="
OTHER_KEY = "b-_1" * 10 + "abc="


def settings(**variables: str) -> Settings:
    return Settings.from_env({**NEEDED, **variables})


def problems(**variables: str) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        settings(**variables)
    return raised.value.problems


def test_defaults() -> None:
    """Four settings are enough; the rest has values that work, and the addresses are the real ones."""
    made = Settings.from_env(NEEDED)
    assert made == Settings(
        discord_token="discord-token",
        spotify_client_id="client-id",
        spotify_client_secret="client-secret",
        spotify_redirect_uri="https://mixtape.example.org/callback",
        mongodb_uri=None,
        data_dir=Path("data"),
        token_keys=None,
        token_keys_file=None,
        public_url="https://mixtape.example.org",
        web_host="127.0.0.1",
        web_port=8080,
        spotify_market="US",
        spotify_concurrency=3,
        spotify_daily_budget=800,
        spotify_seats=5,
        operator_ids=frozenset(),
        trusted_proxies=(),
        shards=1,
        shard_ids=None,
        shard_groups=None,
        drop_channels=False,
        language=None,
        metrics_port=None,
        metrics_host="127.0.0.1",
        metrics_token=None,
        https_proxy=None,
        no_proxy="",
        log_level="INFO",
        log_format="text",
        spotify_api_url="https://api.spotify.com/v1",
        spotify_accounts_url="https://accounts.spotify.com",
        spotify_oembed_url="https://open.spotify.com/oembed",
        discord_api_url="https://discord.com/api/v10",
        discord_gateway_url="wss://gateway.discord.gg",
    )
    assert not made.paste


def test_everything_set() -> None:
    """Each setting arrives in its type, spaces around it and slashes at the end of addresses removed."""
    made = settings(
        MONGODB_URI="mongodb+srv://user:pass@db.example.org/mixtape?retryWrites=true",
        DATA_DIR="/var/lib/mixtape",
        TOKEN_KEYS=f" {KEY}, {OTHER_KEY} ",
        PUBLIC_URL="https://MIXTAPE.example.org:443/",
        WEB_HOST="0.0.0.0",  # noqa: S104 - what a container sets
        WEB_PORT="9000",
        SPOTIFY_MARKET="de",
        SPOTIFY_CONCURRENCY="5",
        SPOTIFY_DAILY_BUDGET="20000",
        SPOTIFY_SEATS="25",
        OPERATOR_IDS="123456789012345678, 223456789012345678",
        TRUSTED_PROXIES="172.18.0.0/16,::1",
        DROP_CHANNELS="On",
        LANGUAGE="DE",
        LOG_LEVEL="debug",
        SPOTIFY_API_URL="http://127.0.0.1:1234/v1/",
        SPOTIFY_ACCOUNTS_URL="http://[::1]:1234",
        SPOTIFY_OEMBED_URL="http://127.0.0.1:1234/oembed/",
        DISCORD_API_URL="https://proxy.example.org/api/v10",
        DISCORD_GATEWAY_URL="ws://127.0.0.1:1234/gateway",
    )
    assert made.mongodb_uri == "mongodb+srv://user:pass@db.example.org/mixtape?retryWrites=true"
    assert (made.data_dir, made.log_level, made.drop_channels) == (Path("/var/lib/mixtape"), "DEBUG", True)
    assert made.token_keys == (KEY, OTHER_KEY)
    assert made.language == "de"
    assert made.public_url == "https://mixtape.example.org"
    assert (made.web_host, made.web_port) == ("0.0.0.0", 9000)  # noqa: S104 - see above
    assert (made.spotify_market, made.spotify_concurrency, made.spotify_daily_budget) == ("DE", 5, 20_000)
    assert made.spotify_seats == 25
    assert made.operator_ids == {123456789012345678, 223456789012345678}
    assert made.trusted_proxies == (ip_network("172.18.0.0/16"), ip_network("::1"))
    assert made.spotify_api_url == "http://127.0.0.1:1234/v1"
    assert made.spotify_accounts_url == "http://[::1]:1234"
    assert made.spotify_oembed_url == "http://127.0.0.1:1234/oembed"
    assert made.discord_api_url == "https://proxy.example.org/api/v10"
    assert made.discord_gateway_url == "ws://127.0.0.1:1234/gateway"


@pytest.mark.parametrize("value", ["0", "unlimited", "Unlimited"])
def test_no_seat_limit(value: str) -> None:
    """An app with extended quota has no seats to count."""
    assert settings(SPOTIFY_SEATS=value).spotify_seats == 0


def test_nothing_set() -> None:
    """All four that are missing are named in one message, each with the place to find it."""
    with pytest.raises(SettingsError) as raised:
        Settings.from_env({})
    assert [problem.split()[0] for problem in raised.value.problems] == [
        "SPOTIFY_REDIRECT_URI",
        "DISCORD_TOKEN",
        "SPOTIFY_CLIENT_ID",
        "SPOTIFY_CLIENT_SECRET",
    ]
    assert all(problem in str(raised.value) for problem in raised.value.problems)


@pytest.mark.parametrize("name", [field.name.upper() for field in fields(Settings)])
def test_empty_is_absent(name: str) -> None:
    """An empty value, as docker-compose writes for an unset one, is the same as none."""

    def outcome(variables: dict[str, str]) -> Settings | list[str]:
        try:
            return Settings.from_env(variables)
        except SettingsError as error:
            return error.problems

    without = {key: value for key, value in NEEDED.items() if key != name}
    assert outcome({**NEEDED, name: "  "}) == outcome(without)


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("http://localhost:8080/callback", "localhost"),
        ("https://localhost/callback", "localhost"),
        ("http://mixtape.example.org/callback", "https"),
        ("http://192.168.1.5:8080/callback", "https"),
        ("http://127.0.0.2/callback", "https"),
        ("ftp://mixtape.example.org/callback", "https"),
        ("mixtape.example.org/callback", "https"),
        ("https:///callback", "such as"),
        ("https://mixtape.example.org/callback?x=1", "?"),
        ("https://mixtape.example.org/callback?", "?"),
        ("https://mixtape.example.org/callback#top", "#"),
        ("https://me:pw@mixtape.example.org/callback", "user name"),
        ("https://mixtape.example.org:99999/callback", "such as"),
        ("https://[::1/callback", "such as"),
        ("https://mixtape.example.org/call back", "such as"),
        ("https://mixtape.example.org/{name}", "such as"),
        ("https://mixtape.example.org", "path"),
        ("https://mixtape.example.org/callback/", "path"),
        ("https://mixtape.example.org/healthz", "own pages"),
        ("https://mixtape.example.org/link/x", "own pages"),
    ],
)
def test_redirect_refused(address: str, word: str) -> None:
    """Redirect addresses that Spotify or our own pages would break on are refused with the reason."""
    (problem,) = problems(SPOTIFY_REDIRECT_URI=address)
    assert problem.startswith("SPOTIFY_REDIRECT_URI ")
    assert word in problem


@pytest.mark.parametrize(
    ("redirect", "origin", "host", "port"),
    [
        ("http://127.0.0.1:8888/callback", "http://127.0.0.1:8888", "127.0.0.1", 8888),
        ("http://[::1]:8888/callback", "http://[::1]:8888", "::1", 8888),
        ("http://127.0.0.1/callback", "http://127.0.0.1", "127.0.0.1", 8080),
    ],
)
def test_loopback(redirect: str, origin: str, host: str, port: int) -> None:
    """A loopback redirect means paste mode, and the server listens where the browser would go."""
    made = settings(SPOTIFY_REDIRECT_URI=redirect)
    assert made.paste
    assert (made.spotify_redirect_uri, made.public_url) == (redirect, origin)
    assert (made.web_host, made.web_port) == (host, port)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISCORD_TOKEN", "two words"),
        ("DISCORD_TOKEN", "tökén"),
        ("SPOTIFY_CLIENT_ID", '"quoted"'),
        ("SPOTIFY_CLIENT_ID", "'quoted"),
        ("SPOTIFY_CLIENT_ID", 'quoted"'),
        ("SPOTIFY_CLIENT_ID", "“quoted”"),
        ("SPOTIFY_CLIENT_ID", '"'),
        ("MONGODB_URI", "postgres://db"),
        ("MONGODB_URI", "mongodb:///mixtape"),
        ("TOKEN_KEYS", "short"),
        ("TOKEN_KEYS", f"{KEY},short"),
        ("TOKEN_KEYS", ","),
        ("PUBLIC_URL", "https://other.example.org"),
        ("PUBLIC_URL", "https://mixtape.example.org:8443"),
        ("PUBLIC_URL", "http://mixtape.example.org"),
        ("PUBLIC_URL", "https://mixtape.example.org/bot"),
        ("WEB_HOST", "not a host"),
        ("WEB_HOST", "1.2.3.4/8"),
        ("WEB_PORT", "eighty"),
        ("WEB_PORT", "65536"),
        ("WEB_PORT", "-1"),
        ("WEB_PORT", "٨٠"),
        ("SPOTIFY_MARKET", "Germany"),
        ("SPOTIFY_CONCURRENCY", "51"),
        ("SPOTIFY_DAILY_BUDGET", "-1"),
        ("SPOTIFY_SEATS", "-1"),
        ("SPOTIFY_SEATS", "many"),
        ("OPERATOR_IDS", "me"),
        ("OPERATOR_IDS", "99999999999999999999"),
        ("TRUSTED_PROXIES", "proxy"),
        ("TRUSTED_PROXIES", "10.0.0.1:80"),
        ("SHARDS", "-1"),
        ("SHARDS", "some"),
        ("SHARD_IDS", "3-1"),
        ("SHARD_IDS", "first"),
        ("SHARD_IDS", "-1"),
        ("SHARD_GROUPS", "-1"),
        ("DROP_CHANNELS", "perhaps"),
        ("LANGUAGE", "xx"),
        ("METRICS_PORT", "70000"),
        ("METRICS_HOST", "not a host"),
        ("HTTPS_PROXY", "proxy.example.net:3128"),
        ("HTTPS_PROXY", "socks5://proxy.example.org:1080"),
        ("HTTPS_PROXY", "http://proxy.example.org:99999"),
        ("HTTPS_PROXY", "http://:3128"),
        ("HTTPS_PROXY", "http://proxy.example.org/path"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("SPOTIFY_API_URL", "http://api.spotify.com/v1"),
        ("SPOTIFY_ACCOUNTS_URL", "https://user@accounts.spotify.com"),
        ("SPOTIFY_OEMBED_URL", "http://open.spotify.com/oembed"),
        ("DISCORD_API_URL", "wss://discord.com"),
        ("DISCORD_GATEWAY_URL", "https://gateway.discord.gg"),
        ("DISCORD_GATEWAY_URL", "ws://gateway.discord.gg"),
    ],
)
def test_refused(name: str, value: str) -> None:
    """A wrong value is one problem, which begins with the setting's name and does not show the value."""
    others = {"TOKEN_KEYS": KEY} if name == "MONGODB_URI" else {}
    (problem,) = problems(**others, **{name: value})
    assert problem.startswith(f"{name} ")
    assert value not in problem.removeprefix(name) or value == ","


def test_keys_needed_with_mongodb() -> None:
    """With MongoDB there is no folder of ours for a key file, so the keys must be set."""
    (problem,) = problems(MONGODB_URI="mongodb://db")
    assert problem.startswith("TOKEN_KEYS is missing")


def test_shards() -> None:
    """Shards are a number, or left to Discord; a process has all of them, or those it is given."""
    assert settings(SHARDS="auto").shard_plan == ShardPlan(None)
    several = {"MONGODB_URI": "mongodb://db", "TOKEN_KEYS": KEY, "SHARDS": "16"}
    assert settings(**several, SHARD_IDS="0-3, 8,2").shard_plan == ShardPlan(16, (0, 1, 2, 3, 8))


@pytest.mark.parametrize(
    ("name", "value", "shards", "uri", "word"),
    [
        ("SHARD_IDS", "0,2", "4", "", "MONGODB_URI"),
        ("SHARD_IDS", "0,2", "auto", "mongodb://db", "a number"),
        ("SHARD_IDS", "0,2", "2", "mongodb://db", "doesn't exist"),
        ("SHARD_GROUPS", "2", "4", "", "MONGODB_URI"),
        ("SHARD_GROUPS", "2", "auto", "mongodb://db", "a number"),
        ("SHARD_GROUPS", "3", "2", "mongodb://db", "more than SHARDS"),
    ],
)
def test_shards_that_do_not_fit(name: str, value: str, shards: str, uri: str, word: str) -> None:
    """Several processes need a database they share, and must agree on the number of shards."""
    (problem,) = problems(**{name: value}, SHARDS=shards, MONGODB_URI=uri, TOKEN_KEYS=KEY)
    assert problem.startswith(f"{name} ")
    assert word in problem


def test_either_ids_or_groups() -> None:
    """Which shards a process has is either fixed or found out."""
    several = {"MONGODB_URI": "mongodb://db", "TOKEN_KEYS": KEY, "SHARDS": "4"}
    (problem,) = problems(**several, SHARD_IDS="0", SHARD_GROUPS="2")
    assert problem.startswith("SHARD_GROUPS and SHARD_IDS")
    assert settings(**several, SHARD_GROUPS="2").shard_plan == ShardPlan(4, None, 2)


def test_metrics_for_others_need_a_token() -> None:
    """Figures that other machines can reach are behind a token, or the bot doesn't start."""
    (problem,) = problems(METRICS_PORT="9464", METRICS_HOST="0.0.0.0")  # noqa: S104 - on purpose
    assert problem.startswith("METRICS_TOKEN is missing")
    made = settings(METRICS_PORT="9464", METRICS_HOST="0.0.0.0", METRICS_TOKEN="long")  # noqa: S104 - likewise
    assert made.metrics_port == 9464
    assert "long" in made.secrets


def test_repr_hides_secrets() -> None:
    """Printing the settings shows no secret."""
    made = settings(MONGODB_URI="mongodb://user:pass@db", TOKEN_KEYS=f"{KEY},{OTHER_KEY}")
    assert set(made.secrets) == {"discord-token", "client-secret", "mongodb://user:pass@db", KEY, OTHER_KEY}
    assert not [secret for secret in made.secrets if secret in repr(made)]


NAMES = [field.name.upper() for field in fields(Settings)]


@given(st.dictionaries(st.sampled_from(NAMES), st.text(), max_size=5))
def test_any_text(variables: dict[str, str]) -> None:
    """No value makes it fail in another way, and none is repeated in the message."""
    marked = {name: f"v4lue{value}" for name, value in variables.items()}
    message = ""
    try:
        settings(**marked)
    except SettingsError as error:
        message = str(error)
    assert "v4lue" not in message


@given(
    st.sampled_from(["http", "https", "ws", ""]),
    st.text(),
    st.sampled_from(["SPOTIFY_REDIRECT_URI", "PUBLIC_URL"]),
)
def test_any_address(scheme: str, rest: str, name: str) -> None:
    """Addresses of every shape are taken or refused, never a crash."""
    try:
        made = settings(**{name: f"{scheme}://{rest}"})
    except SettingsError:
        return
    assert made.spotify_redirect_uri.isascii()
