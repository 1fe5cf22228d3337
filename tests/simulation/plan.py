"""What a simulation is made of, and what came of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import Enum, auto
from typing import Final

OWNERS: Final = ("ada", "grace", "linus", "margaret")  # who lend the lists, one each


@dataclass(frozen=True, slots=True)
class Plan:
    """contributions: sent in all, by `members` in turn, to `lists` shared playlists.

    at_once: contributions under way together; with `calm` the next ones wait until these stand in the playlist.
    failing: percent of Spotify's answers that go wrong, before or after the effect. kills: kill -9 of the bot.
    processes: of the bot, on one MongoDB. If there are several, `kills` doesn't count: every ten seconds one of them is
    killed, in turn, while the others go on, and started again.
    silent: so many times Spotify does nothing and says nothing, three times in a row, so that a curator has to look.
    """

    contributions: int = 10_000
    members: int = 200
    lists: int = 4
    at_once: int = 100
    failing: int = 30
    kills: int = 50
    processes: int = 1
    silent: int = 0
    seed: int = 1
    calm: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError, with what is wrong."""
        for name in ("contributions", "members", "lists", "at_once", "processes"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is 1 at least")
        if self.at_once > self.members:
            raise ValueError("a member asks for one track after the other: at_once is members at most")
        if self.lists > len(OWNERS):
            raise ValueError(
                f"for a second list, an owner would have to ask a manager: {len(OWNERS)} at most"
            )

    @property
    def has_several(self) -> bool:
        return self.processes > 1


class End(Enum):
    """What a member was told in the end."""

    ACCEPTED = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Report:
    """sent: different contributions members asked for, each once (again only where a kill left them unanswered).

    accepted, refused: what they were told. landed: accepted ones that stand in their playlist at the end.
    lost: accepted, and not there. double: there more than once, or there although refused.
    disordered: members whose contributions to a list stand there in another order than they were accepted in.
    curator_presses: how often a curator had something looked for that Spotify never confirmed.
    failed_calls: calls of the bot to Spotify that went wrong. unanswered: commands the bot answered too late (asked
    again). worst_recovery_s: real seconds from a kill until the bot was online again. answer_…_ms: how long answers
    took, real time. answers_per_s: while anybody was waiting for one.
    """

    sent: int
    accepted: int
    refused: int
    landed: int
    lost: int
    double: int
    disordered: int
    kills: int
    curator_presses: int
    failed_calls: int
    unanswered: int
    calls_per_contribution: float
    worst_recovery_s: float
    answer_median_ms: float
    answer_p99_ms: float
    answers_per_s: float
    seed: int
    seconds: float

    def as_json(self) -> dict[str, float]:
        return asdict(self)

    @property
    def faults(self) -> list[str]:
        """What is wrong with this outcome; empty when every promise was kept."""
        wrong = [
            f"{count} {what}"
            for what, count in (
                ("lost", self.lost),
                ("double", self.double),
                ("out of order", self.disordered),
            )
            if count
        ]
        if self.accepted < 0.95 * self.sent:
            wrong.append(f"only {self.accepted} of {self.sent} accepted")
        return wrong
