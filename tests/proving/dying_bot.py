"""python -m tests.proving.dying_bot CLOCK WAY…: the bot in a process of its own, which ends at a marked point.

Marked are all writes to the database, before and after. Beside the clock's file, `deadly` names the point at which
the process ends as by kill -9, once; where `passed` is, every write is noted.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sandbox import bot_process
from tests.stores.between import between

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.stores import Stores

DEADLY, PASSED = "deadly", "passed"  # files beside the clock's
BEFORE, AFTER = "before", "after"
# Reads, and upkeep that goes on by itself at any time. What isn't known here counts as a write.
UNMARKED: Final = {
    "accounts": {"of_member", "owner_of", "everyone", "unreadable"},
    "attempts": {"of_member", "by_token", "by_cookie", "sweep"},
    "leases": {"renew"},
    "values": {"get", "starting"},
    "quota": {"exchange"},
    "lists": {"get", "by_id", "of_guild", "of_owner", "using", "troubled", "guilds", "open"},
    "contributions": {
        "get",
        "by_origin",
        "by_origins",
        "several",
        "in_state",
        "of_batch",
        "alike",
        "of_uris",
        "count",
        "latest_of",
        "lists_with",
        "undecided",
        "unshown",
        "shares",
        "moments",
    },
    "votes": {"tally", "of_member"},
    "likes": {"counts", "given"},
    "history": {"page"},
    "snapshots": {"get", "latest", "of_list"},
    "journals": {"of", "unsettled"},
    "due": {"lists_with", "until", "next"},
    "stats_opt_outs": {"among"},
    "notices": {"due", "next", "sweep"},
    "personal_data": {"lists_about", "contributions", "votes", "likes"},
    "playlist_jobs": {"get", "lists", "running", "of_member", "sweep"},
    "workload": {"count"},
    "imports": {"get", "content", "running", "of_member", "sweep"},
    "known_tracks": {"get"},
    "sealed": {"everything"},
}


class Marked:
    """One store, whose writes are points at which the process may end."""

    def __init__(self, store: object, name: str, folder: Path) -> None:
        self._store = store
        self._name = name
        self._folder = folder

    def __getattr__(self, method: str) -> Any:
        found = getattr(self._store, method)
        return found if method in UNMARKED.get(self._name, ()) else self._mortal(found, method)

    def _mortal(self, write: Callable[..., Any], method: str) -> Callable[..., Any]:
        async def mortal(*given: Any, **named: Any) -> Any:
            self._pass(f"{BEFORE} {self._name}.{method}")
            answer = await write(*given, **named)
            self._pass(f"{AFTER} {self._name}.{method}")
            return answer

        return mortal

    def _pass(self, point: str) -> None:
        passed, deadly = self._folder / PASSED, self._folder / DEADLY
        if passed.exists():
            with passed.open("a") as notes:
                notes.write(f"{point}\n")
        if deadly.exists() and deadly.read_text() == point:
            deadly.unlink()  # the next process lives
            os.kill(os.getpid(), signal.SIGKILL)


def marked(stores: Stores, folder: Path) -> Stores:
    """The same stores, deadly at the point that is named in the folder."""
    return between(stores, lambda store, name: Marked(store, name, folder))


if __name__ == "__main__":
    folder = Path(sys.argv[1]).parent
    sys.exit(bot_process.main(*sys.argv[1:], stores_seen=lambda stores: marked(stores, folder)))
