"""Who lives in the invented Discord: two guilds with the bot, one without, and seven people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.fake_discord.guilds import Channel, Guild, Overwrite
from sandbox.fake_discord.people import Member, Permission, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.fake_discord.ids import Snowflakes

_VISITOR = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY | Permission.USE_APPLICATION_COMMANDS
_REGULAR = (
    Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.USE_EXTERNAL_APPS
)
_CURATOR = Permission.MANAGE_MESSAGES | Permission.MANAGE_CHANNELS
_BOT = _VISITOR | _REGULAR | Permission.ADD_REACTIONS


@dataclass(frozen=True, slots=True)
class Cast:
    """The people by short name, the bot, and the guilds. `elsewhere` is a guild that never invited the bot."""

    bot: Member
    members: dict[str, Member]
    guilds: tuple[Guild, ...]
    elsewhere: Guild


def invent(ids: Snowflakes) -> Cast:
    """Ada owns Tape Heads, grace curates there, edsger is a newcomer without rights, barbara is only elsewhere.

    The two guilds with the bot fall to different shards of two.
    """
    bot = Member(ids.next(), "mixtape", "Mixtape", bot=True)
    names = ("ada", "grace", "linus", "margaret", "edsger", "barbara", "hedy")
    people = {name: Member(ids.next(), name, name.capitalize()) for name in names}
    ada, barbara = people["ada"], people["barbara"]

    tape_heads = new_guild(ids, "Tape Heads", ada, (people[n] for n in names if n != "barbara"), bot)
    everyone, curator = tape_heads.everyone, tape_heads.role("Curator")
    tape_heads.members[people["grace"]].append(curator)
    new_channel(ids, tape_heads, "general")
    new_channel(ids, tape_heads, "music")
    new_channel(ids, tape_heads, "announcements", Overwrite(everyone, deny=Permission.SEND_MESSAGES))
    new_channel(
        ids,
        tape_heads,
        "curators",
        Overwrite(everyone, deny=Permission.VIEW_CHANNEL),
        Overwrite(curator, allow=Permission.VIEW_CHANNEL),
        Overwrite(tape_heads.role("Mixtape"), allow=Permission.VIEW_CHANNEL),
    )

    night_shift = new_guild(ids, "Night Shift", barbara, (ada, barbara, people["margaret"]), bot, half=1)
    new_channel(ids, night_shift, "general")
    new_channel(ids, night_shift, "music")

    elsewhere = new_guild(ids, "Elsewhere", barbara, people.values(), None)
    new_channel(ids, elsewhere, "lounge")

    for guild in (tape_heads, night_shift, elsewhere):
        for member, roles in guild.members.items():
            if member is not people["edsger"] and not member.bot:
                roles.append(guild.role("Regular"))
    return Cast(bot, people, (tape_heads, night_shift), elsewhere)


def another(ids: Snowflakes, name: str, owner: Member, members: Iterable[Member], bot: Member) -> Guild:
    """One more guild with the bot, and #music in it. Everyone there is a regular."""
    guild = new_guild(ids, name, owner, (owner, *members), bot)
    new_channel(ids, guild, "music")
    for member, roles in guild.members.items():
        if not member.bot:
            roles.append(guild.role("Regular"))
    return guild


def new_guild(
    ids: Snowflakes,
    name: str,
    owner: Member,
    members: Iterable[Member],
    bot: Member | None,
    *,
    half: int = 0,
) -> Guild:
    guild_id = ids.next_in_half(half)
    everyone = Role(guild_id, "@everyone", _VISITOR)  # this role always has the guild's own id
    guild = Guild(guild_id, name, owner, everyone, has_bot=bot is not None)
    guild.roles = [
        everyone,
        Role(ids.next(), "Regular", _REGULAR, position=1),
        Role(ids.next(), "Curator", _CURATOR, position=2),
    ]
    guild.members = {member: [] for member in members}
    if bot is not None:
        role = Role(ids.next(), bot.display_name, _BOT, position=3, managed=True)
        guild.roles.append(role)
        guild.members[bot] = [role]
    return guild


def new_channel(ids: Snowflakes, guild: Guild, name: str, *overwrites: Overwrite) -> None:
    guild.channels.append(Channel(ids.next(), name, guild, list(overwrites)))
