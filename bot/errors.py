"""Failures we expect, as classes. Worded for people once: in `cogs/words/errors.py` and `bot/web/callback.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.spotify.errors import SpotifyUnavailableError

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from pathlib import Path

    from bot.spotify.models import Playlist


class BotError(Exception):
    """Something a member or the operator can understand and act on. Attributes carry the facts."""


class StoreUnavailableError(BotError):
    """The database is unavailable or its disk is full. Nothing of the current request was saved."""


class DatabaseInUseError(BotError):
    """Another process has the database file open. The bot doesn't start."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"another process is using {path}")
        self.path = path


class DatabaseTooNewError(BotError):
    """A newer version of the bot has changed the database's schema. The bot doesn't start."""

    def __init__(self, database: Path | str, version: int, known: int) -> None:
        super().__init__(
            f"{database} was used by a newer version of the bot "
            f"(schema version {version}; this bot knows up to {known})"
        )
        self.database = database
        self.version = version
        self.known = known


class DatabaseTooOldError(BotError):
    """The database file's schema is older than this version's. Nothing was upgraded."""

    def __init__(self, path: Path, version: int, known: int) -> None:
        super().__init__(
            f"{path} was last used by an older version of the bot (schema version {version}; this bot's is {known}). "
            "Make the backup with that version, or start the bot once"
        )
        self.path = path
        self.version = version
        self.known = known


class RestoreUnfinishedError(StoreUnavailableError):
    """A restore of this database was interrupted, so that only a part is in it. The bot doesn't start."""

    def __init__(self) -> None:
        super().__init__(
            "a restore of this database didn't finish, so only a part of the data is there. "
            "Run `python -m bot restore` again, with the same backup"
        )


class BotRunningError(BotError):
    """The bot uses the database that is to be replaced."""

    def __init__(self) -> None:
        super().__init__(
            "the bot is running on this database. Stop it first; after a crash, wait two minutes"
        )


class IdentifiesUsedUpError(BotError):
    """So many Discord sessions were started in one day that another could cost the bot its token."""

    def __init__(self, count: int, until: datetime) -> None:
        super().__init__(
            f"{count} Discord sessions were started within 24 hours, and at 1,000 Discord resets the bot's token. "
            f"Find out why they fail, and start the bot again after {until:%Y-%m-%d %H:%M} UTC"
        )
        self.count = count
        self.until = until


class AccountUnreadableError(BotError):
    """The member's stored tokens can't be decrypted: a key is missing, or someone changed the row.

    Linking again replaces them.
    """


class NotLinkedError(BotError):
    """The member has not linked a Spotify account. wanted: the scopes that what they asked for needs, if known."""

    def __init__(self, wanted: Collection[str] = ()) -> None:
        super().__init__("not linked")
        self.wanted = frozenset(wanted)


class LinkEndedError(BotError):
    """Spotify no longer accepts the member's consent (it expired after six months, or was withdrawn).

    The tokens are erased.
    """


class LinkInDoubtError(SpotifyUnavailableError):
    """Spotify refused a consent that should still be valid. It's kept, and not used before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__("the consent is in doubt")
        self.until = until


class ScopeMissingError(BotError):
    """The member's consent doesn't cover what the command needs."""

    def __init__(self, missing: Collection[str]) -> None:
        super().__init__("consent lacks a scope")
        self.missing = frozenset(missing)


class AccountTakenError(BotError):
    """Another member has already linked this Spotify account."""


class LinkAttemptError(BotError):
    """A link attempt failed; nothing was linked."""


class LinkExpiredError(LinkAttemptError):
    """The attempt no longer exists: unknown, expired after 10 minutes, cancelled, replaced or used up."""


class LinkUsedError(LinkAttemptError):
    """The attempt's page was already opened and continued in another browser."""


class LinkForgedError(LinkAttemptError):
    """The state or cookie doesn't belong to this attempt."""


class LinkDeniedError(LinkAttemptError):
    """The person declined on Spotify's page, or Spotify refused. `reason`: Spotify's error word, untrusted."""

    def __init__(self, reason: str) -> None:
        super().__init__("consent denied")
        self.reason = reason


