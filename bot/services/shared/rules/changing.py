"""Changes the rules of a shared playlist as its managers ask, and keeps in its history who did."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.services.shared.people import must_manage
from bot.services.shared.rules.values import read_rules
from bot.stores.history import Happening

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.services.shared.changing import ListChanges
    from bot.services.shared.people import Actor
    from bot.stores.lists import SharedPlaylist


class RuleChanging:
    def __init__(self, changes: ListChanges) -> None:
        self._changes = changes

    async def change(
        self, actor: Actor, guild_id: int, list_id: str, what: str, typed: Mapping[str, str]
    ) -> SharedPlaylist:
        """what: the rule, in a word for the history. typed: texts by field, as `read_rules` takes them.

        Raises NotAllowedError, SettingError, and what `ListChanges.change` raises.
        """

        def update(shared: SharedPlaylist) -> SharedPlaylist:
            must_manage(shared, actor)
            return replace(shared, rules=read_rules(shared.rules, typed))

        return await self._changes.change(
            guild_id,
            list_id,
            update,
            Happening.CHANGED,
            actor_id=actor.member_id,
            detail={"what": what, **typed},
        )
