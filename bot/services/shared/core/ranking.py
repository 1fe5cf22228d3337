"""Which of a playlist's items members like most and least: by likes, then votes; among equals the oldest is first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.stores.contributions import BallotKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.stores.contributions import Contribution


def best_first(contributions: Iterable[Contribution], likes: Mapping[str, int]) -> list[Contribution]:
    """likes: how many each has, by its ID; none if it's missing."""
    return sorted(
        contributions, key=lambda one: (-likes.get(one.contribution_id, 0), -votes_lead(one), _age(one))
    )


def least_first(contributions: Iterable[Contribution], likes: Mapping[str, int]) -> list[Contribution]:
    """The same from the other end; among equals the oldest still comes first."""
    return sorted(
        contributions, key=lambda one: (likes.get(one.contribution_id, 0), votes_lead(one), _age(one))
    )


def votes_lead(one: Contribution) -> int:
    """Votes for minus against. In a vote to remove it, those in favour don't want it."""
    if one.ballot is None:
        return 0
    lead = one.ballot.yes - one.ballot.no
    return -lead if one.ballot.kind is BallotKind.VOTE_OFF else lead


def _age(one: Contribution) -> tuple[int, str]:
    return one.number or 0, one.contribution_id
