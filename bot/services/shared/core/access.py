"""Who can do what with a shared playlist: checked again at every command and every press."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.shared_errors import NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.stores.lists import SharedPlaylist


@dataclass(frozen=True, slots=True)
class Actor:
    """A member with what Discord says about them at this moment."""

    member_id: int
    role_ids: frozenset[int] = frozenset()
    manages_guild: bool = False
    guild_role_ids: frozenset[int] | None = None  # all roles that exist in the server; None: unknown
    joined_at: datetime | None = None  # the server; None: unknown


def may_manage(shared: SharedPlaylist, actor: Actor) -> bool:
    """Settings, rules, roles, pausing, closing, transferring."""
    return actor.manages_guild or actor.member_id == shared.owner_id or _has_one(actor, shared.roles.manage)


def may_curate(shared: SharedPlaylist, actor: Actor) -> bool:
    """Decide on proposals, take back, restore. Anyone who manages can do that too."""
    return may_manage(shared, actor) or _has_one(actor, shared.roles.curate)


def may_add(shared: SharedPlaylist, actor: Actor) -> bool:
    """Propose tracks. A blocked member can't, whatever their roles."""
    if actor.member_id in shared.rules.blocked_members:
        return False
    roles = (*shared.roles.add, *shared.roles.bypass)
    return not shared.roles.add or _has_one(actor, roles) or may_curate(shared, actor)


def bypasses(shared: SharedPlaylist, actor: Actor) -> bool:
    """Whether what the member adds goes straight in, whatever the mode."""
    return _has_one(actor, shared.roles.bypass)


def must_add(shared: SharedPlaylist, actor: Actor) -> None:
    _must("add", allowed=may_add(shared, actor))


def must_curate(shared: SharedPlaylist, actor: Actor) -> None:
    _must("curate", allowed=may_curate(shared, actor))


def must_manage(shared: SharedPlaylist, actor: Actor) -> None:
    _must("manage", allowed=may_manage(shared, actor))


def must_own(shared: SharedPlaylist, actor: Actor) -> None:
    """For what only the owner can say, as it's their playlist."""
    _must("own", allowed=actor.member_id == shared.owner_id)


def must_manage_guild(actor: Actor) -> None:
    """For what concerns the guild, not one of its lists."""
    _must("guild", allowed=actor.manages_guild)


def _must(needs: str, *, allowed: bool) -> None:
    if not allowed:
        raise NotAllowedError(needs)


def _has_one(actor: Actor, roles: Collection[int]) -> bool:
    return not actor.role_ids.isdisjoint(roles)
