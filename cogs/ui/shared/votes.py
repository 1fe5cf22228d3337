"""The card of a proposal with its buttons. They work in any message, after any restart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.stores.contributions import BallotKind
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.dynamic import Button, SafeItem, SafeModal
from cogs.ui.reply import Reply, answer, controls, hold, tell_privately
from cogs.ui.shared.card import card_embed, former_head, is_open

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.ballot import BallotState
    from bot.stores.contributions import Ballot, Contribution
    from cogs.ui.reply import Control

ID: Final = r"[0-9A-Za-z]{12}"
LABELS: Final = {
    (BallotKind.VOTE_IN, True): "I want it",
    (BallotKind.VOTE_IN, False): "Rather not",
    (BallotKind.VOTE_OFF, True): "Take it out",
    (BallotKind.VOTE_OFF, False): "Keep it",
}
APPROVE: Final = "Approve"
DECLINE: Final = "Decline…"
WITHDRAW: Final = "Withdraw"
WHY: Final = "Decline a proposal"
REASON: Final = "Why? (they will read it)"
LONGEST_REASON: Final = 200
SAME_VOTE: Final = {
    True: "Your 👍 counts already. To change it, press the other button.",
    False: "Your 👎 counts already. To change it, press the other button.",
}


def list_card(ballot_state: BallotState, head: discord.Embed) -> Reply:
    """head: what the proposal is about, by `head_of` or `former_head`."""
    card = card_embed(ballot_state, head)
    return (
        Reply(embed=card, view=controls(*_buttons(ballot_state)))
        if is_open(ballot_state)
        else Reply(embed=card)
    )


def _buttons(ballot_state: BallotState) -> Iterator[Control]:
    key, ballot = ballot_state.contribution.contribution_id, ballot_state.ballot
    if ballot.kind is not BallotKind.APPROVAL:
        yield VoteButton.of(key, ballot, yes=True)
        yield VoteButton.of(key, ballot, yes=False)
    else:
        yield ApproveButton.of(key, ballot.number)
    if ballot.kind is not BallotKind.VOTE_OFF:
        yield DeclineButton.of(key, ballot.number)
        yield WithdrawButton.of(key)


async def _redraw(interaction: discord.Interaction[DiscordBot], contribution_id: str) -> None:
    """A card that one member sees is drawn at once; the others are drawn by the clock, a burst as one."""
    message = interaction.message
    if message is None or not message.flags.ephemeral or not message.embeds:
        return
    ballot_state = await interaction.client.services.shared.deciding.ballot_state(
        guild_of(interaction), contribution_id
    )
    if ballot_state is not None:
        await answer(interaction, list_card(ballot_state, former_head(message.embeds[0])))


class VoteButton(SafeItem[Button], template=rf"sp:vote:(?P<id>{ID}):(?P<ballot>\d{{1,6}}):(?P<way>[yn])"):
    @classmethod
    def of(cls, contribution_id: str, ballot: Ballot, *, yes: bool) -> Self:
        return cls(
            discord.ui.Button(
                label=LABELS[ballot.kind, yes],
                emoji="👍" if yes else "👎",
                custom_id=f"sp:vote:{contribution_id}:{ballot.number}:{'y' if yes else 'n'}",
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        """One call to Discord for each press: the card tells the count, a moment later."""
        await hold(interaction)
        yes = self.state["way"] == "y"
        _, is_new = await interaction.client.services.shared.deciding.vote(
            actor_of(interaction), guild_of(interaction), self.state["id"], int(self.state["ballot"]), yes=yes
        )
        if not is_new:
            await tell_privately(interaction, SAME_VOTE[yes])
        await _redraw(interaction, self.state["id"])


class ApproveButton(SafeItem[Button], template=rf"sp:approve:(?P<id>{ID}):(?P<ballot>\d{{1,6}})"):
    @classmethod
    def of(cls, contribution_id: str, ballot_no: int) -> Self:
        return cls(
            discord.ui.Button(
                label=APPROVE,
                style=discord.ButtonStyle.success,
                custom_id=f"sp:approve:{contribution_id}:{ballot_no}",
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        await interaction.client.services.shared.deciding.approve(
            actor_of(interaction), guild_of(interaction), self.state["id"], int(self.state["ballot"])
        )
        await _redraw(interaction, self.state["id"])


class DeclineButton(SafeItem[Button], template=rf"sp:decline:(?P<id>{ID}):(?P<ballot>\d{{1,6}})"):
    @classmethod
    def of(cls, contribution_id: str, ballot_no: int) -> Self:
        return cls(
            discord.ui.Button(
                label=DECLINE,
                style=discord.ButtonStyle.danger,
                custom_id=f"sp:decline:{contribution_id}:{ballot_no}",
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        """Who may not decline gets no form to fill in."""
        key, ballot_no = self.state["id"], int(self.state["ballot"])
        await interaction.client.services.shared.deciding.must_decide(
            actor_of(interaction), guild_of(interaction), key, ballot_no, takes_in=False
        )
        await interaction.response.send_modal(DeclineForm(key, ballot_no))


class DeclineForm(SafeModal):
    def __init__(self, contribution_id: str, ballot_no: int) -> None:
        super().__init__(title=WHY)
        self._contribution_id = contribution_id
        self._ballot_no = ballot_no
        self._reason: discord.ui.TextInput[SafeModal] = discord.ui.TextInput(
            label=REASON, required=False, max_length=LONGEST_REASON, style=discord.TextStyle.paragraph
        )
        self.add_item(self._reason)

    async def filled_in(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        await interaction.client.services.shared.deciding.decline(
            actor_of(interaction),
            guild_of(interaction),
            self._contribution_id,
            self._ballot_no,
            self._reason.value.strip()[:LONGEST_REASON],
        )
        await _redraw(interaction, self._contribution_id)


class WithdrawButton(SafeItem[Button], template=rf"sp:withdraw:(?P<id>{ID})"):
    """For whoever proposed it."""

    @classmethod
    def of(cls, contribution_id: str) -> Self:
        return cls(discord.ui.Button(label=WITHDRAW, custom_id=f"sp:withdraw:{contribution_id}"))

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        shared = interaction.client.services.shared
        taken_back = await shared.contributing.withdraw(
            actor_of(interaction), guild_of(interaction), self.state["id"]
        )
        shared.card_queue.touch(taken_back)
        await _redraw(interaction, self.state["id"])


def card_url(held: Contribution) -> str | None:
    """Where the card of its latest ballot is."""
    ballot = held.ballot
    if ballot is None or not ballot.channel_id or not ballot.message_id:
        return None
    return f"https://discord.com/channels/{held.guild_id}/{ballot.channel_id}/{ballot.message_id}"


VOTE_ITEMS: Final = (
    VoteButton,
    ApproveButton,
    DeclineButton,
    WithdrawButton,
)
