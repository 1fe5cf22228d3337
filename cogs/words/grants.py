"""What an owner can let curators do, in words: before lending, in the settings, and when it's missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.languages import Text, all_of
from bot.stores.lists import Grant
from cogs.words.names import mention
from cogs.words.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from bot.stores.lists import Grants, SharedPlaylist

CAN: Final = {
    Grant.REMOVE: Text("remove any track, including ones I didn't add"),
    Grant.REORDER: Text("sort it, and have new tracks go in on top"),
    Grant.EDIT: Text("change its name, description and cover on Spotify"),
}
ALSO: Final = Text("Curators can also: {what}")
NOTHING_MORE: Final = Text("nothing more")
NOT_GRANTED: Final = {
    Grant.REMOVE: Text("{owner} hasn't allowed curators to remove tracks from “{playlist}”."),
    Grant.REORDER: Text("{owner} hasn't allowed curators to change the order of “{playlist}”."),
    Grant.EDIT: Text(
        "{owner} hasn't allowed curators to change the name, description or cover of “{playlist}”."
    ),
}
ASKED: Final = Text("I'm asking them now. Try again once they've agreed.")
WERE_ASKED: Final = Text("They can allow it in `/shared settings`.")
NAME_SHOWN: Final = 80


def grant_lines(grants: Grants) -> str:
    """All of it, ticked or not."""
    return "\n".join(f"{'☑' if grants.has(grant) else '☐'} {CAN[grant]()}" for grant in Grant)


def grant_list(grants: Iterable[Grant]) -> str:
    return "\n".join(f"- {CAN[grant]()}" for grant in grants)


def also(shared: SharedPlaylist) -> str:
    """“Curators can also: …”."""
    given = shared.grants.given
    return ALSO(what=all_of([CAN[grant]() for grant in given]) if given else NOTHING_MORE())


def not_granted(name: str, owner_id: int, grant: Grant, *, asked: bool) -> str:
    said = NOT_GRANTED[grant](owner=mention(owner_id), playlist=safe_text(name, NAME_SHOWN))
    return f"{said} {(ASKED if asked else WERE_ASKED)()}"


def packed(grants: Collection[Grant]) -> str:
    """For a custom_id."""
    return "-".join(grant.value for grant in Grant if grant in grants)


def unpacked(text: str) -> tuple[Grant, ...]:
    return tuple(Grant(value) for value in text.split("-"))
