"""Which language a member and a server are spoken to in: as Discord says, unless a server or the operator chose one."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from bot.errors import StoreUnavailableError
from bot.languages import language_for, languages

if TYPE_CHECKING:
    from bot.stores import KeyValues

CHOSEN: Final = "language of server:"  # prefix of the keys
REMEMBERED: Final = 10_000  # members; in memory only


class LanguageChoice:
    """fixed: the operator's choice, for everybody."""

    def __init__(self, values: KeyValues, *, fixed: str | None = None) -> None:
        self._values = values
        self._fixed = fixed
        self._members: OrderedDict[int, str] = OrderedDict()

    @property
    def is_fixed(self) -> bool:
        return self._fixed is not None

    async def of_server(self, guild_id: int, discords: str | None) -> str:
        """discords: what the server is set to in Discord. That's also the answer while the database is unavailable."""
        if self._fixed is not None:
            return self._fixed
        try:
            chosen = await self.chosen(guild_id)
        except StoreUnavailableError:
            chosen = None
        return chosen or language_for(discords)

    async def chosen(self, guild_id: int) -> str | None:
        chosen = await self._values.get(f"{CHOSEN}{guild_id}")
        return chosen if chosen in languages() else None

    async def choose(self, guild_id: int, language: str | None) -> None:
        """None: what the server is set to in Discord."""
        await self._values.put(f"{CHOSEN}{guild_id}", language or "")

    def of_member(self, member_id: int, discords: str) -> str:
        """discords: what their app is set to. It's remembered for what they are told later."""
        if self._fixed is not None:
            return self._fixed
        self._members[member_id] = found = language_for(discords)
        self._members.move_to_end(member_id)
        if len(self._members) > REMEMBERED:
            self._members.popitem(last=False)
        return found

    def remembered(self, member_id: int) -> str | None:
        """None: they have used no command since the bot started."""
        return self._fixed or self._members.get(member_id)
