"""Reads the operator's settings one by one and collects every problem, without showing any values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.languages import languages
from bot.networks import nearly_all, read_network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.networks import Network

MAX_SECRET_FILE_BYTES = 65_536
QUOTES = "\"'“”„‘’‚«»"  # noqa: RUF001 - as keyboards and web pages have them
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOG_FORMATS = ("text", "json")

FERNET_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]*)*")
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """A web address without a user name, query or fragment."""

    scheme: str
    host: str
    """In lower case; an IPv6 address without its brackets."""
    port: int | None
    """None: the scheme's default."""
    path: str
    """Without a slash at the end; "" at the root."""

    @classmethod
    def parse(cls, text: str) -> Address | None:
        """None for anything that isn't clearly such an address."""
        if not text.isascii() or not text.isprintable() or any(sign in text for sign in " \\?#"):
            return None
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError:
            return None
        host = parts.hostname or ""
        if parts.scheme not in _DEFAULT_PORTS or "@" in parts.netloc or port == 0 or not is_host(host):
            return None
        if not _PATH.fullmatch(parts.path):
            return None
        return cls(
            parts.scheme,
            host,
            None if port == _DEFAULT_PORTS[parts.scheme] else port,
            parts.path.rstrip("/"),
        )

    @property
    def loopback(self) -> bool:
        """Whether it points to the client's own machine."""
        return self.host == "localhost" or (is_ip(self.host) and ip_address(self.host).is_loopback)

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port else "")

    def __str__(self) -> str:
        return self.origin + self.path


