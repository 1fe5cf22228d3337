"""Choosing from a menu or a group of boxes: by value or label, or members, roles, channels and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.fake_discord.components import Kind
from sandbox.fake_discord.guilds import Channel
from sandbox.fake_discord.people import Member, Role
from sandbox.fake_discord.places import DriverError
from sandbox.fake_discord.uploads import Upload

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.fake_discord.components import MenuOption
    from sandbox.fake_discord.slash import Resolved

_FITTING: dict[int, tuple[type, ...]] = {
    Kind.USER_SELECT: (Member,),
    Kind.ROLE_SELECT: (Role,),
    Kind.MENTIONABLE_SELECT: (Member, Role),
    Kind.CHANNEL_SELECT: (Channel,),
    Kind.FILE_UPLOAD: (Upload,),
}


def chosen_options(what: str, options: Sequence[MenuOption], wanted: Sequence[object]) -> list[str]:
    """The values of the options named by value or label."""
    values: list[str] = []
    for each in wanted:
        fitting = [option.value for option in options if option.value == each] or [
            option.value for option in options if option.label == each
        ]
        if not fitting:
            labels = [option.label for option in options]
            raise DriverError(f"{what!r} offers {labels}, not {each!r}")
        values.append(fitting[0])
    return values


def chosen_ids(what: str, kind: int, wanted: Sequence[object], resolved: Resolved) -> list[str]:
    """The ids of the chosen things, which are remembered in `resolved`. People may be named by short name."""
    things = [resolved.place.named(each) if isinstance(each, str) else each for each in wanted]
    for name, thing in zip(wanted, things, strict=True):
        if not isinstance(thing, _FITTING[kind]):
            raise DriverError(f"{what!r} does not offer {name!r}")
    return [resolved.add(thing) for thing in things]
