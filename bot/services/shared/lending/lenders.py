"""Whose account a playlist can be lent from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import ScopeMissingError
from bot.services.shared.writing.bound_writer import CHANGE, READ

if TYPE_CHECKING:
    from bot.services.tokens import TokenKeeper
    from bot.stores import Account


async def lender(keeper: TokenKeeper, member_id: int) -> Account:
    """The member's account, if it lets the bot read and change playlists. Raises NotLinkedError, ScopeMissingError."""
    account = await keeper.account(member_id)
    if missing := (READ | CHANGE) - account.scopes:
        raise ScopeMissingError(missing)
    return account
