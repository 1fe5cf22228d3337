"""Failures we expect around shared playlists. Worded for members once: in `cogs/words/shared_errors.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import BotError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.stores.contributions import Contribution
    from bot.stores.lists import Trouble
    from bot.stores.refusals import Refusal


class ListError(BotError):
    """Something about a shared playlist that a member can understand and act on."""


class ListNameTakenError(ListError):
    """The guild has another list of this name."""

    def __init__(self, name: str) -> None:
        super().__init__("name is taken")
        self.name = name


class PlaylistLentError(ListError):
    """The Spotify playlist is lent already: to this guild or to another, which is not told."""


class TooManyListsError(ListError):
    """The member lends as many lists to the guild as one member can."""

    def __init__(self, most: int) -> None:
        super().__init__("too many lists")
        self.most = most


class LenderNotReadyError(ListError):
    """Somebody agreed that the member lends a list, but the member's link to Spotify does not serve for it now."""

    def __init__(self, member_id: int) -> None:
        super().__init__("lender is not linked")
        self.member_id = member_id


class ListNotFoundError(ListError):
    """The guild has no such list. `query`: what was asked for; empty: it has no default. names: of those it has."""

    def __init__(self, query: str = "", names: tuple[str, ...] = ()) -> None:
        super().__init__("no such list")
        self.query = query
        self.names = names


class NoListsError(ListNotFoundError):
    """The guild has no list at all, so there is none to choose."""


class NowhereToAddError(NoListsError):
    """Nor has the member linked Spotify, so there is no playlist of their own either."""


class ListPausedError(ListError):
    """The list is paused: nothing is accepted, and nothing was kept."""

    def __init__(self, name: str) -> None:
        super().__init__("list is paused")
        self.name = name


class ListClosedError(ListError):
    """The list was given back to its owner."""

    def __init__(self, name: str) -> None:
        super().__init__("list is closed")
        self.name = name


class ListOwnerlessError(ListError):
    """Nobody has owned the list for so long that nothing is kept for it any more."""

    def __init__(self, name: str) -> None:
        super().__init__("list has no owner")
        self.name = name


class ListChangedError(ListError):
    """Somebody else changed the same thing at the same moment; nothing of this change was kept."""


class NotAllowedError(ListError):
    """The member may not do this here and now.

    `needs`: "add", "vote", "curate", "manage" or "take_over"; "guild": for managers of the guild; "members": they vote
    about it, nobody decides it alone.
    """

    def __init__(self, needs: str) -> None:
        super().__init__("not allowed")
        self.needs = needs


class RuleError(ListError):
    """Rules of the list speak against it. One at least."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__("refused by the rules")
        self.refusals = tuple(refusals)


class ContributionGoneError(ListError):
    """There is no such contribution here, or nothing can be done with it any more."""


class NotYoursError(ListError):
    """Somebody else proposed it, so the member cannot withdraw it."""


class TooLateToWithdrawError(ListError):
    """It is no longer waiting. `contribution`: as it is now."""

    def __init__(self, contribution: Contribution) -> None:
        super().__init__("not waiting any more")
        self.contribution = contribution


class PlaylistNeededError(ListError):
    """No playlist was named, and there is none that could be meant."""


class LinkToReadError(ListError):
    """Spotify shows what is in a playlist only to members who have linked it. name: of the list it was meant for."""

    def __init__(self, name: str = "") -> None:
        super().__init__("not linked, so the playlist cannot be read")
        self.name = name


class ContentsHiddenError(ListError):
    """Spotify does not show the member what is in a playlist: it is neither theirs nor shared with them."""


class AlreadyDecidedError(ListError):
    """Somebody, or time, decided it before. `contribution`: as it is now."""

    def __init__(self, contribution: Contribution) -> None:
        super().__init__("decided already")
        self.contribution = contribution


class OwnVoteError(ListError):
    """A member's vote on their own proposal does not count."""


class TooYoungError(ListError):
    """An item must be in the list for `hours` before it can be voted off."""

    def __init__(self, hours: int) -> None:
        super().__init__("not in the list for long enough")
        self.hours = hours


class KeptRecentlyError(ListError):
    """The members voted to keep the item. until: when they can be asked again."""

    def __init__(self, until: datetime) -> None:
        super().__init__("kept by a vote a short while ago")
        self.until = until


class TooManyVotesError(ListError):
    """The member has begun `most` votes to throw something out of this list, and none of them is over."""

    def __init__(self, most: int) -> None:
        super().__init__("too many votes begun")
        self.most = most


class TakenBackTooOftenError(ListError):
    """The member took back `most` things of this list within an hour. until: when they can take back another."""

    def __init__(self, until: datetime, most: int) -> None:
        super().__init__("taken back too often")
        self.until = until
        self.most = most


class NothingToUndoError(ListError):
    """There is nothing of the member's own, or within 30 days, that could be taken back."""


class SnapshotNotFoundError(ListError):
    """The list has no snapshot of this number (any more)."""


class ListBusyError(ListError):
    """Another big change of the same list is under way; nothing was begun."""


class ListOutOfReachError(ListError):
    """Spotify does not let the owner, or us in their name, look at the list's playlist; nothing was changed."""

    def __init__(self, name: str, trouble: Trouble) -> None:
        super().__init__(f"out of reach: {trouble}")
        self.name = name
        self.trouble = trouble


class OwnerChangedAccountError(ListError):
    """The owner has linked another Spotify account than the one that lent the list."""


class PromptExpiredError(ListError):
    """The question under which a button stands was answered, replaced by a newer one, or is too old."""


class SettingError(ListError):
    """A value that was typed cannot be used. `field`: which; `problem`: "number", "range", "zone", "offset", ..."""

    def __init__(
        self, field: str, problem: str, *, least: int | None = None, most: int | None = None
    ) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem
        self.least = least
        self.most = most
