"""The buttons on the card of a proposal, and those that begin a vote. They work in any message, after any restart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.stores.contributions import BallotKind
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.dynamic import Button, SafeItem, SafeModal, Select
from cogs.ui.reply import Reply, answer, hold, tell_privately, think
from cogs.ui.text import OPTIONS, plain_text
from cogs.ui.track_card import track_label

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.services.shared.tallying import Standing
    from bot.spotify.models import Track
    from bot.stores.contributions import Ballot, Contribution

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
VOTE_OFF: Final = "Vote to take it out"
PICK: Final = "Ask everybody to take something out…"
VOTE_OPEN: Final = "The vote is open. Its card {where}, and everybody who may add here can vote."
CARD_THERE: Final = "is here: {url}"
CARD_COMES: Final = "appears in <#{channel}>"
CARD_NOWHERE: Final = "is with {pending}"


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
        shared.announcing.touch(taken_back)


class VoteOffButton(SafeItem[Button], template=rf"sp:off:(?P<id>{ID})"):
    """Begins a vote about throwing one thing out."""

    @classmethod
    def of(cls, contribution_id: str) -> Self:
        return cls(discord.ui.Button(label=VOTE_OFF, custom_id=f"sp:off:{contribution_id}"))

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        await _begin(interaction, self.state["id"])


class VoteOffMenu(SafeItem[Select], template=r"sp:offs:(?P<list>[0-9A-Za-z]{1,16})"):
    """Begins a vote about throwing out one of several things."""

    @classmethod
    def of(cls, list_id: str, items: Iterable[tuple[Contribution, Track | None]]) -> Self | None:
        """items: what is in the list, with what it is called if that is known. None where there is nothing."""
        options = {
            one.contribution_id: discord.SelectOption(
                label=track_label(track) if track else plain_text(one.uri), value=one.contribution_id
            )
            for one, track in items
        }
        if not options:
            return None
        return cls(
            discord.ui.Select(
                custom_id=f"sp:offs:{list_id}", placeholder=PICK, options=list(options.values())[:OPTIONS]
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        await _begin(interaction, self.item.values[0])


async def _begin(interaction: discord.Interaction[DiscordBot], contribution_id: str) -> None:
    shared = interaction.client.services.shared
    standing = await shared.deciding.propose_removal(
        actor_of(interaction), guild_of(interaction), contribution_id, interaction.channel_id
    )
    where = _where(standing) or CARD_NOWHERE.format(
        pending=interaction.client.mention_command("shared pending")
    )
    await answer(interaction, Reply(VOTE_OPEN.format(where=where)))


def _where(standing: Standing) -> str | None:
    url = card_url(standing.contribution)
    if url:
        return CARD_THERE.format(url=url)
    channel = standing.shared.settings.cards_channel_id or standing.ballot.channel_id
    return CARD_COMES.format(channel=channel) if channel and standing.ballot.message_id is None else None


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
    VoteOffButton,
    VoteOffMenu,
)
