"""What the bot may do in the channels that shared playlists use: a channel's own rules can change what roles allow."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.doctor.findings import not_checked, ok, warning
from bot.doctor.permissions import ADMINISTRATOR, EMBED, HISTORY, REACT, SEND, VIEW, missing
from bot.visible import one_line

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping

    from bot.doctor.findings import Finding
    from bot.doctor.web_access import Page
    from bot.stores.lists import SharedPlaylist

    Place = tuple[int, int]  # server and channel

CHANNELS: Final = "Channels"
TO_POST: Final = VIEW | SEND | EMBED  # as `/shared settings channels` asks of one
TO_LISTEN: Final = VIEW | HISTORY | REACT
MOST: Final = 100  # Discord is asked once for each
GONE: Final = frozenset({403, 404})


@dataclass(frozen=True, slots=True)
class Use:
    """What a list uses a channel for, and what that needs."""

    name: str
    needed: int


def uses_of(lists: Iterable[SharedPlaylist], *, drops: bool) -> dict[Place, list[Use]]:
    """By server and channel. drops: whether drop channels are on."""
    found = defaultdict["Place", list[Use]](list)
    for one in lists:
        settings, name = one.settings, one_line(one.name)
        posts = {settings.cards_channel_id, settings.digest_channel_id} - {None}
        for channel_id in sorted(filter(None, posts)):
            found[one.guild_id, channel_id].append(Use(name, TO_POST))
        if drops and settings.drop_channel_id is not None:
            found[one.guild_id, settings.drop_channel_id].append(Use(name, TO_LISTEN))
    return dict(found)


async def look_at_channels(
    uses: Mapping[Place, list[Use]],
    guilds: Mapping[int, int],
    bot_id: int,
    get: Callable[[str], Awaitable[Page]],
) -> AsyncIterator[Finding]:
    """guilds: what the bot may do in each server it's in, before a channel's own rules. get: asks Discord."""
    looked, wrong = 0, 0
    roles: dict[int, frozenset[int]] = {}
    ours = [(place, several) for place, several in uses.items() if place[0] in guilds]
    for (guild_id, channel_id), several in ours[:MOST]:
        if guild_id not in roles:
            roles[guild_id] = _roles((await get(f"/guilds/{guild_id}/members/{bot_id}")).document)
        page = await get(f"/channels/{channel_id}")
        looked += 1
        names = ", ".join(sorted({use.name for use in several}))
        if page.status in GONE:
            wrong += 1
            yield warning(
                CHANNELS,
                f"the bot can't see a channel that {names} uses; it may have been deleted (ID {channel_id})",
                "Let the bot see it (View Channel), or choose another one with /shared settings channels.",
            )
            continue
        channel = page.document
        allowed = in_channel(guilds[guild_id], channel, guild_id, bot_id, roles=roles[guild_id])
        needed = 0
        for use in several:
            needed |= use.needed
        if lacking := missing(allowed, needed):
            wrong += 1
            yield warning(
                CHANNELS,
                f"in #{one_line(str(channel['name']))}, which {names} uses, the bot may not: {', '.join(lacking)}",
                "Allow it in the channel's permissions, or choose another one with /shared settings channels.",
            )
    if len(ours) > MOST:
        yield not_checked(CHANNELS, f"{len(ours) - MOST} more than the first {MOST}")
    if not wrong:
        said = f"the bot has its permissions in all {looked} that shared playlists use"
        yield ok(CHANNELS, said if looked else "shared playlists use none of their own")


def in_channel(
    base: int,
    channel: Any,  # noqa: ANN401 - as Discord sends it
    guild_id: int,
    bot_id: int,
    *,
    roles: frozenset[int],
) -> int:
    """The effective permissions: the server's, then @everyone's in the channel, the roles', and the bot's own.

    Source: docs.discord.com/developers/topics/permissions (permission overwrites)
    """
    if base & ADMINISTRATOR:
        return base
    rules = {int(one["id"]): one for one in channel["permission_overwrites"]}
    for group in ({guild_id}, roles - {guild_id}, {bot_id}):
        held = [rules[each] for each in group if each in rules]
        for one in held:
            base &= ~int(one["deny"])
        for one in held:
            base |= int(one["allow"])
    return base


def _roles(member: Any) -> frozenset[int]:  # noqa: ANN401 - as Discord sends it
    return frozenset(int(each) for each in member["roles"])