class LinkNotFinishedError(LinkAttemptError):
    """A code was entered before Spotify's page was finished. The attempt goes on."""


class PastedAddressError(LinkAttemptError):
    """What was pasted isn't the address of our callback with `code` and `state`. The attempt goes on."""


class WrongCodeError(LinkAttemptError):
    """The six digits aren't the ones shown in the browser. At `tries_left` = 0 the attempt is erased."""

    def __init__(self, tries_left: int) -> None:
        super().__init__("wrong code")
        self.tries_left = tries_left


class NotYoursError(BotError):
    """The pages belong to whoever used the command, and someone else pressed one of their buttons."""


class NothingFoundError(BotError):
    """Spotify has nothing for this query."""

    def __init__(self, query: str) -> None:
        super().__init__("nothing found")
        self.query = query


class NoAudiobookError(NothingFoundError):
    """Nor has it an audiobook for it, which it only has in some countries."""


class PlaylistNotFoundError(BotError):
    """None of the member's playlists matches, or Spotify doesn't know (or show) the playlist."""

    def __init__(self, query: str) -> None:
        super().__init__("playlist not found")
        self.query = query


class PlaylistLockedError(BotError):
    """The member can't change this playlist: someone else owns it."""

    def __init__(self, playlist: Playlist) -> None:
        super().__init__("playlist belongs to someone else")
        self.playlist = playlist


class AdditionUnknownError(BotError):
    """Spotify didn't say whether the track was added, and reading the playlist didn't settle it.

    It is not sent again.
    """

    def __init__(self, playlist: Playlist) -> None:
        super().__init__("outcome of the write is unknown")
        self.playlist = playlist


class NoSuchPlaylistError(BotError):
    """None of the playlists in the member's list matches, or Spotify doesn't know (or show) the one linked to."""

    def __init__(self, query: str) -> None:
        super().__init__("no such playlist")
        self.query = query


class PlaylistUnclearError(BotError):
    """Several of the member's playlists match."""

    def __init__(self, query: str, names: tuple[str, ...]) -> None:
        super().__init__("several playlists match")
        self.query = query
        self.names = names


class NotYourPlaylistError(BotError):
    """Someone else owns the playlist, so the member can't change it. Nothing was changed."""

    def __init__(self, playlist: Playlist) -> None:
        super().__init__("playlist belongs to someone else")
        self.playlist = playlist


class UnreadablePlaylistError(BotError):
    """Spotify lists the contents of this playlist only for its owner and collaborators."""

    def __init__(self, playlist: Playlist) -> None:
        super().__init__("only owners and collaborators can list it")
        self.playlist = playlist


class PlaylistDetailsError(BotError):
    """A name or description that Spotify wouldn't accept. `field`: "name" or "description". Nothing was changed."""

    def __init__(self, field: str, most: int) -> None:
        super().__init__(f"unusable {field}")
        self.field = field
        self.most = most


class PlaylistBusyError(BotError):
    """Other bulk work on the playlist isn't finished. Nothing was changed."""


class JobGoneError(BotError):
    """The preview or the work is erased, or can't be undone. `changed`: the playlist was edited since the preview."""

    def __init__(self, *, changed: bool = False) -> None:
        super().__init__("no such work on a playlist")
        self.changed = changed


class RangeError(BotError):
    """Positions that aren't in the playlist. `most`: how many items it has."""

    def __init__(self, most: int) -> None:
        super().__init__("no such positions")
        self.most = most


class PlaylistSharedError(BotError):
    """The playlist is lent to a server, so it's only changed there. Nothing was changed."""


class PlaylistsHiddenError(BotError):
    """The member hasn't linked Spotify, or doesn't let others see their playlists: that isn't told apart."""

    def __init__(self, member_id: int) -> None:
        super().__init__("playlists aren't shown to others")
        self.member_id = member_id


class PictureError(BotError):
    """It isn't a picture we can read, or, if `too_large`, more of one than we take. Nothing was changed."""

    def __init__(self, *, too_large: bool = False) -> None:
        super().__init__("unusable picture")
        self.too_large = too_large
