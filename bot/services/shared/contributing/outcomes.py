"""What a member contributes, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from bot.list_errors import ListError
from bot.stores.contributions import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.errors import BotError
    from bot.services.shared.rules.refusals import Refusal
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution, Via


@dataclass(frozen=True, slots=True)
class Accepted:
    """It goes in. `again`: the very same request came before, and this is what became of it."""

    track: Track
    contribution: Contribution
    again: bool = False


@dataclass(frozen=True, slots=True)
class Pending:
    """A curator or the votes decide. `again` as above."""

    track: Track
    contribution: Contribution
    again: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """The list has it, or it is on its way or waits for a decision. Nothing was kept."""

    track: Track
    contribution: Contribution


@dataclass(frozen=True, slots=True)
class Refused:
    """The rules speak against it. Nothing was kept."""

    track: Track
    refusals: tuple[Refusal, ...]


Outcome: TypeAlias = Accepted | Pending | Known | Refused


class StoppedMidwayError(ListError):
    """Of several tracks the first were asked, and some kept; then `why` came in the way, and the rest was left."""

    def __init__(self, outcomes: Sequence[Outcome], why: BotError) -> None:
        super().__init__("stopped midway")
        self.outcomes = tuple(outcomes)
        self.why = why


@dataclass(frozen=True, slots=True)
class Preview:
    """taken: what would go in, in its order. beyond: so many more could, but not at once."""

    taken: tuple[Track, ...]
    refused: tuple[Known | Refused, ...]
    beyond: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """Where contributions come from. `origin` is unique for what the member did ("interaction 123", "message 9").

    first: the place of the first one among all that this brings.
    """

    origin: str
    via: Via
    channel_id: int | None = None
    note: str = ""
    first: int = 0


def refused_by(track: Track, refusals: tuple[Refusal, ...]) -> Known | Refused:
    held = next((refusal.held for refusal in refusals if refusal.held is not None), None)
    return Known(track, held) if held else Refused(track, refusals)


def outcome_of(track: Track, proposed: Contribution, stored: Contribution | None) -> Outcome:
    """stored: what the store has in its place, which may be of an earlier try."""
    kept = stored or proposed
    if kept.contribution_id != proposed.contribution_id:
        return outcome_again(track, kept)
    return Pending(track, kept) if kept.state is State.PENDING else Accepted(track, kept)


def outcome_again(track: Track, kept: Contribution) -> Outcome:
    decided = kept.ballot is None or kept.number is not None
    return Accepted(track, kept, again=True) if decided else Pending(track, kept, again=True)
