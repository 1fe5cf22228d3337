"""What the operator can set: turns environment variables into one Settings, or one list of everything wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.environment import Address, Environment
from bot.networks import is_loopback
from bot.shards import ShardPlan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.networks import Network

OUR_PATHS = frozenset({"/link", "/linked", "/style.css", "/icon.svg", "/healthz", "/readyz"})
FIRST_LINE = "Fix these settings, in .env or in the environment:"


class SettingsError(Exception):
    """The bot can't start with these settings. As text: one line per problem, for the operator.

    problems: each names the setting and what to do, and never shows its value.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join([FIRST_LINE, *(f"- {problem}" for problem in problems)]))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """One field per environment variable, named in lower case.

    Fields left out of the repr are secrets; the environment can name a file for them (DISCORD_TOKEN_FILE).
    """

    discord_token: str = field(repr=False)
    spotify_client_id: str
    spotify_client_secret: str = field(repr=False)
    spotify_redirect_uri: str
    mongodb_uri: str | None = field(repr=False)
    """None: SQLite in data_dir."""
    data_dir: Path
    token_keys: tuple[str, ...] | None = field(repr=False)
    """Fernet keys, newest first. None (only with SQLite): the key file in data_dir."""
    token_keys_file: Path | None
    """Where they came from, if that's a file."""
    public_url: str
    """Scheme, host and port where members reach our pages."""
    web_host: str
    web_port: int
    """0: any free port."""
    spotify_market: str
    """Two capital letters: the country whose catalogue is shown to members who haven't linked Spotify."""
    spotify_concurrency: int
    """Requests to Spotify running at the same time."""
    spotify_daily_budget: int
    """Requests to Spotify in 24 hours, across all processes."""
    spotify_seats: int
    """How many people the Spotify app lets in. 0: no limit."""
    operator_ids: frozenset[int]
    """Empty: the owner of the Discord application."""
    trusted_proxies: tuple[Network, ...]
    shards: int | None
    """Connections to Discord, over all processes. None: as many as Discord recommends."""
    shard_ids: tuple[int, ...] | None
    """Those of this process. None: all, or one of the groups."""
    shard_groups: int | None
    """How many processes share the shards, each taking a group that is free. None: they don't."""
    drop_channels: bool
    """Whether links that members post in drop channels are added; Discord must let the bot read messages."""
    language: str | None
    """Of all answers. None: each member's and server's own, as set in Discord."""
    metrics_port: int | None
    """Of /metrics. None: there is none. 0: any free port."""
    metrics_host: str
    metrics_token: str | None = field(repr=False)
    """Asked of whoever reads /metrics. None: only this machine may."""
    https_proxy: str | None = field(repr=False)
    """For connections to Discord and Spotify. None: they are direct."""
    no_proxy: str
    """Hosts that are reached without it, separated by commas."""
    log_level: str
    log_format: str
    """One of LOG_FORMATS."""
    spotify_api_url: str
    spotify_accounts_url: str
    spotify_oembed_url: str
    """Resolves short links."""
    discord_api_url: str
    discord_gateway_url: str

    @classmethod
    def from_env(cls, variables: Mapping[str, str]) -> Settings:
        """Read all settings. The only I/O is reading the files named by NAME_FILE.

        Raises SettingsError with all problems at once.
        """
        env = Environment(variables)
        redirect = env.redirect("SPOTIFY_REDIRECT_URI", OUR_PATHS)
        mongodb_uri = env.mongodb_uri("MONGODB_URI")
        loopback = redirect if redirect and redirect.loopback else None
        settings = cls(
            discord_token=env.required(
                "DISCORD_TOKEN",
                env.secret("DISCORD_TOKEN"),
                "Copy it from https://discord.com/developers/applications (your application, Bot).",
            ),
            spotify_client_id=env.required(
                "SPOTIFY_CLIENT_ID",
                env.text("SPOTIFY_CLIENT_ID"),
                "Copy it from https://developer.spotify.com/dashboard (your app, Settings).",
            ),
            spotify_client_secret=env.required(
                "SPOTIFY_CLIENT_SECRET",
                env.secret("SPOTIFY_CLIENT_SECRET"),
                "Copy it from https://developer.spotify.com/dashboard (your app, Settings).",
            ),
            spotify_redirect_uri=env.text("SPOTIFY_REDIRECT_URI") or "",
            mongodb_uri=mongodb_uri,
            data_dir=Path(env.text("DATA_DIR") or "data"),
            token_keys=env.token_keys("TOKEN_KEYS", needed=mongodb_uri is not None),
            token_keys_file=Path(file) if (file := env.text("TOKEN_KEYS_FILE")) else None,
            public_url=env.public_url("PUBLIC_URL", redirect),
            web_host=env.host("WEB_HOST", loopback.host if loopback else "127.0.0.1"),
            web_port=env.port("WEB_PORT", (loopback and loopback.port) or 8080),
            spotify_market=env.market("SPOTIFY_MARKET", "US"),
            spotify_concurrency=env.count("SPOTIFY_CONCURRENCY", 3, most=50),
            spotify_daily_budget=env.count("SPOTIFY_DAILY_BUDGET", 800, most=10_000_000),
            spotify_seats=env.seats("SPOTIFY_SEATS", 5),
            operator_ids=env.ids("OPERATOR_IDS"),
            trusted_proxies=env.networks("TRUSTED_PROXIES"),
            shards=env.shards("SHARDS"),
            shard_ids=env.shard_ids("SHARD_IDS"),
            shard_groups=env.count("SHARD_GROUPS", 0, most=9999) or None,
            drop_channels=env.switch("DROP_CHANNELS"),
            language=env.language("LANGUAGE"),
            metrics_port=env.port_if_set("METRICS_PORT"),
            metrics_host=env.host("METRICS_HOST", "127.0.0.1"),
            metrics_token=env.secret("METRICS_TOKEN"),
            https_proxy=env.proxy("HTTPS_PROXY"),
            no_proxy=env.text("NO_PROXY") or env.text("no_proxy") or "",
            log_level=env.log_level("LOG_LEVEL", "INFO"),
            log_format=env.log_format("LOG_FORMAT", "text"),
            spotify_api_url=env.service("SPOTIFY_API_URL", "https://api.spotify.com/v1"),
            spotify_accounts_url=env.service("SPOTIFY_ACCOUNTS_URL", "https://accounts.spotify.com"),
            spotify_oembed_url=env.service("SPOTIFY_OEMBED_URL", "https://open.spotify.com/oembed"),
            discord_api_url=env.service("DISCORD_API_URL", "https://discord.com/api/v10"),
            discord_gateway_url=env.service("DISCORD_GATEWAY_URL", "wss://gateway.discord.gg"),
        )
        exposed = not is_loopback(settings.metrics_host)
        if exposed and settings.metrics_token is None and not env.problems:
            env.problem("METRICS_TOKEN", "is missing, but required if METRICS_HOST isn't this machine only.")
        settings.shard_plan.check(env.problem, shared_database=mongodb_uri is not None)
        if env.problems:
            raise SettingsError(env.problems)
        return settings

    @property
    def paste(self) -> bool:
        """Whether members paste an address into Discord, because their browsers can't reach our pages."""
        redirect = Address.parse(self.spotify_redirect_uri)
        return redirect is not None and redirect.loopback

    @property
    def shard_plan(self) -> ShardPlan:
        return ShardPlan(self.shards, self.shard_ids, self.shard_groups)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values that must never be shown, not even in a log."""
        proxy = urlsplit(self.https_proxy or "").password
        single = (self.discord_token, self.spotify_client_secret, self.mongodb_uri, self.metrics_token, proxy)
        return tuple(secret for secret in (*single, *(self.token_keys or ())) if secret)
