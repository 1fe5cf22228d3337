"""What the bot does, one activity per module, in plain Python: neither Discord nor HTTP is known here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.services.accounts import AccountService
    from bot.services.adding import Adding
    from bot.services.linking import Linking
    from bot.services.lookups import Lookups
    from bot.services.playlists import Playlists
    from bot.services.shared import Shared


@dataclass(frozen=True, slots=True)
class Services:
    linking: Linking
    accounts: AccountService
    lookups: Lookups
    playlists: Playlists
    adding: Adding
    shared: Shared
    tick_s: float = 1.0  # how often `cogs/clockwork.py` looks whether something is due
