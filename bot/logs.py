"""The bot's log on stderr. Every secret is removed at the last moment, tracebacks included."""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import TracebackType

HIDDEN = "[hidden]"
TIME = "%Y-%m-%dT%H:%M:%S%z"

OURS = ("bot", "cogs", "sandbox", "__main__")

_NAMES = (
    r"access_token|refresh_token|id_token|token|code|code_verifier|code_challenge|state|client_secret"
    r"|authorization|cookie|set-cookie|password"
)
# Members and Spotify influence what is logged, so each pattern must run in time linear in the line's length.
_PATTERNS = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        # Authorization headers, Discord's and Spotify's
        (r"\b(Bearer|Bot|Basic)\s+[A-Za-z0-9._~+/=-]{16,}", rf"\1 {HIDDEN}"),
        # query strings and form bodies
        (rf"\b({_NAMES})=[^&\s\"'<>]+", rf"\1={HIDDEN}"),
        # JSON, also inside another string, and the repr of a dict
        (rf"(\\?[\"'](?:{_NAMES})\\?[\"']\s*:\s*\\?[\"'])[^\"'\\]+", rf"\1{HIDDEN}"),
        # raw headers: nothing else is on their line
        (r"\b((?:authorization|cookie):)[^\r\n]+", rf"\1 {HIDDEN}"),
        # user name and password in an address, as in MONGODB_URI. Without the scheme, which could be endlessly long
        (r"://[^/?#\s@]+@", f"://{HIDDEN}@"),
        # the address of a link attempt's page
        (r"(/link/)[A-Za-z0-9_-]{8,}", rf"\1{HIDDEN}"),
        # interaction tokens are in the paths of Discord's API
        (r"(/(?:webhooks|interactions)/[0-9]+/)[^/?\s\"']+", rf"\1{HIDDEN}"),
    )
)
# Names come from members and from Spotify: none may start a new line, move the cursor or reverse the text.
_UNPRINTABLE = {
    code: f"\\u{code:04x}"
    for code in (*range(9), *range(11, 32), *range(127, 160), *range(0x2028, 0x202F), *range(0x2066, 0x206A))
}
_IN_MESSAGES = {**_UNPRINTABLE, ord("\n"): "\\n"}


def configure(level: str, secrets: Collection[str], *, form: str = "text") -> None:
    """Log to stderr, without `secrets` and anything that looks like one.

    level: for our own code. Libraries stay at INFO or above, since some print parameters and bodies below that.
    form: "text", or "json": one object per line.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(secrets) if form == "json" else HidingFormatter(secrets))
    logging.basicConfig(
        level=max(logging.INFO, logging.getLevelNamesMapping()[level]), handlers=[handler], force=True
    )
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # an error about a record would print its raw arguments
    sys.excepthook = _log_unexpected


def _log_unexpected(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    """Python itself would print the traceback without going through our handler."""
    logging.getLogger("bot").critical("stopped by an unexpected error", exc_info=(kind, error, traceback))


class HidingFormatter(logging.Formatter):
    def __init__(self, secrets: Collection[str]) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", TIME)
        shapes = {
            shape for secret in secrets if secret for shape in (secret, quote(secret), quote_plus(secret))
        }
        # Longest first: one secret can be a prefix of another.
        ordered = sorted(shapes, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return super().formatMessage(record).translate(_IN_MESSAGES)

    def format(self, record: logging.LogRecord) -> str:
        return self.hide(super().format(record).translate(_UNPRINTABLE))

    def hide(self, text: str) -> str:
        if self._secrets:
            text = self._secrets.sub(HIDDEN, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text


class JsonFormatter(HidingFormatter):
    """Each record as one JSON object. Secrets are removed from the texts in it, before quoting could disguise them."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, TIME),
            "level": record.levelname,
            "logger": record.name,
            "message": self.hide(record.getMessage().translate(_IN_MESSAGES)),
        }
        reference = getattr(record, "reference", None)
        if reference is not None:
            line["reference"] = str(reference)
        if record.exc_info and record.exc_info[0] is not None:
            line["traceback"] = self.hide(self.formatException(record.exc_info).translate(_UNPRINTABLE))
        return json.dumps(line)
