"""Failures we expect, in our words. Worded for people once: in `cogs/words/errors.py` and `bot/web/callback.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from pathlib import Path

    from bot.spotify.models import Playlist


class BotError(Exception):
    """Something a member or the operator can understand and act on. Attributes carry the facts."""


class StoreUnavailableError(BotError):
    """The database is away or its disk is full. Nothing of the current request was kept."""


class DatabaseInUseError(BotError):
    """Another process has the database file open. The bot does not start."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"another process uses {path}")
        self.path = path


class DatabaseTooNewError(BotError):
    """A newer version of the bot has changed the database file's schema. The bot does not start."""

    def __init__(self, path: Path, version: int, known: int) -> None:
        super().__init__(f"{path} has schema version {version}, this bot knows versions up to {known}")
        self.path = path
        self.version = version
        self.known = known


class IdentifiesUsedUpError(BotError):
    """So many sessions were begun at Discord in a day that one more could cost the bot its token."""

    def __init__(self, count: int, until: datetime) -> None:
        super().__init__(
            f"{count} sessions were begun at Discord within 24 hours, and at 1,000 Discord resets the bot's token. "
            "Find out why they come to nothing, and start the bot again after "
            f"{until:%Y-%m-%d %H:%M} UTC"
        )
        self.count = count
        self.until = until


class AccountUnreadableError(BotError):
    """The member's stored tokens cannot be decrypted: a key is missing, or somebody changed the row.

    Linking again replaces them.
    """


class NotLinkedError(BotError):
    """The member has not linked a Spotify account."""


class LinkEndedError(BotError):
    """Spotify no longer accepts the member's consent (six months are over, or it was withdrawn).

    The tokens are erased.
    """


class ScopeMissingError(BotError):
    """The member's consent does not cover what the command needs."""

    def __init__(self, missing: Collection[str]) -> None:
        super().__init__("consent lacks a scope")
        self.missing = frozenset(missing)


class AccountTakenError(BotError):
    """The Spotify account is linked by another member already."""


class LinkAttemptError(BotError):
    """A link attempt did not succeed; nothing was linked."""


class LinkExpiredError(LinkAttemptError):
    """No such attempt any more: unknown, expired after 10 minutes, cancelled, replaced or used up."""


class LinkUsedError(LinkAttemptError):
    """The page of this attempt was already opened and continued in another browser."""


class LinkForgedError(LinkAttemptError):
    """State or cookie do not belong to this attempt."""


class LinkDeniedError(LinkAttemptError):
    """The person said no on Spotify's page, or Spotify refused. `reason`: Spotify's error word, untrusted."""

    def __init__(self, reason: str) -> None:
        super().__init__("consent denied")
        self.reason = reason


class LinkNotFinishedError(LinkAttemptError):
    """A code was typed before Spotify's page was finished. The attempt goes on."""


class PastedAddressError(LinkAttemptError):
    """What was pasted is not the address of our callback with `code` and `state`. The attempt goes on."""


class WrongCodeError(LinkAttemptError):
    """The six digits are not the ones shown in the browser. At `tries_left` = 0 the attempt is erased."""

    def __init__(self, tries_left: int) -> None:
        super().__init__("wrong code")
        self.tries_left = tries_left


class NothingFoundError(BotError):
    """Spotify has nothing for this query."""

    def __init__(self, query: str) -> None:
        super().__init__("nothing found")
        self.query = query


class PlaylistNotFoundError(BotError):
    """None of the member's playlists fits, or Spotify does not know (or does not show) the playlist."""

    def __init__(self, query: str) -> None:
        super().__init__("playlist not found")
        self.query = query


class PlaylistLockedError(BotError):
    """The member may not change this playlist: someone else owns it."""

    def __init__(self, playlist: Playlist) -> None:
        super().__init__("playlist belongs to someone else")
        self.playlist = playlist


class AdditionUnknownError(BotError):
    """Spotify did not say whether the track went in, and reading the playlist did not settle it.

    It is not sent again.
    """

    def __init__(self, playlist: Playlist) -> None:
        super().__init__("outcome of the write is unknown")
        self.playlist = playlist
