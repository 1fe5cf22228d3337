"""What a member contributes, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from bot.shared_errors import ListError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.errors import BotError
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution, Via
    from bot.stores.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Accepted:
    """It goes in. `again`: the very same request came before, and this was its outcome."""

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
    """The list already has it, or it's on its way or pending. Nothing was stored."""

    track: Track
    contribution: Contribution


@dataclass(frozen=True, slots=True)
class Refused:
    """The rules don't allow it. Nothing was stored."""

    track: Track
    refusals: tuple[Refusal, ...]


Outcome: TypeAlias = Accepted | Pending | Known | Refused


class StoppedMidwayError(ListError):
    """Of several tracks, the first were handled, and some stored; then `why` interrupted, and the rest was skipped."""

    def __init__(self, outcomes: Sequence[Outcome], why: BotError) -> None:
        super().__init__("stopped midway")
        self.outcomes = tuple(outcomes)
        self.why = why


@dataclass(frozen=True, slots=True)
class Preview:
    """taken: what would go in, in order. beyond: how many more could, but not at once."""

    taken: tuple[Track, ...]
    refused: tuple[Known | Refused, ...]
    beyond: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """Where contributions come from. `origin` is unique to the member's action ("interaction 123", "message 9").

    first: the position of the first one within that action. places: the position of each, if they aren't
    consecutive.
    """

    origin: str
    via: Via
    channel_id: int | None = None
    note: str = ""
    first: int = 0
    places: tuple[int, ...] = ()

    def origins(self, count: int) -> list[str]:
        """For so many contributions, in order."""
        return [f"{self.origin}/{place}" for place in self.places or range(self.first, self.first + count)]
