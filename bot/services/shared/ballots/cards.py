"""Which vote cards have to be posted or redrawn. Bursts become a few edits."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.errors import BotError
from bot.services.clock import Alarm
from bot.services.shared.core.ballot import BallotState, is_decided_together, votes_key
from bot.services.shared.core.likes import likes_of
from bot.services.shared.core.signals import Signals
from bot.stores.contributions import OUTBOX, QUEUE, State

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.leases import LeaseKeeper
    from bot.services.shared.core.ledger import ContributionLedger
    from bot.stores import Contributions, Likes, SharedPlaylists
    from bot.stores.contributions import Ballot, Contribution

PAUSE = timedelta(seconds=2)  # between two edits of one card
PAUSE_FAILED = timedelta(seconds=30)  # if Discord didn't accept one
FOLLOW = timedelta(seconds=1)  # if something decided is still on its way
LOOK_AGAIN = timedelta(minutes=1)  # for what other processes decided
AT_ONCE = 10
POSTING = timedelta(minutes=1)  # how long one process has to post a card

DELETED = 0  # as a ballot's message ID: there was a card


@dataclass(frozen=True, slots=True)
class Card:
    """may_be_right: it may have been drawn before the bot restarted."""

    ballot_state: BallotState
    may_be_right: bool


class CardQueue:
    """Finds out again after a restart what has to be shown."""

    def __init__(
        self,
        lists: SharedPlaylists,
        contributions: Contributions,
        likes: Likes,
        ledger: ContributionLedger,
        leases: LeaseKeeper,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self.woken = Alarm()  # there is something to show
        self._lists = lists
        self._contributions = contributions
        self._likes = likes
        self._ledger = ledger
        self._leases = leases
        self._now = now
        self._changed: dict[str, tuple[int, str]] = {}  # by card: the guild and one of its contributions
        self._rest_until: dict[str, datetime] = {}  # by card, like what follows
        # By contribution: how the cards of decided ballots were last drawn.
        self._shown: dict[str, object] = {}
        self._looked_at: datetime | None = None
        self._found = False  # what an earlier process left
        self._posted = Signals()
        self._failed: set[str] = set()
        self._doubtful: set[str] = set()  # of those changed: the card may show it already
        self._overtaken: set[str] = set()  # of those changed: drawn late, over another process's drawing
        self._liked: set[str] = set()  # of those changed: it shows another number of likes
        ledger.watch(self._moved)

    def touch(self, contribution: Contribution) -> None:
        """Its card has to be redrawn soon."""
        key = _card_key(contribution)
        self._doubtful.discard(key)
        self._changed[key] = (contribution.guild_id, contribution.contribution_id)
        self.woken.set()

    def liked(self, contribution: Contribution) -> None:
        """Its likes have changed: the card that says how it went in has to show that soon."""
        ballot = contribution.ballot
        if ballot and ballot.message_id and not ballot.open:
            self._liked.add(_card_key(contribution))
            self.touch(contribution)

    async def ballot_state(self, guild_id: int, contribution_id: str) -> BallotState | None:
        """The state of its latest ballot; None if there is none in this guild."""
        held = await self._contributions.get(guild_id, contribution_id)
        shared = await self._lists.get(guild_id, held.list_id) if held else None
        if held is None or held.ballot is None or shared is None:
            return None
        tally = await self._ledger.tally(held, held.ballot)
        return BallotState(shared, held, held.ballot, tally, likes=await self._likes_of(held))

    async def card_state(self, guild_id: int, contribution_id: str) -> BallotState | None:
        """What its card shows: everything proposed together, if that is what it's decided with."""
        ballot_state = await self.ballot_state(guild_id, contribution_id)
        if ballot_state is None or not is_decided_together(ballot_state.contribution):
            return ballot_state
        several = await self._contributions.several(guild_id, ballot_state.contribution.together)
        ballots = [(one, one.ballot) for one in several if one.ballot and is_decided_together(one)]
        if len(several) == 1 or not ballots:  # the others were never stored
            return ballot_state
        held, ballot = next((pair for pair in ballots if pair[1].open), ballots[0])
        tally = await self._ledger.tally(held, ballot)
        likes = await self._likes_of(*several)
        return BallotState(ballot_state.shared, held, ballot, tally, several, likes)

    async def _likes_of(self, *contributions: Contribution) -> int:
        """Of those that went in: nothing else can be liked."""
        inside = [one for one in contributions if one.state is State.LANDED]
        return sum((await likes_of(self._likes, inside[0].list_id, inside)).values()) if inside else 0

    async def due(self) -> tuple[Card, ...]:
        """The cards to redraw now, or to post if there are none; a few at a time.

        The caller reports the outcome of each: `posted`, `shown`, `deleted` or `failed`.
        """
        now = self._now()
        await self._look(now)
        self._rest_until = {
            key: until
            for key, until in self._rest_until.items()
            if now < until <= now + PAUSE_FAILED  # otherwise the clock was set back
        }
        due: list[Card] = []
        taken: dict[str, tuple[int, str]] = {}
        for key, about in list(self._changed.items()):
            if key in self._rest_until:
                continue
            if len(due) == AT_ONCE:
                break
            del self._changed[key]  # before it's read: votes from now on touch it again
            try:
                ballot_state = await self.card_state(*about)
            except BotError:  # the database is unavailable: nothing is forgotten
                self._changed |= taken | {key: about}
                raise
            taken[key] = about
            is_right = ballot_state and _is_right(ballot_state) and key not in self._overtaken | self._liked
            self._overtaken.discard(key)
            self._liked.discard(key)
            if ballot_state and ballot_state.ballot.message_id != DELETED and not is_right:
                due.append(Card(ballot_state, may_be_right=key in self._doubtful))
            self._doubtful.discard(key)
        return tuple(due)

    def next_due(self) -> datetime:
        """When there may be a card to draw or find, unless one is touched sooner."""
        look = (self._looked_at or self._now()) + (FOLLOW if self._shown else LOOK_AGAIN)
        return min((look, *(self._rest_until.get(key, look) for key in self._changed)))

    async def claim(self, ballot_state: BallotState) -> bool:
        """Whether this process may post the card now: nobody else has posted it or is about to."""
        held = ballot_state.contribution
        if not await self._leases.claim(_lease(ballot_state), POSTING):
            return False
        fresh = await self._contributions.get(held.guild_id, held.contribution_id)
        if fresh and fresh.ballot and fresh.ballot.message_id is None:
            return True
        await self._leases.unclaim(_lease(ballot_state))
        return False

    async def posted(self, ballot_state: BallotState, channel_id: int, message_id: int) -> None:
        """The card is now in this message."""
        for held in _on_card(ballot_state):
            await self._note(held, channel_id=channel_id, message_id=message_id)
        await self._leases.unclaim(_lease(ballot_state))
        self._rest(ballot_state, PAUSE)
        if _card_key(ballot_state.contribution) in self._failed:
            self.touch(ballot_state.contribution)  # it may be what was sent the first time
        for held in _on_card(ballot_state):
            self._posted.notify(held.contribution_id)

    async def with_card(self, held: Contribution, timeout_s: float) -> Contribution:
        """The contribution once its card is posted; as it is then if there won't be one, or after `timeout_s`."""
        with self._posted.listen(held.contribution_id) as posted:
            fresh = await self._contributions.get(held.guild_id, held.contribution_id)
            if fresh and fresh.ballot and fresh.ballot.open and fresh.ballot.message_id is None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(timeout_s):
                        await posted
        return await self._contributions.get(held.guild_id, held.contribution_id) or held

    async def shown(self, ballot_state: BallotState) -> None:
        """The card shows this state."""
        self._rest(ballot_state, PAUSE)
        self._failed.discard(_card_key(ballot_state.contribution))
        card = ballot_state.ballot
        if await self._is_overtaken(ballot_state):
            self._overtaken.add(_card_key(ballot_state.contribution))
            self.touch(ballot_state.contribution)
            return
        for held in _on_card(ballot_state):
            if (
                held.ballot is not None and held.ballot.message_id is None
            ):  # the process that posted it was killed
                await self._note(held, channel_id=card.channel_id, message_id=card.message_id)
            elif held.ballot is not None and not held.ballot.open and not held.ballot.shown:
                await self._decision_shown(held, held.ballot)

    async def _is_overtaken(self, drawn: BallotState) -> bool:
        """Whether something was decided, or moved on, since it was read: another process may have drawn that first."""
        first = drawn.contribution
        fresh = await self.card_state(first.guild_id, first.contribution_id)
        looks = {} if fresh is None else {one.contribution_id: _look_of(one) for one in _on_card(fresh)}
        return any(
            looks.get(one.contribution_id, look) != look
            for one, look in ((one, _look_of(one)) for one in _on_card(drawn))
        )

    async def _decision_shown(self, held: Contribution, ballot: Ballot) -> None:
        self._shown[held.contribution_id] = _look_of(held)
        if held.state in OUTBOX:
            return

        def seen(now: Contribution) -> Contribution | None:
            """It's redrawn once more if anything about it has changed meanwhile, such as who it belongs to."""
            return replace(now, ballot=replace(ballot, shown=True)) if now == held else None

        if await self._ledger.amend(held, seen) is None:
            self.touch(held)

    async def deleted(self, ballot_state: BallotState) -> None:
        """The card no longer exists."""
        self._failed.discard(_card_key(ballot_state.contribution))
        for held in _on_card(ballot_state):
            shown = held.ballot is not None and not held.ballot.open
            await self._note(held, message_id=DELETED, shown=shown)
        await self._leases.unclaim(_lease(ballot_state))
        for held in _on_card(ballot_state):
            self._posted.notify(held.contribution_id)

    def failed(self, ballot_state: BallotState) -> None:
        """Discord didn't accept it; it's retried later."""
        self._rest(ballot_state, PAUSE_FAILED)
        self._failed.add(_card_key(ballot_state.contribution))
        self.touch(ballot_state.contribution)

    async def repost(self, ballot_state: BallotState, channel_id: int | None) -> None:
        """Forget where the card is, so that a new one is posted; channel_id: where it's wanted now."""
        for held in _on_card(ballot_state):
            await self._note(held, channel_id=channel_id, message_id=None)
        self.touch(ballot_state.contribution)

    def _moved(self, held: Contribution) -> None:
        """A card shows how its vote ended, and then what becomes of the track."""
        ballot = held.ballot
        if ballot and ballot.message_id and not ballot.shown and held.state not in QUEUE:
            self.touch(held)

    def _rest(self, ballot_state: BallotState, pause: timedelta) -> None:
        self._rest_until[_card_key(ballot_state.contribution)] = self._now() + pause

    async def _look(self, now: datetime) -> None:
        """Find what has to be shown besides what was touched: everything at the start, then what was decided.

        What has no card yet is found when its list is looked at.
        """
        pause = FOLLOW if self._shown else LOOK_AGAIN
        if self._looked_at is not None and timedelta() <= now - self._looked_at < pause:
            return
        self._looked_at = now
        unshown = await self._contributions.unshown()
        for held in unshown:
            if self._shown.get(held.contribution_id) != _look_of(held):
                self.touch(held)
        still = {held.contribution_id for held in unshown}
        self._shown = {key: look for key, look in self._shown.items() if key in still}
        if not self._found:
            for held in await self._contributions.undecided():
                if (key := _card_key(held)) not in self._changed:
                    self.touch(held)
                    self._doubtful.add(key)
            self._found = True

    async def _note(self, held: Contribution, **about_card: int | bool | None) -> None:
        """Store something about the card in its ballot, whatever else has changed in the meantime."""

        def noted(now: Contribution) -> Contribution | None:
            if now.ballot is None or held.ballot is None or now.ballot.number != held.ballot.number:
                return None
            ballot = replace(now.ballot, **about_card)  # type: ignore[arg-type] # fields of a ballot
            return replace(now, ballot=ballot)

        await self._ledger.amend(held, noted)


def _card_key(held: Contribution) -> str:
    """For the card that shows its latest ballot."""
    return f"all of {held.together[0]}" if is_decided_together(held) else held.contribution_id


def _on_card(ballot_state: BallotState) -> tuple[Contribution, ...]:
    """What the card shows, the one that speaks for all first; those with another ballot by now have another card."""
    first = ballot_state.contribution
    others = (one for one in ballot_state.together if one.contribution_id != first.contribution_id)
    return (first, *filter(is_decided_together, others))


def _is_right(ballot_state: BallotState) -> bool:
    return all(one.ballot is not None and one.ballot.shown for one in _on_card(ballot_state))


def _lease(ballot_state: BallotState) -> str:
    held, number = ballot_state.contribution, ballot_state.ballot.number
    return f"card:{votes_key(held, number)}:{number}"


def _look_of(held: Contribution) -> object:
    """What a card depends on, apart from the votes."""
    ballot = (held.ballot.number, held.ballot.open) if held.ballot else None
    return ballot, held.state, held.leave
