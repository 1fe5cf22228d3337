"""Likes: who likes what is in a shared playlist, and how many do. One's own contribution doesn't count.

A like is for the recording, so it stays with it if Spotify shows another release, or it's added again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.shared_errors import (
    ContributionGoneError,
    ListClosedError,
    NotAllowedError,
    OwnLikeError,
)
from bot.stores.contributions import State
from bot.stores.likes import Like
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from bot.services.shared.core.access import Actor
    from bot.stores import Contributions, Likes, SharedPlaylists
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

    Watch = Callable[[Contribution], None]


@dataclass(frozen=True, slots=True)
class Liking:
    """liked: whether the member likes it now. changed: whether that is new. count: how many members like it."""

    shared: SharedPlaylist
    contribution: Contribution
    liked: bool
    changed: bool
    count: int


@dataclass(frozen=True, slots=True)
class Likable:
    """What a member can like among several. own: how many they added themselves, which are left out."""

    shared: SharedPlaylist
    contributions: tuple[Contribution, ...]
    liked: frozenset[str]  # the IDs of those they like already
    own: int


def recording_key(one: Contribution) -> str:
    """What a like is for: by ISRC if Spotify gave one, so that another release of the recording is the same."""
    return one.recording.isrc or one.recording.uri


async def likes_of(likes: Likes, list_id: str, contributions: Collection[Contribution]) -> dict[str, int]:
    """How many members like each of a list's contributions, by its ID, without whoever added it. 0: left out."""
    counted = await likes.counts(list_id, {recording_key(one) for one in contributions})
    liked = [one for one in contributions if recording_key(one) in counted]
    own = await likes.given(
        list_id, {(recording_key(one), one.member_id) for one in liked if one.member_id is not None}
    )
    counts = {
        one.contribution_id: counted[recording_key(one)] - ((recording_key(one), one.member_id) in own)
        for one in liked
    }
    return {key: count for key, count in counts.items() if count}


class ListLikes:
    """The only code that stores likes. watch: is told of each whose likes have changed."""

    def __init__(
        self,
        likes: Likes,
        lists: SharedPlaylists,
        contributions: Contributions,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._likes = likes
        self._lists = lists
        self._contributions = contributions
        self._now = now
        self._watching: list[Watch] = []

    def watch(self, changed: Watch) -> None:
        self._watching.append(changed)

    async def counts(self, list_id: str, contributions: Collection[Contribution]) -> dict[str, int]:
        """As `likes_of`."""
        return await likes_of(self._likes, list_id, contributions)

    async def like(self, actor: Actor, guild_id: int, contribution_id: str) -> Liking:
        """Raises ContributionGoneError if it isn't in (any more), OwnLikeError, NotAllowedError, ListClosedError."""
        shared, held = await self._found(guild_id, contribution_id)
        _must_like(shared, actor)
        if held.state is not State.LANDED:
            raise ContributionGoneError
        if held.member_id == actor.member_id:
            raise OwnLikeError
        changed = await self._likes.put(self._like(held, actor.member_id))
        return await self._liking(shared, held, liked=True, changed=changed)

    async def take_back(self, actor: Actor, guild_id: int, contribution_id: str) -> Liking:
        """Whatever has become of it since. Raises ContributionGoneError, ListClosedError."""
        shared, held = await self._found(guild_id, contribution_id)
        changed = await self._likes.drop(shared.list_id, recording_key(held), actor.member_id)
        return await self._liking(shared, held, liked=False, changed=changed)

    async def likable(
        self, actor: Actor, shared: SharedPlaylist, contributions: Sequence[Contribution]
    ) -> Likable:
        """Raises NotAllowedError."""
        _must_like(shared, actor)
        inside = [one for one in contributions if one.state is State.LANDED]
        others = tuple(one for one in inside if one.member_id != actor.member_id)
        liked = await self._liked(shared, actor, others)
        return Likable(shared, others, liked, len(inside) - len(others))

    async def numbered(self, shared: SharedPlaylist, first: int, last: int) -> tuple[Contribution, ...]:
        """What is in with numbers from `first` to `last`; a few dozen at most."""
        some = await self._contributions.in_state(
            shared.list_id, {State.LANDED}, limit=last - first + 1, after=first - 1
        )
        return tuple(one for one in some if first <= (one.number or 0) <= last)

    async def choose(
        self, actor: Actor, shared: SharedPlaylist, chosen: Collection[str], offered: Sequence[str]
    ) -> int:
        """Like the chosen ones of those offered, and take back the likes of the others; by ID.

        How many of them the member likes now. What isn't in any more, or is the member's own, is passed over.
        Raises NotAllowedError.
        """
        _must_like(shared, actor)
        found = await self._contributions.several(shared.guild_id, offered)
        here = [one for one in found if one.list_id == shared.list_id]
        liked = await self._liked(shared, actor, here)
        count = 0
        for one in here:
            wanted = one.contribution_id in chosen
            if wanted and (one.state is not State.LANDED or one.member_id == actor.member_id):
                continue
            count += wanted
            if wanted is (one.contribution_id in liked):
                continue
            if wanted:
                await self._likes.put(self._like(one, actor.member_id))
            else:
                await self._likes.drop(shared.list_id, recording_key(one), actor.member_id)
            self._tell(one)
        return count

    async def _liked(
        self, shared: SharedPlaylist, actor: Actor, contributions: Collection[Contribution]
    ) -> frozenset[str]:
        by_key = defaultdict[str, list[str]](list)
        for one in contributions:
            by_key[recording_key(one)].append(one.contribution_id)
        given = await self._likes.given(shared.list_id, {(key, actor.member_id) for key in by_key})
        return frozenset(contribution_id for key, _ in given for contribution_id in by_key[key])

    async def _found(self, guild_id: int, contribution_id: str) -> tuple[SharedPlaylist, Contribution]:
        held = await self._contributions.get(guild_id, contribution_id)
        shared = await self._lists.get(guild_id, held.list_id) if held else None
        if held is None or shared is None:
            raise ContributionGoneError
        if shared.status is ListStatus.CLOSED:
            raise ListClosedError(shared.name)
        return shared, held

    async def _liking(
        self, shared: SharedPlaylist, held: Contribution, *, liked: bool, changed: bool
    ) -> Liking:
        if changed:
            self._tell(held)
        counts = await likes_of(self._likes, shared.list_id, [held])
        return Liking(shared, held, liked, changed, counts.get(held.contribution_id, 0))

    def _like(self, held: Contribution, member_id: int) -> Like:
        return Like(held.list_id, recording_key(held), member_id, held.contribution_id, self._now())

    def _tell(self, held: Contribution) -> None:
        for changed in self._watching:
            changed(held)


def _must_like(shared: SharedPlaylist, actor: Actor) -> None:
    """Every member may, whatever their roles, unless curators blocked them."""
    if actor.member_id in shared.rules.blocked_members:
        raise NotAllowedError("like")
