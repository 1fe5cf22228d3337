"""The card of a proposal with its buttons. They work in any message, after any restart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.errors import StoreUnavailableError
from bot.languages import Text
from bot.stores.contributions import QUEUE, BallotKind
from bot.visible import one_line, shortened
from cogs.ui.controls import CONTRIBUTION, Ack, Item, Press
from cogs.ui.forms import TextForm
from cogs.ui.reply import tell_privately
from cogs.ui.shared.card import Buttons, card, is_open
from cogs.ui.shared.head import former_head
from cogs.ui.shared.liking import like_button
from cogs.ui.shared.together_card import APPROVE_ALL, DECLINE_ALL, VOTE_ALL, WITHDRAW_ALL

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.services.shared.ballots.cards import CardQueue
    from bot.services.shared.ballots.decide import Decisions
    from bot.services.shared.ballots.together import Together
    from bot.services.shared.core.ballot import BallotState
    from bot.services.shared.outbox.dispatcher import OutboxDispatcher
    from bot.services.shared.outbox.health import WaitingFor
    from bot.services.shared.proposals.propose import Proposals
    from bot.stores.contributions import Ballot, Contribution
    from cogs.ui.reply import Reply
    from cogs.ui.shared.head import Head

BALLOT: Final = {"id": CONTRIBUTION, "ballot": r"\d{1,6}"}
VOTE: Final = Item("sp:vote", **BALLOT, way="[yn]")
APPROVE: Final = Item("sp:approve", **BALLOT)
DECLINE: Final = Item("sp:decline", Ack.NONE, **BALLOT)
WITHDRAW: Final = Item("sp:withdraw", id=CONTRIBUTION)
LABELS: Final = {
    (BallotKind.VOTE_IN, True): Text("Add it"),
    (BallotKind.VOTE_IN, False): Text("Skip it"),
    (BallotKind.VOTE_OFF, True): Text("Remove it"),
    (BallotKind.VOTE_OFF, False): Text("Keep it"),
}
APPROVE_LABEL: Final = Text("Approve")
DECLINE_LABEL: Final = Text("Decline…")
WITHDRAW_LABEL: Final = Text("Withdraw")
WHY: Final = Text("Decline a proposal")
WHY_ALL: Final = Text("Decline all of these")
REASON: Final = Text("Why? (the proposer reads it)")
LONGEST_REASON: Final = 200
SAME_UP: Final = Text("You already voted 👍.")
COUNTED: Final = {
    True: Text("Your 👍 counts. The count is shown when the vote ends."),
    False: Text("Your 👎 counts. The count is shown when the vote ends."),
}
SAME_VOTE: Final = {
    True: Text("You already voted 👍. To change your vote, press the other button."),
    False: Text("You already voted 👎. To change your vote, press the other button."),
}


def list_card(ballot_state: BallotState, head: Head, waiting: WaitingFor | None = None) -> Reply:
    """head: what the proposal is about, by `head_of` or `former_head`. waiting: by `waiting_of`."""
    return card(ballot_state, head, _buttons(ballot_state), waiting)


async def waiting_of(dispatcher: OutboxDispatcher, ballot_state: BallotState) -> WaitingFor | None:
    """What holds up what was accepted; None: nothing is, or nothing that is known."""
    accepted = [one for one in ballot_state.together or (ballot_state.contribution,) if one.state in QUEUE]
    try:
        return await dispatcher.state_of(ballot_state.shared, *accepted) if accepted else None
    except StoreUnavailableError:
        return None


def _buttons(ballot_state: BallotState) -> Buttons:
    key, ballot = ballot_state.contribution.contribution_id, ballot_state.ballot
    if not is_open(ballot_state):
        return Buttons((), like=like_button(ballot_state.contribution))
    decline = DECLINE.button(DECLINE_LABEL(), id=key, ballot=ballot.number)
    withdraw = WITHDRAW.button(WITHDRAW_LABEL(), id=key)
    if ballot.kind is BallotKind.APPROVAL:
        return Buttons((APPROVE.button(APPROVE_LABEL(), id=key, ballot=ballot.number), decline), withdraw)
    green = discord.ButtonStyle.success
    votes = (
        VOTE.button(
            LABELS[ballot.kind, True](), style=green, emoji="👍", id=key, ballot=ballot.number, way="y"
        ),
        VOTE.button(LABELS[ballot.kind, False](), emoji="👎", id=key, ballot=ballot.number, way="n"),
    )
    if ballot.kind is BallotKind.VOTE_OFF:
        return Buttons(votes)
    row = (*votes[: 1 if ballot.only_yes else 2], withdraw)
    if ballot.approvable:
        return Buttons(row, curators=(APPROVE.button(APPROVE_LABEL(), id=key, ballot=ballot.number), decline))
    return Buttons(row, decline)


class Votes:
    """What the buttons of a card lead to."""

    def __init__(
        self,
        deciding: Decisions,
        together: Together,
        contributing: Proposals,
        card_queue: CardQueue,
        dispatcher: OutboxDispatcher,
    ) -> None:
        self._deciding = deciding
        self._together = together
        self._contributing = contributing
        self._card_queue = card_queue
        self._dispatcher = dispatcher
        self.items = (
            VOTE.bound(self._vote),
            APPROVE.bound(self._approve),
            DECLINE.bound(self._ask_reason),
            WITHDRAW.bound(self._withdraw),
            VOTE_ALL.bound(self._vote_all),
            APPROVE_ALL.bound(self._approve_all),
            DECLINE_ALL.bound(self._ask_reason_for_all),
            WITHDRAW_ALL.bound(self._withdraw_all),
        )

    async def _vote(self, press: Press) -> None:
        """One call to Discord for each press: the card tells the count, a moment later, unless that is hidden."""
        yes, (key, ballot_no) = press.state["way"] == "y", _ballot(press)
        ballot_state, is_new = await self._deciding.vote(press.actor, press.guild_id, key, ballot_no, yes=yes)
        await _tell(press, ballot_state.ballot, yes=yes, is_new=is_new)
        await self._redraw(press, key)

    async def _approve(self, press: Press) -> None:
        key, ballot_no = _ballot(press)
        await self._deciding.approve(press.actor, press.guild_id, key, ballot_no)
        await self._redraw(press, key)

    async def _ask_reason(self, press: Press) -> None:
        """Who may not decline gets no form to fill in."""
        key, ballot_no = _ballot(press)
        await self._deciding.must_decide(press.actor, press.guild_id, key, ballot_no, takes_in=False)

        async def decline(sent: Press, reason: str) -> None:
            short = shortened(one_line(reason), LONGEST_REASON)
            await self._deciding.decline(sent.actor, sent.guild_id, key, ballot_no, short)
            await self._redraw(sent, key)

        await press.open(_reason_form(WHY(), decline))

    async def _withdraw(self, press: Press) -> None:
        """For whoever proposed it."""
        key = press.state["id"]
        taken_back = await self._contributing.withdraw(press.actor, press.guild_id, key)
        self._card_queue.touch(taken_back)
        await self._redraw(press, key)

    async def _vote_all(self, press: Press) -> None:
        yes = press.state["way"] == "y"
        ballot_state, is_new = await self._together.vote(
            press.actor, press.guild_id, press.state["id"], yes=yes
        )
        await _tell(press, ballot_state.ballot, yes=yes, is_new=is_new)

    async def _approve_all(self, press: Press) -> None:
        await self._together.approve(press.actor, press.guild_id, press.state["id"])

    async def _ask_reason_for_all(self, press: Press) -> None:
        key = press.state["id"]
        await self._together.must_decide(press.actor, press.guild_id, key, takes_in=False)

        async def decline(sent: Press, reason: str) -> None:
            short = shortened(one_line(reason), LONGEST_REASON)
            await self._together.decline(sent.actor, sent.guild_id, key, short)

        await press.open(_reason_form(WHY_ALL(), decline))

    async def _withdraw_all(self, press: Press) -> None:
        taken_back = await self._contributing.withdraw_together(
            press.actor, press.guild_id, press.state["id"]
        )
        self._card_queue.touch(taken_back)

    async def _redraw(self, press: Press, contribution_id: str) -> None:
        """A card that one member sees is drawn at once; the others are drawn by the clock, a burst as one."""
        message = press.interaction.message
        if message is None or not message.flags.ephemeral:
            return
        head = former_head(message)
        ballot_state = await self._deciding.ballot_state(press.guild_id, contribution_id)
        if head is not None and ballot_state is not None:
            waiting = await waiting_of(self._dispatcher, ballot_state)
            await press.answer(list_card(ballot_state, head, waiting))


async def _tell(press: Press, ballot: Ballot, *, yes: bool, is_new: bool) -> None:
    """What the card doesn't show."""
    if not is_new:
        words = SAME_UP if ballot.only_yes else SAME_VOTE[yes]
    elif ballot.hidden and ballot.open:
        words = COUNTED[yes]
    else:
        return
    await tell_privately(press.interaction, words())


def _reason_form(title: str, decline: Callable[[Press, str], Awaitable[None]]) -> TextForm:
    style = discord.TextStyle.paragraph
    return TextForm(title, REASON(), decline, required=False, max_length=LONGEST_REASON, style=style)


def _ballot(press: Press) -> tuple[str, int]:
    """Of which contribution, and which of its ballots."""
    return press.state["id"], int(press.state["ballot"])


def card_url(held: Contribution) -> str | None:
    """Where the card of its latest ballot is."""
    ballot = held.ballot
    if ballot is None or not ballot.channel_id or not ballot.message_id:
        return None
    return f"https://discord.com/channels/{held.guild_id}/{ballot.channel_id}/{ballot.message_id}"