class Environment:
    """The variables, one method per kind. After a problem, the value returned is a placeholder that is never used."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._problems: dict[str, str] = {}
        self._from_file: set[str] = set()  # secrets read from a file: problems then name the file

    @property
    def problems(self) -> list[str]:
        return list(self._problems.values())

    def problem(self, name: str, advice: str, *, suffix: str = "") -> None:
        """Record the first problem with each setting; any others usually follow from it."""
        what = f"{name}_FILE points to a file whose content" if name in self._from_file else f"{name}{suffix}"
        self._problems.setdefault(name, f"{what} {advice}")

    def text(self, name: str) -> str | None:
        """The value without surrounding spaces; None if it's missing or empty."""
        return self._unquoted(name, self._variables.get(name, "")) or None

    def _unquoted(self, name: str, text: str) -> str:
        value = text.strip()
        if value and (value[0] in QUOTES or value[-1] in QUOTES):
            self.problem(name, "has quotation marks around it or at one end. Remove them.")
            return value.strip(QUOTES)
        return value

    def secret(self, name: str) -> str | None:
        """The value of NAME, or what the file named by NAME_FILE holds."""
        value = self.text(name)
        file = self.text(f"{name}_FILE")
        if file is None:
            return value
        if value is not None:
            self.problem(name, f"and {name}_FILE are both set. Keep only one.")
            return value
        try:
            with Path(file).open("rb") as opened:
                content = opened.read(MAX_SECRET_FILE_BYTES + 1)
            value = content.decode("utf-8")
        except UnicodeDecodeError:
            value = ""
        except (OSError, ValueError) as error:  # the latter: it's no path at all
            why = f": {error.strerror}" if isinstance(error, OSError) else ""
            self.problem(name, f"points to a file that can't be read{why}.", suffix="_FILE")
            return "unreadable"
        if not value.strip() or len(content) > MAX_SECRET_FILE_BYTES:
            self.problem(name, "points to a file without a usable value.", suffix="_FILE")
            return "unreadable"
        self._from_file.add(name)
        if value.startswith("\ufeff"):
            self.problem(name, "starts with a byte order mark. Save it as UTF-8 without one.")
        return self._unquoted(name, value.removeprefix("\ufeff"))

    def required(self, name: str, value: str | None, where: str) -> str:
        """One word of printable characters. `where`: the sentence that says where to find it."""
        if value is None:
            self.problem(name, f"is missing. {where}")
        elif not value.isascii() or not value.isprintable() or " " in value:
            self.problem(name, f"has spaces or other characters that don't belong there. {where}")
        return value or ""

    def redirect(self, name: str, reserved: frozenset[str]) -> Address | None:
        """Where Spotify sends people back to. reserved: paths of our own pages.

        Source: developer.spotify.com/documentation/web-api/concepts/redirect_uri
        """
        text = self.text(name)
        if text is None:
            self.problem(
                name,
                "is missing. Use https://YOUR-HOST/callback, or http://127.0.0.1:8080/callback if you have no "
                "public https address, and enter exactly the same in the Spotify dashboard.",
            )
            return None
        address = Address.parse(text)
        if address is None or address.scheme not in {"http", "https"}:
            self.problem(
                name, "must be an address such as https://YOUR-HOST/callback, without a user name, ? or #."
            )
            return None
        if address.host == "localhost":
            self.problem(name, "can't use localhost: Spotify rejects it. Use 127.0.0.1 instead.")
        elif address.scheme == "http" and address.host not in {"127.0.0.1", "::1"}:
            self.problem(name, "must use https: Spotify allows http only with 127.0.0.1 or [::1].")
        elif not address.path or text.endswith("/") or "//" in address.path:
            self.problem(name, "needs a path without a trailing slash, such as /callback.")
        elif address.path in reserved or address.path.startswith("/link/"):
            self.problem(name, "uses the path of one of the bot's own pages. Use another, such as /callback.")
        return address

    def public_url(self, name: str, redirect: Address | None) -> str:
        """The origin where members reach our pages."""
        text = self.text(name)
        if text is None or redirect is None:
            return redirect.origin if redirect else ""
        address = Address.parse(text)
        if address is None or address.path:
            self.problem(name, "must be an address without a path, such as https://YOUR-HOST.")
        elif address.origin != redirect.origin:
            self.problem(
                name, "must have the same scheme, host and port as SPOTIFY_REDIRECT_URI, or be left out."
            )
        return redirect.origin

    def service(self, name: str, default: str) -> str:
        """A service's address: encrypted like the default, or unencrypted on this machine. No trailing slash."""
        text = self.text(name)
        if text is None:
            return default
        secure = default.partition(":")[0]
        plain = secure.removesuffix("s")
        address = Address.parse(text)
        if address is None or address.scheme not in {secure, plain}:
            self.problem(name, f"must be an address with {secure}://, without a user name, ? or #.")
        elif address.scheme == plain and not address.loopback:
            self.problem(name, f"must use {secure}; only 127.0.0.1 and [::1] can be unencrypted.")
        return str(address)

    def proxy(self, name: str) -> str | None:
        """As other programs read it: in lower case, too. May have a user name and password."""
        text = self.secret(name) or self.text(name.lower())
        if text is None:
            return None
        try:
            parts = urlsplit(text)
            usable = parts.scheme in {"http", "https"} and is_host(parts.hostname or "") and parts.port != 0
        except ValueError:
            usable = False
        if not usable or parts.path.strip("/") or parts.query or parts.fragment or not text.isprintable():
            self.problem(name, "must be an address such as http://proxy.example.org:3128.")
        return text

    def mongodb_uri(self, name: str) -> str | None:
        uri = self.secret(name)
        if uri is not None and not re.fullmatch(r"mongodb(\+srv)?://[^\s/]+(/\S*)?", uri):
            self.problem(name, "must start with mongodb:// or mongodb+srv:// and include a host.")
        return uri

    def token_keys(self, name: str, *, needed: bool) -> tuple[str, ...] | None:
        """Fernet keys, newest first, separated by commas or line breaks."""
        text = self.secret(name)
        how = (
            "Make a key with: python3 -c "
            '"import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
        )
        if text is None:
            if needed:
                self.problem(name, f"is missing, but required with MONGODB_URI. {how}")
            return None
        lines = [line for line in text.splitlines() if not line.strip().startswith("#")]
        keys = tuple(key for key in re.split(r"[,\s]+", " ".join(lines)) if key)
        if not keys or not all(FERNET_KEY.fullmatch(key) for key in keys):
            self.problem(name, f"must be keys of 44 characters each, separated by commas. {how}")
        return keys

    def host(self, name: str, default: str) -> str:
        value = (self.text(name) or default).lower().removeprefix("[").removesuffix("]")
        if not is_host(value):
            self.problem(name, "must be an address on this machine, such as 127.0.0.1, or 0.0.0.0 for all.")
        return value

    def port(self, name: str, default: int) -> int:
        value = self.text(name)
        if value is None:
            return default
        if not re.fullmatch(r"[0-9]{1,5}", value) or int(value) > 65535:
            self.problem(name, "must be a number from 1 to 65535, or 0 for any free port.")
            return default
        return int(value)

    def port_if_set(self, name: str) -> int | None:
        return None if self.text(name) is None else self.port(name, 0)

    def count(self, name: str, default: int, most: int) -> int:
        """A whole number, at least 1."""
        value = self.text(name)
        if value is None:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", value) or not 1 <= int(value) <= most:
            self.problem(name, f"must be a number from 1 to {most}.")
            return default
        return int(value)

    def shards(self, name: str) -> int | None:
        """How many; None: as many as Discord recommends."""
        value = (self.text(name) or "1").lower()
        if value == "auto":
            return None
        if not re.fullmatch(r"[1-9][0-9]{0,3}", value):
            self.problem(name, "must be a number from 1 to 9999, or auto.")
            return 1
        return int(value)

    def shard_ids(self, name: str) -> tuple[int, ...] | None:
        """Numbers and ranges, such as 0-3,8; None: not set."""
        ids: set[int] = set()
        for entry in self._list(name):
            found = re.fullmatch(r"([0-9]{1,5})(?:-([0-9]{1,5}))?", entry)
            if found is None or int(found[2] or found[1]) < int(found[1]):
                self.problem(name, "must be numbers of shards, from 0, such as 0-3 or 0,2.")
                return None
            ids.update(range(int(found[1]), int(found[2] or found[1]) + 1))
        return tuple(sorted(ids)) or None

    def seats(self, name: str, default: int) -> int:
        """A number of people, or 0 if there is no limit."""
        value = (self.text(name) or str(default)).lower()
        if value in {"0", "unlimited"}:
            return 0
        if not re.fullmatch(r"[0-9]{1,5}", value) or int(value) < 1:
            self.problem(name, "must be a number of people, or unlimited.")
            return default
        return int(value)

    def switch(self, name: str) -> bool:
        """Off unless it is turned on."""
        value = (self.text(name) or "off").lower()
        if value not in {"on", "off"}:
            self.problem(name, "must be on or off.")
        return value == "on"

    def market(self, name: str, default: str) -> str:
        value = (self.text(name) or default).upper()
        if not re.fullmatch(r"[A-Z]{2}", value):
            self.problem(name, "must be a two-letter country code, such as DE or US.")
        return value

    def language(self, name: str) -> str | None:
        value = (self.text(name) or "").lower()
        if value and value not in languages():
            self.problem(name, f"must be one of these: {', '.join(languages())}.")
        return value or None

    def ids(self, name: str) -> frozenset[int]:
        entries = self._list(name)
        if not all(re.fullmatch(r"[1-9][0-9]{14,19}", entry) and int(entry) < 2**64 for entry in entries):
            self.problem(name, "must be Discord IDs separated by commas (in Discord: Copy User ID).")
            return frozenset()
        return frozenset(map(int, entries))

    def networks(self, name: str) -> tuple[Network, ...]:
        try:
            networks = tuple(read_network(entry) for entry in self._list(name))
        except ValueError:
            self.problem(name, "must be addresses or networks separated by commas, such as 172.18.0.0/16.")
            return ()
        if nearly_all(networks):
            self.problem(name, "would trust everyone. Use only the addresses of your own proxy.")
        return networks

    def log_level(self, name: str, default: str) -> str:
        value = (self.text(name) or default).upper()
        if value not in LOG_LEVELS:
            self.problem(name, f"must be one of {', '.join(LOG_LEVELS)}.")
        return value

    def log_format(self, name: str, default: str) -> str:
        value = (self.text(name) or default).lower()
        if value not in LOG_FORMATS:
            self.problem(name, f"must be {' or '.join(LOG_FORMATS)}.")
        return value

    def _list(self, name: str) -> list[str]:
        return [entry for entry in re.split(r"[,\s]+", self.text(name) or "") if entry]


def is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_host(text: str) -> bool:
    """An IP address without brackets, or a name in lower case."""
    return bool(_HOST.fullmatch(text)) or is_ip(text)
