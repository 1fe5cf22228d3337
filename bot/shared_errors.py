"""Failures we expect around shared playlists. Worded for members once: in `cogs/words/shared_errors.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import BotError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.stores.contributions import Contribution
    from bot.stores.lists import Grant, Trouble
    from bot.stores.refusals import Refusal


class ListError(BotError):
    """A problem with a shared playlist that a member can understand and act on."""


class ListNameTakenError(ListError):
    """Another list in the guild has this name."""

    def __init__(self, name: str) -> None:
        super().__init__("name is taken")
        self.name = name


class PlaylistLentError(ListError):
    """The Spotify playlist is already lent: to this guild or to another, which isn't revealed."""


class TooManyListsError(ListError):
    """The member already lends the guild as many lists as one member can."""

    def __init__(self, most: int) -> None:
        super().__init__("too many lists")
        self.most = most


class LenderNotReadyError(ListError):
    """The member was approved to lend a list, but their Spotify link can't be used for it right now."""

    def __init__(self, member_id: int) -> None:
        super().__init__("lender is not linked")
        self.member_id = member_id


class ListNotFoundError(ListError):
    """The guild has no such list. `query`: what was asked for; empty: it has no default. names: of the lists it has."""

    def __init__(self, query: str = "", names: tuple[str, ...] = ()) -> None:
        super().__init__("no such list")
        self.query = query
        self.names = names


class NoListsError(ListNotFoundError):
    """The guild has no lists, so there is none to choose."""


class NowhereToAddError(NoListsError):
    """The member hasn't linked Spotify either, so they have no playlists of their own."""


class ListPausedError(ListError):
    """The list is paused: nothing is accepted, and nothing was saved."""

    def __init__(self, name: str) -> None:
        super().__init__("list is paused")
        self.name = name


class StatusUnchangedError(ListError):
    """Somebody wants to pause a list that is paused, or to resume one that is not."""

    def __init__(self, name: str, *, paused: bool) -> None:
        super().__init__("paused already" if paused else "not paused")
        self.name = name
        self.paused = paused


class ListClosedError(ListError):
    """The list was given back to its owner."""

    def __init__(self, name: str) -> None:
        super().__init__("list is closed")
        self.name = name


class ListOwnerlessError(ListError):
    """The list has had no owner for so long that nothing is queued for it any more."""

    def __init__(self, name: str) -> None:
        super().__init__("list has no owner")
        self.name = name


class ListChangedError(ListError):
    """Someone else changed the same thing at the same moment; nothing of this change was saved."""


class NotAllowedError(ListError):
    """The member can't do this here and now.

    `needs`: "add", "vote", "like", "curate", "manage", "own" or "take_over"; "guild": for managers of the guild;
    "members": they vote on it, nobody decides it alone; "second": whoever wants it can't confirm it as well.
    """

    def __init__(self, needs: str) -> None:
        super().__init__("not allowed")
        self.needs = needs


class NotGrantedError(ListError):
    """The owner of the list hasn't allowed curators to do this. asked: they have just been asked."""

    def __init__(self, name: str, owner_id: int, grant: Grant, *, asked: bool) -> None:
        super().__init__(f"not granted: {grant}")
        self.name = name
        self.owner_id = owner_id
        self.grant = grant
        self.asked = asked


class CoverNotAllowedError(ListError):
    """The owner lets curators change the cover, but Spotify doesn't let us do it for them yet."""

    def __init__(self, owner_id: int) -> None:
        super().__init__("covers not allowed on Spotify")
        self.owner_id = owner_id


class RuleError(ListError):
    """The list's rules don't allow it; at least one."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__("refused by the rules")
        self.refusals = tuple(refusals)


class ContributionGoneError(ListError):
    """There is no such contribution here, or nothing more can be done with it."""


class NotYoursError(ListError):
    """Someone else proposed it, so the member can't withdraw it."""


class TooLateToWithdrawError(ListError):
    """It's no longer pending. `contribution`: as it is now."""

    def __init__(self, contribution: Contribution) -> None:
        super().__init__("not waiting any more")
        self.contribution = contribution


