"""The bot's data as another program sees it that runs beside the bot, without its instance lock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.shards import ShardPlan
    from bot.stores import Stores


@dataclass(frozen=True, slots=True)
class Beside:
    """server: what the database is, with its version. schema, newest: the file's version, and the newest we know.

    running: the shards each running process was told to have; None: nobody knows, as there is only one at most.
    Only use `stores` if the two are the same. Nothing was upgraded or created by opening it.
    """

    stores: Stores
    server: str
    schema: int = 0
    newest: int = 0
    running: tuple[ShardPlan, ...] | None = None