class PlaylistNeededError(ListError):
    """No playlist was named, and there is no default."""


class LinkToReadError(ListError):
    """Spotify only shows a playlist's contents to linked members. name: of the list it should go into."""

    def __init__(self, name: str = "") -> None:
        super().__init__("not linked, so the playlist cannot be read")
        self.name = name


class ContentsHiddenError(ListError):
    """Spotify doesn't show the member what's in a playlist: it's neither theirs nor shared with them."""


class AlreadyDecidedError(ListError):
    """Someone decided it first, or it expired. `contribution`: as it is now."""

    def __init__(self, contribution: Contribution) -> None:
        super().__init__("decided already")
        self.contribution = contribution


class OwnVoteError(ListError):
    """A member's vote on their own proposal doesn't count."""


class TooNewToVoteError(ListError):
    """Members must have been in the server for `days` to vote. until: when they will have; None: unknown."""

    def __init__(self, days: int, until: datetime | None) -> None:
        super().__init__("not in the server for long enough")
        self.days = days
        self.until = until


class OwnLikeError(ListError):
    """A member's like of what they added themselves doesn't count."""


class NothingLikedError(ListError):
    """Nobody likes anything of what the best should be taken from."""


class TooYoungError(ListError):
    """An item must be in the list for `hours` before it can be voted out."""

    def __init__(self, hours: int) -> None:
        super().__init__("not in the list for long enough")
        self.hours = hours


class KeptRecentlyError(ListError):
    """Members voted to keep the item. until: when they can be asked again."""

    def __init__(self, until: datetime) -> None:
        super().__init__("recently kept by a vote")
        self.until = until


class TooManyVotesError(ListError):
    """The member has started `most` votes to remove something from this list, and all are still open."""

    def __init__(self, most: int) -> None:
        super().__init__("too many votes open")
        self.most = most


class TakenBackTooOftenError(ListError):
    """The member took back `most` things from this list within an hour. until: when they can take back another."""

    def __init__(self, until: datetime, most: int) -> None:
        super().__init__("taken back too often")
        self.until = until
        self.most = most


class NothingToUndoError(ListError):
    """The member has added nothing that could be taken back, or nothing within 30 days."""


class SnapshotNotFoundError(ListError):
    """The list has no snapshot with this number (any more)."""


class NotRemovableError(ListError):
    """Spotify refuses to remove something that it took down itself; if it's the first request, nothing was changed."""


class ListBusyError(ListError):
    """Another big change to the same list is in progress; nothing was started."""


class ListOutOfReachError(ListError):
    """Spotify doesn't let the owner, or us on their behalf, read the list's playlist; nothing was changed."""

    def __init__(self, name: str, trouble: Trouble) -> None:
        super().__init__(f"out of reach: {trouble}")
        self.name = name
        self.trouble = trouble


class OwnerChangedAccountError(ListError):
    """The owner has linked a different Spotify account from the one that lent the list."""


class PromptExpiredError(ListError):
    """The prompt above a button was answered, replaced by a newer one, or is too old."""


class SettingError(ListError):
    """A value someone entered can't be used. `field`: which; `problem`: "number", "range", "zone", "offset", ..."""

    def __init__(
        self, field: str, problem: str, *, least: int | None = None, most: int | None = None
    ) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem
        self.least = least
        self.most = most


class ChannelError(SettingError):
    """A channel that was chosen cannot be used: the bot lacks permissions there, or it belongs to another list.

    missing: permissions by discord.py's names. other: the name of the list whose dropped links go there.
    """

    def __init__(self, channel_id: int, *, missing: Sequence[str] = (), other: str = "") -> None:
        super().__init__("channel", "taken" if other else "closed")
        self.channel_id = channel_id
        self.missing = tuple(missing)
        self.other = other


class ImportGoneError(ListError):
    """It was erased, or it's another member's."""


class ImportRunningError(ListError):
    """One import per member and list at a time."""

    def __init__(self, import_id: str) -> None:
        super().__init__("an import is under way")
        self.import_id = import_id
